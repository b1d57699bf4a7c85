"""What may be used, what may not, and why."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

import people
from wheal.clinic.audit.models import Event
from wheal.clinic.stock import actions
from wheal.clinic.stock.models import Lot, Product
from wheal.quantities import Quantity

pytestmark = pytest.mark.both_engines

PRODUCT = {
    "substance": "lidocaine",
    "name": "Democaine",
    "strength": "1",
    "strength_unit": "%",
    "container_kind": "multi_dose",
    "container_ml": "20",
    "maker": "",
    "gtin": "",
}


@pytest.fixture
def product(clinic, alice) -> Product:
    new = actions.NewProduct("Democaine", "lidocaine", Decimal(10), "mg/mL", "multi_dose", Decimal(20))
    return actions.add_product(clinic=clinic, product=new, by=alice)


@pytest.fixture
def lot(product, alice) -> Lot:
    expires = people.today() + timedelta(days=300)
    return actions.receive(product=product, number="L1", expires=expires, containers=5, by=alice)


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def test_a_product_is_added_and_its_lot_received(as_alice) -> None:
    added = as_alice.post("/stock/products/new/", PRODUCT)
    product = Product.objects.get()
    assert product.concentration == Quantity.of(10, "mg/mL")
    assert added.url == f"/stock/receive/?product={product.pk}"
    until = people.today() + timedelta(days=100)
    form = {"product": product.pk, "number": "AB-1", "expires": until.isoformat(), "containers": "3"}
    as_alice.post("/stock/receive/", form)
    assert Lot.objects.get().containers_received == 3
    assert "not written down" in as_alice.get(f"/stock/products/{product.pk}/").content.decode()
    as_alice.post(f"/stock/products/{product.pk}/edit/", PRODUCT | {"vehicle": "oil"})
    assert "never injected" in as_alice.get(f"/stock/products/{product.pk}/").content.decode()
    assert "AB-1" in as_alice.get("/stock/").content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("strength", "0", "More than zero"),
        ("strength", "-1", "greater than or equal"),
        ("strength_unit", "[USP'U]/mL", "counted in mg"),
        ("strength_unit", "mL/mL", "counted in mg"),
        ("substance", "water", "valid choice"),
        ("gtin", "123", "8, 12, 13 or 14 digits"),
    ],
)
def test_what_is_wrong_with_a_product_is_said(as_alice, field, typed, words) -> None:
    answer = as_alice.post("/stock/products/new/", PRODUCT | {field: typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_same_lot_again_adds_to_it_but_never_with_another_expiry(product, lot, alice) -> None:
    actions.receive(product=product, number="L1", expires=lot.expires, containers=2, by=alice)
    lot.refresh_from_db()
    assert lot.containers_received == 7
    with pytest.raises(actions.StockRefused, match="expiry_differs"):
        actions.receive(product=product, number="L1", expires=people.today(), containers=2, by=alice)


@pytest.mark.parametrize(
    ("days", "state", "is_usable"),
    [(-1, "expired", False), (0, "ends_soon", True), (30, "ends_soon", True), (31, "usable", True)],
)
def test_on_its_last_day_a_lot_is_still_usable(lot, days, state, is_usable) -> None:
    today = people.today()
    lot.expires = today + timedelta(days=days)
    lot.save()
    assert lot.state(today) == state
    assert Lot.objects.usable(on=today).filter(pk=lot.pk).exists() is is_usable


@pytest.mark.parametrize(("how", "state"), [("quarantine", "quarantined"), ("recall", "recalled")])
def test_a_blocked_lot_says_why_and_nothing_of_it_is_opened(as_alice, lot, how, state) -> None:
    as_alice.post(f"/stock/lots/{lot.pk}/block/", {"how": how, "reason": "particles seen"})
    lot.refresh_from_db()
    assert lot.state(people.today()) == state
    assert lot.as_lot().recalled is True
    page = as_alice.get(f"/stock/lots/{lot.pk}/").content.decode()
    assert "particles seen" in page
    as_alice.post(f"/stock/lots/{lot.pk}/open/")
    assert not lot.containers.exists()


def test_a_block_needs_a_reason(as_alice, lot) -> None:
    assert as_alice.post(f"/stock/lots/{lot.pk}/block/", {"how": "recall", "reason": " "}).status_code == 422
    lot.refresh_from_db()
    assert not lot.is_blocked


def test_a_freed_lot_is_usable_again_and_its_history_is_in_the_audit(as_alice, alice, lot) -> None:
    actions.recall(lot=lot, reason="wrong number", by=alice)
    as_alice.post(f"/stock/lots/{lot.pk}/free/", {"reason": "another lot was meant"})
    lot.refresh_from_db()
    assert not lot.is_blocked
    happened = list(Event.objects.filter(what__startswith="stock.lot").values_list("what", flat=True))
    assert happened == ["stock.lot_freed", "stock.lot_recalled", "stock.lot_received"]


def test_a_container_is_opened_and_emptied(as_alice, lot) -> None:
    as_alice.post(f"/stock/lots/{lot.pk}/open/")
    container = lot.containers.get()
    assert container.as_container().kind == "multi_dose"
    as_alice.post(f"/stock/containers/{container.pk}/empty/")
    container.refresh_from_db()
    assert container.emptied_at


@pytest.mark.parametrize("days", [-1, 1])
def test_nothing_is_opened_of_an_expired_lot_or_in_the_future(lot, alice, days) -> None:
    if days < 0:
        lot.expires = people.today() + timedelta(days=days)
        lot.save()
    at = timezone.now() + timedelta(days=days) if days > 0 else None
    with pytest.raises(actions.StockRefused):
        actions.open_container(lot=lot, by=alice, at=at)


@pytest.mark.parametrize(
    ("who", "sees", "writes", "blocks"),
    [
        ("alice", 200, 200, 302),
        ("nora", 200, 200, 403),
        ("bob", 200, 200, 403),
        ("sam", 200, 200, 302),
        ("ada", 200, 200, 403),
        ("dora", 403, 403, 403),
    ],
)
def test_who_may_see_write_and_block(client, request, lot, who, sees, writes, blocks) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get("/stock/").status_code == sees
    assert client.get("/stock/receive/").status_code == writes
    block = client.post(f"/stock/lots/{lot.pk}/block/", {"how": "recall", "reason": "x"})
    assert block.status_code == blocks


@pytest.mark.parametrize("path", ["", "open/", "block/", "free/"])
def test_a_lot_of_another_clinic_is_not_found(client, lot, charlie, path) -> None:
    client.force_login(charlie)
    ask = client.post if path else client.get
    assert ask(f"/stock/lots/{lot.pk}/{path}", {"how": "recall", "reason": "x"}).status_code == 404


def test_a_product_of_another_clinic_cannot_be_received(client, product, charlie) -> None:
    client.force_login(charlie)
    until = people.today() + timedelta(days=100)
    form = {"product": product.pk, "number": "AB-1", "expires": until.isoformat(), "containers": "3"}
    assert client.post("/stock/receive/", form).status_code == 422
    assert not Lot.objects.exists()


def test_the_shelf_needs_few_queries_however_full(
    as_alice, product, alice, django_assert_max_num_queries
) -> None:
    until = people.today() + timedelta(days=100)
    for number in range(20):
        actions.receive(product=product, number=f"N{number}", expires=until, containers=1, by=alice)
    with django_assert_max_num_queries(
        10
    ):  # three of them who asks; the shelf two, what ought to be done five
        as_alice.get("/stock/")
