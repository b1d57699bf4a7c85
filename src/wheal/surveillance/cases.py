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
NEVER_PROMISED: Final = frozenset(("suspected_infection", "abscess", "ulcer_or_necrosis"))
"""No label makes these usual: each is judged as if there were none."""
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
    """The groups in which an event of these kinds is watched, each with the kind that brings it there: of several the
    one that is never promised, so that a nodule with pus is no nodule of the label."""
    found: dict[str, str] = {}
    for kind in sorted(kinds, key=lambda one: one not in NEVER_PROMISED):
        if kind in ALIKE or (late and kind in MAY_BEGIN_SO):
            found.setdefault(ALIKE[0], kind)
        elif kind not in COMMON:
            found.setdefault(kind, kind)
    return found


Key = tuple[str, int]
"""By which a case is known again: the patient and the onset."""


@dataclass(frozen=True, slots=True)
class Case:
    patient: str
    kind: str
    onset: int
    reported: int
    name: str  # of the report
    visits: tuple[
        Visit, ...
    ]  # in the extended look-back before the onset, and after an earlier one of theirs

    @property
    def key(self) -> Key:
        return self.patient, self.onset

    @property
    def clinic(self) -> int:
        """Of the last visit."""
        return self.visits[-1].clinic

    def exposures(self) -> set[int]:
        return {number for visit in self.visits for number in visit.exposures}


class Cases:
    """A patient is one case for each thing, however many events are reported.

    Another onset is a case of its own only where something was met since the last one, and only for what was: the
    longest incubation apart, it may be of anything anew. A thing met before both counts by the later of them.
    """

    def __init__(self) -> None:
        self._of: dict[str, list[Case]] = defaultdict(list)  # by onset
        self._by_exposure: dict[int, dict[str, Case]] = defaultdict(dict)

    def add(self, event: Reported, kind: str, ledger: Ledger) -> Case | None:
        """`kind`: the one that brings it into this group. None where it tells nothing of which the patient is not a
        case already."""
        onset, held = event.onset.toordinal(), self._of[event.patient]
        if any(_is_one_illness(ledger, event.patient, onset, each.onset) for each in held):
            return None
        held.append(Case(event.patient, kind, onset, event.day.toordinal(), event.name, ()))
        held.sort(key=lambda case: case.onset)
        self.revisit(event.patient, ledger)
        return next(case for case in held if case.onset == onset)

    def revisit(self, patient: str, ledger: Ledger) -> None:
        """A session or another case of a patient came to be known."""
        held, before = self._of.get(patient, []), None
        for at, case in enumerate(held):
            since = case.onset - EXTENDED if before is None else max(before + 1, case.onset - EXTENDED)
            held[at] = replace(case, visits=tuple(ledger.visits(patient, since, case.onset)))
            before = case.onset
            for exposure in held[at].exposures():
                self._by_exposure[exposure][patient] = held[at]

    def all(self) -> Iterable[Case]:
        """Those of whom a session is known."""
        return (case for held in self._of.values() for case in held if case.visits)

    def with_exposure(self, exposure: int, since: int) -> list[Case]:
        """Those with an onset since a day, in the order of their reports."""
        held = self._by_exposure.get(exposure, {}).values()
        return sorted((case for case in held if case.onset >= since), key=lambda case: case.reported)


def _is_one_illness(ledger: Ledger, patient: str, onset: int, other: int) -> bool:
    """Two onsets of a patient between which nothing was met, unless they lie further apart than any incubation."""
    first, last = sorted((onset, other))
    return last - first <= EXTENDED and not ledger.visits(patient, first + 1, last)
