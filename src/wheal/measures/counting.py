"""What every engine answers: for each group, of how many people or things how many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from wheal.knowledge.measuring import Measure

Row = dict[str, Any]
"""One row of a table of the registry, by column: as `wheal.knowledge.measuring.TABLES` says."""


Months = tuple[str, str] | None
"""The first and the last, such as 2026-01; all where none are named."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Whoever is in one of these groups of a measure, in whichever month, is not counted."""

    measure: Measure
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """Of `of` in this group, `count`. An attack rate counts people, a share courses, a delay alarms of so many days.

    Of an attack rate: `times`, sessions; `waiting`, people beside `of` whose weeks are not over for what is held of
    their clinic, of whom `so_far` are cases already; `unjudged`, people of both who are no case but had an event that
    nobody judged. `lost`: of a share, those that were not measured, `unjudged` too where they may be counted for
    harm. `days`: of a delay.
    """

    group: tuple[str, ...]
    of: int
    count: int
    lost: int = 0
    times: int = 0
    days: int = 0
    waiting: int = 0
    so_far: int = 0
    unjudged: int = 0

    @property
    def people(self) -> int:
        return self.of + self.waiting

    def all_waiting(self) -> Count:
        """Those whose weeks are over are not told apart from those who wait."""
        return replace(self, of=0, count=0, waiting=self.people, so_far=self.count + self.so_far)

    def early_counted(self) -> Count:
        """Those who are cases before their weeks are over count at once."""
        early = self.so_far
        return replace(
            self, of=self.of + early, count=self.count + early, waiting=self.waiting - early, so_far=0
        )


def added(counts: Iterable[Count]) -> list[Count]:
    """Of parts of which no two share a person: group by group, and by days where those are told."""
    found: dict[tuple[tuple[str, ...], int], Count] = {}
    for one in counts:
        held = found.get((one.group, one.days))
        found[one.group, one.days] = _sum(held, one) if held else one
    return sorted(found.values())


def _sum(one: Count, other: Count) -> Count:
    return replace(
        one,
        of=one.of + other.of,
        count=one.count + other.count,
        lost=one.lost + other.lost,
        times=one.times + other.times,
        waiting=one.waiting + other.waiting,
        so_far=one.so_far + other.so_far,
        unjudged=one.unjudged + other.unjudged,
    )


class Engine(Protocol):
    def counts(self, measure: Measure, months: Months = None, apart: Apart | None = None) -> list[Count]:
        """In the order of the groups; without whoever is in `apart`.

        Groups with an empty name (what was too rare to leave its clinic) are not counted.
        """
        ...
