"""Two pictures of an alarm: the cases in time, and the web of what they met. Drawn here, styled by classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats

from wheal.clinic.safety.watching.cases import Case, Cluster

BOX, LEFT, TOP = 26, 12, 30
EDGE = 60
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
    tallest = max(len(held) for held in stacked.values())
    ground = TOP + tallest * BOX
    boxes = [
        Box(LEFT + place * BOX, ground - (level + 1) * BOX, case)
        for place, held in stacked.items()
        for level, case in enumerate(held)
    ]
    columns = (last - first).days // step + 1
    said: dict[int, list[str]] = defaultdict(list)  # what was said on one day stands there side by side
    for day, words in spoke:
        said[LEFT + (day - first).days // step * BOX + BOX // 2].append(words)
    width = LEFT * 2 + max(columns, 12) * BOX
    marks = [Mark(x, ", ".join(words), _anchor(x, width)) for x, words in said.items()]
    return Curve(
        tuple(boxes), tuple(marks), _axis(first, columns, step), width, ground + 26, is_by_week=step == 7
    )


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
        Mark(LEFT + place * BOX, formats.date_format(first + timedelta(days=place * step), "j M"))
        for place in range(0, columns, every)
    )


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
    width: int = 760


ROW, HEIGHT, CASE_WIDTH, SUSPECT_X, SUSPECT_WIDTH = 34, 26, 210, 430, 320


def web(of: Cluster, kind_of: dict[str, str]) -> Web:
    suspects = of.suspects[:MOST_SUSPECTS]
    rows = max(len(of.cases), len(suspects))
    cases = [
        Node(10, _y(place, len(of.cases), rows), CASE_WIDTH, f"{case.number} · {kind_of[case.reaction.kind]}")
        for place, case in enumerate(of.cases)
    ]
    things = [
        Node(
            SUSPECT_X,
            _y(place, len(suspects), rows),
            SUSPECT_WIDTH,
            one.named.label,
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
    return Web(tuple(cases), tuple(things), tuple(lines), 30 + rows * ROW)


def _y(place: int, count: int, rows: int) -> int:
    return 15 + (rows - count) * ROW // 2 + place * ROW


def _path(left: Node, right: Node) -> str:
    x1, y1, x2, y2 = left.x + left.width, left.y + HEIGHT // 2, right.x, right.y + HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
