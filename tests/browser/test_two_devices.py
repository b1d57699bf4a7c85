"""Two devices on one session: the second is told, nothing is overwritten, both versions are seen and one is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from browser.hands import Person
from serving import Server

pytestmark = pytest.mark.browser

Sits = Callable[..., Person]


def panel(person: Person) -> Locator:
    shown = person.page.locator("#two-versions-shown")
    expect(shown).to_be_visible()
    return shown


def panel_again(person: Person) -> Locator:
    """After the page was opened again: nothing is sent, and the choice is still to be made."""
    person.page.reload()
    shown = panel(person)
    expect(person.page.locator("#saved, #map-saved").first).to_contain_text("choose which one stands")
    return shown


@pytest.mark.parametrize(
    ("choice", "stands"),
    [
        ("Take what the other device saved", "165"),
        ("Let what is here stand", "198"),
    ],
)
def test_two_devices_on_one_history(server: Server, sits_down: Sits, choice: str, stands: str) -> None:
    one, other = sits_down("Bob"), sits_down("Alice")
    path = f"/patients/{server.held['asked']}/history/"
    one.go(path)
    other.go(path)
    heights = ("165", "199") if choice.startswith("Take") else ("166", "198")
    for person, height in zip((one, other), heights, strict=True):
        person.page.locator('input[name="height"]').fill(height)
        expect(person.page.locator("#saved")).to_have_attribute("data-state", re.compile("saved|conflict"))
    expect(other.page.locator("#saved")).to_have_attribute("data-state", "conflict")
    shown = panel(other)
    expect(shown).to_contain_text("Bob Example")
    expect(shown.locator("tbody tr")).to_have_count(1)
    expect(shown.locator("tbody td")).to_have_text([heights[1], heights[0]])
    other.at_all_sizes("85-two-versions-of-a-history")
    for _time in range(2):  # opened again as often as one likes, fixed by no button
        shown = panel_again(other)
        expect(shown.locator("tbody td")).to_have_text([heights[1], heights[0]])
    other.page.locator('[data-parts-list] a[href="#complete"]').click()
    other.press("Complete and fix this history")
    expect(shown).to_be_focused()
    assert one.go(path).locator('input[name="height"]').input_value() == heights[0]
    other.press(choice, shown)
    expect(other.page.locator("#two-versions-shown")).to_have_count(0)
    if stands == heights[1]:
        other.is_saved()
    expect(other.page.locator('input[name="height"]')).to_have_value(stands)
    expect(one.go(path).locator('input[name="height"]')).to_have_value(stands)


def test_two_drawings_of_one_pass_stand_side_by_side(server: Server, sits_down: Sits) -> None:
    one, other = sits_down("Bob"), sits_down("Alice")
    other.away = True
    path = f"/sessions/{server.held['twice_0']}/inject/"
    one.go(path)
    other.go(path)
    one.tap_chart(450, 700)
    one.is_saved("#map-saved")
    other.page.context.set_offline(True)  # both taps, then one quarrel
    other.tap_chart(350, 700)
    other.tap_chart(550, 700)
    expect(other.page.locator('[data-map-shows="count"]')).to_contain_text("42")
    other.page.context.set_offline(False)
    shown = panel(other)
    expect(shown.locator("tbody tr").first).to_contain_text("42 points")
    other.tap_chart(350, 700)
    other.tap_chart(450, 770)
    other.tap_chart(450, 770)
    expect(shown.locator("tbody tr").first).to_contain_text("41 points")  # what is drawn on comes into view
    other.tap_chart(350, 700)
    expect(shown.locator("tbody tr").first).to_contain_text("42 points")
    expect(shown.locator("tbody tr").first).to_contain_text("41 points")
    expect(shown.locator("svg.small-map .dot")).to_have_count(42 + 41)
    other.at_all_sizes("86-two-drawings")
    for _time in range(2):
        shown = panel_again(other)
        expect(shown.locator("tbody tr").first).to_contain_text("42 points")
    other.press("Let what is here stand", shown)
    other.is_saved("#map-saved")
    expect(one.go(path).locator('[data-map-shows="count"]')).to_contain_text("42")


def test_the_second_device_is_told_before_it_saves_anything(server: Server, sits_down: Sits) -> None:
    one, other = sits_down("Bob"), sits_down("Alice")
    session = f"/sessions/{server.held['twice_2']}"
    told = other.page.locator("#elsewhere")
    other.go(f"{session}/inject/")
    other.place(450, 700)
    other.page.wait_for_timeout(1500)  # it has looked once
    one.go(f"{session}/inject/").locator('[data-do="lift-all"]').click()
    one.is_saved("#map-saved")
    expect(told).to_contain_text("Bob Example changed this session on another device at")
    expect(other.page.locator('[data-map-shows="count"]')).to_contain_text(
        "40"
    )  # nothing is taken in unasked
    other.picture("88-changed-elsewhere")
    other.press("Show what stands now")
    expect(other.page.locator('[data-map-shows="count"]')).to_contain_text("0 points")
    one.page.locator('[data-do="undo"]').click()
    one.is_saved("#map-saved")
    expect(one.page.locator("#elsewhere")).to_be_hidden()  # nobody is told of what they did themselves
    other.go(f"{session}/check/")
    other.page.wait_for_timeout(1500)
    one.go(f"{session}/check/")
    one.choose("said their name")
    one.is_saved()
    expect(told).to_contain_text("Bob Example")
    one.choose("said their name")
    one.is_saved()


def test_ticks_of_two_devices_are_put_together_and_two_weights_are_not(
    server: Server, sits_down: Sits
) -> None:
    one, other = sits_down("Bob"), sits_down("Alice")
    session = f"/sessions/{server.held['twice_1']}"
    for person in (one, other):
        person.go(f"{session}/check/")
    for person, words in ((one, "said their name"), (other, "Allergies read aloud")):
        person.choose(words)  # both were ticked: now they are not
        person.is_saved()
    page = one.go(f"{session}/check/")
    expect(page.locator("label.choice input:not(:checked)")).to_have_count(2)
    for person in (one, other):
        person.go(f"{session}/screen/")
    one.page.get_by_label("Weight today").fill("61")
    one.is_saved()
    other.page.get_by_label("Weight today").fill("75")
    expect(panel(other).locator("tbody td")).to_have_text(["75", "61"])
    other.press("Take what the other device saved")
    expect(other.page.get_by_label("Weight today")).to_have_value("61")
    weight = one.page.get_by_label("Weight today")
    for typed in ("64.0", "61,2", "62,5"):  # the server writes each in its own way: still nobody else's
        weight.fill(typed)
        one.is_saved()
        expect(weight).to_have_value(typed)  # nothing changes under the hand
    one.page.wait_for_timeout(3000)  # it has looked again
    expect(one.page.locator("#elsewhere")).to_be_hidden()
    weight.blur()
    expect(weight).to_have_value("62.5")
    other.page.get_by_label("Who injects").select_option(label="Paul Example")
    other.is_saved()  # another field: no quarrel; what the other device entered comes into view
    expect(other.page.get_by_label("Weight today")).to_have_value("62.5")
    expect(one.go(f"{session}/screen/").get_by_label("Weight today")).to_have_value("62.5")


def test_what_was_kept_here_stands_beside_what_somebody_saved_meanwhile(
    server: Server, sits_down: Sits
) -> None:
    one, other = sits_down("Bob"), sits_down("Alice")
    other.away = True
    path = f"/sessions/{server.held['twice_2']}/plan/"
    page = other.go(path)
    other.is_known()
    page.context.set_offline(True)
    page.get_by_label("Note").fill("Written in the lift")
    expect(page.locator("#saved")).to_contain_text("kept on this device")
    one.go(path).get_by_label("Note").fill("Written at the desk")
    one.is_saved()
    page.goto("about:blank")
    page.context.set_offline(False)
    page = other.go(path)
    expect(panel(other).locator("tbody td")).to_have_text(["Written in the lift", "Written at the desk"])
    other.press("Let what is here stand")
    other.is_saved()
    expect(one.go(path).get_by_label("Note")).to_have_value("Written in the lift")


def test_what_is_drawn_into_a_session_that_was_signed_elsewhere_is_shown_not_lost(
    server: Server, sits_down: Sits
) -> None:
    one, other = sits_down("Alice"), sits_down("Bob")
    session = f"/sessions/{server.held['twice_0']}"
    other.go(f"{session}/inject/")
    one.go(f"{session}/sign/")
    one.press("Sign and fix this session")
    one.sees("Signed and fixed")
    other.tap_chart(650, 700)
    shown = panel(other)
    expect(shown).to_contain_text("signed and fixed")
    expect(shown.get_by_role("button", name="Let what is here stand")).to_be_hidden()
    other.picture("87-signed-elsewhere")
    other.press("Take what the other device saved", shown)
    expect(other.page.locator("#map-saved")).to_have_count(0)
