"""A submental session of Maria's, ready to be signed by Alice: 40 points of 0.2 mL, one lot."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from django.test import Client
from django.utils import timezone

import people
from wheal import knowledge
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments import actions, checklist, consents
from wheal.clinic.treatments.chart import readable
from wheal.clinic.treatments.models import Consent, Mix, Pass, Session

OUTLINE = [(0, 150), (1000, 150), (1000, 750), (0, 750)]  # clear of the nerve of the smile
SQUARE = [(100 + 100 * (n % 8), 250 + 100 * (n // 8)) for n in range(48)]


@pytest.fixture(scope="session")
def known() -> knowledge.Knowledge:
    return knowledge.current()


@pytest.fixture
def lot(clinic: Clinic, alice: User) -> Lot:
    acid = stock.NewProduct("Kybella", "deoxycholic_acid", Decimal(10), "mg/mL", "single_dose", Decimal(2))
    product = stock.add_product(clinic=clinic, product=acid, by=alice)
    return stock.receive(
        product=product,
        number="K-1",
        expires=people.today() + timedelta(days=300),
        containers=100,
        by=alice,
    )


@pytest.fixture
def anaesthetic(clinic: Clinic, alice: User) -> Lot:
    lidocaine = stock.NewProduct(
        "Lidocaine 1 %", "lidocaine", Decimal(10), "mg/mL", "single_dose", Decimal(5)
    )
    product = stock.add_product(clinic=clinic, product=lidocaine, by=alice)
    return stock.receive(
        product=product,
        number="L-7",
        expires=people.today() + timedelta(days=90),
        containers=100,
        by=alice,
    )


@pytest.fixture
def booked(clinic: Clinic, patient: Patient, alice: User) -> Session:
    return actions.book(
        clinic=clinic, patient=patient, planned_for=timezone.now(), practitioner=alice, by=alice
    )


@pytest.fixture
def planned(booked: Session, alice: User) -> Session:
    actions.save_plan(
        session=booked, by=alice, purpose="fat", area="submental", technique="point_by_point",
        substances=["deoxycholic_acid"], sessions=4, price=Decimal(1200), currency="USD",
    )  # fmt: skip
    booked.refresh_from_db()
    return booked


def agree(session: Session, by: User, known: knowledge.Knowledge, language: str = "en") -> Consent:
    text = consents.text_of(session.plan, session.clinic, session.practitioner, language, known)
    return actions.give_consent(
        session=session, language=language, text_digest=sha256(text.encode()).hexdigest(),
        signed_name="Maria Rivera", signature=[[[0, 0], [400, 120], [900, 60]]], by=by, known=known,
    )  # fmt: skip


def draw(session: Session, lot: Lot, by: User, volume_ml: str = "10") -> Mix:
    """A mix made ten minutes ago from ampoules opened then."""
    begun = timezone.now() - timedelta(minutes=10)
    mix = actions.add_mix(session=session, by=by)
    actions.add_component(mix=mix, lot=lot, volume_ml=Decimal(volume_ml), opened_at=begun, by=by)
    return actions.save_mix(mix=mix, prepared_by="chairside", prepared_at=begun, preparer=by, by=by)


def inject(session: Session, mix: Mix, by: User, known: knowledge.Knowledge, count: int = 40) -> Pass:
    row = actions.add_pass(session=session, mix=mix, by=by, known=known)
    return actions.save_pass(
        row=row, by=by, points=SQUARE[:count], outline=OUTLINE, spacing_cm=Decimal(1), depth_mm=Decimal(6),
        volume_ml=Decimal("0.2"),
    )  # fmt: skip


def check_all(session: Session, by: User) -> None:
    for item in checklist.ITEMS:
        actions.tick(session=session, item=item, done=True, by=by)


@pytest.fixture
def ready(planned: Session, history: History, lot: Lot, alice: User, known: knowledge.Knowledge) -> Session:
    """Everything is there but the signature."""
    agree(planned, alice, known)
    mix = draw(planned, lot, alice)
    inject(planned, mix, alice, known)
    check_all(planned, alice)
    return again(planned)


def again(session: Session) -> Session:
    return readable(Session.objects.all()).get(pk=session.pk)


@pytest.fixture
def signed(ready: Session, alice: User, known: knowledge.Knowledge) -> Session:
    return again(actions.sign_off(session=ready, by=alice, known=known))


def as_(user: User, language: str = "en") -> Client:
    """Logged in, and reading in this language: the choice of the person goes before that of the browser."""
    user.language = language
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def lapse(user: User, kind: str) -> None:
    user.credentials.filter(kind=kind).update(valid_until=date(2020, 1, 1))
