"""All who started, at each point of the schedule: who was measured, who was lost, and what may be said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from wheal import means
from wheal.follow_up import window
from wheal.knowledge.following import Asked, Conclusion
from wheal.means import Estimate
from wheal.outcomes.person import Followed, Outcome, outcome
from wheal.proportions import exact_interval


@dataclass(frozen=True, slots=True)
class Response:
    """`of`: all who started and are due. `without`: of these, those without a result, counted as not improved."""

    improved: int
    of: int
    without: int

    @property
    def interval(self) -> tuple[float, float]:
        return exact_interval(self.improved, self.of)

    @property
    def at_best(self) -> float:
        """The share, had everybody without a result improved."""
        return (self.improved + self.without) / self.of


@dataclass(frozen=True, slots=True)
class Line:
    """One point. started = not_due + measured + no_before + treated_again + lost: nobody is left out.

    `change`: of those measured. `everybody`: with all who are due and have no result counted as unchanged. `adjusted`:
    of those measured and weighed, at unchanged weight (`means.at_no_change`). `response`: of a scale, who is better by
    one step at least. All None where too few were measured.
    """

    asked: Asked
    started: int
    not_due: int
    measured: int
    no_before: int
    treated_again: int
    lost: int
    weighed: int
    change: Estimate | None
    everybody: Estimate | None
    adjusted: Estimate | None
    response: Response | None
    conclusion: Conclusion

    @property
    def without(self) -> int:
        """Due, and without a result."""
        return self.no_before + self.treated_again + self.lost


def table(
    people: Sequence[Followed], points: Sequence[Asked], *, today: date, least: int, is_scale: bool = False
) -> list[Line]:
    """A line for each point of the schedule at which something is measured, the earliest first."""
    ordered = sorted((one for one in points if one.measures), key=lambda one: window(today, one.interval)[1])
    return [
        _line(
            one,
            [_at(person, one, following, today) for person in people],
            least,
            people if is_scale else None,
        )
        for one, following in pairwise([*ordered, None])
        if one is not None
    ]


def _at(person: Followed, one: Asked, following: Asked | None, today: date) -> Outcome:
    opens, due, late = window(person.last, one.interval)
    closes = window(person.last, following.interval)[0] if following else late
    return outcome(person, opens, due, max(closes, due), today)


def _line(asked: Asked, found: Sequence[Outcome], least: int, graded: Sequence[Followed] | None) -> Line:
    counted = Counter(one.kind for one in found)
    measured = [one for one in found if one.change is not None]
    without = counted["no_before"] + counted["treated_again"] + counted["lost"]
    is_enough = len(measured) >= least
    change = everybody = adjusted = response = None
    if is_enough and graded is None:
        change, everybody, adjusted = _estimates(measured, without, least)
    if is_enough and graded is not None:
        improved = sum(_is_better(one, it) for one, it in zip(graded, found, strict=True))
        response = Response(improved, len(measured) + without, without)
    said = conclusion(change, everybody, adjusted, due=len(measured) + without)
    return Line(
        asked, len(found), counted["not_due"], len(measured), counted["no_before"], counted["treated_again"],
        counted["lost"], sum(one.kilos is not None for one in measured), change, everybody, adjusted, response,
        "share" if response else said,
    )  # fmt: skip


def _estimates(
    measured: Sequence[Outcome], without: int, least: int
) -> tuple[Estimate | None, Estimate | None, Estimate | None]:
    changes = [one.change for one in measured if one.change is not None]
    weighed = [
        (one.change, one.kilos) for one in measured if one.change is not None and one.kilos is not None
    ]
    line = means.at_no_change([it for it, _kilos in weighed], [kilos for _it, kilos in weighed])
    adjusted = line if len(weighed) >= least else None
    return means.mean(changes), means.mean([*changes, *[0.0] * without]), adjusted


def _is_better(person: Followed, found: Outcome) -> bool:
    """By one step at least: fewer on a scale of severity, more on one that compares."""
    if found.change is None:
        return False
    return found.change >= 1 if person.compares else found.change <= -1


def conclusion(
    change: Estimate | None, everybody: Estimate | None, adjusted: Estimate | None, *, due: int
) -> Conclusion:
    """The one thing that the figures allow to be said.

    A direction is said only where no change lies outside all three intervals, on the same side: of those measured, of
    everybody who started, and of those weighed at unchanged weight.
    """
    if due == 0:
        return "nobody"
    if change is None or everybody is None:
        return "too_few"
    if not change.excludes_none:
        return "nothing_shown"
    if not everybody.excludes_none:
        return "not_all_agree"
    if adjusted is None:
        return "weight_not_known"
    if not adjusted.excludes_none or (adjusted.value < 0) != (change.value < 0):
        return "goes_with_weight"
    return "lower" if change.value < 0 else "higher"
