"""Opening a record in an emergency, ending that, and what the patient's clinic says of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.breakglass.models import Opening, Review
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, Membership, User
from wheal.clinic.people.permissions import P, permissions_of

LASTS: Final = timedelta(hours=1)
LEAST_WORDS: Final = 10  # characters of a reason


class OpeningRefused(Exception):
    """Carries `reason`: cause, words, not_needed, own, reviewed, finding."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def may_read_anyway(user: User, patient: Patient) -> bool:
    """Whether the chart is open to them without any emergency, at one of their clinics."""
    held = Membership.objects.filter(user=user, clinic=patient.clinic_id, ended_at=None)
    return any(P.CHART_READ in permissions_of(row.role, administers=row.administers) for row in held)


@transaction.atomic
def open_record(
    *, patient: Patient, cause: str, reason: str, came_from: Clinic, role: str, by: User
) -> Opening:
    """To be read for an hour. One that lasts already is answered again. Raises OpeningRefused."""
    reason = " ".join(reason.split())
    if cause not in Opening.Cause.values:
        raise OpeningRefused("cause")
    if len(reason) < LEAST_WORDS:
        raise OpeningRefused("words")
    if may_read_anyway(by, patient):
        raise OpeningRefused("not_needed")
    now = timezone.now()
    if lasting := Opening.objects.lasting(now).filter(by=by, patient=patient).first():
        return lasting
    opening = Opening.objects.create(
        clinic=patient.clinic, patient=patient, by=by, came_from=came_from, role=role, cause=cause,
        reason=reason[:300], opened_at=now, ends_at=now + LASTS,
    )  # fmt: skip
    _note("record_opened", opening, by, fixes=[Opening.objects.filter(pk=opening.pk)], cause=cause)
    return opening


@transaction.atomic
def note_search(*, clinic: Clinic, found: int, by: User) -> None:
    """Somebody looked over all clinics for a person; whom they named is not written down where none was found."""
    audit.record(by=by, what="breakglass.person_sought", clinic=clinic, detail={"found": found})


@transaction.atomic
def note_reading(*, opening: Opening, by: User) -> None:
    _note("record_read", opening, by)


@transaction.atomic
def close(*, opening: Opening, by: User) -> None:
    """Before its hour is over, by whoever opened it or by the clinic. Closing again changes nothing."""
    now = timezone.now()
    if Opening.objects.lasting(now).filter(pk=opening.pk).update(closed_at=now):
        _note("access_ended", opening, by)


@transaction.atomic
def review(*, opening: Opening, finding: str, words: str, by: User) -> None:
    """Once, by somebody else, and whatever lasts still ends with it. Raises OpeningRefused."""
    words = " ".join(words.split())
    if opening.by_id == by.pk:
        raise OpeningRefused("own")
    if finding not in Opening.Finding.values:
        raise OpeningRefused("finding")
    if finding == Opening.Finding.NOT_JUSTIFIED and len(words) < LEAST_WORDS:
        raise OpeningRefused("words")
    close(opening=opening, by=by)
    said = {"reviewed_at": timezone.now(), "reviewed_by": by, "finding": finding, "words": words[:500]}
    if not Opening.objects.waiting().filter(pk=opening.pk).update(**said):
        raise OpeningRefused("reviewed")
    _note("access_reviewed", opening, by, fixes=[Review.objects.filter(pk=opening.pk)], finding=finding)


def _note(what: str, opening: Opening, by: User, *, fixes: object = (), **detail: object) -> None:
    """In the audit of the patient's clinic, where it is looked for."""
    audit.record(
        by=by, what=f"breakglass.{what}", subject=opening, clinic=opening.clinic, patient=opening.patient,
        detail=detail, fixes=fixes,
    )  # fmt: skip
