"""Three people take one person from the telephone to the signed session, in the browser, on the real server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.hands import Person

pytestmark = pytest.mark.browser

# below the jaw's danger zone: eight columns and five rows of a centimetre fit in
CORNERS = [(70, 185), (930, 185), (930, 700), (70, 700)]


def register_and_book(dora: Person) -> None:
    page = dora.page
    dora.at_all_sizes("01-day-empty-or-not")
    dora.follow("Patients")
    dora.follow("Register a patient")
    page.get_by_label("Family name").fill("Newcomer")
    page.get_by_label("Given names").fill("Marguerite")
    page.get_by_label("Birth date").fill("1988-02-14")
    dora.choose(re.compile("^\\s*female", re.IGNORECASE))
    dora.at_all_sizes("02-register")
    dora.press("Register this patient")
    dora.sees("Registered under number")
    dora.at_all_sizes("03-patient-for-the-desk")
    dora.follow("Book a visit")
    page.get_by_label("Who injects").select_option(label="Alice Example")
    page.get_by_label("Room", exact=True).fill("Room 2")
    dora.at_all_sizes("04-book")
    dora.press("Book this visit")
    dora.sees("NEWCOMER Marguerite")
    visit = page.locator("li.visit").filter(has_text="NEWCOMER")
    dora.press("Mark as arrived", visit)
    expect(page.locator("li.visit").filter(has_text="NEWCOMER")).to_contain_text("Here since")
    dora.at_all_sizes("05-day-for-the-desk")


def ask_the_history(bob: Person) -> None:
    bob.at_all_sizes("06-day")
    bob.page.locator("li.visit").filter(has_text="NEWCOMER").get_by_role("link").click()
    bob.at_all_sizes("07-screen-before")
    bob.follow(re.compile("Ask the history"))
    bob.answers_everything()
    bob.is_saved()
    bob.at_all_sizes("08-history")
    bob.press("Complete and fix this history")
    bob.sees("The history is complete and fixed")


def weigh_and_plan(bob: Person) -> None:
    page = bob.page
    page.get_by_label("Weight today").fill("62.5")
    bob.is_saved()
    page.wait_for_load_state("networkidle")
    bob.at_all_sizes("09-screen")
    bob.follow("Go on to the plan")
    bob.choose(re.compile("fat", re.IGNORECASE))
    page.get_by_label("Area").select_option("submental")
    page.get_by_label("Technique").select_option("point_by_point")
    page.locator('input[name="substances"][value="deoxycholic_acid"]').check()
    page.get_by_label("Sessions planned").fill("4")
    page.get_by_label("Price of the whole course").fill("1200")
    bob.is_saved()
    bob.at_all_sizes("10-plan")
    bob.follow("Go on to the consent")


def take_the_consent(bob: Person) -> None:
    bob.sees("NEWCOMER")
    bob.at_all_sizes("11-consent-to-read")
    bob.page.get_by_label("Full name of the person who signs").fill("Marguerite Newcomer")
    bob.page.locator("canvas").scroll_into_view_if_needed()
    bob.draws_signature()
    bob.picture("12-consent-signature")
    bob.press("Sign this consent")
    bob.sees("The consent is signed")
    bob.at_all_sizes("13-consent-signed")
    bob.follow("Go on to the mix")


def mix(bob: Person) -> None:
    page = bob.page
    bob.press("Begin mix A")
    refused = page.locator("label.choice").filter(has_text="OLD-9").first
    expect(refused).to_contain_text("Past its expiry date")
    expect(refused.locator("input")).to_be_disabled()
    bob.at_all_sizes("14-mix-choose")
    bob.choose(re.compile("K-1"))
    page.get_by_label("Volume drawn").fill("8")
    bob.press("Draw into mix A")
    form = page.locator("form[id^=mix-form]")
    form.locator('[name="prepared_by"]').select_option("chairside")
    moment = page.evaluate(
        "new Date(Date.now() - 6e4 - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 16)"
    )
    form.locator('[name="prepared_at"]').fill(moment)
    form.locator('[name="preparer"]').select_option(label="Bob Example")
    bob.is_saved()
    bob.at_all_sizes("15-mix")


def inject(alice: Person) -> None:
    page = alice.page
    page.locator("li.visit").filter(has_text="NEWCOMER").get_by_role("link").click()
    page.locator("ol.rail").get_by_role("link", name=re.compile("Inject")).click()
    alice.at_all_sizes("16-inject-empty")
    alice.press("Begin the first pass")
    drawing = page.locator("body-map")
    expect(drawing).to_have_attribute("data-mode", "points")  # the map's script has come
    page.locator('[data-do="outline"]').click()
    expect(drawing).to_have_attribute("data-mode", "outline")
    alice.draw_on_chart(CORNERS)
    expect(drawing).to_have_attribute("data-mode", "points")  # the stroke was taken as an outline
    page.get_by_label("Depth, mm").fill("6")
    page.locator('[data-do="grid"]').click()
    count = page.locator('[data-map-shows="count"]')
    expect(count).to_contain_text("40")
    expect(page.locator('[data-map-shows="volume"]')).to_contain_text("8")
    alice.is_saved("#map-saved")
    expect(page.locator("#guard")).to_contain_text("40 points")
    expect(page.locator("#guard")).to_contain_text("80")  # mg, of 100
    alice.at_all_sizes("17-inject")


def lift_and_put_back(alice: Person) -> None:
    """A tap lifts a point, undo brings it back; the guard follows."""
    page = alice.page
    drawn = page.locator('[data-layer="points"] .rim').first.get_attribute("d")
    alice.tap_chart(*(int(edge) for edge in re.match(r"M(-?\d+) (-?\d+)", drawn).groups()))
    expect(page.locator("#guard")).to_contain_text("39 points")
    page.locator('[data-do="undo"]').click()
    expect(page.locator("#guard")).to_contain_text("40 points")
    alice.is_saved("#map-saved")


def check_and_sign(alice: Person) -> None:
    page = alice.page
    alice.follow("Go on to the check")
    for item in page.locator("form[data-autosave] label.choice").all():
        item.click()
    alice.is_saved()
    alice.at_all_sizes("18-check")
    alice.follow("Go on to the signature")
    alice.at_all_sizes("19-sign")
    alice.press("Sign and fix this session")
    alice.sees("Signed and fixed")
    alice.sees("intact")
    alice.sees("K-1")
    alice.at_all_sizes("20-signed")


def see_the_papers(alice: Person) -> None:
    for words in ("Record as PDF", "Aftercare sheet for the patient", "Consent as PDF"):
        address = alice.page.get_by_role("link", name=words).get_attribute("href")
        paper = alice.page.request.get(address)
        assert paper.ok
        assert paper.headers["content-type"] == "application/pdf"
        assert paper.body().startswith(b"%PDF")


def see_the_timeline(alice: Person) -> None:
    alice.follow("NEWCOMER Marguerite")
    expect(alice.page.locator("ol.timeline")).to_contain_text("K-1")
    expect(alice.page.locator("ol.timeline")).to_contain_text("80 mg")
    alice.at_all_sizes("21-patient")


def test_three_people_take_one_treatment_from_booking_to_signature(sits_down: Callable[..., Person]) -> None:
    register_and_book(sits_down("Dora"))
    bob = sits_down("Bob")
    ask_the_history(bob)
    weigh_and_plan(bob)
    take_the_consent(bob)
    mix(bob)
    alice = sits_down("Alice")
    inject(alice)
    lift_and_put_back(alice)
    check_and_sign(alice)
    see_the_papers(alice)
    see_the_timeline(alice)
