"""What an authority would send back, found beforehand: by the table of elements and by the rules between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, Literal, NamedTuple

from wheal.reports.case import SafetyReport
from wheal.reports.elements import Element, Told, table, told

Code = Literal[
    "missing", "too_long", "not_allowed", "malformed", "in_the_future", "control_character", "no_reaction",
    "no_suspect", "ends_before_it_begins", "two_meddra_versions", "not_serious",
]  # fmt: skip


class Problem(NamedTuple):
    """`found` and `limit` as text, where the complaint has them; `at` counts reactions, products and dosages from 1."""

    number: str
    code: Code
    at: tuple[int, ...] = ()
    found: str = ""
    limit: str = ""


_PATTERNS: Final = {
    "moment": re.compile(r"\d{14}[+-]\d{4}"),
    "day": re.compile(r"\d{8}"),
    "country": re.compile(r"[A-Z]{2}"),
    "language": re.compile(r"[a-z]{3}"),
    "version": re.compile(r"\d{1,2}\.\d"),
    "meddra": re.compile(r"\d{8}"),
    "number": re.compile(r"[A-Z]{2}-[^-]+-.+"),
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""Characters that XML cannot carry, and the delete key."""


def problems(report: SafetyReport, *, on: date) -> tuple[Problem, ...]:
    """Everything at once, in the order of the elements. `on`: today at the clinic."""
    held = table()
    rows = told(report)
    found = [problem for row in rows for problem in _of_element(row, held[row.number], on)]
    return (*found, *_between(report))


def _of_element(row: Told, element: Element, on: date) -> Iterator[Problem]:
    if not row.value.strip():
        if element.required:
            yield Problem(row.number, "missing", row.at)
        return
    if _CONTROL.search(row.value):
        yield Problem(row.number, "control_character", row.at)
    yield from _allowed(row, element)
    yield from _well_formed(row, element, on)


def _allowed(row: Told, element: Element) -> Iterator[Problem]:
    if element.values:
        if row.value not in element.values:
            yield Problem(row.number, "not_allowed", row.at, row.value, ", ".join(element.values))
    elif element.longest and len(row.value) > element.longest:
        yield Problem(row.number, "too_long", row.at, str(len(row.value)), str(element.longest))


def _well_formed(row: Told, element: Element, on: date) -> Iterator[Problem]:
    if not element.pattern:
        return
    if not _PATTERNS[element.pattern].fullmatch(row.value):
        yield Problem(row.number, "malformed", row.at, row.value)
    elif element.pattern in ("day", "moment") and row.value[:8] > on.strftime("%Y%m%d"):
        yield Problem(row.number, "in_the_future", row.at, row.value)


def _between(report: SafetyReport) -> Iterator[Problem]:
    for rule in _RULES:
        yield from rule(report)


def _has_a_reaction(report: SafetyReport) -> Iterator[Problem]:
    if not report.reactions:
        yield Problem("E.i.1.1a", "no_reaction")


def _has_a_suspect(report: SafetyReport) -> Iterator[Problem]:
    if not report.suspects:
        yield Problem("G.k.1", "no_suspect")


def _ends_after_it_begins(report: SafetyReport) -> Iterator[Problem]:
    for at, reaction in enumerate(report.reactions, 1):
        if reaction.began and reaction.ended and reaction.ended < reaction.began:
            yield Problem("E.i.5", "ends_before_it_begins", (at,))


def _speaks_one_meddra(report: SafetyReport) -> Iterator[Problem]:
    """Only one version of MedDRA is allowed in a report."""
    versions = {reaction.meddra_version for reaction in report.reactions if reaction.meddra_version}
    if len(versions) > 1:
        yield Problem("E.i.2.1a", "two_meddra_versions", found=", ".join(sorted(versions)))


def _is_serious_where_it_is_hurried(report: SafetyReport) -> Iterator[Problem]:
    """What is told as expedited without one criterion of seriousness contradicts itself."""
    if report.expedited and not report.is_serious:
        yield Problem("C.1.7", "not_serious")


_RULES: Final[tuple[Callable[[SafetyReport], Iterator[Problem]], ...]] = (
    _has_a_reaction,
    _has_a_suspect,
    _ends_after_it_begins,
    _speaks_one_meddra,
    _is_serious_where_it_is_hurried,
)
