"""One field, everything that somebody may know of a patient: name, birth date, number, telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wheal.clinic.patients.models import Patient, PatientQuerySet, SearchWord
from wheal.clinic.patients.names import PHONE_DIGITS, fold, phone_digits, take_date
from wheal.clinic.people.models import Clinic

MONTH_FIRST = {"US"}
SHOWN = 20
LAST = "\U0010ffff"  # behind every word that begins alike


@dataclass(frozen=True, slots=True)
class Sought:
    words: tuple[str, ...]
    birth_date: date | None
    digits: str

    def __bool__(self) -> bool:
        return bool(self.words or self.birth_date or self.digits)


def read(typed: str, clinic: Clinic) -> Sought:
    birth_date, rest = take_date(typed, month_first=clinic.jurisdiction in MONTH_FIRST)
    bare = "".join(sign for sign in rest if sign.isalnum())
    if bare.isdecimal():
        return Sought(words=(), birth_date=birth_date, digits=bare)
    return Sought(words=tuple(fold(rest).split()), birth_date=birth_date, digits="")


def find(clinic: Clinic, typed: str, *, shown: int = SHOWN) -> list[Patient]:
    """Those who match everything typed, by name. Each step goes through an index of the clinic."""
    sought = read(typed, clinic)
    if not sought:
        return []
    patients = _narrowed(Patient.objects.filter(clinic=clinic), clinic, sought)
    found = list(patients.order_by("search_name", "pk")[:shown])
    if not found and len(sought.digits) == 8:  # a number that only looked like a date
        return _with_digits(Patient.objects.filter(clinic=clinic), sought.digits, shown)
    return found


def _narrowed(patients: PatientQuerySet, clinic: Clinic, sought: Sought) -> PatientQuerySet:
    if sought.birth_date:
        patients = patients.filter(birth_date=sought.birth_date)
    if sought.digits:
        patients = patients.filter(pk__in=_ids_with_digits(patients, sought.digits))
    for word in sought.words:
        begun = SearchWord.objects.filter(clinic=clinic, word__gte=word, word__lt=word + LAST)
        patients = patients.filter(pk__in=begun.values("patient"))
    return patients


def _ids_with_digits(patients: PatientQuerySet, digits: str) -> list[int]:
    return [patient.pk for patient in _with_digits(patients, digits, SHOWN)]


def _with_digits(patients: PatientQuerySet, digits: str, shown: int) -> list[Patient]:
    by_number = patients.filter(number__gte=digits, number__lt=digits + LAST)
    found = list(by_number.order_by("number")[:shown])
    if len(digits) >= PHONE_DIGITS:
        found += list(patients.filter(search_phone=phone_digits(digits))[:shown])
    return found
