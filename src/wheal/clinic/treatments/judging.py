"""The judgement of a session as it stands: the domain's findings and what the record still lacks, together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from wheal import findings
from wheal.assessment import Assessment, Case, Total, assess
from wheal.clinic.people.models import User
from wheal.clinic.treatments import requirements
from wheal.clinic.treatments.case import NOBODY, case_from, practitioner
from wheal.clinic.treatments.chart import Chart
from wheal.credentials import Practitioner
from wheal.findings import Decision, Finding
from wheal.knowledge import Knowledge

_OF_PERSONS = {"role_not_permitted", "credential_missing", "credential_expired", "role_law_not_held"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """`case` and `assessment` are None while the plan does not say enough to be judged."""

    decision: Decision
    findings: tuple[Finding, ...]
    case: Case | None
    assessment: Assessment | None

    @property
    def totals(self) -> Mapping[str, Total]:
        return self.assessment.totals if self.assessment else {}

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What stands against a signature: every stop, every fact that is missing."""
        return tuple(
            row for row in self.findings if row.severity == "stop" or row.code == findings.FACT_MISSING
        )


def judge(
    chart: Chart,
    known: Knowledge,
    *,
    signer: User | None = None,
    role: str | None = None,
    now: datetime | None = None,
) -> Judgement:
    """Judge with the session's practitioner injecting, else the signer; where they are two, both must be allowed to.

    `role` is the signer's, where the caller has it at hand.
    """
    now = now or timezone.now()
    lacking = requirements.refusals(chart, known, now)
    case = _case(chart, signer, role, now)
    if case is None:
        return Judgement(findings.decide(lacking), findings.in_order(lacking), None, None)
    assessment = assess(case, known)
    found = (*assessment.findings, *_of_the_signer(chart, case, known, signer, role), *lacking)
    return Judgement(findings.decide(found), findings.in_order(found), case, assessment)


def _case(chart: Chart, signer: User | None, role: str | None, now: datetime) -> Case | None:
    plan = chart.session.plan
    if plan is None or not plan.purpose:
        return None
    return case_from(chart, _injector(chart, signer, role), now)


def _injector(chart: Chart, signer: User | None, role: str | None) -> Practitioner:
    planned = chart.session.practitioner
    if planned is not None and (signer is None or planned.pk != signer.pk):
        return practitioner(planned, chart.session)
    return practitioner(signer, chart.session, role) if signer else NOBODY


def _of_the_signer(
    chart: Chart, case: Case, known: Knowledge, signer: User | None, role: str | None
) -> tuple[Finding, ...]:
    """Who signs for another's hands must hold what the law asks of an injector too."""
    if signer is None or chart.session.practitioner_id in (None, signer.pk):
        return ()
    mine = replace(case, practitioner=practitioner(signer, chart.session, role))
    return tuple(row for row in assess(mine, known).findings if row.code in _OF_PERSONS)
