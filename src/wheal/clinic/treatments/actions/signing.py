"""The signature: judged again inside its own transaction, then fixed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.rows import Rows
from wheal.clinic.people.models import Role, User
from wheal.clinic.prepared_writes import PreparedUpdate
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Movement
from wheal.clinic.treatments import adding_up, books, record
from wheal.clinic.treatments.actions.drafts import open_draft, saved
from wheal.clinic.treatments.chart import Chart, read_chart
from wheal.clinic.treatments.given import as_given
from wheal.clinic.treatments.judging import Judgement, judge
from wheal.clinic.treatments.models import Mix, MixComponent, Pass, Plan, Session, ThingUsed
from wheal.clinic.treatments.requirements import physician_must_sign, reason_missing
from wheal.findings import Finding
from wheal.knowledge import Knowledge, archive


class SignOffRefused(Exception):
    """The session cannot be signed as it stands. `reasons` are all of them; nothing was changed."""

    def __init__(self, reasons: tuple[Finding, ...]) -> None:
        super().__init__(", ".join(f"{row.code}:{row.about}" for row in reasons))
        self.reasons = reasons


def sign_off(
    *, session: Session, by: User, known: Knowledge, reason: str = "", was_given: bool = False
) -> Session:
    """Sign and fix the session. `reason` is the physician's, where the judgement refers to one.

    `was_given`: a lot or thing of it is blocked by now, and the physician signs what was done (`treatments.given`).

    Raises SignOffRefused, which the audit keeps; AlreadySigned where somebody, or a second tap, was quicker.
    """
    archive.keep(known, settings.KNOWLEDGE_KEPT)
    try:
        return _sign(session, by, known, reason.strip(), was_given)
    except SignOffRefused as refusal:
        codes = [f"{row.code}:{row.about}" for row in refusal.reasons]
        audit.record(
            by=by,
            what="treatments.sign_off_refused",
            subject=session,
            clinic=session.clinic,
            patient=session.patient,
            refused=True,
            detail={"reasons": codes},
        )
        raise


@transaction.atomic
def _sign(session: Session, by: User, known: Knowledge, reason: str, was_given: bool) -> Session:
    session = open_draft(session)
    stock.hold(books.lots_of(session))  # everything below is read after the locks were taken
    chart = read_chart(session)
    role = chart.staff.role(by.pk)
    now = timezone.now()
    judgement = judge(chart, known, signer=by.pk, now=now)
    if was_given:
        judgement = as_given(judgement, chart)
    if reasons := (*judgement.refusals, *_of_referral(judgement, role, reason)):
        raise SignOffRefused(reasons)
    return _fix(chart, judgement, by, role, reason, now)


def _of_referral(judgement: Judgement, role: str, reason: str) -> tuple[Finding, ...]:
    """A referral is signed by a physician, with a reason; else it is refused together with what it is about."""
    if judgement.decision != "refer" or (role == Role.PHYSICIAN and reason):
        return ()
    lacking = reason_missing() if role == Role.PHYSICIAN else physician_must_sign()
    return (lacking, *(row for row in judgement.findings if row.severity == "refer"))


def _fix(chart: Chart, judgement: Judgement, by: User, role: str, reason: str, now: datetime) -> Session:
    session = chart.session
    session.signed_at, session.signed_by, session.signed_role = now, by, role
    session.decision, session.reason = judgement.decision, reason if judgement.decision == "refer" else ""
    session.practitioner_id = session.practitioner_id or by.pk
    session.inject_at = session.inject_at or now
    session.history, session.consent_id = chart.history, chart.consent.pk
    session.document, session.judgement = record.document_of(judgement.case), record.judgement_json(judgement)
    session.given, session.names = record.given(judgement), record.names_of(chart)
    session.knowledge_version = judgement.assessment.knowledge_version
    session.knowledge_digest = judgement.assessment.knowledge_digest
    _throw_away_the_rest(chart)
    moved = books.give(chart, by=by, at=session.inject_at)
    session.record_digest = record.digest_of(chart, chart.consent.digest)
    _FIX(session)
    saved(
        by=by,
        what="session_signed",
        session=session,
        fixes=[
            Rows(Session, "pk", session.pk),
            Rows(Plan, "pk", session.plan_id),
            Rows(Mix, "session", session.pk),
            Rows(MixComponent, "mix__session", session.pk),
            Rows(Pass, "session", session.pk),
            Rows(ThingUsed, "session", session.pk),
            *(Rows(Movement, "pk", row.pk) for row in moved),
        ],
        decision=session.decision,
        record=session.record_digest,
        knowledge=session.knowledge_digest,
    )
    return session


def _throw_away_the_rest(chart: Chart) -> None:
    """What was drawn and not injected does not leave the room. Where somebody measured it, the judgement compared."""
    for mix in chart.mixes:
        if mix.thrown_ml is None and chart.components[mix.pk]:
            mix.thrown_ml = adding_up.left_ml(mix, chart)
            _THROWN(mix)


_THROWN = PreparedUpdate(Mix, "thrown_ml")
_FIX = PreparedUpdate(
    Session,
    "signed_at", "signed_by", "signed_role", "decision", "reason", "practitioner", "inject_at", "history", "consent",
    "document", "judgement", "given", "names", "knowledge_version", "knowledge_digest", "record_digest", "saved_at",
)  # fmt: skip
