"""What was read, sealed for the way through the browser: whoever confirms sends it back as it was, and nothing of it
was kept in between. The browser cannot read it, nor another person, clinic or day make use of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from pydantic import TypeAdapter

from wheal.clinic.fhir import seals
from wheal.clinic.people.models import Clinic, User
from wheal.fhir.incoming import Summary

HOLDS: Final = 3600  # seconds between looking and confirming
_PURPOSE: Final = b"fhir.arrival"


class Unsealed(Exception):
    """It is not what was sealed here, for this person, or it is too old."""


@dataclass(frozen=True, slots=True)
class Sealed:
    clinic: int
    by: int
    at: float
    summary: Summary


_AS_JSON: Final = TypeAdapter(Sealed)


def seal(summary: Summary, *, clinic: Clinic, by: User) -> str:
    told = Sealed(clinic.pk, by.pk, timezone.now().timestamp(), summary)
    return seals.seal(_AS_JSON.dump_json(told), _PURPOSE)


def opened(text: str, *, clinic: Clinic, by: User) -> Summary:
    """Raises Unsealed."""
    try:
        told = _AS_JSON.validate_json(seals.opened(text, _PURPOSE))
    except ValueError as problem:
        raise Unsealed from problem
    if (told.clinic, told.by) != (clinic.pk, by.pk) or timezone.now().timestamp() - told.at > HOLDS:
        raise Unsealed
    return told.summary
