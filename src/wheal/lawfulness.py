"""What the law or the regulator of the country says of each substance for this use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from wheal.conditions import Facts
from wheal.findings import OWN_RULE, Figures, Finding, fact_missing, find
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Severity, Substance

_CODES: Final[dict[Severity, str]] = {
    "stop": "substance_not_lawful",
    "refer": "status_not_known",
    "caution": "status_note",
    "info": "status_note",
}


def check(given: Facts, *, on: date, known: Knowledge) -> Iterator[Finding]:
    """A substance of which no text of the country is held goes to a physician: that nobody knows is no permission.

    A clinic's own file is no text of the country.
    """
    for code in sorted(given.substances & known.substances.keys()):
        yield from _substance(code, known.substances[code], given, on, known)


def _substance(code: str, held: Substance, given: Facts, on: date, known: Knowledge) -> Iterator[Finding]:
    country = given.plan["jurisdiction"] or ""
    status = None if known.is_of_the_clinic("substances", code) else held.status.get(country)
    figures = Figures(substance=code, jurisdiction=country)
    if status is None:
        yield find(known, "status_not_held", "refer", code, OWN_RULE, figures=figures)
        return
    if status.severity is None or (status.since and on < status.since):
        return
    verdict = status.check(given)
    if verdict.truth is None:
        yield from (fact_missing(known, fact, status.sources) for fact in sorted(verdict.missing))
    elif verdict.truth:
        wording = f"status.{code}.{country}"
        yield find(
            known,
            _CODES[status.severity],
            status.severity,
            code,
            status.sources,
            figures=figures,
            wording=wording,
        )
