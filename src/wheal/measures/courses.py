"""What became of one course, in the two words that the registry counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from wheal import outcomes
from wheal.follow_up import window
from wheal.knowledge.following import Asked, Instrument
from wheal.outcomes import Followed


def response(
    measured: Mapping[str, Followed],
    instruments: Mapping[str, Instrument],
    points: Iterable[Asked],
    today: date,
) -> tuple[str, str] | None:
    """Response and regain, as `wheal.knowledge.measuring.VALUES` has them; None where nothing is due yet.

    `measured`: the course in each way in which it was measured. The first way by `order` that has a result
    counts: better by one step of the instrument at least. A course that was measured in no way is lost.
    """
    due = [point for point in points if point.measures]
    for code in sorted(measured, key=lambda code: instruments[code].order):
        if found := _result(measured[code], instruments[code], due, today):
            return found
    someone = next(iter(measured.values()), None)
    return ("lost", "") if someone and _is_due(someone, due, today) else None


def _is_due(one: Followed, due: Sequence[Asked], today: date) -> bool:
    return any(window(one.last, point.interval)[2] < today for point in due)


def _result(one: Followed, it: Instrument, due: Sequence[Asked], today: date) -> tuple[str, str] | None:
    changes = [
        found.change
        for point in due
        if (found := _at(one, point, today)).kind == "measured" and found.change is not None
    ]
    if not changes:
        return None
    better = changes[-1] if it.compares else -changes[-1]
    best = max(changes) if it.compares else -min(changes)
    if max(better, best) < float(it.step):
        return "did_not", ""
    return "responded", _regained(one, it)


def _at(one: Followed, point: Asked, today: date) -> outcomes.Outcome:
    opens, due, closes = window(one.last, point.interval)
    return outcomes.outcome(one, opens, due, closes, today)


def _regained(one: Followed, it: Instrument) -> str:
    """Back by one step at least since the lowest value; not seen where nothing was measured after that."""
    back = None if it.compares else outcomes.regain(one)
    if back is None or not back.is_measured_since:
        return "not_seen"
    return "regained" if back.back >= float(it.step) else "kept"
