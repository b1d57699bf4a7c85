"""The search of every page finds lots and products beside people, for those who may see the stock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import people
import ready as making
from wheal.clinic.stock import actions as stock

pytestmark = pytest.mark.both_engines


@pytest.fixture
def lot(clinic, alice):
    return making.lot(clinic, alice, "US01-A", substance="lidocaine")


@pytest.mark.parametrize(
    ("typed", "is_lot", "is_product"),
    [
        ("US01-A", True, False), ("us01", True, False), ("Test lido", False, True), ("LIDO", False, True),
        ("01-A", False, False), ("u", False, False), ("%", False, False), ("Rivera", False, False),
    ],
)  # fmt: skip
def test_lots_by_the_beginning_of_their_number_and_products_by_part_of_their_name(
    client, alice, lot, typed, is_lot, is_product
):
    client.force_login(alice)
    said = client.get("/stock/found/", {"q": typed}).content.decode()
    assert (f'href="/stock/lots/{lot.pk}/"' in said) is is_lot
    assert (f'href="/stock/products/{lot.product_id}/"' in said) is is_product


def test_only_those_who_may_see_the_stock_are_shown_it_and_only_their_own(client, lot, alice, dora, charlie):
    for who, asks in ((alice, True), (dora, False)):
        client.force_login(who)
        for path in ("/patients/search/", "/patients/"):
            page = client.get(path, {"q": "US01-A"}).content.decode()
            assert ('hx-get="/stock/found/?q=US01-A"' in page) is asks
    assert client.get("/stock/found/?q=US01-A").status_code == 403  # as dora
    client.force_login(charlie)
    assert "US01-A" not in client.get("/stock/found/?q=US01-A").content.decode()


def test_many_lots_cost_as_many_queries_as_one(client, lot, alice):
    client.force_login(alice)
    client.get("/stock/found/?q=US01")
    with CaptureQueriesContext(connection) as one:
        client.get("/stock/found/?q=US01")
    for number in range(4):
        stock.receive(
            product=lot.product, number=f"US01-{number}", containers=1, by=alice,
            expires=people.today() + timedelta(days=90),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert client.get("/stock/found/?q=US01").content.decode().count("/stock/lots/") == 5
    assert len(many) == len(one)
