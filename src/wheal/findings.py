"""What a judgement says: findings, their order, and the decision they make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from wheal.knowledge.records import Severity
from wheal.quantities import Quantity

Decision = Literal["go", "refer", "incomplete", "stop"]
FACT_MISSING: Final = "fact_missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `source` is the first of `sources`: who says so; "" never happens.

    A `fact_missing` finding has severity "caution" and makes the decision "incomplete".
    """

    code: str
    severity: Severity
    about: str
    message: Mapping[str, str]
    source: str
    found: Quantity | None = None
    limit: Quantity | None = None
    sources: tuple[str, ...] = ()


_RANK: Final = {"stop": 0, FACT_MISSING: 1, "refer": 2, "caution": 3, "info": 4}


def _order(finding: Finding) -> tuple[int, str, str]:
    weight = FACT_MISSING if finding.code == FACT_MISSING else finding.severity
    return _RANK[weight], finding.code, finding.about


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first; the same finding from two rules once, the one nearest its breach kept."""
    kept: dict[tuple[int, str, str], Finding] = {}
    for finding in findings:
        key = _order(finding)
        held = kept.get(key)
        if held is None or _tie(finding) < _tie(held):
            kept[key] = finding
    return tuple(kept[key] for key in sorted(kept))


def _tie(finding: Finding) -> tuple[str, str, str, str]:
    return finding.source, str(finding.limit), str(finding.found), finding.message.get("en", "")


def decide(findings: Iterable[Finding]) -> Decision:
    """stop before incomplete before refer before go: what is unknown never reassures."""
    worst = min((_order(finding)[0] for finding in findings), default=4)
    decisions: tuple[Decision, ...] = ("stop", "incomplete", "refer", "go", "go")
    return decisions[worst]
