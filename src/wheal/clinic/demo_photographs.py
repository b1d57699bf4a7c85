"""Photographs of one course of the demo, drawn and kept by the same actions as a clinic's own."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import uuid4

from django.utils import timezone

from wheal import knowledge
from wheal.clinic.demo_drawings import VIEWS, Stand, jpeg
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.photographs import actions, wording
from wheal.clinic.photographs.models import Photograph
from wheal.photography import PURPOSES, Framing

STANDS: Final = (
    Stand(),
    Stand(0.015, -0.008, -1.5, 1.02),
    Stand(-0.01, 0.012, 2, 1.01),
    Stand(0.008, 0.006, 0.5),
)
ALL: Final = tuple(VIEWS)


def agree(patient: Patient, signature: list[list[list[int]]], *, by: User) -> None:
    """To the record and to being shown, not to being published."""
    known, language = knowledge.current(), patient.language
    actions.give_consent(
        patient=patient, purposes=PURPOSES[:2], language=language,
        text_digest=wording.digest(patient, language, known),
        signed_name=f"{patient.given_names} {patient.family_name}", signature=signature, by=by, known=known,
    )  # fmt: skip


def take(
    patient: Patient, at: datetime, full: float, place: int, *, views: tuple[str, ...] = ALL, by: User
) -> list[Photograph]:
    """One set, the `place`-th: nobody stands twice in quite the same way."""
    day = timezone.localdate(at, timezone=at.tzinfo)
    return [
        actions.add(
            patient=patient, by=by,
            shot=actions.Shot(jpeg(view, full, STANDS[place]), view, day, uuid4(), Photograph.How.CAMERA),
        )
        for view in views
    ]  # fmt: skip


def straighten(photographs: list[Photograph], *, by: User) -> None:
    """One that stood askew, laid as the first one was."""
    for photograph in photographs:
        actions.frame(photograph=photograph, framing=Framing(turn=Decimal("2"), zoom=Decimal("1.06")), by=by)
