"""Photographs in a report: written anew without what the phone noted, encrypted, fixed when the report is sent."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal

from django.db import transaction
from django.db.models import QuerySet
from PIL import Image, ImageOps

from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import User
from wheal.clinic.photographs import agreed, pictures, uploads
from wheal.clinic.photographs.files import Put
from wheal.clinic.safety.reporting.models import PatientReport, PhotographsTakenBack, ReportPhotograph, about

MOST: Final = 3
LONGEST: Final = 2400
"""Pixels along the longer side: a phone's picture without what nobody would see."""
Kind = Literal["picture", "thumb"]


class TooMany(Exception):
    """The report has as many photographs as it may have."""


def add(*, link: Link, data: bytes) -> ReportPhotograph:
    """To the draft, which is begun where there is none. Raises PictureRefused in words, TooMany."""
    if ReportPhotograph.objects.filter(report__patient=link.patient, report__sent_at=None).count() >= MOST:
        raise TooMany
    with pictures.ONE_AT_A_TIME, vault.current().all_or_none() as put:
        return _added(put, link, uploads.read(data).image)


def _added(put: Put, link: Link, image: Image.Image) -> ReportPhotograph:
    """Drawn and encrypted before the transaction begins: others need not wait for it to write."""
    large = ImageOps.contain(image, (LONGEST, LONGEST)) if max(image.size) > LONGEST else image
    small = ImageOps.contain(large, (pictures.THUMB, pictures.THUMB), Image.Resampling.LANCZOS)
    kept = put([pictures.jpeg(large, 90)], about=about("picture", link.patient_id))
    thumb = put([pictures.jpeg(small, 80)], about=about("thumb", link.patient_id))
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=link.patient_id)
        report, _begun = PatientReport.objects.get_or_create(
            patient=link.patient, sent_at=None, defaults={"link": link}
        )
        if report.photographs.count() >= MOST:
            raise TooMany
        row = ReportPhotograph.objects.create(
            report=report, link=link, picture=kept.name, thumb=thumb.name, width=large.width, height=large.height,
            size=kept.size, sha256=kept.sha256,
        )  # fmt: skip
        _note("report_photograph_added", row, link)
    return row


@transaction.atomic
def take_out(*, link: Link, pk: int) -> None:
    """Of the draft. Nothing happens where it is gone already, or was sent."""
    Patient.objects.select_for_update().get(pk=link.patient_id)
    row = ReportPhotograph.objects.filter(report__patient=link.patient, report__sent_at=None, pk=pk).first()
    if row is None:
        return
    _note("report_photograph_taken_out", row, link)
    row.delete()
    for name in (row.picture, row.thumb):
        transaction.on_commit(partial(vault.current().remove, name))


@transaction.atomic
def take_back(*, report: PatientReport, by: User | None = None, link: Link | None = None) -> bool:
    """Of a report that was sent: nobody at the clinic sees them from now on. Told once; False where they were."""
    patient = Patient.objects.select_for_update().get(pk=report.patient_id)
    if report.sent_at is None or PhotographsTakenBack.objects.filter(report=report).exists():
        return False
    row = PhotographsTakenBack.objects.create(report=report, link=link, recorded_by=by)
    audit.record(
        by=by, what="safety.report_photographs_taken_back", subject=row, clinic=patient.clinic, patient=patient,
        detail={"report": report.pk} | ({"link": link.pk} if link else {}),
        fixes=[PhotographsTakenBack.objects.filter(pk=row.pk)],
    )  # fmt: skip
    return True


@transaction.atomic
def delete_all(*, patient: Patient, by: User) -> None:
    """Once who somebody was is taken out: the files are gone for good. The rows stay, fixed with their reports."""
    rows = list(ReportPhotograph.objects.filter(report__patient=patient).select_related("report"))
    if not rows:
        return
    for report in {row.report for row in rows}:
        take_back(report=report, by=by)
    for name in (name for row in rows for name in (row.picture, row.thumb)):
        transaction.on_commit(partial(vault.current().remove, name))
    audit.record(
        by=by, what="safety.report_photographs_deleted", subject=patient, clinic=patient.clinic, patient=patient,
        detail={"photographs": len(rows)},
    )  # fmt: skip


def kept_of(rows: QuerySet[ReportPhotograph]) -> QuerySet[ReportPhotograph]:
    """Those whose files are there still."""
    return rows.filter(ReportPhotograph.with_files)


def sent_by(patient: Patient) -> list[PatientReport]:
    """The reports of a patient that carry photographs, the newest first, each with what became of them."""
    sent = PatientReport.objects.filter(patient=patient, sent_at__isnull=False, photographs__isnull=False)
    return list(sent.distinct().select_related("taken_back", "reaction").prefetch_related("photographs"))


def refuse(*, link: Link, code: str) -> None:
    """Somebody sent what is no photograph: written down."""
    patient = link.patient
    audit.record(
        by=None, what="photographs.upload_refused", clinic=patient.clinic, patient=patient, refused=True,
        detail={"reason": code, "link": link.pk},
    )  # fmt: skip


def see(*, photograph: ReportPhotograph, kind: Kind, by: User) -> bytes:
    """Somebody of the clinic looks at it. Raises vault.NotKept, vault.Damaged."""
    patient = photograph.report.patient
    audit.record(
        by=by, what="safety.report_photograph_seen", subject=photograph, clinic=patient.clinic, patient=patient,
        detail={"kind": kind},
    )  # fmt: skip
    return content(photograph, kind)


def content(photograph: ReportPhotograph, kind: Kind) -> bytes:
    name = photograph.picture if kind == "picture" else photograph.thumb
    return vault.current().read(name, about=about(kind, photograph.report.patient_id))


def may_be_shown(report: PatientReport) -> bool:
    """Who sends a photograph agrees to it in the own record, until this is taken back after it was sent."""
    if PhotographsTakenBack.objects.filter(report=report).exists():
        return False
    record = next(each for each in agreed.purposes(report.patient) if each.code == "record")
    taken_back = record.withdrawal
    return record.stands or taken_back is None or taken_back.withdrawn_at < report.sent_at


def _note(what: str, row: ReportPhotograph, link: Link) -> None:
    patient = link.patient
    audit.record(
        by=None, what=f"safety.{what}", subject=row, clinic=patient.clinic, patient=patient, detail={"link": link.pk}
    )  # fmt: skip
