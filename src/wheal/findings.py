"""What a judgement says: findings, their order, and the decision they make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from wheal.knowledge import Knowledge, check_sources
from wheal.knowledge.records import Severity
from wheal.quantities import Quantity

Decision = Literal["go", "refer", "incomplete", "stop"]
FACT_MISSING: Final = "fact_missing"
OWN_RULE: Final = (check_sources.OWN_RULE,)
"""The source of what follows from the facts alone, or from the rule that what is unknown never reassures."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `source` is the first of `sources`: who says so.

    A `fact_missing` finding has severity "caution" and makes the decision "incomplete". `wait` says until what
    nobody is treated, where the finding is one that passes; it changes no decision.
    """

    code: str
    severity: Severity
    about: str
    message: Mapping[str, str]
    source: str
    found: Quantity | None = None
    limit: Quantity | None = None
    sources: tuple[str, ...] = ()
    wait: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a wording may say besides what the finding is about."""

    found: Quantity | None = None
    limit: Quantity | None = None
    date: date | None = None
    substance: str | None = None
    jurisdiction: str | tuple[str, ...] | None = None
    lot: tuple[str, ...] | None = None  # numbers, as printed


NO_FIGURES: Final = Figures()


def find(
    known: Knowledge,
    code: str,
    severity: Severity,
    about: str,
    sources: tuple[str, ...],
    *,
    figures: Figures = NO_FIGURES,
    wording: str | None = None,
    waits: bool = False,
) -> Finding:
    """A finding with its words in every language; `wording` is their key, `finding.<code>` unless said.

    One that `waits` says until what, in the words of `wait.<code>`.
    """
    key = wording or f"finding.{code}"
    if figures.found is None and figures.limit is None and figures.date is None:
        return _without_figures(known, code, severity, about, sources, figures, key, waits)
    return _worded(known, code, severity, about, sources, figures, key, waits)


def _worded(
    known: Knowledge,
    code: str,
    severity: Severity,
    about: str,
    sources: tuple[str, ...],
    figures: Figures,
    key: str,
    waits: bool,
) -> Finding:
    message = known.texts(
        key,
        about=about,
        found=figures.found,
        limit=figures.limit,
        date=figures.date,
        substance=figures.substance,
        jurisdiction=figures.jurisdiction,
        lot=figures.lot,
    )
    wait = _wait(known, code, figures) if waits else {}
    return Finding(code, severity, about, message, sources[0], figures.found, figures.limit, sources, wait)


def _wait(known: Knowledge, code: str, figures: Figures) -> Mapping[str, str]:
    """Knowledge that was archived before there were such words says nothing of it."""
    key = f"wait.{code}"
    return known.texts(key, date=figures.date) if known.has_text(key) else {}


_without_figures = lru_cache(maxsize=4096)(_worded)
"""Most findings have no amounts and no dates in their words: those words are made once."""


def fact_missing(known: Knowledge, fact: str, sources: tuple[str, ...]) -> Finding:
    """The fact is needed by what these sources say."""
    return find(known, FACT_MISSING, "caution", fact, sources)


_RANK: Final = {"stop": 0, FACT_MISSING: 1, "refer": 2, "caution": 3, "info": 4}


def _order(finding: Finding) -> tuple[int, str, str]:
    weight = FACT_MISSING if finding.code == FACT_MISSING else finding.severity
    return _RANK[weight], finding.code, finding.about


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first. What several rules say of one thing is said once, with the sources of all."""
    alike: dict[tuple[int, str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault(_order(finding), []).append(finding)
    return tuple(_merged(alike[key]) for key in sorted(alike))


def _merged(alike: list[Finding]) -> Finding:
    if len(alike) == 1:
        return alike[0]
    first = min(alike, key=lambda it: (it.source, str(it.limit), str(it.found), it.message.get("en", "")))
    others = sorted({source for finding in alike for source in finding.sources} - {first.source})
    wait = next((finding.wait for finding in alike if finding.wait), first.wait)
    return replace(first, sources=(first.source, *others), wait=wait)


def until_what(findings: Iterable[Finding]) -> tuple[Mapping[str, str], ...]:
    """What must have passed before the person is treated, each once, the gravest first."""
    said = {str(finding.wait): finding.wait for finding in findings if finding.wait}
    return tuple(said.values())


def in_words(finding: Finding) -> dict[str, str]:
    """What is found, and until what to wait, as one text in each language."""
    return {
        language: f"{text} {finding.wait[language]}" if language in finding.wait else text
        for language, text in finding.message.items()
    }


def decide(findings: Iterable[Finding]) -> Decision:
    """stop before incomplete before refer before go: what is unknown never reassures."""
    worst = min((_order(finding)[0] for finding in findings), default=4)
    decisions: tuple[Decision, ...] = ("stop", "incomplete", "refer", "go", "go")
    return decisions[worst]
