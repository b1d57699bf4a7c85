"""Expired, set aside, called back, used up or open too long: never drawn, and never signed if drawn before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

import people
import ready
from wheal import knowledge
from wheal.clinic.safety.checking_trace import discrepancies
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Session

pytestmark = pytest.mark.both_engines


def expire(lot: Lot, days: int) -> None:
    Lot.objects.filter(pk=lot.pk).update(expires=lot.today + timedelta(days=days))


def opened_days_ago(lot: Lot, days: float) -> None:
    Container.objects.filter(lot=lot).update(opened_at=timezone.now() - timedelta(days=days))


# what is done to a lot of which a container stands open, whether it may then be used, and what the signature says
STATES = {
    "the last day": (lambda lot, by: expire(lot, 0), None),
    "the day after": (lambda lot, by: expire(lot, -1), "lot_expired"),
    "set aside": (lambda lot, by: stock.quarantine(lot=lot, reason="cloudy", by=by), "lot_recalled"),
    "called back": (lambda lot, by: stock.recall(lot=lot, reason="particles", by=by), "lot_recalled"),
    "open for 27 days": (lambda lot, by: opened_days_ago(lot, 27), None),
    "open for 29 days": (lambda lot, by: opened_days_ago(lot, 29), "container_open_too_long"),
}


@pytest.fixture
def lot(clinic, alice) -> Lot:
    return ready.lot(clinic, alice, "A-1")


@pytest.fixture
def whole(lot, patient, history, alice) -> Session:
    """All that a signature asks for; 5 of 10 mL drawn."""
    session = ready.planned(patient, alice)
    ready.agree(session, alice)
    mix = actions.add_mix(session=session, by=alice)
    actions.add_component(mix=mix, lot=lot, volume_ml=Decimal(5), by=alice)
    actions.save_mix(mix=mix, prepared_by="chairside", prepared_at=timezone.now(), preparer=alice, by=alice)
    ready.drawn(session, mix, alice, 20)
    ready.checked(session, alice)
    return session


@pytest.mark.parametrize(("change", "why"), STATES.values(), ids=STATES)
def test_it_is_asked_where_it_is_drawn(lot, whole, alice, change, why):
    change(lot, alice)
    mix, container = whole.mixes.get(), lot.containers.get()
    if why is None:
        actions.add_component(mix=mix, lot=lot, container=container, volume_ml=Decimal(1), by=alice)
        return
    with pytest.raises(actions.LotRefused):
        actions.add_component(mix=mix, lot=lot, container=container, volume_ml=Decimal(1), by=alice)
    assert mix.components.count() == 1
    assert discrepancies() == []


@pytest.mark.parametrize(("change", "why"), STATES.values(), ids=STATES)
def test_it_is_asked_again_inside_the_signature(lot, whole, alice, change, why):
    change(lot, alice)
    if why is None:
        assert actions.sign_off(session=whole, by=alice, known=knowledge.current()).is_signed
        return
    with pytest.raises(actions.SignOffRefused) as refused:
        actions.sign_off(session=whole, by=alice, known=knowledge.current())
    assert why in {row.code for row in refused.value.reasons}
    whole.refresh_from_db()
    assert whole.signed_at is None
    assert discrepancies() == []


@pytest.mark.parametrize("name", ["the day after", "set aside", "called back"])
def test_nothing_of_it_is_opened_sent_or_offered(client, lot, whole, alice, name):
    STATES[name][0](lot, alice)
    with pytest.raises(stock.StockRefused):
        stock.open_container(lot=lot, by=alice)
    with pytest.raises(stock.StockRefused):
        stock.send(sender=lot.product.clinic, receiver=people.clinic("Mill Lane"), lots=[(lot, 1)], by=alice)
    client.force_login(alice)
    page = client.get(f"/sessions/{whole.pk}/mix/").content.decode()
    assert f'value="{lot.pk}" disabled' in page
    assert f'value="{lot.pk}" required' not in page


@pytest.mark.parametrize("name", ["the last day", "the day after", "called back"])
def test_it_may_be_thrown_away_and_returned_all_the_same(lot, whole, alice, name):
    STATES[name][0](lot, alice)
    stock.waste(lot=lot, containers=1, reason="expired", by=alice)
    stock.give_back(lot=lot, containers=1, note="credit note 7", by=alice)
    stock.empty_container(container=lot.containers.get(), by=alice)
    assert discrepancies() == []


def test_what_was_emptied_meanwhile_is_not_drawn_from(lot, whole, alice):
    container = lot.containers.get()
    stock.empty_container(container=container, by=alice)
    with pytest.raises(actions.LotRefused, match="empty or was thrown away"):
        actions.add_component(
            mix=whole.mixes.get(), lot=lot, container=container, volume_ml=Decimal(1), by=alice
        )


def test_the_first_to_expire_is_offered_first_and_one_used_up_not_at_all(client, clinic, lot, whole, alice):
    sooner = ready.lot(clinic, alice, "A-0", days=40)
    used_up = ready.lot(clinic, alice, "A-00", days=20)
    stock.waste(lot=used_up, containers=10, reason="broken", by=alice)
    client.force_login(alice)
    page = client.get(f"/sessions/{whole.pk}/mix/").content.decode()
    choices = page.split('name="lot"')[1:]
    assert f'value="{sooner.pk}"' in choices[0]
    assert f'value="{used_up.pk}"' not in page


def test_a_product_of_several_is_drawn_dosed_agreed_to_and_signed(clinic, patient, history, alice):
    """40 points of 0.2 mL of 10 and 5 mg/mL: 80 and 40 mg, for both of which the patient has signed."""
    new = stock.NewProduct(
        "Two in one", "deoxycholic_acid", Decimal(10), "mg/mL", "single_dose", Decimal(10),
        also=(("lidocaine", "5", "mg/mL"),),
    )  # fmt: skip
    product = stock.add_product(clinic=clinic, product=new, by=alice)
    expires = people.today() + timedelta(days=90)
    lot = stock.receive(product=product, number="T-1", expires=expires, containers=2, by=alice)
    session = ready.planned(patient, alice)
    ready.agree(session, alice)
    ready.drawn(session, ready.mixed(session, lot, alice), alice, 40)
    ready.checked(session, alice)
    with pytest.raises(actions.SignOffRefused) as refused:
        actions.sign_off(session=session, by=alice, known=knowledge.current())
    assert "consent_does_not_cover:lidocaine" in {f"{row.code}:{row.about}" for row in refused.value.reasons}
    plan = session.plan
    actions.save_plan(
        session=session, by=alice, purpose="fat", area="submental", technique="point_by_point",
        substances=["deoxycholic_acid", "lidocaine"], sessions=plan.sessions, price=plan.price, currency="USD",
    )  # fmt: skip
    session.refresh_from_db()
    ready.agree(session, alice)
    signed = actions.sign_off(session=session, by=alice, known=knowledge.current())
    assert signed.given["substances"] == {"deoxycholic_acid": "80 mg", "lidocaine": "40 mg"}
    (told,) = signed.document["plan"]["mix"]["components"]
    assert told["also"] == [{"substance": "lidocaine", "concentration": {"value": 5, "unit": "mg/mL"}}]
    assert discrepancies() == []
