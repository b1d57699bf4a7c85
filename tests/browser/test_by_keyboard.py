"""From the log-in to the signature without a mouse: every step is reached with Tab and pressed with Enter or Space."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import people
from browser.hands import Person
from serving import Server

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const inside = one.closest("label.choice");
  const ringed = [one, inside].filter(Boolean).some((each) => {
    const drawn = getComputedStyle(each);
    return drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) > 0 || drawn.boxShadow !== "none";
  });
  const words = (one.labels?.[0]?.innerText || one.getAttribute("aria-label") || one.innerText || one.value || "");
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


def go_on(page: Page, words: str, to: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/{to}/"))


def types_into(page: Page, words: str, text: str) -> None:
    """A field: what stands in it is replaced. A list: goes to what begins so."""
    tab_to(page, words)
    page.keyboard.type(text)


def test_from_the_log_in_through_every_step_to_the_signature_by_keyboard_alone(
    server: Server, sits_down: Callable[..., Person]
) -> None:
    alice = sits_down("Alice")
    page = alice.page
    page.context.clear_cookies(
        name="sessionid"
    )  # only this: what is still under way would bring another token
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
    go_on(page, "^Screen", "screen")
    types_into(page, "Weight today", "62")
    alice.is_saved()
    go_on(page, "Go on to the plan", "plan")
    plans(alice)
    go_on(page, "Go on to the consent", "consent")
    types_into(page, "Full name of the person who signs", "Maria Keyes")
    tab_to(page, "my typed name is my signature")
    page.keyboard.press("Space")
    tab_to(page, "Sign this consent")
    page.keyboard.press("Enter")
    alice.sees("The consent is signed")
    go_on(page, "Go on to the mix", "mix")
    tab_to(page, "Chin 8 mL")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mix A")).to_be_visible()
    go_on(page, "Go on to the points", "inject")
    tab_to(page, "Begin the first pass")
    page.keyboard.press("Enter")
    draws(alice)
    go_on(page, "^Check", "check")
    for item in page.locator("form[data-autosave] label.choice").all_inner_texts():
        tab_to(page, f"^{re.escape(item.strip())}")
        page.keyboard.press("Space")
    alice.is_saved()
    go_on(page, "Go on to the signature", "sign")
    tab_to(page, "Sign and fix this session")
    alice.picture("52-focus-on-the-signature")
    page.keyboard.press("Enter")
    alice.sees("Signed and fixed")


def plans(alice: Person) -> None:
    page = alice.page
    tab_to(page, "fat")  # the first of the purposes
    page.keyboard.press("Space")
    types_into(page, "^Area", "Under")
    types_into(page, "^Technique", "Point")
    tab_to(page, "Deoxycholic")
    page.keyboard.press("Space")
    types_into(page, "Sessions planned", "4")
    types_into(page, "Price of the whole course", "900")
    alice.is_saved()


def draws(alice: Person) -> None:
    """An outline corner by corner, a grid in it, one point more and taken back."""
    page = alice.page
    expect(page.locator("body-map[data-mode]")).to_be_visible()
    types_into(page, "Depth, mm", "6")
    tab_to(page, "^Outline")
    page.keyboard.press("Enter")
    tab_to(page, "Body map. Arrows")
    at = page.evaluate("document.querySelector('body-map').pointing.cursor")
    for corner in ((70, 175), (930, 175), (930, 690), (70, 690)):
        at = moves_the_cursor(page, at, corner)
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    alice.sees("Outline drawn")
    tab_to(page, "^Lay grid")
    page.keyboard.press("Enter")
    count = page.locator('[data-map-shows="count"]')
    expect(count).to_contain_text(re.compile(r"[1-9]\d points"))
    laid = count.inner_text()
    tab_to(page, "Body map. Arrows")
    moves_the_cursor(page, at, (500, 640))
    page.keyboard.press("Space")
    expect(count).not_to_have_text(laid)
    alice.picture("51-keyboard-on-the-map")
    page.keyboard.press("Control+z")
    expect(count).to_have_text(laid)
    alice.is_saved("#map-saved")


def moves_the_cursor(page: Page, at: list[float], to: tuple[int, int]) -> list[float]:
    """In steps of a centimetre, then of a millimetre."""
    moved = []
    for begin, end, names in zip(
        at, to, (("ArrowRight", "ArrowLeft"), ("ArrowDown", "ArrowUp")), strict=True
    ):
        name, far = names[end < begin], abs(end - begin)
        for _ in range(int(far // 100)):
            page.keyboard.press(f"Shift+{name}")
        for _ in range(int(far % 100 // 10)):
            page.keyboard.press(name)
        moved.append(begin + (-1 if end < begin else 1) * (far // 10) * 10)
    return moved


def test_slash_goes_to_the_search_and_results_come_as_one_types(sits_down: Callable[..., Person]) -> None:
    dora = sits_down("Dora")
    page = dora.page
    page.keyboard.press("/")
    page.keyboard.type("phoneh")
    expect(page.locator("#search-results")).to_contain_text("PHONEHAM")
    dora.at_all_sizes("53-search")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("PHONEHAM")
