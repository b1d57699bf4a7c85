"""Maria agreed to photographs for her record; Alice takes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

import people
import photos
from wheal import knowledge
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.photographs import actions, wording
from wheal.clinic.photographs.models import Photograph

SIGNATURE = [[[0, 0], [400, 120], [900, 60]]]


def agree(patient: Patient, by: User, *purposes: str) -> None:
    known, language = knowledge.current(), "en"
    actions.give_consent(
        patient=patient, purposes=purposes, language=language, text_digest=wording.digest(patient, language, known),
        signed_name="Maria Rivera", signature=SIGNATURE, by=by, known=known,
    )  # fmt: skip


def shot(data: bytes | None = None, pose: str = "head_front", on: date | None = None) -> actions.Shot:
    return actions.Shot(data or photos.jpeg(), pose, on or people.today(), uuid4())


def as_(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


@pytest.fixture
def agreed(patient: Patient, alice: User) -> Patient:
    agree(patient, alice, "record")
    return patient


@pytest.fixture
def taken(agreed: Patient, alice: User) -> Callable[..., Photograph]:
    def take(**about: object) -> Photograph:
        return actions.add(patient=agreed, shot=shot(**about), by=alice)

    return take
