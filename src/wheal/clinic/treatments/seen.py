"""Where a finding must be seen, which is not only where it is mended.

A stop stands in sight of the syringe and of the needle until it is mended, whichever step mends it; so does what a
physician must look at. `steps` knows where each is mended.
"""

from __future__ import annotations

from collections.abc import Iterable

from wheal.clinic.treatments import steps
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.judging import Judgement
from wheal.findings import Finding, in_order

_NAMED_THERE = ("mix_empty", "thing_missing")  # the page of the bench asks for these by itself
_SHOWN_WHERE_GIVEN = ("inject", "mix")


def stops(judgement: Judgement) -> list[Finding]:
    """All that forbids it, but for what was only not done yet."""
    return [row for row in _all(judgement) if row.severity == "stop" and row.code not in steps.OPEN]


def refers(judgement: Judgement) -> list[Finding]:
    """What a physician decides, with a reason."""
    return [row for row in _all(judgement) if row.severity == "refer"]


def at_the_bench(chart: Chart, judgement: Judgement) -> list[Finding]:
    """Every stop and referral, what is mended here, and all that is said of what is drawn."""
    drawn = {code for rows in chart.components.values() for row in rows for code, _strength in row.contents}
    grave = {*map(_key, stops(judgement)), *map(_key, refers(judgement))}
    return [
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


def _all(judgement: Judgement) -> tuple[Finding, ...]:
    return in_order([*judgement.findings, *judgement.drawn]) if judgement.drawn else judgement.findings


def _key(row: Finding) -> tuple[str, str, str]:
    return row.code, row.about, row.severity


def before_drawing(found: Iterable[Finding], judgement: Judgement) -> list[Finding]:
    """Of what would be said of a mix with one more lot in it: what is not said already."""
    said = {_key(row) for row in _all(judgement)}
    return [row for row in found if _key(row) not in said]
