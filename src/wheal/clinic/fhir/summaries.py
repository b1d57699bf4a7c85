"""One patient's summary, gathered from the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wheal.clinic.fhir import allergic, streams
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.resources import lists
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.standing import group_of, settled_at, unasked
from wheal.fhir import ips
from wheal.fhir.datatypes import Json, reference
from wheal.fhir.elements import references
from wheal.fhir.matching import Criterion
from wheal.fhir.narrative import Wording

ALSO = ("Procedure", "MedicationAdministration", "AdverseEvent", "Observation", "Flag")
POINTED_TO = ("Practitioner", "Medication", "Substance", "Location", "Device")
DEPTH = 3  # a pass, its mix, the lot, its substance


def summary(patient: Patient, telling: Telling) -> Json:
    """The passport of a patient as an IPS document, in the patient's language."""
    telling = replace(telling, spoken=patient.language)
    with translation.override(telling.language):
        return _summary(patient, telling)


def _summary(patient: Patient, telling: Telling) -> Json:
    whose = next(_all("Patient", patient, telling))
    author = next(
        iter(streams.by_id(KINDS["Organization"], [str(patient.clinic_id)], telling, None).values())
    )
    row = lists.asked(patient.clinic).filter(pk=patient.pk).first()
    listed = list(_lists(patient, row, telling))
    also = _newest([each for kind in ALSO for each in _all(kind, patient, telling) if _is_current(each)])
    listed += sorted(also, key=_day, reverse=True)
    others = _others(listed, telling)
    return ips.document(
        whose, author, listed, others, timezone.now(), _("Treatment passport of %(name)s") % {"name": patient},
        telling.zone, language=telling.language, wording=WORDING, elsewhere=list(_elsewhere(row)),
    )  # fmt: skip


def _elsewhere(row: Patient | None) -> Iterator[str]:
    """What is of none of the lists."""
    for each in unasked(row.histories.all()) if row else ():
        if not group_of(each) and each.becomes != "nothing":
            more = (f"{what}: {text}" for what, text in each.more)
            yield " · ".join(part for part in (each.words, *more, each.where) if part)


def _worded(english: str) -> str:
    """What `wheal.fhir` writes for people, in the language that is spoken now."""
    return _(english) if english in WORDS else english


WORDS = frozenset({
    gettext_noop("Medication Summary"), gettext_noop("Allergies and Intolerances"), gettext_noop("Problem List"),
    gettext_noop("History of Procedures"), gettext_noop("Treatment passport: what was injected"),
    gettext_noop("Reactions after treatment"), gettext_noop("told of on"), gettext_noop("outcome"),
    gettext_noop("serious reaction"), gettext_noop("Mild"), gettext_noop("Moderate"), gettext_noop("Severe"),
    gettext_noop("Recovering"), gettext_noop("Ongoing"), gettext_noop("Resolved"),
    gettext_noop("Resolved with Sequelae"), gettext_noop("Fatal"), gettext_noop("outcome not known"),
    gettext_noop("lot"), gettext_noop("not injected"),
    gettext_noop("Vital Signs"), gettext_noop("Alerts"), gettext_noop("No known allergies"),
    gettext_noop("No information about allergies"), gettext_noop("No known medications"),
    gettext_noop("No information about medications"), gettext_noop("No known problems"),
    gettext_noop("No information about problems"),
    gettext_noop("Said elsewhere; nobody has asked about it here yet"),
    gettext_noop("inactive"), gettext_noop("resolved"), gettext_noop("completed"), gettext_noop("stopped"),
    gettext_noop("on-hold"), gettext_noop("not-taken"), gettext_noop("refuted"), gettext_noop("criticality"),
    gettext_noop("high"), gettext_noop("low"), gettext_noop("unable-to-assess"), gettext_noop("reaction"),
    gettext_noop("of a mix of"), gettext_noop("expires"), gettext_noop("Body weight"), gettext_noop("Body height"),
    gettext_noop("Heart rate"), gettext_noop("Blood pressure"), gettext_noop("Pregnancy status"),
    gettext_noop("Pregnant"), gettext_noop("Not pregnant"), gettext_noop("Injections"),
})  # fmt: skip


def _number(text: str) -> str:
    return formats.number_format(Decimal(text))


def _on(text: str) -> str:
    """A day, or a month where only that is known; anything else as it stands."""
    try:
        if len(text) == len("2026-10"):
            return formats.date_format(date.fromisoformat(f"{text}-01"), "YEAR_MONTH_FORMAT")
        return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        return text


WORDING = Wording(_worded, _number, _on)


def _all(kind: str, patient: Patient, telling: Telling) -> Iterator[Json]:
    path = KINDS[kind].patient_path
    of = Criterion("patient", "reference", (path,), ("Patient",), "", (str(patient.pk),))
    found = streams.stream([streams.Wanted(KINDS[kind], (of,))], telling, None)
    return (told for told, _place in found if told is not None)


def _is_current(told: Json) -> bool:
    """Of measures and reactions those that stand; of flags those that are up."""
    if told["resourceType"] == "Flag":
        return bool(told["status"] == "active")
    return told.get("status") != "entered-in-error" and "modifierExtension" not in told


def _lists(patient: Patient, row: Patient | None, telling: Telling) -> Iterator[Json]:
    """What stands, and what was said elsewhere with it. That there is none is said only where nothing of the list
    stands unasked either, as of the day on which all of it was asked; and never over an allergic reaction since."""
    for kind, group in lists.LISTED.items():
        found = [told for each, told in lists.told(row, kind, telling) if not each.over_at] if row else []
        yield from found
        if not found:
            at = settled_at(row.histories.all(), group, telling.known) if row else None
            since = allergic.since(patient, at, telling) if at and group == "allergies" else ""
            yield ips.said_of_nothing(
                kind, reference("Patient", patient.pk), None if since else at, WORDING, since
            )


def _newest(listed: list[Json]) -> list[Json]:
    """Of each figure of the histories the newest; all others are there."""
    last: dict[str, Json] = {}
    for each in listed:
        if each["id"].startswith("history-"):
            code = each["code"]["coding"][0]["code"]
            last[code] = max(last.get(code, each), each, key=lambda told: int(told["id"].split("-")[1]))
    kept = {each["id"] for each in last.values()}
    return [each for each in listed if not each["id"].startswith("history-") or each["id"] in kept]


def _day(told: Json) -> str:
    """By which people look for it; the newest stands first."""
    when = ("performedDateTime", "effectiveDateTime", "date", "detected")
    return str(
        next((told[name] for name in when if name in told), told.get("effectivePeriod", {}).get("start", ""))
    )


def _others(listed: list[Json], telling: Telling) -> list[Json]:
    found: list[Json] = []
    for _step in range(DEPTH):
        wanted = streams.referenced([*listed, *found], references([*listed, *found]))
        fresh = [
            told
            for kind, identities in wanted.items()
            if kind in POINTED_TO
            for told in streams.by_id(KINDS[kind], identities, telling, None).values()
        ]
        if not fresh:
            break
        found += fresh
    return found
