"""A patient answers from a phone five weeks after a session, and the clinic measures and reads the course."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.hands import PHONE, Person
from browser.test_on_a_phone import fits
from serving import Server

pytestmark = pytest.mark.browser


def test_what_a_patient_answers_stands_on_the_course_beside_what_the_clinic_measures(
    server: Server, chromium: Browser, sits_down: Callable[..., Person]
) -> None:
    bob, patient = sits_down("Bob"), server.held["followed"]
    bob.go(f"/patients/{patient}/links/")
    bob.press("Link to answer how it went")
    address = bob.page.locator("code.address").inner_text()
    device = {"width": PHONE[0], "height": PHONE[1]}
    context = chromium.new_context(viewport=device, has_touch=True, is_mobile=True, reduced_motion="reduce")
    answers(context.new_page(), address)
    context.close()
    measures(bob, patient)


def answers(phone: Page, address: str) -> None:
    complaints: list[str] = []
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.goto(address)
    for name, value in (("Day", "9"), ("Month", "3"), ("Year", "1979")):
        phone.get_by_label(name).fill(value)
    phone.get_by_role("button", name="Open my page").tap()
    expect(phone.locator("h1")).to_contain_text("How are you?")
    fits(phone)
    phone.screenshot(path="tests/browser/pictures/80-follow-up-on-a-phone-390x844.png", full_page=True)
    phone.get_by_role("button", name="Français").tap()
    expect(phone.locator("h1")).to_contain_text("Comment allez-vous")
    fits(phone)
    phone.locator('label.choice:has(input[name="noticed"][value="no"])').tap()
    phone.locator('label.choice:has(input[name="submental-submental_patient"][value="2"])').tap()
    phone.get_by_label("Combien pesez-vous").fill("64,5")
    phone.locator("label", has_text="kilogrammes (kg)").tap()  # the clinic's country counts in pounds
    expect(phone.locator("#saved")).to_contain_text("Conservé sur cet appareil")
    phone.reload()
    expect(phone.get_by_label("Combien pesez-vous")).to_have_value("64,5")
    phone.get_by_role("button", name="Envoyer au cabinet").tap()
    expect(phone.locator("body")).to_contain_text("Vos réponses sont au cabinet")
    fits(phone)
    assert complaints == []


def measures(bob: Person, patient: int) -> None:
    bob.go(f"/follow-up/patients/{patient}/")
    bob.sees("the patient")
    bob.sees("64.5")
    bob.follow("Measure Under the chin")
    page = bob.page
    page.get_by_label("Place").fill("midline")
    page.get_by_label("Thickness of the fat, ultrasound").fill("92")
    bob.press("Keep these figures")
    bob.sees("Unusual. Look again")
    page.get_by_label("Thickness of the fat, ultrasound", exact=False).first.fill("9.2")
    bob.press("Keep these figures")
    bob.sees("It can be corrected, never changed")
    bob.sees("9.2")
    bob.picture("81-course", whole=True)
