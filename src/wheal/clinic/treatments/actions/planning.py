"""What is intended: the weight of the day and the plan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from wheal.clinic.people.models import User
from wheal.clinic.treatments.actions.drafts import as_read, open_draft, same_version, saved
from wheal.clinic.treatments.actions.quoting import carry_quote
from wheal.clinic.treatments.consents import is_fixed
from wheal.clinic.treatments.models import Plan, Session


@transaction.atomic
def save_weight(*, session: Session, weight_kg: Decimal | None, by: User) -> Session:
    """Raises ChangedElsewhere where another weight was saved since `session` was read."""
    read, session = session, open_draft(session)
    as_read(read, session, "weight_kg")
    session.weight_kg = weight_kg
    session.save(update_fields=["weight_kg", "saved_at"])
    saved(by=by, what="weight_saved", session=session)
    return session


@transaction.atomic
def save_practitioner(*, session: Session, practitioner: User | None, by: User) -> Session:
    read, session = session, open_draft(session)
    as_read(read, session, "practitioner_id")
    session.practitioner = practitioner
    session.save(update_fields=["practitioner", "saved_at"])
    saved(by=by, what="practitioner_chosen", session=session, practitioner=practitioner and practitioner.pk)
    return session


@transaction.atomic
def save_plan(
    *,
    session: Session,
    by: User,
    version: int | None = None,
    purpose: str = "",
    area: str = "",
    technique: str = "",
    substances: Sequence[str] = (),
    sessions: int | None = None,
    price: Decimal | None = None,
    currency: str = "",
    note: str = "",
) -> Plan:
    """Save the plan whole. Once a consent was signed for it, a change begins a new plan; the consent stays. Once a
    session was signed on it, a note alone does so too: the quote of the same terms goes with it.

    The same plan sent again changes nothing, whatever version it began from. Raises AlreadySigned, ChangedElsewhere.
    """
    session = open_draft(session)
    plan = session.plan or Plan(patient=session.patient, created_by=by)
    wanted = {
        "purpose": purpose,
        "area": area,
        "technique": technique,
        "substances": list(substances),
        "sessions": sessions,
        "price": price,
        "currency": currency,
    }
    if plan.pk and plan.note == note and not _changes(plan, wanted):
        return plan
    same_version(plan, version)
    before, is_same = plan, not _changes(plan, wanted)
    if plan.pk and (is_fixed(plan) or (not is_same and plan.consents.exists())):
        plan = _replaced(session, plan, by)
    for name, value in wanted.items():
        setattr(plan, name, value)
    plan.note = note
    plan.draft_version += 1
    plan.save()
    if plan is not before and is_same:
        carry_quote(before, plan, by=by)
    if session.plan_id != plan.pk:
        session.plan = plan
        session.save(update_fields=["plan", "saved_at"])
    saved(by=by, what="plan_saved", session=session, plan=plan.pk, version=plan.draft_version)
    return plan


def _changes(plan: Plan, wanted: dict[str, object]) -> bool:
    return any(getattr(plan, name) != value for name, value in wanted.items())


def _replaced(session: Session, plan: Plan, by: User) -> Plan:
    plan.closed_at = timezone.now()
    plan.save(update_fields=["closed_at"])
    return Plan(patient=session.patient, created_by=by, draft_version=plan.draft_version)
