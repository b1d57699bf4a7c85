"""The judgement of a session as it stands: the domain's findings and what the record still lacks, together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from wheal import credentials, findings
from wheal.assessment import Assessment, Case, Total, assess
from wheal.clinic.patients.answers import as_said, is_half_said
from wheal.clinic.treatments import requirements, syringes
from wheal.clinic.treatments.case import case_from
from wheal.clinic.treatments.chart import Chart
from wheal.credentials import Practitioner
from wheal.findings import Decision, Finding
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Judgement:
    """`case` and `assessment` are None while the plan does not say enough to be judged.

    `drawn`: what stands against syringes that no point delivers yet. It is seen wherever one mixes or injects, and is
    no part of the decision: what is in a syringe that nobody is given stands against no signature. No more is
    `planned`, what would be said of each substance of the plan by itself, which the pages ask for.
    """

    decision: Decision
    findings: tuple[Finding, ...]
    case: Case | None
    assessment: Assessment | None
    drawn: tuple[Finding, ...] = ()
    planned: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)

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
    chart: Chart, known: Knowledge, *, signer: int | None = None, now: datetime | None = None
) -> Judgement:
    """Judge with the session's practitioner injecting, else the signer; where they are two, both must be allowed to.

    `signer` is a user's id.
    """
    now = now or timezone.now()
    lacking = requirements.refusals(chart, known, now)
    plan, injector = chart.session.plan, chart.session.practitioner_id or signer
    case = case_from(chart, chart.staff.practitioner(injector), now, known)
    drawn = syringes.against(chart, case, known)
    if plan is None or not plan.purpose:
        return Judgement(findings.decide(lacking), findings.in_order(lacking), None, None, drawn)
    assessment = assess(case, known)
    found = [*assessment.findings, *_as_far_as_said(case, chart, known), *lacking]
    found += requirements.cautions(chart, assessment.totals, known)
    if signer not in (None, injector):
        found += _of_the_signer(case, chart.staff.practitioner(signer), known)
    return Judgement(findings.decide(found), findings.in_order(found), case, assessment, drawn)


def _as_far_as_said(case: Case, chart: Chart, known: Knowledge) -> list[Finding]:
    """A yes counts before its list is complete: half a list clears nobody, and hides nothing."""
    if chart.history is None or not is_half_said(chart.history, case.patient):
        return []
    said = replace(
        as_said(chart.history.answers, known, chart.session.patient), weight_kg=case.patient.weight_kg
    )
    found = assess(replace(case, patient=said), known).findings
    return [row for row in found if row.code != findings.FACT_MISSING]


def _of_the_signer(case: Case, signer: Practitioner, known: Knowledge) -> tuple[Finding, ...]:
    """Who signs for another's hands must hold what the law asks of an injector too."""
    theirs = credentials.may_inject(signer, jurisdiction=case.jurisdiction, on=case.date, known=known)
    return tuple(row for row in theirs if row.severity == "stop")
