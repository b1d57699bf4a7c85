"""A patient at home with a phone walks every page, in English and in French; the clinic takes over what came of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.hands import PHONE, Person
from browser.looking import barriers
from browser.test_on_a_phone import fits, swipe
from serving import Server

pytestmark = pytest.mark.browser

FRENCH = {
    "home/": "Bonjour Maria",
    "history/": "Vos réponses sont au cabinet",
    "questions/": "Poser une question au cabinet",
    "aftercare/": "Appelez tout de suite, jour et nuit",
    "passport/": "Passeport de soins",
    "photographs/": "Vos photographies",
    "data/": "Vos données",
    "report/": "Signaler une réaction",
}


def test_a_patient_at_home_does_all_that_is_to_do_and_the_clinic_goes_on_from_there(
    server: Server, chromium: Browser, sits_down: Callable[..., Person]
) -> None:
    dora = sits_down("Dora")
    dora.go(f"/patients/{server.held['at_home']}/links/")
    dora.press("Link to own pages")
    address = dora.page.locator("code.address").inner_text()
    device = {"width": PHONE[0], "height": PHONE[1]}
    context = chromium.new_context(
        viewport=device, has_touch=True, is_mobile=True, reduced_motion="reduce", device_scale_factor=2
    )
    context.set_default_timeout(30_000)
    home = opens(context.new_page(), address)
    home = answers_the_history(context, home, address)
    reads_and_signs(home)
    accepts_the_quote(home)
    asks(home)
    speaks_french(home, address)
    context.close()
    dora.go(f"/patients/{server.held['at_home']}/links/")
    dora.sees("last opened")
    takes_over(sits_down("Bob"), server)


def opens(phone: Page, address: str) -> Page:
    """The door, closed: no barrier, and nothing of the patient; then behind it."""
    phone.goto(address)
    fits(phone)
    assert barriers(phone) == []
    expect(phone.locator("body")).not_to_contain_text("Maria")
    for name, value in (("Day", "9"), ("Month", "3"), ("Year", "1979")):
        phone.get_by_label(name).fill(value)
    phone.get_by_role("button", name="Open my page").tap()
    expect(phone.locator("h1")).to_have_text("Hello Maria")
    fits(phone)
    picture(phone, "80-own-pages")
    return phone


def answers_the_history(context: BrowserContext, phone: Page, address: str) -> Page:
    """Without a connection what is answered is kept on the phone, over a closed tab; then it is saved, and sent."""
    phone.get_by_role("link", name="Questions about your health").tap()
    phone.locator('label.choice:has(input[name="pregnant"][value="no"])').tap()
    saved(phone)
    context.set_offline(True)
    phone.locator('label.choice:has(input[name="breastfeeding"][value="no"])').tap()
    expect(phone.locator("#saved")).to_contain_text("kept on this device")
    phone.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{address}history/")
    expect(again.locator('input[name="breastfeeding"][value="no"]')).to_be_checked()
    expect(again.locator('input[name="pregnant"][value="no"]')).to_be_checked()
    saved(again)
    late = context.new_page()
    late.goto(f"{address}history/")  # before what follows
    told_at_once(again, late)
    fits(again)
    picture(again, "81-own-history")
    again.locator('[data-parts-list] a[href="#send"]').tap()
    again.get_by_role("button", name="Send to the clinic").tap()
    expect(again.locator("h1")).to_have_text("Your answers are with the clinic")
    back(again)
    return again


def told_at_once(phone: Page, late: Page) -> None:
    """A red flag far down the page is answered where the eye is; taken back, so is the answer. Another tab that began
    before does not write over it, however often it is opened again."""
    fever = phone.locator('label.choice:has(input[value="warning_fever_with_nodules"])')
    fever.tap()
    expect(phone.locator("#now .word")).to_contain_text("A doctor must see you now")
    expect(phone.locator("#now .word")).to_be_in_viewport()
    phone.screenshot(path="tests/browser/pictures/81-own-history-red-flag-390x844.png")
    saved(phone)
    begun_before(late)
    expect(late.locator("#now .word")).to_contain_text("A doctor must see you now")
    fever.tap()
    expect(phone.locator("#now .word")).to_have_count(0)
    saved(phone)
    sent_at_once(late)
    late.close()


def begun_before(late: Page) -> None:
    """Nothing of it is sent until somebody chose."""
    late.locator('label.choice:has(input[name="pregnant"][value="yes"])').tap()
    for turn in range(3):
        panel = late.locator("#two-versions-shown")
        expect(panel.locator("tbody tr")).to_have_count(2)
        expect(late.locator("#saved")).to_contain_text("choose which one stands")
        if turn < 2:
            late.reload()
    fits(late)
    picture(late, "81-own-history-two-versions")
    panel.get_by_role("button", name="Take what the other device saved").tap()
    expect(late.locator('input[name="pregnant"][value="no"]')).to_be_checked()


def sent_at_once(late: Page) -> None:
    """Before it could save itself: it is not taken, and both versions stand on the page that says so."""
    late.locator('input[name="pregnant"][value="yes"]').evaluate(
        "(box) => { box.click(); box.form.requestSubmit(); }"
    )
    late.wait_for_url("**/history/send/")
    expect(late.locator("#two-versions-shown tbody tr")).to_have_count(2)
    expect(late.locator("#saved")).to_contain_text("choose which one stands")
    late.get_by_role("button", name="Take what the other device saved").tap()
    late.wait_for_url("**/history/")


def saved(phone: Page) -> None:
    expect(phone.locator("#saved")).to_have_attribute("data-state", "saved")


def back(phone: Page) -> None:
    phone.get_by_role("link", name="My pages").tap()
    expect(phone.locator("h1")).to_have_text("Hello Maria")


def reads_and_signs(phone: Page) -> None:
    phone.get_by_role("link", name="Compare your choices").tap()
    expect(phone.locator("h1")).to_have_text("Compare your choices")
    fits(phone)
    phone.get_by_role("link", name="Read the consent").tap()
    expect(phone.locator("body")).to_contain_text("Take the time you need")
    fits(phone)
    assert barriers(phone) == []
    phone.get_by_label("Full name of the person who signs").fill("Maria Homewood")
    phone.locator("canvas").scroll_into_view_if_needed()
    phone.wait_for_timeout(300)  # until it has come to rest
    swipe(phone)
    expect(phone.locator("[data-signature-status]")).to_have_text("Signature drawn")
    phone.get_by_role("button", name="Sign this consent").tap()
    expect(phone.locator("h1").first).to_have_text("Your signed consent")
    expect(phone.locator("body")).to_contain_text("At home, on your own pages.")
    fits(phone)
    picture(phone, "82-signed-at-home")
    phone.go_back()  # to the text: it leads to what was signed
    expect(phone.locator("h1").first).to_have_text("Your signed consent")
    back(phone)


def accepts_the_quote(phone: Page) -> None:
    phone.get_by_role("link", name="Your quote").first.tap()
    expect(phone.locator("h1")).to_have_text("Your quote")
    fits(phone)
    phone.get_by_label("Full name of the person who signs").fill("Maria Homewood")
    phone.get_by_label("I cannot draw").check()
    phone.get_by_role("button", name="Accept this quote").tap()
    expect(phone.locator("body")).to_contain_text("Accepted by Maria Homewood")
    picture(phone, "83-quote-at-home")
    back(phone)


def asks(phone: Page) -> None:
    phone.get_by_role("link", name="Ask the clinic a question").tap()
    phone.get_by_label("Your question").fill("May I swim the day after?")
    phone.get_by_role("button", name="Send to the clinic").tap()
    expect(phone.locator(".thread")).to_contain_text("May I swim the day after?")
    expect(phone.get_by_label("Your question")).to_have_value("")
    fits(phone)
    back(phone)
    phone.get_by_role("link", name="Your data").tap()
    phone.locator("label.choice", has_text="A copy of my data").tap()
    phone.get_by_role("button", name="Send to the clinic").tap()
    expect(phone.locator("body")).to_contain_text("Waits for an answer")
    fits(phone)
    back(phone)


def speaks_french(phone: Page, address: str) -> None:
    """Every page again in the other language, which the phone remembers; then the pages are closed on it."""
    phone.get_by_role("button", name="Français").tap()
    expect(phone.locator("h1")).to_have_text("Bonjour Maria")
    for page, words in FRENCH.items():
        phone.goto(f"{address}{page}")
        expect(phone.locator("html")).to_have_attribute("lang", "fr")
        expect(phone.locator("body")).to_contain_text(words)
        fits(phone)
        picture(phone, f"84-{page.strip('/')}-fr")
    phone.get_by_role("button", name="Fermer mes pages").tap()
    expect(phone.locator("h1")).to_have_text("Vos pages sont fermées")
    phone.goto(f"{address}home/")
    expect(phone.locator("h1")).to_have_text("Ce lien est-il le vôtre ?")


def takes_over(bob: Person, server: Server) -> None:
    page = bob.go(f"/patients/{server.held['at_home']}/")
    page.get_by_role("link", name="Answered the history at home").click()
    expect(page.locator("body")).to_contain_text("Are you pregnant?")
    bob.picture("85-answers-from-home", whole=True)
    for choice in page.locator('input[type=radio][value="patient"]').all():
        choice.check()
    bob.press("Take over as a draft")
    expect(page.locator('input[name="pregnant"][value="no"]')).to_be_checked()
    bob.go(f"/sessions/{server.held['text_at_home']}/consent/")
    bob.sees("The consent is signed")
    bob.picture("86-signed-at-home-seen-by-the-clinic")


def picture(phone: Page, name: str) -> None:
    phone.screenshot(path=f"tests/browser/pictures/{name}-390x844.png")
