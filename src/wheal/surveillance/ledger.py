"""What the watch keeps of every session: enough to say who met what, and when, without looking through all of it.

Exposures are numbered, days and patients kept in flat arrays sorted by day: a million sessions take a few hundred
megabytes, and what one exposure did in some weeks is found by halving.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from wheal.surveillance.records import Exposure, Treated

NOWHERE: Final = ""
"""The clinic of sessions that name none."""
BY_SHARING: Final = frozenset(("container", "mix"))
"""Most of them serve one patient and can explain nothing: they are in use once two patients met them."""


@dataclass(slots=True)
class Uses:
    """The sessions of one exposure, sorted by day, with the patient and the clinic of each."""

    days: array[int] = field(default_factory=lambda: array("i"))
    patients: array[int] = field(default_factory=lambda: array("i"))
    clinics: array[int] = field(default_factory=lambda: array("i"))

    @property
    def is_shared(self) -> bool:
        """Two patients met it."""
        return any(patient != self.patients[0] for patient in self.patients)

    def insert(self, day: int, patient: int, clinic: int) -> None:
        """One that came to be known late."""
        at = bisect_right(self.days, day)
        self.days.insert(at, day)
        self.patients.insert(at, patient)
        self.clinics.insert(at, clinic)

    def between(self, edges: Sequence[int]) -> list[int]:
        """How many sessions fall between each day and the next, the first of the two included; the days ascend."""
        cuts = [bisect_left(self.days, edge) for edge in edges]
        return [later - earlier for earlier, later in pairwise(cuts)]

    def within(self, since: int, until: int) -> slice:
        return slice(bisect_left(self.days, since), bisect_right(self.days, until))


@dataclass(frozen=True, slots=True)
class Visit:
    day: int
    exposures: tuple[int, ...]
    clinic: int


class Ledger:
    """Filled session by session; late ones are put in their place."""

    def __init__(self) -> None:
        self.names: list[Exposure] = []
        self.clinics: list[str] = []
        self._number: dict[Exposure, int] = {}
        self._patients: dict[str, int] = {}
        self._clinic_number: dict[str, int] = {}
        self._visits: list[
            list[tuple[int, tuple[int, ...], int]]
        ] = []  # of each patient, as Visit holds them
        self._uses: list[Uses] = []
        self._all: list[array[int]] = []  # days of each clinic's sessions
        self._last: list[dict[int, int]] = []  # of each clinic: the last day on which it used a thing

    def add(self, session: Treated) -> None:
        """The one place through which a group's millions of exposures pass: little is called here."""
        day, patient = session.day.toordinal(), self._patient(session.patient)
        numbers, clinic = self._met(session.exposures)
        self._visits[patient].append((day, numbers, clinic))
        _insert(self._all[clinic], day)
        last = self._last[clinic]
        for number in numbers:
            uses = self._uses[number]
            if not uses.days or uses.days[-1] <= day:
                uses.days.append(day)
                uses.patients.append(patient)
                uses.clinics.append(clinic)
            else:
                uses.insert(day, patient, clinic)
            if last.get(number, 0) < day:
                last[number] = day

    def count(self, clinic: str, days: Iterable[int]) -> None:
        """Sessions of which only the clinic and the day are told."""
        number = self._clinic(clinic)
        self._all[number] = array("i", sorted([*self._all[number], *days]))

    def visits(self, patient: str, since: int, until: int) -> list[Visit]:
        """Of one patient, both days included, in the order of the days."""
        number = self._patients.get(patient)
        held = [] if number is None else [it for it in self._visits[number] if since <= it[0] <= until]
        return [Visit(*it) for it in sorted(held)]

    def number(self, exposure: Exposure) -> int | None:
        """By which the other questions name it; None for what no session had."""
        return self._number.get(exposure)

    def uses(self, exposure: int) -> Uses:
        return self._uses[exposure]

    def sessions(self, clinic: int, until: int) -> int:
        return bisect_right(self._all[clinic], until)

    def by_clinic(self, exposure: int, since: int, until: int) -> Counter[int]:
        """How many sessions of each clinic."""
        uses = self._uses[exposure]
        return Counter(uses.clinics[uses.within(since, until)])

    def exposed(self, exposure: int, since: int, until: int) -> int:
        """How many patients."""
        uses = self._uses[exposure]
        return len(set(uses.patients[uses.within(since, until)]))

    def in_use(self, clinic: int, since: int) -> Counter[str]:
        """How many things of each kind a clinic has used since a day, see BY_SHARING."""
        used = ((number, self.names[number][0]) for number, day in self._last[clinic].items() if day >= since)
        return Counter(
            kind for number, kind in used if kind not in BY_SHARING or self._uses[number].is_shared
        )

    def _met(self, exposures: Iterable[Exposure]) -> tuple[tuple[int, ...], int]:
        """The numbers of what was met, each once, and of the clinic."""
        known, numbers, clinic = self._number, [], NOWHERE
        for exposure in exposures:
            number = known.get(exposure)
            numbers.append(self._new(exposure) if number is None else number)
            if exposure[0] == "clinic" and not clinic:
                clinic = exposure[1]
        numbers.sort()
        return tuple(dict.fromkeys(numbers)), self._clinic(clinic)

    def _patient(self, name: str) -> int:
        number = self._patients.setdefault(name, len(self._visits))
        if number == len(self._visits):
            self._visits.append([])
        return number

    def _new(self, exposure: Exposure) -> int:
        number = self._number[exposure] = len(self.names)
        self.names.append(exposure)
        self._uses.append(Uses())
        return number

    def _clinic(self, name: str) -> int:
        number = self._clinic_number.setdefault(name, len(self.clinics))
        if number == len(self.clinics):
            self.clinics.append(name)
            self._all.append(array("i"))
            self._last.append({})
        return number


def _insert(days: array[int], day: int) -> None:
    if not days or days[-1] <= day:
        days.append(day)
    else:
        days.insert(bisect_right(days, day), day)
