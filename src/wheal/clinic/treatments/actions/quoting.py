"""What the quotes, which are kept above this app, write into a plan: its price, and what its quote has come to."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.treatments.actions.drafts import DraftRefused
from wheal.clinic.treatments.consents import is_fixed
from wheal.clinic.treatments.models import Plan, Quoted


@transaction.atomic
def open_plan(*, patient: Patient, by: User) -> Plan:
    """The one that stands, or a new one."""
    held = Plan.objects.filter(patient=patient, closed_at=None).first()
    return held or Plan.objects.create(patient=patient, created_by=by)


@transaction.atomic
def price_plan(*, plan: Plan, price: Decimal, currency: str, by: User) -> Plan:
    """The price that a quote came to. Raises DraftRefused where a consent was signed for another one."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("patient__clinic").get(pk=plan.pk)
    if (plan.price, plan.currency) == (price, currency):
        return plan
    if plan.consents.exists() or is_fixed(plan):
        raise DraftRefused(
            _(
                "The consent was signed for a price of %(plan)s, the quote comes to %(quote)s. Make them the same."
            )
            % {"plan": f"{plan.price} {plan.currency}", "quote": f"{price} {currency}"}
        )
    _note("plan_priced", plan, by, was=f"{plan.price} {plan.currency}", price=f"{price} {currency}")
    plan.price, plan.currency = price, currency
    plan.draft_version += 1
    plan.save(update_fields=["price", "currency", "draft_version", "saved_at"])
    return plan


@transaction.atomic
def tell_quote(
    *,
    plan: Plan,
    number: str,
    state: str,
    handed_at: datetime,
    valid_until: date,
    covers: dict[str, object],
    by: User | None,
    shortened: bool = False,
) -> Quoted:
    """Said anew whenever it changes; what was told before stays. `by` None: the patient, by a link.

    Said of every plan that the quote goes with: see `carry_quote`.
    """
    told = Quoted(
        number=number, state=state, handed_at=handed_at, valid_until=valid_until, covers=covers, shortened=shortened,
    )  # fmt: skip
    others = Plan.objects.filter(patient=plan.patient_id, quoted__number=number).exclude(pk=plan.pk)
    for other in others.distinct():
        _tell(told, other, by)
    return _tell(told, plan, by)


def carry_quote(before: Plan, after: Plan, *, by: User) -> None:
    """`after` takes the place of a plan of the same terms: what its quote came to holds for it, and goes on holding."""
    if newest := before.quoted.first():
        _tell(newest, after, by)


def _tell(told: Quoted, plan: Plan, by: User | None) -> Quoted:
    made = Quoted.objects.create(
        plan=plan, number=told.number, state=told.state, handed_at=told.handed_at, valid_until=told.valid_until,
        covers=told.covers, shortened=told.shortened, told_by=by,
    )  # fmt: skip
    audit.record(
        by=by,
        what="treatments.quote_told",
        subject=plan,
        clinic=plan.patient.clinic,
        patient=plan.patient,
        detail={"number": told.number, "state": told.state, "shortened": told.shortened},
        fixes=[Quoted.objects.filter(pk=made.pk)],
    )
    return made


def _note(what: str, plan: Plan, by: User | None, **detail: object) -> None:
    audit.record(
        by=by,
        what=f"treatments.{what}",
        subject=plan,
        clinic=plan.patient.clinic,
        patient=plan.patient,
        detail=detail,
    )
