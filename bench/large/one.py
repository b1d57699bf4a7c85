"""One session by the site's own actions, from the history to the signature: what all the others are copied from."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from bench.sessions import GRID, OUTLINE, answered

if TYPE_CHECKING:
    from wheal.clinic.people.models import Clinic, User
    from wheal.clinic.stock.models import Lot
    from wheal.clinic.treatments.models import Session

DRAWN = (("lidocaine", Decimal(10), Decimal("3.5")), ("sodium_chloride_0_9", Decimal(9), Decimal("0.5")))


def signed() -> Session:
    from wheal import knowledge
    from wheal.clinic.patients import actions as patients
    from wheal.clinic.people.models import Clinic, Credential, Membership, User
    from wheal.clinic.treatments import actions

    clinic = Clinic.objects.create(name="Bench 0", jurisdiction="US", time_zone="UTC", language="en")
    by = User.objects.create_user("bench0", password=None, first_name="Bench", last_name="Physician")
    Membership.objects.create(user=by, clinic=clinic, role="physician")
    for kind in ("licence", "mesotherapy_certificate"):
        Credential.objects.create(user=by, kind=kind, valid_until=date(2099, 1, 1), recorded_by=by)
    person = patients.Demographics(
        family_name="Amberly", given_names="Alder", birth_date=date(1980, 3, 4), sex="female", language="en",
        phone="+1 503 555 0100",
    )  # fmt: skip
    patient = patients.register(clinic=clinic, person=person, by=by)
    known = knowledge.current()
    patients.complete_history(patient=patient, answers=answered(), version=0, after=0, by=by, known=known)
    session = _drawn(_agreed(clinic, patient, by), [_lot(clinic, by, *each) for each in DRAWN], by)
    return actions.sign_off(
        session=session, by=by, known=known, reason="Weighed and agreed with the patient."
    )


def _agreed(clinic: Clinic, patient: object, by: User) -> Session:
    from django.utils import timezone

    from wheal import knowledge
    from wheal.clinic.treatments import actions, consents

    session = actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), practitioner=by, by=by)
    actions.save_plan(
        session=session, by=by, purpose="skin", area="face", technique="papule",
        substances=[name for name, _strength, _volume in DRAWN], sessions=3, price=Decimal(400), currency="USD",
    )  # fmt: skip
    session.refresh_from_db()
    known = knowledge.current()
    text = consents.text_of(session.plan, clinic, by, "en", known)
    strokes = [[[number, (number * 37) % 90] for number in range(100)]]
    actions.give_consent(
        session=session, language="en", text_digest=sha256(text.encode()).hexdigest(), signed_name="Alder Amberly",
        signature=strokes, by=by, known=known,
    )  # fmt: skip
    return session


def _lot(clinic: Clinic, by: User, substance: str, strength: Decimal, _volume: Decimal) -> Lot:
    from wheal.clinic.stock import actions as stock

    new = stock.NewProduct(substance, substance, strength, "mg/mL", "multi_dose", Decimal(50))
    product = stock.add_product(clinic=clinic, product=new, by=by)
    return stock.receive(
        product=product, number=f"B-{substance}", expires=date(2099, 1, 1), containers=10, by=by
    )


def _drawn(session: Session, lots: list[Lot], by: User) -> Session:
    from django.utils import timezone

    from wheal import knowledge
    from wheal.clinic.treatments import actions, checklist

    begun = timezone.now() - timedelta(minutes=10)
    actions.save_weight(session=session, weight_kg=Decimal(72), by=by)
    mix = actions.add_mix(session=session, by=by)
    for lot, (_substance, _strength, volume) in zip(lots, DRAWN, strict=True):
        actions.add_component(mix=mix, lot=lot, volume_ml=volume, opened_at=begun, by=by)
    mix = actions.save_mix(mix=mix, prepared_by="chairside", prepared_at=begun, preparer=by, by=by)
    row = actions.add_pass(session=session, mix=mix, by=by, known=knowledge.current())
    actions.save_pass(
        row=row, by=by, points=GRID, outline=OUTLINE, spacing_cm=Decimal(1), depth_mm=Decimal("1.5"),
        volume_ml=Decimal("0.05"),
    )  # fmt: skip
    for item in checklist.ITEMS:
        actions.tick(session=session, item=item, done=True, by=by)
    return session
