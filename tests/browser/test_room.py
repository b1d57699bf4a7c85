"""The treatment room by finger: few touches to the signature; the tools of the body map on a tablet and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser import room
from browser.hands import PHONE, TABLET, Person
from serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MOST_TAPS = 25
FINGER = {"has_touch": True}


@pytest.mark.parametrize("session", [room.chin_again, room.belly_again, room.chin_first])
def test_a_session_takes_few_touches_from_opening_it_to_the_signature(
    sits_down: Callable[..., Person], session: Callable[[Person], room.Fingers]
) -> None:
    fingers = session(sits_down("Alice", TABLET, **FINGER))
    assert fingers.taps <= MOST_TAPS


@pytest.mark.parametrize("size", [TABLET, PHONE])
def test_the_body_map_does_everything_by_finger(
    server: Server, sits_down: Callable[..., Person], size: tuple[int, int]
) -> None:
    alice = sits_down("Alice", size, **FINGER)
    page = alice.go(f"/sessions/{server.held['recalled']}/inject/")
    count = page.locator('[data-map-shows="count"]')
    expect(count).to_contain_text("40")
    drawn = page.locator('[data-layer="points"] .rim').first
    before = re.compile("^" + re.match(r"M-?\d+ -?\d+", drawn.get_attribute("d")).group())
    page.locator('[data-do="move"]').tap()
    page.locator('[data-do="nudge-down"]').tap()
    expect(drawn).not_to_have_attribute("d", before)
    page.locator('[data-do="undo"]').tap()
    expect(drawn).to_have_attribute("d", before)
    page.locator('[data-do="redo"]').tap()
    page.locator('[data-do="undo"]').tap()
    page.locator('[data-do="points"]').tap()
    page.get_by_label("mL per point").fill("0.9")
    expect(page.locator(".map-stop")).to_contain_text("Stop")
    expect(page.locator("[data-map-alert]")).not_to_be_empty()
    expect(page.locator("#guard")).to_contain_text("over the limit")
    alice.picture("70-stop-over-the-map")
    page.locator('[data-do="undo"]').tap()
    expect(page.get_by_label("mL per point")).to_have_value("0.2")
    expect(page.locator(".map-stop")).to_have_count(0)
    alice.is_saved("#map-saved")
    page.locator("details.measure summary").tap()
    page.locator("#ruler-cm").fill("9.5")
    page.get_by_role("button", name="Measured").tap()
    expect(page.locator("details.measure summary")).to_contain_text("Centimetres of this patient")
    page.locator("details.measure summary").tap()
    page.locator("#ruler-cm").fill("1")
    page.get_by_role("button", name="Measured").tap()
    expect(page.locator("body")).to_contain_text(re.compile("cannot be right"))
    alice.go(f"/sessions/{server.held['recalled']}/inject/")
    page.locator("details.measure summary").tap()
    page.locator("#ruler-cm").fill("")
    page.get_by_role("button", name="Measured").tap()
    expect(page.locator("details.measure summary")).to_contain_text("Not measured")
    alice.picture("71-body-map-by-finger")
