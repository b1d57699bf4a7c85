"""Two pictures of an alarm: the cases in time, and the web of what they met. Drawn here, styled by classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import formats
from django.utils.text import Truncator

from wheal.clinic.safety.watching.cases import Case, Cluster

BOX, LEFT, TOP = 26, 12, 30
EDGE = 60
WORDS = 13  # the line on which they stand
LOWER = 14  # the second line of words, where two stand so near that they would touch
BY_DAY_UNTIL = 35  # days: what lasts longer is told by weeks
MOST_SUSPECTS = 8


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    case: Case


@dataclass(frozen=True, slots=True)
class Mark:
    x: int
    words: str
    anchor: str = "start"
    y: int = WORDS


@dataclass(frozen=True, slots=True)
class Curve:
    """A box for each case above the day, or the week, of its onset; lines where the watch spoke."""

    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    days: tuple[Mark, ...]
    width: int
    height: int
    is_by_week: bool

    @property
    def ground(self) -> int:
        return self.height - 26


def curve(of: Cluster) -> Curve:
    onsets = [case.reaction.counted_from for case in of.cases]
    spoke = [
        (sighting.day, sighting.get_level_display().partition(":")[0]) for sighting in _first_of_each(of)
    ]
    days = [*onsets, *(day for day, _words in spoke)]
    first, last = min(days), max(days)
    step = 1 if (last - first).days < BY_DAY_UNTIL else 7
    stacked: dict[int, list[Case]] = defaultdict(list)
    for case in of.cases:
        stacked[(case.reaction.counted_from - first).days // step].append(case)
    columns = (last - first).days // step + 1
    said: dict[int, list[str]] = defaultdict(list)  # what was said on one day stands there side by side
    for day, words in spoke:
        said[LEFT + (day - first).days // step * BOX + BOX // 2].append(words)
    width = LEFT * 2 + max(columns, 12) * BOX
    marks = marks_at({x: ", ".join(words) for x, words in sorted(said.items())}, width)
    tallest = max(len(held) for held in stacked.values())
    ground = max(mark.y for mark in marks) - WORDS + TOP + tallest * BOX
    boxes = [
        Box(LEFT + place * BOX, ground - (level + 1) * BOX, case)
        for place, held in stacked.items()
        for level, case in enumerate(held)
    ]
    return Curve(
        tuple(boxes), tuple(marks), _axis(first, columns, step), width, ground + 26, is_by_week=step == 7
    )


def marks_at(said: dict[int, str], width: int) -> list[Mark]:
    """One for each level at most. Of two that would touch, one stands lower, on the side away from the other's line."""
    marks = [Mark(x, words, _anchor(x, width)) for x, words in said.items()]
    if len(marks) < 2 or marks[1].x - marks[0].x >= 2 * EDGE:
        return marks
    first, second = marks
    if first.x < EDGE:
        return [first, replace(second, anchor="start", y=second.y + LOWER)]
    aside = "end" if second.x > width - EDGE else "start"
    return [replace(first, anchor="end", y=first.y + LOWER), replace(second, anchor=aside)]


def _anchor(x: int, width: int) -> str:
    """Words in the middle above their line, but where an end of the picture would cut them."""
    return "start" if x < EDGE else "end" if x > width - EDGE else "middle"


def _first_of_each(of: Cluster) -> Sequence:
    """The first sighting of each level."""
    seen: dict[str, object] = {}
    for sighting in of.alarm.sightings.all():
        seen.setdefault(sighting.level, sighting)
    return list(seen.values())


def _axis(first: date, columns: int, step: int) -> tuple[Mark, ...]:
    every = max(3, columns // 6)  # so that the dates do not touch
    return tuple(
        Mark(LEFT + place * BOX, formats.date_format(first + timedelta(days=place * step), "j N"))
        for place in range(0, columns, every)
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """Of the web: on a phone the cases are their numbers alone, so that nothing is cut."""

    width: int
    case_width: int
    suspect_x: int
    suspect_width: int
    longest: int  # letters of a suspect
    numbers_alone: bool = False


WIDE = Shape(760, 210, 430, 320, 44)
NARROW = Shape(310, 34, 96, 204, 27, numbers_alone=True)


@dataclass(frozen=True, slots=True)
class Node:
    x: int
    y: int
    width: int
    words: str
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    times: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class Web:
    """Cases on the left, suspects on the right, a line for what was met, the thicker the oftener."""

    cases: tuple[Node, ...]
    suspects: tuple[Node, ...]
    lines: tuple[Line, ...]
    height: int
    width: int


ROW, HEIGHT, MARGIN = 34, 26, 10


def web(of: Cluster, kind_of: dict[str, str], shape: Shape = WIDE) -> Web:
    suspects = of.suspects[:MOST_SUSPECTS]
    rows = max(len(of.cases), len(suspects))
    cases = [
        Node(MARGIN, _y(place, len(of.cases), rows), shape.case_width, _words(case, kind_of, shape))
        for place, case in enumerate(of.cases)
    ]
    things = [
        Node(
            shape.suspect_x,
            _y(place, len(suspects), rows),
            shape.suspect_width,
            Truncator(one.named.label).chars(shape.longest),
            place == 0,
        )
        for place, one in enumerate(suspects)
    ]
    lines = [
        Line(_path(left, right), min(times, 4), place == 0)
        for case, left in zip(of.cases, cases, strict=True)
        for place, (one, right) in enumerate(zip(suspects, things, strict=True))
        if (times := case.met.get(one.exposure, 0))
    ]
    return Web(tuple(cases), tuple(things), tuple(lines), 30 + rows * ROW, shape.width)


def _words(case: Case, kind_of: dict[str, str], shape: Shape) -> str:
    if shape.numbers_alone:
        return str(case.number)
    return Truncator(f"{case.number} · {kind_of[case.reaction.kind]}").chars(30)


def _y(place: int, count: int, rows: int) -> int:
    return 15 + (rows - count) * ROW // 2 + place * ROW


def _path(left: Node, right: Node) -> str:
    x1, y1, x2, y2 = left.x + left.width, left.y + HEIGHT // 2, right.x, right.y + HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
