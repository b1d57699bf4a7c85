"""One tap from the patient to the doses for this weight; then once more with the connection cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.hands import PHONE, Person, working
from serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KEPT = working("/emergency/")


def test_the_doses_of_this_patient_with_and_without_a_connection(
    server: Server, sits_down: Callable[..., Person]
) -> None:
    alice = sits_down("Alice", PHONE, has_touch=True, is_mobile=True)
    page = alice.go(f"/patients/{server.held['asked']}/")
    page.wait_for_function(KEPT)
    page.get_by_role("link", name="Emergency").tap()
    expect(page.get_by_label("Age")).not_to_have_value("")
    page.get_by_label("Weight").fill("50")
    expect(page.locator(".dose:visible .amount")).to_have_text(
        ["500 µg", "75 mL", "12.5 mL/min", "600 mL", "50 µg"]
    )
    alice.picture("70-emergency-on-a-phone")
    page.context.set_offline(True)
    page.goto("/emergency/?kg=80&years=8")
    expect(page.locator(".dose:visible .amount")).to_have_text(
        ["300 µg", "100 mL", "250 mL", "960 mL", "80 µg"]
    )
    page.context.set_offline(False)
