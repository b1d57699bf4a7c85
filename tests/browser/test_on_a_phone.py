"""History and consent by finger on a phone: nothing runs out of the screen, every target is large enough."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.hands import PHONE, Person
from serving import Server

pytestmark = pytest.mark.browser

TARGETS = (
    "a.button, button, label.choice, select, input:not([type=hidden]):not([type=radio]):not([type=checkbox])"
)
SMALL = """(targets) => [...document.querySelector("main").querySelectorAll(targets)]
  .filter((one) => one.offsetParent !== null)
  .map((one) => [one, one.getBoundingClientRect().height])
  .filter(([, height]) => height > 0 && height < 43.5)
  .map(([one, height]) => `${one.tagName} ${one.className} ${(one.innerText || one.name).slice(0, 30)}: ${height}`)"""
TOO_WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


def fits(page: Page) -> None:
    assert page.evaluate(TOO_WIDE) <= 0, f"{page.url} is wider than the phone"
    assert page.evaluate(SMALL, TARGETS) == [], page.url


def test_history_and_consent_are_done_by_finger_on_a_phone(
    server: Server, sits_down: Callable[..., Person]
) -> None:
    bob = sits_down("Bob", PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    page = bob.go(f"/patients/{server.held['asked']}/history/")
    fits(page)
    page.locator('label.choice:has(input[name="pregnant"][value="no"])').tap()
    bob.is_saved()
    bob.picture("60-history-on-a-phone")
    page = bob.go(f"/sessions/{server.held['on_the_phone']}/consent/")
    fits(page)
    page.get_by_label("Full name of the person who signs").fill("Maria Phoneham")
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    swipe(page)
    assert abs(page.evaluate("scrollY") - before) < 10, "drawing moved the page"
    bob.picture("61-signature-on-a-phone")
    bob.press("Sign this consent")
    bob.sees("The consent is signed")
    expect(page.locator("body")).to_contain_text("Maria Phoneham")


def swipe(page: Page) -> None:
    """A finger across the pad, as the browser's own input: it would scroll the page if it could."""
    box = page.locator("canvas").bounding_box()
    touch = page.context.new_cdp_session(page)
    steps = [
        (box["x"] + box["width"] * part / 10, box["y"] + box["height"] * (0.2 + 0.06 * part))
        for part in range(1, 10)
    ]
    for number, (x, y) in enumerate(steps):
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("step", ["screen", "plan", "mix", "inject", "check", "sign"])
def test_each_step_fits_a_phone(server: Server, sits_down: Callable[..., Person], step: str) -> None:
    alice = sits_down("Alice", PHONE, has_touch=True, is_mobile=True)
    fits(alice.go(f"/sessions/{server.held['no_consent']}/{step}/"))
