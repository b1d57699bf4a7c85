"""The search of every page finds needles, disinfectants and devices, for those who may see the stock."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .conftest import thing

pytestmark = pytest.mark.both_engines


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [("CHX-9", True), ("chx", True), ("hexidine", True), ("HX-9", False), ("c", False), ("%", False)],
)
def test_things_by_the_beginning_of_their_number_or_part_of_their_name(
    client, alice, disinfectant, typed, is_found
):
    client.force_login(alice)
    said = client.get("/equipment/found/", {"q": typed}).content.decode()
    assert (f'href="/equipment/{disinfectant.pk}/"' in said) is is_found


def test_only_those_who_may_see_the_stock_are_shown_them_and_only_their_own(
    client, disinfectant, alice, dora, charlie
):
    for who, asks in ((alice, True), (dora, False)):
        client.force_login(who)
        page = client.get("/patients/search/", {"q": "CHX-9"}).content.decode()
        assert ('hx-get="/equipment/found/?q=CHX-9"' in page) is asks
    assert client.get("/equipment/found/?q=CHX-9").status_code == 403  # as dora
    client.force_login(charlie)
    assert "CHX-9" not in client.get("/equipment/found/?q=CHX-9").content.decode()


def test_many_things_cost_as_many_queries_as_one(client, clinic, alice, disinfectant):
    client.force_login(alice)
    client.get("/equipment/found/?q=CHX")
    with CaptureQueriesContext(connection) as one:
        client.get("/equipment/found/?q=CHX")
    for number in range(3):
        thing("disinfectant", "Another", clinic, alice, f"CHX-{number}")
    with CaptureQueriesContext(connection) as many:
        assert client.get("/equipment/found/?q=CHX").content.decode().count('href="/equipment/') == 4
    assert len(many) == len(one)
