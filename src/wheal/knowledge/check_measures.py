"""Measures name only tables, columns and codes that are held, and say what their shape needs."""

from __future__ import annotations

from collections.abc import Iterator

from wheal.knowledge.known import Knowledge
from wheal.knowledge.measuring import EXPOSURES, TABLES, VALUES, Measure
from wheal.knowledge.problems import Problem

OF_SHAPE = {"attack_rate": EXPOSURES, "share": ("courses",), "delay": ("alarms",)}


def problems(known: Knowledge) -> Iterator[Problem]:
    for name, measure in known.measures.items():
        file = f"measures/{name}.toml"
        if measure.table not in OF_SHAPE[measure.shape]:
            yield Problem(
                file, "table", f"{measure.shape} is counted over {' or '.join(OF_SHAPE[measure.shape])}"
            )
            continue
        yield from _columns(file, measure)
        yield from _of_shape(file, measure, known)


def _columns(file: str, measure: Measure) -> Iterator[Problem]:
    columns = TABLES[measure.table]
    for column in measure.by:
        if columns.get(column) != "text":
            yield Problem(file, "by", f"{column!r} is no column of words in {measure.table}")
    for key in ("among", "counts", "lost"):
        for column, value in getattr(measure, key).items():
            if value not in VALUES.get(column, ()):
                yield Problem(file, f"{key}.{column}", f"{value!r} is not held there")


def _of_shape(file: str, measure: Measure, known: Knowledge) -> Iterator[Problem]:
    for kind in measure.kinds:
        if kind not in known.vocabulary.event_kinds:
            yield Problem(file, "kinds", f"{kind!r} is not held")
    if measure.shape == "attack_rate" and measure.within_weeks < 1:
        yield Problem(file, "within_weeks", "an attack rate says for how many weeks it looks")
    if measure.shape == "share" and not measure.counts:
        yield Problem(file, "counts", "a share says what it counts")
    if measure.lost_may_count and not measure.lost:
        yield Problem(file, "lost_may_count", "it says who is lost")
