"""A curve and the weight under it on the same days, as numbers for an SVG. The table beside it tells the same in words.

The axis of a measure begins at nothing, so that a small fall looks small; that of the weight spans ten kilograms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import formats

from wheal.clinic.followup.series import Series, Weighing
from wheal.knowledge.wording import digits

WIDTH, LEFT, RIGHT, TOP, MAIN, GAP, UNDER, FOOT = 480, 46, 14, 14, 170, 26, 76, 26
LEAST_SPAN_KG = 10
TICKS = 3


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One axis upwards with its points. `ground`: where its axis of time lies."""

    top: float
    ground: float
    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{point.x:.1f} {point.y:.1f}" for point in self.points) if self.points else ""


@dataclass(frozen=True, slots=True)
class Curve:
    main: Panel
    weight: Panel | None
    sessions: tuple[float, ...]
    before: float | None  # the height of the measure before the first session
    days: tuple[Tick, ...]
    first: date
    last: date
    width: int
    height: int
    left: int
    right: int


def curve(series: Series, sessions: Sequence[date], weights: Sequence[Weighing], language: str) -> Curve:
    """Over all days on which this was measured, from the first session on; the weight as far as it was taken then."""
    days = [row.measure.on for row in series.rows] + list(sessions)
    first, last = min(days), max(days)
    span = max((last - first).days, 28)

    def x(day: date) -> float:
        return LEFT + (day - first).days / span * (WIDTH - LEFT - RIGHT)

    values = [(row.measure.on, float(row.measure.value)) for row in series.rows]
    top = (
        max(value for _day, value in values) * 1.1
        if series.instrument.kind != "scale"
        else float(series.instrument.most)
    )
    main = _panel(values, x, (min(0.0, float(series.instrument.least)), top or 1.0), TOP, MAIN, language)
    near = [(it.day, float(it.kg)) for it in weights if first <= it.day <= last]
    weight = (
        _panel(near, x, _span_kg([kg for _day, kg in near]), TOP + MAIN + GAP, UNDER, language)
        if near
        else None
    )
    before = (
        None
        if series.before is None
        else _y(series.before.value, (min(0.0, float(series.instrument.least)), top), TOP, MAIN)
    )
    height = TOP + MAIN + (GAP + UNDER if weight else 0) + FOOT
    return Curve(
        main, weight, tuple(x(day) for day in sessions), before, _days(first, span, x), first, last, WIDTH, height,
        LEFT, WIDTH - RIGHT,
    )  # fmt: skip


def _span_kg(kilos: Sequence[float]) -> tuple[float, float]:
    middle, half = (max(kilos) + min(kilos)) / 2, max((max(kilos) - min(kilos)) * 0.6, LEAST_SPAN_KG / 2)
    return middle - half, middle + half


def _y(value: float, axis: tuple[float, float], top: float, height: float) -> float:
    least, most = axis
    return top + height - (value - least) / ((most - least) or 1) * height


def _panel(values: Sequence[tuple[date, float]], x: object, axis: tuple[float, float], top: float, height: float,
           language: str) -> Panel:  # fmt: skip
    points = tuple(
        Point(x(day), _y(value, axis, top, height), _said(value, language)) for day, value in values
    )  # type: ignore[operator]
    step = _step(axis[1] - axis[0])
    begin = -(-axis[0] // step) * step
    marks = [begin + step * place for place in range(12) if begin + step * place <= axis[1]]
    ticks = tuple(Tick(_y(mark, axis, top, height), _said(mark, language)) for mark in marks)
    return Panel(top, top + height, points, ticks)


def _step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that three to six marks fit."""
    rough, power = span / TICKS, 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(power * times for times in (5, 2, 1) if power * times <= rough)


def _said(value: float, language: str) -> str:
    return digits(Decimal(str(round(value, 2))).normalize() + 0, language)


def _days(first: date, span: int, x: object) -> tuple[Tick, ...]:
    every = span // 3
    days = [date.fromordinal(first.toordinal() + every * place) for place in range(4)]
    return tuple(Tick(x(day), formats.date_format(day, "M Y")) for day in days)  # type: ignore[operator]
