"""A lot comes in by scan, is injected, and is called back on a Friday: everybody is reached, the recall is closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.hands import PHONE, Person
from serving import Server

pytestmark = pytest.mark.browser

Sits = Callable[..., Person]
GTIN = "09506000149097"
LOT = "FRI-18"


def receives_by_scan(alice: Person) -> None:
    page = alice.go("/stock/products/new/")
    page.get_by_label("Substance").select_option(value="deoxycholic_acid")
    page.get_by_label("Name on the box").fill("Fridoxychol")
    page.get_by_label("Strength", exact=True).fill("10")
    page.get_by_label("Container", exact=True).select_option(value="multi_dose")
    page.get_by_label("Content of one container").fill("20")
    page.get_by_label("GTIN").fill(GTIN)
    alice.press("Add this product")
    alice.go("/stock/receive/").get_by_label("Scan the box").click()
    for sign in f"01{GTIN}1730123110{LOT}":
        alice.page.keyboard.press(sign)
    alice.page.keyboard.press("Enter")
    alice.sees("Compare it with what is printed on the box.")
    alice.press("Receive this lot")
    alice.sees(f"Lot {LOT} received.")


def draws_it_up(alice: Person, session: int) -> None:
    """What stands in the mix is taken out, and the new lot drawn in its place."""
    page = alice.go(f"/sessions/{session}/mix/")
    alice.press("Take lot K-1 out")
    scan = page.get_by_label("Scan the vial or its box")
    scan.fill(f"01{GTIN}1730123110{LOT}")
    scan.press("Enter")
    page.get_by_label("Volume drawn").first.fill("10")
    page.get_by_role("button", name="Draw").first.click()
    expect(page.get_by_role("cell", name=f"lot {LOT}", exact=True)).to_be_visible()


def test_from_the_scan_to_the_closed_recall(server: Server, sits_down: Sits) -> None:
    session = server.held["recalled"]
    alice = sits_down("Alice")
    receives_by_scan(alice)
    draws_it_up(alice, session)
    alice.go(f"/sessions/{session}/sign/")
    alice.press("Sign and fix this session")
    alice.sees("Signed")

    sam = sits_down("Sam", size=PHONE)
    page = sam.go("/safety/notices/new/")
    page.get_by_label("Who wrote it").fill("The agency")
    page.get_by_label("What it says").fill(f"Recall of Fridoxychol, lot {LOT}: particles were found.")
    sam.press("Keep it and look for its lots")
    sam.sees("1 patient had it drawn up")
    sam.press("Block it and open the recall")
    sam.sees("Blocked: nothing of this lot can be signed.")
    sam.at_all_sizes("50-recall")
    sam.sees("nobody tried yet")
    page.get_by_label("What came of it").select_option(label="No answer")
    sam.press("Write it down")
    sam.sees("No answer")
    page.locator("summary", has_text="Note a call or a visit").click()
    page.get_by_label("What came of it").select_option(label="Reached and told")
    page.get_by_label("Note", exact=True).fill("comes on Monday")
    sam.press("Write it down")
    sam.sees("Everybody told")
    page.get_by_label("How it ended").fill("The only person was told within the hour.")
    sam.press("Close and fix this recall")
    sam.sees("The recall is closed.")

    alice.go("/safety/").get_by_label("Lot number").fill(LOT)
    alice.press("Find everybody who received it")
    alice.sees("Where it went")
    alice.sees("Recalled")
    alice.at_all_sizes("51-web-of-a-lot")
