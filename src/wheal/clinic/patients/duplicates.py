"""Is this person perhaps registered already?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.names import PHONE_DIGITS, fold, phone_digits
from wheal.clinic.people.models import Clinic

ALIKE = 0.75  # of the letters of both names, in order


@dataclass(frozen=True, slots=True)
class Likely:
    patient: Patient
    why: Literal["birth_date_and_name", "name", "phone"]


def likely(
    clinic: Clinic,
    *,
    family_name: str,
    given_names: str,
    birth_date: date,
    phone: str,
    but: int | None = None,
) -> list[Likely]:
    """Those who may be the same person: same birth date and a like name, same name, same telephone."""
    name = fold(f"{family_name} {given_names}")
    found: dict[int, Likely] = {}
    for one in _candidates(clinic, name, birth_date, phone_digits(phone)):
        if one.patient.pk != but:
            found.setdefault(one.patient.pk, one)
    return list(found.values())


def _candidates(clinic: Clinic, name: str, birth_date: date, phone: str) -> Iterator[Likely]:
    here = Patient.objects.filter(clinic=clinic)
    for patient in here.filter(birth_date=birth_date):
        if are_alike(patient.search_name, name):
            yield Likely(patient, "birth_date_and_name")
    for patient in here.filter(search_name=name)[:5]:
        yield Likely(patient, "name")
    if len(phone) == PHONE_DIGITS:
        for patient in here.filter(search_phone=phone)[:5]:
            yield Likely(patient, "phone")


def are_alike(one: str, other: str) -> bool:
    """Misspelt, names swapped, or one name of several the same."""
    ones, others = one.split(), other.split()
    if {word for word in ones if len(word) > 2} & set(others):
        return True
    return SequenceMatcher(None, " ".join(sorted(ones)), " ".join(sorted(others))).ratio() >= ALIKE
