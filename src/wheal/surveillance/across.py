"""The watch over many clinics, on counts alone: which product brings more events than its clinics usually see.

    cells = released(cells)                  # in the clinic: what is too small to leave stays
    for found in looked(cells, on=today): …  # wherever the counts meet

One clinic may never see a bad product: in Mexico 42 cases lay in nine states (CONAVE/05/2020), in Nayarit 29 in eight
clinics. What is judged here holds no person, no day and no lot: how many were treated with a product in a month, and
how many of them had an event of the kinds that are counted together.

What a label lets expect is expected here as well, by the rule of `frequent`: nodules of deoxycholic acid are set aside
in each clinic that does not see too many of them for its label; what no label promises is judged as ever.

The background is each clinic's own, shrunk to the prior rate of `background`. The chance is that of a Poisson count,
times the products that were looked at. Both thresholds come from this project's own simulation, not from a publication.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from wheal.surveillance.background import PRIOR_RATE
from wheal.surveillance.chances import at_least
from wheal.surveillance.frequent import by_label
from wheal.surveillance.records import Level

LEAST_TREATED: Final = 5
"""A month with fewer people of one product does not leave the clinic by itself."""
PRIOR_PEOPLE: Final = 3000
"""As many people as the prior rate weighs in a clinic."""
LEAST_CLINICS: Final = 3
"""With events. Of two, each would learn the other's count by taking away its own; of three, nobody learns whose the
rest is. The number is this project's own rule. What one clinic sees alone is for its own watch."""
WINDOWS: Final = (2, 4, 7)
"""Months that are counted together: as many as the windows of the watch and its longest look-back."""
LEAST_EVENTS: Final[Mapping[Level, int]] = {"watch": 3, "alarm": 3}
AT_MOST: Final[Mapping[Level, float]] = {"watch": 0.02, "alarm": 0.001}


@dataclass(frozen=True, slots=True)
class Cell:
    """One product in one clinic in one month. `clinic` is a name that means nothing outside."""

    month: date  # its first day
    clinic: str
    product: str
    treated: int  # people
    events: int  # people of them with one
    usual: int = 0  # people of those with nothing but what and when the label of the product lets expect
    promised: float = 0.0  # the share of people of whom that label says so


@dataclass(frozen=True, slots=True)
class Found:
    product: str
    level: Level
    events: int
    clinics: int  # with events
    treated: int
    expected: float
    p: float  # chance of as many or more, for all products that were looked at
    since: date
    set_aside: int = 0  # people besides, with no more than a label lets expect


def released(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """What may leave a clinic: months with too few people wait and are added to the next ones of the product.

    Nothing is lost but time: the sum of what left and what waits is what was counted. Raises ValueError for more
    events than people.
    """
    waiting: dict[tuple[str, str], Cell] = {}
    leaving: list[Cell] = []
    for cell in sorted(cells, key=lambda one: (one.month, one.clinic, one.product)):
        if not 0 <= cell.usual <= cell.events <= cell.treated:
            raise ValueError(f"{cell.product}: {cell.events} events among {cell.treated} people")
        key = cell.clinic, cell.product
        joined = _joined(waiting.pop(key, None), cell)
        if joined.treated >= LEAST_TREATED:
            leaving.append(joined)
        else:
            waiting[key] = joined
    return tuple(leaving)


def _joined(before: Cell | None, cell: Cell) -> Cell:
    if before is None:
        return cell
    return replace(
        cell,
        treated=cell.treated + before.treated,
        events=cell.events + before.events,
        usual=cell.usual + before.usual,
    )


def looked(cells: Iterable[Cell], *, on: date) -> tuple[Found, ...]:
    """Products that stand out, the least likely chance first. Only months that began before `on` are known."""
    known = _without_promised([cell for cell in cells if cell.month < on])
    of: dict[str, list[Cell]] = defaultdict(list)
    for cell in known:
        of[cell.product].append(cell)
    windows = [_window(known, _months_before(on, months)) for months in WINDOWS]
    found = [best for own in of.values() if (best := _best(own, windows, len(of)))]
    return tuple(sorted(found, key=lambda one: (one.p, one.product)))


def _without_promised(known: Sequence[Cell]) -> list[Cell]:
    """What a label lets expect does not count among the events, and what it does not explain is not `usual`."""
    of: dict[tuple[str, str, float], list[Cell]] = defaultdict(list)
    for cell in known:
        of[cell.clinic, cell.product, cell.promised].append(cell)
    return [each for own in of.values() for each in _explained(own)]


def _explained(own: Sequence[Cell]) -> list[Cell]:
    """Of one product in one clinic."""
    usual, people = sum(cell.usual for cell in own), sum(cell.treated for cell in own)
    if by_label(own[0].promised, usual, people).otherwise:
        return [replace(cell, usual=0) for cell in own]
    return [replace(cell, events=cell.events - cell.usual) for cell in own]


@dataclass(frozen=True, slots=True)
class _Window:
    since: date
    rates: Mapping[str, float]  # by clinic, before it


def _window(known: Sequence[Cell], since: date) -> _Window:
    """Once for all products: what a clinic usually sees is of all of them."""
    return _Window(since, _rates(known, since))


def _best(own: Sequence[Cell], windows: Sequence[_Window], products: int) -> Found | None:
    judged = [_judged(own, window, products) for window in windows]
    spoken = [one for one in judged if one]
    return min(spoken, key=lambda one: (one.level == "watch", one.p), default=None)


def _judged(own: Sequence[Cell], window: _Window, products: int) -> Found | None:
    recent = [cell for cell in own if cell.month >= window.since]
    events = sum(cell.events for cell in recent)
    clinics = len({cell.clinic for cell in recent if cell.events})
    expected = sum(cell.treated * window.rates[cell.clinic] for cell in recent)
    p = min(1.0, at_least(events, expected) * products * len(WINDOWS))
    for level in ("alarm", "watch"):
        if clinics >= LEAST_CLINICS and events >= LEAST_EVENTS[level] and p <= AT_MOST[level]:
            treated = sum(cell.treated for cell in recent)
            aside = sum(cell.usual for cell in recent)
            return Found(recent[0].product, level, events, clinics, treated, expected, p, window.since, aside)
    return None


def _rates(known: Iterable[Cell], until: date) -> dict[str, float]:
    """Events a person treated, by clinic: its own history before the window, shrunk to the prior."""
    treated: dict[str, int] = defaultdict(int)
    events: dict[str, int] = defaultdict(int)
    for cell in known:
        before = cell.month < until
        treated[cell.clinic] += cell.treated if before else 0
        events[cell.clinic] += cell.events if before else 0
    return {
        clinic: (events[clinic] + PRIOR_RATE * PRIOR_PEOPLE) / (treated[clinic] + PRIOR_PEOPLE)
        for clinic in treated
    }


def _months_before(on: date, months: int) -> date:
    """The first of the month so many months back, the one that `on` is in counted as the first of them."""
    place = on.year * 12 + on.month - 1 - (months - 1)
    return date(place // 12, place % 12 + 1, 1)
