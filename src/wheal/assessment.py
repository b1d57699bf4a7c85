"""All judgements on one case: the findings and the decision.

    known = knowledge.current()
    assess(case, known).decision                 # from the site
    answer_line(b'{"jurisdiction": ...}', known)  # from the command line
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wheal.cases import Case
from wheal.dosing import Pass, PreviousSession
from wheal.findings import Decision, Finding
from wheal.knowledge import Knowledge
from wheal.limits import AppliedLimit, Total

__all__ = ["AppliedLimit", "Assessment", "Case", "Pass", "PreviousSession", "Total", "assess"]


@dataclass(frozen=True, slots=True)
class Assessment:
    decision: Decision
    totals: Mapping[str, Total]
    findings: tuple[Finding, ...]
    knowledge_version: str
    knowledge_digest: str


def assess(case: Case, known: Knowledge) -> Assessment:
    raise NotImplementedError
