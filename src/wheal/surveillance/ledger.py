"""What the watch keeps of every session: enough to say who met what, and when, without looking through all of it.

Exposures, patients and sessions are numbered. A session is kept once, in flat arrays; of each exposure only the numbers
of its sessions, sorted by day: a million sessions take a few hundred megabytes, and what one exposure did in some weeks
is found by halving.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from wheal.surveillance.records import Exposure, Treated

NOWHERE: Final = ""
"""The clinic of sessions that name none."""
BY_SHARING: Final = frozenset(("container", "mix"))
"""Most of them serve one patient and can explain nothing: they are in use once two patients met them."""
_ALIKE: Final = 4096
"""Of so many sessions the things are known again: on one day, many meet the same."""


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
        self._patient_number: dict[str, int] = {}
        self._clinic_number: dict[str, int] = {}
        # of each session, in the order in which they came to be known
        self._days, self._patients, self._clinics = array("i"), array("i"), array("i")
        self._met: list[tuple[int, ...]] = []
        self._latest = 0
        # the sessions of each exposure, clinic and patient; the first two by day
        self._uses: list[array[int]] = []
        self._of_clinic: list[array[int]] = []
        self._of_patient: list[list[int]] = []
        self._only_counted: list[list[int]] = []  # of each clinic: days
        self._things = lru_cache(_ALIKE)(self._numbered)

    def add(self, session: Treated) -> None:
        """The one place through which a group's millions of exposures pass: little is called here."""
        day, at, of_patient = session.day.toordinal(), len(self._met), self._of_patient
        patient = self._patient_number.setdefault(session.patient, len(of_patient))
        if patient == len(of_patient):
            of_patient.append([])
        met, clinic = self._things(session.exposures)
        of_patient[patient].append(at)
        self._days.append(day)
        self._patients.append(patient)
        self._clinics.append(clinic)
        self._met.append(met)
        if day < self._latest:
            self._put(at, day, [self._of_clinic[clinic], *(self._uses[number] for number in met)])
            return
        self._latest, uses = day, self._uses
        self._of_clinic[clinic].append(at)
        for number in met:
            uses[number].append(at)

    def _put(self, session: int, day: int, among: Iterable[array[int]]) -> None:
        """One that came to be known late."""
        for sessions in among:
            sessions.insert(bisect_right(sessions, day, key=self._days.__getitem__), session)

    def count(self, clinic: str, days: Mapping[date, int]) -> None:
        """Sessions of which only the clinic and the day are told: how many on each."""
        number = self._clinic(clinic)
        told = (day.toordinal() for day, many in days.items() for _ in range(many))
        self._only_counted[number] = sorted([*self._only_counted[number], *told])

    def visits(self, patient: str, since: int, until: int) -> list[Visit]:
        """Of one patient, both days included, in the order of the days."""
        number = self._patient_number.get(patient)
        sessions = () if number is None else self._of_patient[number]
        held = ((self._days[at], self._met[at], self._clinics[at]) for at in sessions)
        return [Visit(*it) for it in sorted(it for it in held if since <= it[0] <= until)]

    def number(self, exposure: Exposure) -> int | None:
        """By which the other questions name it; None for what no session had."""
        return self._number.get(exposure)

    def uses(self, exposure: int, edges: Sequence[int]) -> list[int]:
        """How many of its sessions fall between each day and the next, the first of the two included; the days
        ascend."""
        cuts = [self._before(self._uses[exposure], edge) for edge in edges]
        return [later - earlier for earlier, later in pairwise(cuts)]

    def sessions(self, clinic: int, until: int) -> int:
        """How many, that day included."""
        counted = bisect_right(self._only_counted[clinic], until)
        return counted + self._before(self._of_clinic[clinic], until + 1)

    def by_clinic(self, exposure: int, since: int, until: int) -> Counter[int]:
        """How many sessions of each clinic."""
        return Counter(map(self._clinics.__getitem__, self._within(exposure, since, until)))

    def exposed(self, exposure: int, since: int, until: int) -> int:
        """How many patients."""
        return len(set(map(self._patients.__getitem__, self._within(exposure, since, until))))

    def people_a_session(self, exposure: int, clinic: int) -> float:
        """Patients by sessions: less than 1 where they came several times."""
        theirs = [at for at in self._uses[exposure] if self._clinics[at] == clinic]
        return len({self._patients[at] for at in theirs}) / len(theirs)

    def met(self, exposure: int, since: int, until: int) -> Iterable[tuple[tuple[int, ...], int]]:
        """What each of its sessions met, and in which clinic."""
        return ((self._met[at], self._clinics[at]) for at in self._within(exposure, since, until))

    def in_use(self, clinic: int, since: int) -> Counter[str]:
        """How many things of each kind a clinic has used since a day, see BY_SHARING."""
        sessions = self._of_clinic[clinic]
        lately = sessions[self._before(sessions, since) :]
        used = set(chain.from_iterable(map(self._met.__getitem__, lately)))
        kinds = ((number, self.names[number][0]) for number in used)
        return Counter(kind for number, kind in kinds if kind not in BY_SHARING or self._is_shared(number))

    def _is_shared(self, exposure: int) -> bool:
        """Two patients met it."""
        first, *others = map(self._patients.__getitem__, self._uses[exposure])
        return any(patient != first for patient in others)

    def _before(self, sessions: Sequence[int], day: int) -> int:
        return bisect_left(sessions, day, key=self._days.__getitem__)

    def _within(self, exposure: int, since: int, until: int) -> array[int]:
        sessions = self._uses[exposure]
        return sessions[self._before(sessions, since) : self._before(sessions, until + 1)]

    def _numbered(self, exposures: tuple[Exposure, ...]) -> tuple[tuple[int, ...], int]:
        """The numbers of what was met, each once, and of the clinic."""
        known, numbers, clinic = self._number, set(), NOWHERE
        for exposure in exposures:
            numbers.add(known[exposure] if exposure in known else self._exposure(exposure))
            if exposure[0] == "clinic" and not clinic:
                clinic = exposure[1]
        return tuple(sorted(numbers)), self._clinic(clinic)

    def _exposure(self, exposure: Exposure) -> int:
        number = self._number[exposure] = len(self.names)
        self.names.append(exposure)
        self._uses.append(array("i"))
        return number

    def _clinic(self, name: str) -> int:
        number = self._clinic_number.setdefault(name, len(self.clinics))
        if number == len(self.clinics):
            self.clinics.append(name)
            self._of_clinic.append(array("i"))
            self._only_counted.append([])
        return number
