"""A search in another order than that of ids: all that matches is told and put in order, and a page is cut from it.

Dates of resources stand in many columns of many tables, or in none, so no database can sort them. Where a search may
find more than can be put in order for one page, it is refused: whoever asks for one patient or some days is answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from wheal.clinic.fhir import streams
from wheal.clinic.fhir.kinds import Kind, Telling, numbers
from wheal.clinic.fhir.orders import By
from wheal.clinic.fhir.streams import Page, Place, Wanted
from wheal.fhir.datatypes import Json
from wheal.fhir.elements import walk
from wheal.fhir.matching import begin
from wheal.fhir.outcomes import Refused, refused

MOST: Final = 5000
"""Rows that are put in order for one page: as many as another page looks at."""


@dataclass(frozen=True, slots=True)
class After:
    """After which resource a page begins: where it stands in the order of ids, and its dates (ms since 1970) as they
    were; it may have moved meanwhile."""

    place: Place
    values: tuple[int | None, ...]

    def __str__(self) -> str:
        return "~".join([str(self.place), *("" if each is None else str(each) for each in self.values)])

    @staticmethod
    def read(text: str, by: tuple[By, ...]) -> After | None:
        if not text:
            return None
        place, *values = text.split("~")
        if len(values) != len(by) or not all(numbers([each.removeprefix("-")]) for each in values if each):
            raise refused(400, "value", "this is no page of an answer in this order", "_page")
        return After(Place.read(place), tuple(int(each) if each else None for each in values))


def page(
    wanted: Wanted, telling: Telling, patient: int | None, by: tuple[By, ...], after: str, count: int
) -> tuple[Page, int]:
    """At most `count`, where the next one begins, and how many there are in all. Raises Refused."""
    begins = After.read(after, by)
    if streams.rows(wanted, telling, patient, MOST + 1) > MOST:
        raise _too_many(wanted.kind)
    told = [
        (After(place, tuple(_value(resource, each, telling) for each in by)), resource)
        for resource, place in streams.stream([wanted], telling, patient)
        if resource is not None
    ]
    told.sort(key=lambda one: _key(one[0], by))
    rest = [one for one in told if begins is None or _key(one[0], by) > _key(begins, by)]
    ends = rest[count - 1][0] if len(rest) > count else None
    return Page([resource for _at, resource in rest[:count]], ends), len(told)


def _too_many(kind: Kind) -> Refused:
    words = f"more than {MOST} are too many to be put in order: ask for one patient, or for some days"
    return refused(400, "too-costly", words, "_sort")


def _value(resource: Json, by: By, telling: Telling) -> int | None:
    """Of several dates the one that comes first in this order."""
    if by.dates is None:
        return None
    held: Iterable[Any] = (each for path in by.dates.paths for each in walk(resource, path))
    found = [at for each in held if (at := begin(each, telling.zone)) is not None]
    return (max if by.sign < 0 else min)(found, default=None)


def _key(of: After, by: tuple[By, ...]) -> tuple[tuple[int, ...], ...]:
    """What has no such date comes last, whichever way. The place is different for any two."""
    places = (of.place.kind, of.place.source, of.place.row, of.place.number)
    parts = [
        tuple(each.sign * number for number in places)
        if each.dates is None
        else (int(value is None), each.sign * (value or 0))
        for each, value in zip(by, of.values, strict=True)
    ]
    return (*parts, places)
