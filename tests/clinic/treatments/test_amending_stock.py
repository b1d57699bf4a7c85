"""An amendment that names another lot or volume moves the books; and an open container is drawn from by its label."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

import people
import ready as making
from clinic.treatments.conftest import as_
from wheal.clinic import own_labels
from wheal.clinic.people.models import Role
from wheal.clinic.safety import actions as recalls
from wheal.clinic.safety import webs, whom
from wheal.clinic.safety.checking_trace import discrepancies
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot, Movement, Product
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Amendment


def net(kind: str, **which: object) -> int:
    return sum(row.volume_ul for row in Movement.objects.filter(kind=kind, **which))


def test_another_lot_is_named_on_the_page_and_its_books_follow(signed, lot, alice):
    other = stock.receive(product=lot.product, number="K-2", expires=lot.expires, containers=9, by=alice)
    component = signed.mixes.get().components.first()
    sent = {"amend_lot-component": component.pk, "amend_lot-lot": other.pk, "amend_lot-reason": "misread"}
    answer = as_(alice).post(f"/sessions/{signed.pk}/amend-lot", sent)
    assert answer.status_code == 302
    assert net("injected", lot=other) > 0
    amendment = Amendment.objects.get()
    assert (amendment.was, amendment.should_be, amendment.lot) == ("K-1", "K-2", other)
    assert "K-2" in as_(alice).get(f"/sessions/{signed.pk}/sign/").content.decode()
    assert discrepancies() == []


def test_a_lot_of_another_product_is_named_and_its_recall_lists_the_patient(signed, lot, clinic, alice):
    """In words alone it is refused, and the refusal says where."""
    other = making.lot(clinic, alice, "X-9", substance="lidocaine", containers=9)
    words = {"corrects": "lot", "was": "K-1", "should_be": "X-9", "reason": "wrong vial"}
    client = as_(alice)
    told = client.post(f"/sessions/{signed.pk}/amend", words)
    assert (told.status_code, Amendment.objects.count()) == (422, 0)
    assert "Another lot was used" in told.content.decode()
    component = signed.mixes.get().components.first()
    sent = {"amend_lot-component": component.pk, "amend_lot-lot": other.pk, "amend_lot-reason": "wrong vial"}
    assert client.post(f"/sessions/{signed.pk}/amend-lot", sent).status_code == 302
    assert Amendment.objects.get().should_be == "Test lidocaine X-9"
    for which in (other, lot):
        assert [one.id for one in webs.of_lots([which]).patients] == [signed.patient_id]
    assert recalls.open_recall(lot=other, reason="Letter", by=alice).people.count() == 1
    product = whom.met(clinic, ("product", str(other.product_id)), clinic.day_of())
    assert list(product) == [signed]
    assert discrepancies() == []


@pytest.mark.parametrize("became", ["used up", "recalled", "in quarantine", "past its expiry date"])
def test_a_lot_of_which_nothing_is_left_is_named_with_its_state_and_the_books_stay_whole(
    signed, lot, alice, became
):
    other = stock.receive(product=lot.product, number="K-2", expires=lot.expires, containers=1, by=alice)
    stock.waste(lot=other, containers=1, reason=Movement.Reason.BROKEN, by=alice)
    if became == "recalled":
        stock.recall(lot=other, reason="letter", by=alice)
    elif became == "in quarantine":
        stock.quarantine(lot=other, reason="letter", by=alice)
    elif became == "past its expiry date":
        Lot.objects.filter(pk=other.pk).update(expires=people.today() - timedelta(days=1))
    page = as_(alice).get(f"/sessions/{signed.pk}/sign/").content.decode()
    state = "" if became == "used up" else f" · {became}"
    assert f"K-2{state} · none unopened by the books</option>" in page
    component = signed.mixes.get().components.first()
    sent = {"amend_lot-component": component.pk, "amend_lot-lot": other.pk, "amend_lot-reason": "misread"}
    assert as_(alice).post(f"/sessions/{signed.pk}/amend-lot", sent).status_code == 302
    assert (net("found", lot=other), net("drawn", lot=other)) == (2_000, 2_000)
    assert discrepancies() == []
    back = sent | {"amend_lot-lot": lot.pk}
    assert as_(alice).post(f"/sessions/{signed.pk}/amend-lot", back).status_code == 302
    assert net("drawn", lot=other) == 0
    assert discrepancies() == []


def test_the_vial_of_several_doses_that_stood_open_is_what_was_used(signed, lot, alice):
    """And nothing more is opened, nor found."""
    Product.objects.filter(pk=lot.product_id).update(container_kind="multi_dose")
    other = stock.receive(product=lot.product, number="K-2", expires=lot.expires, containers=1, by=alice)
    stood = stock.open_container(lot=other, at=timezone.now() - timedelta(minutes=20), by=alice)
    component = signed.mixes.get().components.first()
    treatments.amend_lot(component=component, lot=other, reason="misread", by=alice)
    stood.refresh_from_db()
    assert (stood.left_ul, stood.emptied_at is not None) == (0, True)
    assert (net("found", lot=other), net("opened", lot=other), net("drawn", lot=other)) == (0, 2_000, 2_000)
    assert discrepancies() == []


def test_another_volume_is_written_down_and_more_than_was_drawn_is_not(signed, alice):
    mix = signed.mixes.get()
    drawn = sum(row.volume_ml for row in mix.components.all())
    sent = {"amend_volume-mix": mix.pk, "amend_volume-reason": "a drop ran down"}
    path = f"/sessions/{signed.pk}/amend-volume"
    refused = as_(alice).post(path, sent | {"amend_volume-injected_ml": str(drawn + 1)})
    assert refused.status_code == 422
    assert "no more can have been injected" in refused.content.decode()
    assert as_(alice).post(path, sent | {"amend_volume-injected_ml": "7,25"}).status_code == 302
    assert net("injected", mix=mix.pk) == 7_250
    assert discrepancies() == []


@pytest.mark.parametrize("page", ["amend-lot", "amend-volume"])
def test_only_who_may_amend_does(signed, clinic, page):
    assistant = people.person("Ben", Role.ASSISTANT, clinic)
    assert as_(assistant).post(f"/sessions/{signed.pk}/{page}", {}).status_code == 403
    assert not Amendment.objects.exists()


def test_a_session_of_another_clinic_is_not_amended(signed, charlie):
    assert as_(charlie).post(f"/sessions/{signed.pk}/amend-volume", {}).status_code == 404


def test_an_open_container_is_drawn_from_by_its_label(planned, clinic, alice):
    vials = making.lot(clinic, alice, "V-9", substance="lidocaine")
    container = stock.open_container(lot=vials, by=alice)
    code = own_labels.code_of(own_labels.CONTAINER, container.pk)
    page = as_(alice).get(f"/sessions/{planned.pk}/mix/", {"code": code}).content.decode()
    assert f'name="container" value="{container.pk}"' in page
    sent = {"lot": vials.pk, "container": container.pk, "volume_ml": "1.5"}
    as_(alice).post(f"/sessions/{planned.pk}/mix/draw-scanned", sent)
    container.refresh_from_db()
    assert container.left_ml == Decimal("8.5")
    vials.refresh_from_db()
    assert vials.unopened == 9


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (own_labels.code_of(own_labels.CONTAINER, 999), "of no container of this clinic"),
        (own_labels.code_of(own_labels.PLACE, 1), "of no container of this clinic"),
        ("WC000000000018", "misread"),
    ],
)
def test_a_label_of_something_else_is_refused_in_words(planned, lot, alice, code, words):
    answer = as_(alice).get(f"/sessions/{planned.pk}/mix/", {"code": code})
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
