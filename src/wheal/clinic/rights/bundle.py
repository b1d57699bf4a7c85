"""What a patient is given: papers to read, photographs, and the whole record as JSON, in one ZIP file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wheal import __version__
from wheal.clinic import vault
from wheal.clinic.audit import whose
from wheal.clinic.audit.models import Event
from wheal.clinic.patients.models import Patient
from wheal.clinic.photographs import files
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.rights.readable import in_words
from wheal.clinic.rights.whole import whole
from wheal.clinic.safety.models import ReportPhotograph
from wheal.clinic.safety.reporting import photographs as reported
from wheal.clinic.treatments import papers, passports
from wheal.clinic.treatments.chart import read_chart, readable
from wheal.clinic.treatments.models import Consent, Session
from wheal.knowledge import Knowledge

FORMAT = 1


def bundle(patient: Patient, known: Knowledge) -> bytes:
    """In the patient's language. Photographs are opened for it: whoever holds the file sees them."""
    language = patient.language if patient.language in known.texts_held else "en"
    made = io.BytesIO()
    with translation.override(language), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(patient, known, language):
            archive.writestr(name, content)
    return made.getvalue()


def _files(patient: Patient, known: Knowledge, language: str) -> Iterator[tuple[str, bytes]]:
    yield _("READ-ME") + ".txt", render_to_string("rights/read_me.txt", {"patient": patient}).encode()
    record = _record(patient)
    yield "record.json", json.dumps(record, ensure_ascii=False, indent=1, default=str).encode()
    words = in_words(patient, record["records"], record["audit"], known, language)
    yield "record.html", words.encode()
    yield "record.css", render_to_string("rights/record.css").encode()
    visits = passports.visits_of(patient)
    yield "passport.pdf", passports.passport_pdf(patient, visits, known, language)
    for session in _signed(patient):
        chart = read_chart(session)
        amendments = session.amendments.select_related("made_by")
        yield f"sessions/{session.pk}.pdf", papers.record_pdf(chart, session, amendments, known, language)
    for consent in Consent.objects.filter(plan__patient=patient).order_by("pk"):
        if session := _signed_with(consent):
            yield (
                f"consents/{consent.pk}.pdf",
                papers.consent_pdf(read_chart(session, to_judge=False), consent),
            )
    yield from _pictures(patient)


def _pictures(patient: Patient) -> Iterator[tuple[str, bytes]]:
    """Those of the record, and those that came with a report."""
    for taken in Photograph.objects.kept().filter(patient=patient).order_by("pk"):
        yield _picture(f"photographs/{taken.pk}", partial(files.original, taken))
    sent = ReportPhotograph.objects.filter(report__patient=patient, report__sent_at__isnull=False)
    for each in reported.kept_of(sent).select_related("report").order_by("pk"):
        yield _picture(f"photographs/report-{each.pk}", partial(reported.content, each, "picture"))


def _picture(name: str, read: Callable[[], bytes]) -> tuple[str, bytes]:
    """A file that is lost or damaged does not keep the rest of the record back; the copy says so in its place."""
    try:
        return f"{name}.jpg", read()
    except (vault.NotKept, vault.Damaged):
        return f"{name}.txt", _("This photograph could not be read. Ask the clinic for it.").encode()


def _signed(patient: Patient) -> Iterator[Session]:
    rows = readable(Session.objects.filter(patient=patient, signed_at__isnull=False))
    yield from rows.select_related("practitioner").defer(None).order_by("signed_at")


def _signed_with(consent: Consent) -> Session | None:
    return readable(Session.objects.filter(plan=consent.plan_id)).select_related("practitioner").first()


def _record(patient: Patient) -> dict[str, Any]:
    opened = Event.objects.filter(whose.is_about([patient.pk])).select_related("by").order_by("id")
    return {
        "format": FORMAT,
        "made_by": f"Wheal {__version__}",
        "made_at": timezone.now().isoformat(),
        "records": whole(patient),
        "audit": [
            {"at": each.at.isoformat(), "what": each.what, "by": str(each.by or ""), "refused": each.refused}
            for each in opened.iterator(chunk_size=2000)
        ],
    }
