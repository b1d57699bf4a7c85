"""From a patient's report on a phone to a closed alarm, each on a device of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

import photos
from browser.hands import PHONE, Person
from browser.test_on_a_phone import fits
from serving import Server

pytestmark = pytest.mark.browser


def test_a_report_from_a_phone_leads_to_an_alarm_that_is_worked_off_and_closed(
    server: Server, chromium: Browser, sits_down: Callable[..., Person]
) -> None:
    dora = sits_down("Dora")
    dora.go(f"/patients/{server.held['ill']}/")
    dora.follow("Links to the patient’s pages")
    dora.press("Link to report a reaction")
    address = dora.page.locator("code.address").inner_text()
    dora.picture("70-link-for-the-patient")
    device = {"width": PHONE[0], "height": PHONE[1]}
    context = chromium.new_context(viewport=device, has_touch=True, is_mobile=True, reduced_motion="reduce")
    phone = context.new_page()
    reports(phone, address)
    context.close()
    sam = sits_down("Sam")
    sam.sees("Alarm: a shared cause")
    sam.picture("74-alarm-on-the-day")
    sam.follow("See the evidence and act")
    works_off(sam)


def reports(phone: Page, address: str) -> None:
    complaints: list[str] = []
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.goto(address)
    fits(phone)
    for name, value in (("Day", "9"), ("Month", "3"), ("Year", "1980")):
        phone.get_by_label(name).fill(value)
    phone.get_by_role("button", name="Open my page").tap()
    expect(phone.locator("body")).to_contain_text("does not fit this link")
    phone.get_by_label("Year").fill("1979")
    phone.get_by_role("button", name="Open my page").tap()
    phone.locator('label.choice:has(input[value="discharge_or_abscess"])').tap()
    expect(phone.locator("#now")).to_contain_text("A doctor must see you now")
    expect(phone.locator("#now .word")).to_be_in_viewport()
    fits(phone)
    phone.screenshot(path="tests/browser/pictures/71-report-on-a-phone-390x844.png", full_page=True)
    phone.reload()
    expect(phone.locator('input[value="discharge_or_abscess"]')).to_be_checked()
    phone.locator('label.choice:has(input[value="submental"])').tap()
    phone.get_by_label("When did it begin?").fill(phone.locator("#onset").get_attribute("max"))
    phone.get_by_label("In your words").fill("Warm, red, and it weeps.")
    sends_a_photograph(phone)
    expect(phone.get_by_label("In your words")).to_have_value("Warm, red, and it weeps.")
    phone.get_by_role("button", name="Send to the clinic").tap()
    expect(phone.locator("body")).to_contain_text("Your report has arrived")
    fits(phone)
    assert complaints == []


def sends_a_photograph(phone: Page) -> None:
    """Chosen, it is sent at once; what is none is refused in words, and nothing that was typed is lost."""
    expect(phone.locator("#photographs")).to_contain_text("By sending the report you agree")
    for content, answer in (
        (b"no picture at all", "no JPEG, PNG, WebP or HEIC"),
        (photos.jpeg(), "Take out"),
    ):
        file = {"name": "skin.jpg", "mimeType": "image/jpeg", "buffer": content}
        phone.get_by_label("Or choose one from this device").set_input_files(file)
        expect(phone.locator("#photographs")).to_contain_text(answer)
    shown = phone.get_by_alt_text("Your photograph 1")
    expect(shown).to_have_js_property("naturalWidth", 320)
    fits(phone)
    phone.screenshot(path="tests/browser/pictures/72-photograph-in-a-report-390x844.png", full_page=True)


def works_off(sam: Person) -> None:
    page, alarm = sam.page, sam.page.url
    sam.sees("BAD-7")
    sam.picture("75-alarm", whole=True)
    page.locator("summary", has_text="Set this lot aside").first.click()
    page.get_by_label("Why").locator("visible=true").first.fill("Three infections after this lot")
    sam.press("Block it: nothing of it can be signed")
    sam.sees("Lot set aside")
    page.locator("summary", has_text="Call everybody who received it").first.click()
    page.get_by_label("Why").locator("visible=true").first.fill("Three infections after this lot")
    sam.press("Open the recall with its list to call")
    sam.sees("ILLWELL")
    sam.go(alarm)
    page.locator("summary", has_text="Write down a step").click()
    page.locator("label").filter(has_text="Sample taken or sent").click()
    page.get_by_label("What exactly").fill("Pus of all three and the vials to the laboratory")
    sam.press("Write and fix this step")
    sam.sees("Pus of all three")
    page.locator("summary", has_text="Conclude and close").click()
    page.locator("label").filter(has_text="The cause is probable").click()
    page.get_by_label("The cause", exact=True).select_option(index=1)
    page.get_by_label("How it ended").fill("The lot was destroyed; the maker was told.")
    sam.press("Close and fix this alarm")
    sam.sees("The alarm is closed and fixed")
    sam.picture("76-alarm-closed", whole=True)
