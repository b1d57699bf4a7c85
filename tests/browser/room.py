"""A whole session by finger, from opening it to the signature, with every touch and every key counted."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, Page, expect

from browser.hands import Person

A_TOUCH = (
    2  # seconds for each touch of a gloved hand, looking and reaching included: an assumption, not measured
)


class Fingers:
    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page
        self.taps = 0
        self.begun, self.ended = time.monotonic(), 0.0

    @property
    def by_hand(self) -> int:
        """Seconds that the hand takes, whatever the machine does."""
        return self.taps * A_TOUCH

    @property
    def seconds(self) -> float:
        """From opening the session to the signature: what the machine took, and the hand besides."""
        return (self.ended or time.monotonic()) - self.begun + self.by_hand

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()

    def types(self, what: Locator, text: str) -> None:
        """One touch for the field, one for each key of the keyboard on the glass."""
        self.tap(what)
        self.taps += len(text)
        what.fill(text)

    def button(self, words: str | re.Pattern[str]) -> None:
        self.tap(self.page.get_by_role("button", name=words).first)

    def link(self, words: str | re.Pattern[str]) -> None:
        self.tap(self.page.get_by_role("link", name=words).first)

    def step(self, name: str) -> None:
        self.tap(self.page.locator("ol.rail").get_by_role("link", name=re.compile(name)))
        self.page.wait_for_url(re.compile(f"/{name.lower()}/"))


def opened(person: Person, family_name: str) -> Fingers:
    person.go("/")
    fingers = Fingers(person)
    fingers.tap(person.page.locator("li.visit").filter(has_text=family_name).get_by_role("link").first)
    person.page.wait_for_url(re.compile(r"/sessions/\d+/\w+/"))
    return fingers


def mix(fingers: Fingers, protocol: str, times: int = 1) -> None:
    fingers.step("Mix")
    for number in range(1, times + 1):
        fingers.button(re.compile(protocol))
        expect(fingers.page.get_by_role("heading", name=f"Mix {'AB'[number - 1]}")).to_be_visible()


def as_last_time(fingers: Fingers, points: str) -> None:
    fingers.step("Inject")
    fingers.button(re.compile("As last time"))
    expect(fingers.page.locator("#guard")).to_contain_text(points)


def time_out_and_sign(fingers: Fingers) -> None:
    fingers.step("Check")
    for item in fingers.page.locator("form[data-autosave] label.choice").all():
        fingers.tap(item)
    fingers.person.is_saved()
    fingers.step("Sign")
    fingers.button("Sign and fix this session")
    expect(fingers.page.locator("body")).to_contain_text("Signed and fixed")
    fingers.ended = time.monotonic()


def chin_again(person: Person) -> Fingers:
    fingers = opened(person, "CHINNERY")
    mix(fingers, "Chin 8 mL")
    as_last_time(fingers, "points")
    time_out_and_sign(fingers)
    return fingers


def belly_again(person: Person) -> Fingers:
    fingers = opened(person, "BELLAMY")
    fingers.step("Screen")
    fingers.types(fingers.page.get_by_label("Weight today"), "62")
    person.is_saved()
    mix(fingers, "Abdomen 3 mL", times=2)
    as_last_time(fingers, "60 points")
    time_out_and_sign(fingers)
    return fingers


def chin_first(person: Person) -> Fingers:
    """Nothing to repeat: an outline drawn with one stroke, a grid of forty points laid in it."""
    fingers = opened(person, "FIRSTLY")
    mix(fingers, "Chin 8 mL")
    fingers.step("Inject")
    fingers.button("Begin the first pass")
    page: Page = fingers.page
    fingers.types(page.get_by_label("Depth, mm"), "6")
    fingers.tap(page.locator('[data-do="outline"]'))
    fingers.taps += 1
    person.draw_on_chart([(70, 175), (930, 175), (930, 690), (70, 690)])
    fingers.tap(page.locator('[data-do="grid"]'))
    expect(page.locator("#guard")).to_contain_text("points")
    person.is_saved("#map-saved")
    time_out_and_sign(fingers)
    return fingers


def belly_first(person: Person) -> Fingers:
    """A hundred and twenty points on the abdomen, nothing to repeat: two mixes, two depths, one outline for both."""
    fingers = opened(person, "BELLWETHER")
    fingers.step("Mix")
    for number, recipe in enumerate(("Papules lidocaine", "Papules procaine")):
        fingers.button(re.compile(recipe))
        expect(fingers.page.get_by_role("heading", name=f"Mix {'AB'[number]}")).to_be_visible()
    fingers.step("Inject")
    fingers.button("Begin the first pass")
    page: Page = fingers.page
    fingers.types(page.get_by_label("Depth, mm"), "2")
    fingers.tap(page.locator('[data-do="outline"]'))
    fingers.taps += 1
    person.draw_on_chart([(1000, 300), (1630, 300), (1630, 1330), (1000, 1330)])
    _lays_sixty(fingers, "Pass 1 · A")
    fingers.button("Add a pass")
    expect(page.get_by_role("link", name="Pass 2 · B")).to_have_attribute("aria-current", "true")
    fingers.types(page.get_by_label("Depth, mm"), "1")
    _lays_sixty(fingers, "Pass 2 · B")
    time_out_and_sign(fingers)
    return fingers


def _lays_sixty(fingers: Fingers, of: str) -> None:
    fingers.tap(fingers.page.locator('[data-do="grid"]'))
    row = fingers.page.locator("#guard p").filter(has_text=of)
    expect(row).to_contain_text("60 points")
    fingers.person.is_saved("#map-saved")
