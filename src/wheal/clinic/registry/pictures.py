"""Where the marks of the two pictures lie, in thousandths of their width and height."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wheal.measures.answers import LEAST, Line, Place, limits
from wheal.measures.releasing import Told

WIDTH, HEIGHT = 1000, 500
MANY = 300
"""Clinics of whose marks none could be told from its neighbour's."""
STEPS = 140
"""Sizes for which the limits are drawn, besides those of the marks."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the table: how its group is called, its interval, and the count where it is told."""

    line: Line | Told
    group: tuple[str, ...]
    low: int
    high: int
    middle: int | None


def bars(lines: Sequence[Line | Told], names: Mapping[str, str]) -> tuple[float, list[Bar]]:
    """The share at the right edge, and a bar for each line. `names`: of what is called by a code that nobody reads."""
    most = max((line.most for line in lines if line.is_known), default=0.0) or 1.0
    return most, [
        Bar(
            line,
            tuple(names.get(part, part) for part in line.group),
            _at(line.low, most),
            min(max(_at(line.most, most), 2), WIDTH),
            None if line.share is None else _at(line.share, most),
        )
        for line in lines
    ]


def _at(share: float, most: float) -> int:
    return round(WIDTH * share / most)


class Dot(NamedTuple):
    """One clinic: a point, or a line to `top` where its count is not told exactly."""

    x: int
    y: int
    top: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    dots: list[Dot]
    inner: list[str]  # points of the two lines, low and high
    outer: list[str]
    overall: int  # the height of what all clinics have together
    most: float
    largest: int
    left_out: int = 0  # of very many clinics those within the outer limits are not drawn

    @property
    def has_own(self) -> bool:
        return any(dot.is_own for dot in self.dots)


def funnel(places: Sequence[Place], own: str) -> Funnel | None:
    if not places:
        return None
    ordered = sorted(places, key=lambda place: place.of)
    largest = ordered[-1].of
    usual = sorted(place.outer[1] for place in places)[len(places) // 2]
    most = max([usual, *(place.high for place in places)]) * 1.1 or 1.0

    def x(people: int) -> int:
        return round(WIDTH * people / largest)

    def y(share: float) -> int:
        return HEIGHT - round(HEIGHT * share / most)

    shown = [place for place in ordered if len(ordered) <= MANY or place.is_outside or place.clinic == own]
    dots = [Dot(x(place.of), y(place.low), y(place.high), place.clinic == own) for place in shown]
    overall, sizes = places[0].overall, _sizes([place.of for place in shown], largest)
    inner, outer = zip(*(limits(overall, of) for of in sizes), strict=True) if sizes else ((), ())

    def line(shares: Iterable[float]) -> str:
        return " ".join(f"{x(of)},{y(share)}" for of, share in zip(sizes, shares, strict=True))

    lines = [[line(each[end] for each in both) for end in (0, 1)] for both in (inner, outer)]
    left_out = len(ordered) - len(shown)
    return Funnel(dots, *lines, y(overall), most, largest, left_out)


def _sizes(marked: Sequence[int], largest: int) -> list[int]:
    """Those of the marks, so that none lies on another side of a line than its limits say, and between them so
    many that each line is the limit of every size. Of fewer than LEAST people the limits of one case are no line."""
    marks = [of for of in marked if of >= LEAST]
    marks = marks[:: len(marks) // (MANY - STEPS) + 1]
    return sorted({*marks, *range(largest, LEAST - 1, -max(1, -(-(largest - LEAST) // (STEPS - 1))))})
