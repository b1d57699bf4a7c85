"""Who improved as a trial counted it, beside the placebo group of that trial. Who was lost counts as not improved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from wheal import intervals
from wheal.knowledge.following import Arm, BesidePlacebo, Trial
from wheal.outcomes.everybody import Response
from wheal.outcomes.person import Followed, outcome
from wheal.proportions import exact_interval, of_printed
from wheal.quantities import Quantity

Person = tuple[Followed, ...]
"""One course, measured with each of the trial's instruments."""


def beside_placebo(
    trial: Trial, people: Sequence[Person], *, today: date, least: int
) -> tuple[Response, BesidePlacebo | None]:
    """None beside it where too few were measured: then nothing is shown of it."""
    improved = of = without = 0
    for person in people:
        found = _improved(trial, person, today)
        if found == "not_due":
            continue
        of += 1
        improved += found is True
        without += found is None
    shown = of - without >= least
    return Response(improved, of, without), said_beside(improved, of, trial.placebo) if shown else None


def _improved(trial: Trial, person: Person, today: date) -> bool | str | None:
    """None where one of the scales is missing."""
    counted_from = person[0].first if trial.from_first else person[0].last
    opens, due, closes = around(counted_from, trial.interval)
    found = [outcome(one, opens, due, closes, today) for one in person]
    if any(one.kind == "not_due" for one in found):
        return "not_due"
    if any(one.change is None for one in found):
        return None
    return all(one.change is not None and one.change <= -trial.grades for one in found)


def around(counted_from: date, interval: Quantity) -> tuple[date, date, date]:
    """From two thirds to five thirds of the trial's time, the nearest to it counts: 56 to 140 days for 12 weeks.

    Wider than a trial allows, since care is not a trial; Wheal's own convention, and said on the page.
    """
    due = intervals.earliest(counted_from, interval)
    length = (due - counted_from).days
    return due - timedelta(days=length // 3), due, due + timedelta(days=length * 2 // 3 + 1)


def said_beside(improved: int, of: int, placebo: Arm) -> BesidePlacebo:
    """Apart only where the two exact intervals do not touch."""
    least, most = exact_interval(improved, of)
    placebo_least, placebo_most = of_printed(placebo.of_100, placebo.of)
    if least > placebo_most:
        return "more"
    return "fewer" if most < placebo_least else "overlaps"
