"""A scanner that acts as a keyboard: it types the code, the separator as Ctrl+], and Enter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.hands import Person
from serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Sits = Callable[..., Person]
GTIN = "09506000134352"


def scans(person: Person, code: str) -> None:
    field = person.page.get_by_label("Scan the box")
    field.click()
    for sign in code:
        person.page.keyboard.press("Control+]" if sign == "\x1d" else sign)
    person.page.keyboard.press("Enter")


def adds_a_product(person: Person, gtin: str = GTIN) -> None:
    page = person.go("/stock/products/new/")
    page.get_by_label("Substance").select_option(value="lidocaine")
    page.get_by_label("Name on the box").fill("Scannocaine")
    page.get_by_label("Strength", exact=True).fill("10")
    page.get_by_label("Container", exact=True).select_option(value="multi_dose")
    page.get_by_label("Content of one container").fill("20")
    page.get_by_label("GTIN").fill(gtin)
    person.press("Add this product")


def test_a_box_is_scanned_compared_and_received(server: Server, sits_down: Sits) -> None:
    alice = sits_down("Alice")
    adds_a_product(alice)
    scans(alice, "10AB-1\x1d17301231")
    alice.sees("not the product (GTIN)")
    page = alice.go("/stock/receive/")
    scans(alice, f"01{GTIN}10AB-1\x1d17301231")
    alice.sees("Compare it with what is printed on the box.")
    expect(page.get_by_label("Lot number")).to_have_value("AB-1")
    expect(page.get_by_label("Expires")).to_have_value("2030-12-31")
    alice.at_all_sizes("40-scanned")
    alice.press("Receive this lot")
    alice.sees("Lot AB-1 received.")
