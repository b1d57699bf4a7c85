"""Where a finding must be seen, which is not only where it is mended.

A stop stands in sight of the syringe and of the needle until it is mended, whichever step mends it; so does what a
physician must look at. `steps` knows where each is mended.
"""

from __future__ import annotations

from collections.abc import Iterable

from wheal.clinic.treatments import early, steps
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.judging import Judgement
from wheal.findings import Finding, in_order

_NAMED_THERE = ("mix_empty", "thing_missing")  # the page of the bench asks for these by itself
_SHOWN_WHERE_GIVEN = ("inject", "mix")


def stops(judgement: Judgement) -> list[Finding]:
    """Of all that is drawn or given."""
    return steps.worst_first(steps.forbidding(_all(judgement)))


def before_consent(chart: Chart, judgement: Judgement) -> list[Finding]:
    """Nobody agrees to what may not be given without seeing that; what the consent itself lacks is said beside it."""
    found = _with_the_plan(stops(judgement), chart, judgement)
    return [row for row in found if steps.step_of(row) != "consent"]


def on_the_person(chart: Chart, judgement: Judgement) -> list[Finding]:
    """What is mended at Screen, of what is planned and drawn too."""
    found = _with_the_plan(_all(judgement), chart, judgement)
    return [row for row in found if steps.step_of(row) == "screen"]


def against_the_plan(judgement: Judgement) -> list[Finding]:
    """What is found of each substance of the plan by itself, and what else is mended there."""
    apart = (row for rows in judgement.planned.values() for row in rows)
    here = (row for row in stops(judgement) if steps.step_of(row) == "plan")
    return steps.worst_first(in_order([*apart, *here]))


def refers(judgement: Judgement) -> list[Finding]:
    """What a physician decides, with a reason."""
    return [row for row in _all(judgement) if row.severity == "refer"]


def at_the_bench(chart: Chart, judgement: Judgement) -> list[Finding]:
    """Every stop and referral, what is mended here, all that is said of what is drawn, and what forbids the rest of
    the plan.
    """
    drawn = chart.drawn
    grave = {*map(_key, stops(judgement)), *map(_key, refers(judgement))}
    here = [
        row
        for row in _all(judgement)
        if row.code not in _NAMED_THERE
        and (
            _key(row) in grave
            or steps.step_of(row) == "mix"
            or row.about in drawn
            or row.about == "components"
        )
    ]
    return _with_the_plan(here, chart, judgement)


def _with_the_plan(found: Iterable[Finding], chart: Chart, judgement: Judgement) -> list[Finding]:
    return steps.worst_first(in_order([*found, *early.stops(chart, judgement.planned)]))


def stopped(found: Iterable[Finding]) -> set[str]:
    """What stops are about: substances among them."""
    return {row.about for row in found if row.severity == "stop"}


def at_the_needle(judgement: Judgement) -> list[Finding]:
    """Beneath the bars, with who says so: what stands over the map, and what else is said of points and mixes."""
    grave = {*map(_key, stops(judgement)), *map(_key, refers(judgement))}
    return [
        row
        for row in _all(judgement)
        if _key(row) in grave
        or (
            steps.step_of(row) in _SHOWN_WHERE_GIVEN
            and row.severity != "info"
            and row.code not in ("no_points", *_NAMED_THERE)
        )
    ]


def _all(judgement: Judgement) -> list[Finding]:
    found = in_order([*judgement.findings, *judgement.drawn]) if judgement.drawn else judgement.findings
    return steps.worst_first(found)


def _key(row: Finding) -> tuple[str, str, str]:
    return row.code, row.about, row.severity


def before_drawing(found: Iterable[Finding], judgement: Judgement) -> list[Finding]:
    """Of what would be said of a mix with one more lot in it: what is not said already."""
    said = {_key(row) for row in _all(judgement)}
    return [row for row in found if _key(row) not in said]
