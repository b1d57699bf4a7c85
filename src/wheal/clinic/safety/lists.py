"""A list of people to tick off on paper: who, born when, telephone, when treated, where. Never sent from here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wheal import knowledge
from wheal.clinic import printing
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.knowledge import Knowledge
from wheal.tracing import PatientTraced, SessionTraced, Web

TYPST = Path(__file__).parent / "typst"
Json = dict[str, object]


def pdf(title: str, found: Web, *, clinic: Clinic, by: User, known: Knowledge, more: str = "") -> bytes:
    """Landscape, the head repeated on each page. Fonts are those that Typst carries; text goes in as data.
    `more`: who is not on it, beside the count."""
    language = "fr" if get_language() == "fr" else "en"
    data: Json = {
        "title": title,
        "language": language,
        "paper": "us-letter" if clinic.jurisdiction == "US" else "a4",
        "clinic": {"name": clinic.name, "phone": clinic.phone},
        "made": _("Printed %(when)s by %(who)s. Names of patients: keep it under lock and shred it.")
        % {"when": formats.date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT"), "who": by.shown_name},
        "head": ["", _("Patient"), _("Born"), _("Telephone"), _("Sessions"), _("Notes")],
        "rows": list(_rows(found, known, language)),
        "count": " · ".join(filter(None, (_counted(found), more))),
    }
    return printing.pdf(TYPST / "people.typ", data)


def _counted(found: Web) -> str:
    counts = {"people": found.counts["patients"], "sessions": found.counts["sessions"]}
    return _("%(people)d people, %(sessions)d sessions") % counts


def as_download(title: str, found: Web, request: HttpRequest, name: str, more: str = "") -> HttpResponse:
    made = pdf(title, found, clinic=request.clinic, by=request.user, known=knowledge.current(), more=more)
    return printing.answer(made, name)


def _rows(found: Web, known: Knowledge, language: str) -> Iterable[list[str]]:
    people = Patient.objects.in_bulk([one.id for one in found.patients])
    for one in found.patients:
        patient = people[one.id]
        yield [
            one.person,
            formats.date_format(patient.birth_date, "SHORT_DATE_FORMAT"),
            patient.phone or "—",
            "\n".join(_session(one, session, known, language) for session in one.sessions),
        ]


def _session(one: PatientTraced, session: SessionTraced, known: Knowledge, language: str) -> str:
    areas = dict.fromkeys(each.area for mix in session.mixes for each in mix.passes)
    words = ", ".join(known.text(f"area.{area}", language) for area in areas)
    day = formats.date_format(session.day, "SHORT_DATE_FORMAT")
    return " · ".join(part for part in (day, words, "" if session.signed else _("not signed")) if part)
