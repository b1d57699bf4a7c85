"""What a kind of resource is here: from which rows it is told, who may read it, by what it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import Permission
from wheal.fhir.datatypes import Json
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Telling:
    """What every resource is told with: the clinic, its clock, its language, the knowledge. `spoken`: the language of
    whom it is told for, where it is not the clinic's."""

    clinic: Clinic
    known: Knowledge
    spoken: str = ""

    @property
    def language(self) -> str:
        wanted = self.spoken or self.clinic.language
        return wanted if wanted in self.known.texts_held else "en"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.clinic.time_zone)


Rows = Callable[[Clinic], QuerySet[Any]]
Tell = Callable[[Any, Telling], Iterable[Json]]
Narrow = Callable[[list[str]], Q]


def numbers(values: list[str]) -> list[str]:
    """Those that can be keys of rows."""
    return [each for each in values if each.isascii() and each.isdecimal() and len(each) < 18]


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table, each told as one resource or several. Ids are `prefix` and the row's, then what tells several
    apart.

    `patient`, `date`, `updated`: lookups of the columns. `narrow`: by parameter, what the database leaves out for given
    values; never one that matches, for every resource is held against the search again.
    """

    rows: Rows
    tell: Tell
    prefix: str = ""
    patient: str = ""
    date: str = ""
    is_moment: bool = True  # the column of `date`
    updated: tuple[str, ...] = ()  # the row is no newer than the newest of them
    narrow: Mapping[str, Narrow] = field(default_factory=dict)
    history: Tell | None = None  # every version of one row, the newest first

    def key_of(self, identity: str) -> str | None:
        """The row's key, where the id is one of these."""
        if self.prefix:
            if not identity.startswith(f"{self.prefix}-"):
                return None
            identity = identity[len(self.prefix) + 1 :]
        first = identity.split("-", 1)[0]
        return next(iter(numbers([first])), None)


@dataclass(frozen=True, slots=True)
class Parameter:
    """`type`: of FHIR's search parameters. `paths`: elements, from the resource down; `of`: types of a reference."""

    type: str
    paths: tuple[str, ...]
    of: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """`held`: resources that are no rows, such as what the knowledge defines. `of_nobody_permission`: by itself it
    opens what of this kind is of no patient."""

    name: str
    permission: Permission
    sources: tuple[Source, ...]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    held: Callable[[Telling], Iterable[Json]] | None = None
    writes: tuple[str, ...] = ()
    write_permission: Permission | None = None
    of_nobody_permission: Permission | None = None
    patient_path: str = ""  # the element that says whose it is
    needs_everybody: bool = False  # tells of many people at once: not for a program that was opened for one

    @property
    def is_of_a_patient(self) -> bool:
        """Where no element says whose it is, the rows do."""
        return bool(self.patient_path) or (bool(self.sources) and all(each.patient for each in self.sources))

    @property
    def of_nobody(self) -> Kind:
        """Without the rows that are of somebody."""
        return replace(self, sources=tuple(each for each in self.sources if not each.patient))
