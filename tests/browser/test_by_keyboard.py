"""From the log-in to the signature without a mouse: every step is reached with Tab and pressed with Enter or Space."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import people
from browser.hands import Person
from serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FOCUSED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const inside = one.closest("label.choice");
  const ringed = [one, inside].filter(Boolean).some((each) => {
    const drawn = getComputedStyle(each);
    return drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) > 0 || drawn.boxShadow !== "none";
  });
  const words = (one.innerText || one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.value || "");
  const ownParts = ["date", "time", "datetime-local"].includes(one.type); // the browser rings the part that has it
  return { words, tag: one.tagName, ringed: ringed || ownParts, href: one.getAttribute("href") ?? "" };
}"""


def tab_to(page: Page, words: str, *, most: int = 120) -> None:
    """Goes on with Tab until what has the focus says `words`; each stop must show that it has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] != "BODY":
            assert focused["ringed"], f"no visible focus on {focused}"
        if re.search(words, focused["words"], re.IGNORECASE):
            return
    raise AssertionError(f"{words} cannot be reached with Tab on {page.url}")


def test_log_in_day_and_session_go_by_keyboard_alone(
    server: Server, sits_down: Callable[..., Person]
) -> None:
    alice = sits_down("Alice")
    page = alice.page
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type(people.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(server.address + "/")
    tab_to(page, "KEYES")
    alice.picture("50-focus-on-the-day")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/sessions/\d+/\w+/"))
    tab_to(page, "^Inject")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inject/"))
    add_a_point(alice)
    tab_to(page, "^Sign")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sign/"))
    tab_to(page, "Sign and fix this session")
    alice.picture("52-focus-on-the-signature")
    page.keyboard.press("Enter")
    alice.sees("Signed and fixed")


def add_a_point(alice: Person) -> None:
    page = alice.page
    expect(page.locator("body-map[data-mode]")).to_be_visible()
    tab_to(page, "Body map")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator('[data-map-shows="count"]')).to_contain_text(re.compile("41|39"))
    alice.picture("51-keyboard-on-the-map")
    page.keyboard.press("Control+z")
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("40")
    alice.is_saved("#map-saved")


def test_slash_goes_to_the_search_and_results_come_as_one_types(sits_down: Callable[..., Person]) -> None:
    dora = sits_down("Dora")
    page = dora.page
    page.keyboard.press("/")
    page.keyboard.type("phoneh")
    expect(page.locator("#search-results")).to_contain_text("PHONEHAM")
    dora.at_all_sizes("53-search")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("PHONEHAM")
