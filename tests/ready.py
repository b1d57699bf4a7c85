"""Sessions made through the real actions, up to the point where a test goes on: needs Django set up."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from django.utils import timezone

import people
from wheal import knowledge
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments import actions, checklist, consents
from wheal.clinic.treatments.models import Mix, Pass, Session

OUTLINE = [(0, 200), (1000, 200), (1000, 800), (0, 800)]  # clear of the nerve of the smile
SQUARE = [(50 + 100 * (place % 10), 250 + 100 * (place // 10)) for place in range(60)]


def lot(
    of: object,
    by: User,
    number: str,
    *,
    kind: str = "multi_dose",
    substance: str = "deoxycholic_acid",
    days: int = 300,
    containers: int = 10,
) -> Lot:
    """Containers of 10 mg/mL; the product is named after its substance."""
    new = stock.NewProduct(f"Test {substance}", substance, Decimal(10), "mg/mL", kind, Decimal(10))
    product = of.products.filter(substance=substance).first() or stock.add_product(
        clinic=of, product=new, by=by
    )
    expires = people.today() + timedelta(days=days)
    new = {"product": product, "number": number, "containers": containers, "by": by}
    if days >= 0:
        return stock.receive(expires=expires, **new)
    made = stock.receive(expires=people.today(), **new)  # it was good when it came
    Lot.objects.filter(pk=made.pk).update(expires=expires)
    return Lot.objects.get(pk=made.pk)


def planned(patient: Patient, injector: User, at: datetime | None = None) -> Session:
    """Booked for today, with a plan for the submental fat."""
    session = actions.book(
        clinic=patient.clinic,
        patient=patient,
        planned_for=at or timezone.now(),
        practitioner=injector,
        by=injector,
    )
    actions.save_plan(
        session=session, by=injector, purpose="fat", area="submental", technique="point_by_point",
        substances=["deoxycholic_acid"], sessions=4, price=Decimal(900), currency="USD",
    )  # fmt: skip
    session.refresh_from_db()
    return session


def agree(session: Session, by: User) -> None:
    known = knowledge.current()
    text = consents.text_of(session.plan, session.clinic, session.practitioner, "en", known)
    actions.give_consent(
        session=session, language="en", text_digest=sha256(text.encode()).hexdigest(),
        signed_name=f"{session.patient.given_names} {session.patient.family_name}",
        signature=[[[0, 0], [400, 120], [900, 60]]], by=by, known=known,
    )  # fmt: skip


def mixed(session: Session, of: Lot, by: User) -> Mix:
    """Ten mL drawn five minutes ago."""
    begun = timezone.now() - timedelta(minutes=5)
    mix = actions.add_mix(session=session, by=by)
    actions.add_component(mix=mix, lot=of, volume_ml=Decimal(10), opened_at=begun, by=by)
    return actions.save_mix(mix=mix, prepared_by="chairside", prepared_at=begun, preparer=by, by=by)


def drawn(session: Session, mix: Mix, by: User, count: int, *, first: int = 0) -> Pass:
    """`count` points a centimetre apart, 0.2 mL each, after the `first` ones; none yet with 0."""
    row = actions.add_pass(session=session, mix=mix, by=by, known=knowledge.current())
    if count:
        actions.save_pass(
            row=row, by=by, points=SQUARE[first : first + count], outline=OUTLINE, spacing_cm=Decimal(1),
            depth_mm=Decimal(6), volume_ml=Decimal("0.2"),
        )  # fmt: skip
    return row


def checked(session: Session, by: User) -> None:
    for item in checklist.ITEMS:
        actions.tick(session=session, item=item, done=True, by=by)
