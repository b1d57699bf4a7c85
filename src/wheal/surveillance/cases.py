"""The cases that are counted together, by what each of them met before the onset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from wheal.surveillance.ledger import Ledger, Visit
from wheal.surveillance.look_back import EXTENDED
from wheal.surveillance.records import Reported

ALIKE: Final = ("suspected_infection", "abscess", "nodule", "ulcer_or_necrosis")
"""Kinds that one contaminated thing causes side by side: counted together. Others are watched each by itself."""
COMMON: Final = frozenset(
    ("bruising", "swelling", "pain", "redness", "itch", "numbness", "hardening", "no_effect")
)
"""So frequent after a sound injection that two together tell nothing: recorded, not watched."""
MAY_BEGIN_SO: Final = frozenset(("redness", "swelling", "hardening"))
"""What an infection of the skin may be taken for at first: counted with ALIKE where it begins late."""
LATE_AFTER: Final = 28
"""Days from the last session on which a reaction to the injection itself is no longer looked for. Swelling and numbness
are told of for that long; the number is this project's own choice."""


def is_late(onset: int, days: Iterable[int]) -> bool:
    """Whether something began longer than LATE_AFTER after the last of these days before it. Not, where there is none:
    then nothing is known of a session that it could come of."""
    before = [day for day in days if day <= onset]
    return bool(before) and onset - max(before) > LATE_AFTER


def counted_as(kinds: Iterable[str], *, late: bool = False) -> dict[str, str]:
    """The groups in which an event of these kinds is watched, each with the kind that brings it there."""
    found: dict[str, str] = {}
    for kind in kinds:
        if kind in ALIKE or (late and kind in MAY_BEGIN_SO):
            found.setdefault(ALIKE[0], kind)
        elif kind not in COMMON:
            found.setdefault(kind, kind)
    return found


@dataclass(frozen=True, slots=True)
class Case:
    patient: str
    kind: str
    onset: int
    reported: int
    name: str  # of the report
    visits: tuple[Visit, ...]  # in the extended look-back before the onset

    @property
    def clinic(self) -> int:
        """Of the last visit."""
        return self.visits[-1].clinic

    def exposures(self) -> set[int]:
        return {number for visit in self.visits for number in visit.exposures}


class Cases:
    """A patient is one case, however many events are reported; anew only after the longest incubation."""

    def __init__(self) -> None:
        self._of: dict[str, Case] = {}
        self._by_exposure: dict[int, dict[str, Case]] = defaultdict(dict)

    def add(self, event: Reported, kind: str, ledger: Ledger) -> Case | None:
        """`kind`: the one that brings it into this group. None where the patient is a case already."""
        onset, before = event.onset.toordinal(), self._of.get(event.patient)
        if before and onset - before.onset <= EXTENDED:
            return None
        return self._put(Case(event.patient, kind, onset, event.day.toordinal(), event.name, ()), ledger)

    def revisit(self, patient: str, ledger: Ledger) -> None:
        """A session of a patient came to be known after the event."""
        if case := self._of.get(patient):
            self._put(case, ledger)

    def all(self) -> Iterable[Case]:
        """Those of whom a session is known."""
        return (case for case in self._of.values() if case.visits)

    def with_exposure(self, exposure: int, since: int) -> list[Case]:
        """Those with an onset since a day, in the order of their reports."""
        held = self._by_exposure.get(exposure, {})
        return [case for case in held.values() if case.onset >= since]

    def _put(self, case: Case, ledger: Ledger) -> Case:
        visits = ledger.visits(case.patient, case.onset - EXTENDED, case.onset)
        found = replace(case, visits=tuple(visits))
        self._of[case.patient] = found
        for exposure in found.exposures():
            self._by_exposure[exposure][case.patient] = found
        return found
