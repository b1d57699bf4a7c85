"""One field, everything that somebody may know of a patient: name, birth date, number, telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from wheal.clinic.patients.models import Patient, PatientQuerySet, SearchWord
from wheal.clinic.patients.names import PHONE_DIGITS, fold, phone_digits, take_date
from wheal.clinic.people.models import Clinic

MONTH_FIRST = {"US"}
SHOWN = 20
MOST_WORDS = 12  # nobody is called by more; a database refuses to look for hundreds
NESTED = 5  # searches within each other: SQLite reads no ten
LAST = "\U0010ffff"  # behind every word that begins alike
# in words that no index sorts by: by the index of names a database walks through everybody of the clinic until enough
# are found, and through all of them for a rare name; so it sorts who matches
BY_NAME = Coalesce("search_name", Value(""))


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
    return Sought(words=tuple(dict.fromkeys(fold(rest).split())), birth_date=birth_date, digits="")


def find(clinic: Clinic, typed: str, *, shown: int = SHOWN) -> list[Patient]:
    """Those who match everything typed: first whose family name begins with the first word, then with another, then the
    others; each of them by name. Each step goes through an index of the clinic. More words than anybody has
    find nobody."""
    sought = read(typed, clinic)
    if not sought or len(sought.words) > MOST_WORDS:
        return []
    patients = _narrowed(Patient.objects.filter(clinic=clinic), sought)
    if sought.words:
        return _with_words(patients, clinic, sought.words, shown)
    found = list(patients.order_by(BY_NAME, "pk")[:shown])
    if not found and len(sought.digits) == 8:  # a number that only looked like a date
        return _with_digits(Patient.objects.filter(clinic=clinic), sought.digits, shown)
    return found


def _narrowed(patients: PatientQuerySet, sought: Sought) -> PatientQuerySet:
    if sought.birth_date:
        patients = patients.filter(birth_date=sought.birth_date)
    if sought.digits:
        patients = patients.filter(pk__in=_ids_with_digits(patients, sought.digits))
    return patients


def _with_words(
    patients: PatientQuerySet, clinic: Clinic, words: tuple[str, ...], shown: int
) -> list[Patient]:
    """Along the index of family names it ends with the last one shown, however many there are of a common name."""
    found: list[Patient] = []
    for word in words:
        called = patients.filter(search_name__gte=word, search_name__lt=word + LAST)
        for other in words:
            if other != word:
                called = called.filter(search_name__contains=f" {other}")
        found += _others(called, found, "search_name", shown)
        if len(found) == shown:
            return found
    longest_first = sorted(words, key=len, reverse=True)
    called = patients.filter(pk__in=_ids_with(clinic, longest_first[:NESTED]))
    for word in longest_first[NESTED:]:
        called = called.filter(pk__in=_begun(clinic, word).values("patient"))
    return found + _others(called, found, BY_NAME, shown)


def _others(patients: PatientQuerySet, found: list[Patient], by: str | Coalesce, shown: int) -> list[Patient]:
    if found:
        patients = patients.exclude(pk__in=[one.pk for one in found])
    return list(patients.order_by(by, "pk")[: shown - len(found)])


def _ids_with(clinic: Clinic, longest_first: list[str]) -> QuerySet[SearchWord]:
    """Each word is looked for among those whom the longer ones leave, so that of nobody else a row is read."""
    found: QuerySet[SearchWord] | None = None
    for word in longest_first:
        begun = _begun(clinic, word)
        found = (begun if found is None else begun.filter(patient__in=found)).values("patient")
    assert found is not None
    return found


def _begun(clinic: Clinic, word: str) -> QuerySet[SearchWord]:
    return SearchWord.objects.filter(clinic=clinic, word__gte=word, word__lt=word + LAST)


def _ids_with_digits(patients: PatientQuerySet, digits: str) -> list[int]:
    return [patient.pk for patient in _with_digits(patients, digits, SHOWN)]


def _with_digits(patients: PatientQuerySet, digits: str, shown: int) -> list[Patient]:
    by_number = patients.filter(number__gte=digits, number__lt=digits + LAST)
    found = list(by_number.order_by("number")[:shown])
    if len(digits) >= PHONE_DIGITS:
        found += list(patients.filter(search_phone=phone_digits(digits))[:shown])
    return found
