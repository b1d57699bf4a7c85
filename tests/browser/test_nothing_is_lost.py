"""What was entered is there: after leaving the page, after the server died, after the log-in ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.hands import Person
from serving import Server

pytestmark = pytest.mark.browser

Sits = Callable[..., Person]


def test_leaving_a_half_filled_history_and_coming_back_finds_it_as_it_was(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    page = bob.go(f"/patients/{server.held['asked']}/history/")
    page.locator('input[name="height"]').fill("171")
    page.locator('input[name="weight"]').fill("6o")  # a slip, kept as it was typed
    bob.go("/")  # at once: nothing waited for
    page = bob.go(f"/patients/{server.held['asked']}/history/")
    expect(page.locator('input[name="height"]')).to_have_value("171")
    expect(page.locator('input[name="weight"]')).to_have_value("6o")
    expect(page.locator("#error-weight")).not_to_be_empty()
    bob.at_all_sizes("40-history-with-a-slip")


def test_leaving_a_half_filled_plan_and_coming_back_finds_it_as_it_was(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    page = bob.go(f"/sessions/{server.held['on_the_phone']}/plan/")
    page.get_by_label("Note").fill("Asks for the smallest possible number of sessions.")
    bob.go("/patients/")
    page = bob.go(f"/sessions/{server.held['on_the_phone']}/plan/")
    expect(page.get_by_label("Note")).to_have_value("Asks for the smallest possible number of sessions.")


def test_a_server_that_dies_while_a_form_is_open_has_it_all_when_it_is_back(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    page = bob.go(f"/patients/{server.held['asked']}/history/")
    bob.away = True
    server.kill()
    page.locator('input[name="height"]').fill("173")
    page.locator('input[name="weight"]').fill("64.5")
    expect(page.locator("#saved")).to_have_attribute("data-state", "trying")
    bob.picture("41-server-away")
    server.start()
    server.wait_for_an_answer()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=60_000)
    bob.away = False
    page = bob.go(f"/patients/{server.held['asked']}/history/")
    expect(page.locator('input[name="height"]')).to_have_value("173")
    expect(page.locator('input[name="weight"]')).to_have_value("64.5")


def test_points_drawn_while_the_server_is_away_are_saved_when_it_is_back(
    server: Server, sits_down: Sits
) -> None:
    alice = sits_down("Alice")
    path = f"/sessions/{server.held['whole']}/inject/"
    page = alice.go(path)
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("40")
    alice.away = True
    server.kill()
    alice.tap_chart(450, 700)
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("41")
    expect(page.locator("#map-saved")).to_have_attribute("data-state", "trying")
    server.start()
    server.wait_for_an_answer()
    expect(page.locator("#map-saved")).to_have_attribute("data-state", "saved", timeout=60_000)
    alice.away = False
    page = alice.go(path)
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("41")
