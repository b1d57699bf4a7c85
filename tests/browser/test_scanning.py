"""A scanner that acts as a keyboard: it types the code, the separator as Ctrl+], and Enter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.hands import Person
from serving import Server

pytestmark = pytest.mark.browser

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


def test_a_delivery_is_scanned_box_after_box_without_touching_the_screen(
    server: Server, sits_down: Sits
) -> None:
    """The field is ready again after each box, also on a phone; then all of it is received in one tap."""
    gtin = "09506000117843"
    bob = sits_down("Bob", size=(390, 844))
    adds_a_product(bob, gtin)
    page = bob.go("/stock/deliveries/new/")
    page.get_by_label("Number of the delivery note").fill("N-7")
    bob.press("Begin to scan")
    for lot in ("D-1", "D-1", "D-2"):
        expect(page.get_by_label("Code of the box")).to_be_focused()
        for sign in f"01{gtin}10{lot}\x1d17301231":
            page.keyboard.press("Control+]" if sign == "\x1d" else sign)
        page.keyboard.press("Enter")
        expect(page.get_by_text(lot, exact=True)).to_be_visible()
    bob.sees("3 containers")
    bob.at_all_sizes("41-delivery")
    bob.press("Receive all of it")
    bob.sees("Received: 2 lines.")
    page = bob.go(f"/stock/?q={gtin}")
    bob.sees("3 containers")
