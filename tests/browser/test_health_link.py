"""Whoever is shown a health link opens it with a phone's browser: no app, no log-in, and no server learns the key."""

from __future__ import annotations

import json
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from browser.hands import PHONE, Person
from browser.looking import barriers, small_targets, too_wide
from browser.test_own_pages import picture
from serving import Server
from wheal.fhir import health_links

pytestmark = pytest.mark.browser

SHOWN, REFUSED = "[data-shows]", "[data-refused]"
PASSCODE = "blue heron"
LATER = datetime.now(UTC) + timedelta(days=7)


class Phone:
    """Of somebody without an app; it notes what the page complains about and asks for."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.page = context, context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if "Policy" in said.text else None
        )
        self.page.on("request", lambda request: self.asked.append(f"{request.url} {request.headers}"))

    def opens(self, address: str) -> Page:
        self.page.goto(address)
        return self.page

    def says(self, recipient: str, passcode: str = "") -> None:
        self.page.locator("#recipient").fill(recipient)
        if passcode:
            self.page.locator("#passcode").fill(passcode)
        self.page.locator("[data-open]").click()

    def is_refused(self, words: str) -> None:
        expect(self.page.locator(REFUSED)).to_contain_text(words)
        expect(self.page.locator("[data-asks]")).to_be_hidden()
        expect(self.page.locator(SHOWN)).to_be_hidden()


@pytest.fixture
def phone(chromium: Browser, server: Server) -> Iterator[Callable[..., Phone]]:
    phones: list[Phone] = []

    def with_language(locale: str = "en-US", **more: object) -> Phone:
        width, height = PHONE
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=server.address, locale=locale, has_touch=True,
            is_mobile=True, device_scale_factor=2, reduced_motion="reduce", **more,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        phones.append(Phone(context))
        return phones[-1]

    yield with_language
    for each in phones:
        assert each.complaints == []
        assert each.context.cookies() == []
        each.context.close()


@pytest.fixture
def made(server: Server, sits_down: Callable[..., Person]) -> Callable[..., str]:
    """The address in the code that the clinic shows, as Alice makes it."""

    def make(passcode: str = "") -> str:
        alice = sits_down("Alice", (1366, 900))
        page = alice.go(f"/health-links/{server.held['at_home']}/")
        page.get_by_label("Passcode").fill(passcode)
        alice.press("Make the link")
        address = page.get_by_label("The same as text").input_value()
        alice.picture("90-health-link-made", whole=True)
        return address

    return make


FIRST = [
    "Alerts",
    "Allergies and Intolerances",
    "Reactions after treatment",
    "Said elsewhere; nobody has asked about it here yet",
    "Medication Summary",
    "Problem List",
    "Treatment passport: what was injected",
    "History of Procedures",
    "Vital Signs",
]


def altered(address: str, **told: object) -> str:
    held = health_links.opened(address) | told
    page = address.partition(health_links.PREFIX)[0]
    return page + health_links.PREFIX + urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")


def set_in(server: Server, change: str) -> None:
    with closing(sqlite3.connect(server.data / "wheal.sqlite3")) as held, held:
        held.execute(f"UPDATE fhir_healthlink SET {change} WHERE id = (SELECT max(id) FROM fhir_healthlink)")


def test_a_phone_without_an_app_shows_the_passport_and_no_server_learns_the_key(
    server: Server, made, phone
) -> None:
    address = made()
    assert address.startswith(f"{server.address}/passport/#shlink:/")
    theirs = phone()
    page = theirs.opens(address)
    expect(page.locator("[data-from]")).to_contain_text("From ")
    assert barriers(page) + small_targets(page) + too_wide(page) == []
    picture(page, "91-health-link-asks")
    theirs.says("")
    expect(page.locator("#recipient-error")).to_have_text("Say who is reading.")
    theirs.says("Dr Elsewhere")
    shown = page.locator(SHOWN)
    expect(shown.locator("[data-name]")).to_contain_text("Homewood")
    for words in (
        "Birth date",
        "March 9, 1979",
        "Allergies and Intolerances",
        "Treatment passport: what was injected",
    ):
        expect(shown).to_contain_text(words)
    injected = shown.locator("section", has_text="what was injected").locator("li")
    expect(injected).to_contain_text("Under the chin")
    expect(injected).to_contain_text("expires ")
    order = page.locator("[data-sections] h2").all_inner_texts()
    assert order.index("Allergies and Intolerances") < order.index("Treatment passport: what was injected")
    assert order == sorted(order, key=FIRST.index)
    assert barriers(page) + small_targets(page) + too_wide(page) == []
    page.screenshot(path="tests/browser/pictures/92-health-link-read-390x844.png", full_page=True)
    page.emulate_media(media="print")
    page.screenshot(path="tests/browser/pictures/93-health-link-on-paper-390x844.png", full_page=True)
    key = health_links.opened(address)["key"]
    assert [each for each in theirs.asked if key in each or "shlink" in each] == []
    assert all(each.startswith(server.address) for each in theirs.asked)
    assert key not in server.output.read_text()


def test_it_speaks_french_where_the_phone_does_or_its_owner_chooses(made, phone) -> None:
    address = made(PASSCODE)
    page = phone("fr-FR").opens(address)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("[data-asks]")).to_contain_text("Qui lit")
    assert barriers(page) + too_wide(page) == []
    picture(page, "94-health-link-in-french")
    page.get_by_role("link", name="English").click()
    expect(page.locator("[data-asks]")).to_contain_text("Who is reading?")
    page.get_by_role("link", name="Français").click()
    page.locator("#recipient").fill("Dr Dupont")
    page.locator("#passcode").fill("tout autre")
    page.locator("[data-open]").click()
    expect(page.locator("#passcode-error")).to_have_text("Ce code d’accès est faux. Il reste 9 essais.")
    page.locator("#passcode").fill(PASSCODE)
    page.locator("[data-open]").click()
    expect(page.locator(SHOWN)).to_contain_text("9 mars 1979")
    page.screenshot(path="tests/browser/pictures/95-health-link-read-in-french-390x844.png", full_page=True)


def test_a_wrong_passcode_counts_down_to_a_link_that_is_shut(server: Server, made, phone) -> None:
    theirs = phone()
    page = theirs.opens(made(PASSCODE))
    theirs.says("Dr Elsewhere")
    expect(page.locator("#passcode-error")).to_contain_text("The patient has it; it is not in the link.")
    theirs.says("Dr Elsewhere", "red heron")
    expect(page.locator("#passcode-error")).to_have_text("This passcode is wrong. 9 more tries are left.")
    assert barriers(page) == []
    picture(page, "96-health-link-wrong-passcode")
    set_in(server, "tries = 8")
    theirs.says("Dr Elsewhere", "red heron")
    expect(page.locator("#passcode-error")).to_have_text("This passcode is wrong. One more try is left.")
    theirs.says("Dr Elsewhere", "red heron")
    theirs.is_refused("Ten wrong passcodes have shut this link.")
    page.reload()
    theirs.says("Dr Elsewhere", PASSCODE)
    theirs.is_refused("Ten wrong passcodes have shut this link.")
    picture(page, "97-health-link-shut")


def test_a_link_that_ran_out_was_ended_or_never_was_says_which(
    server: Server, made, phone, sits_down
) -> None:
    address = made()
    theirs = phone()
    theirs.opens(altered(address, exp=1_700_000_000))
    theirs.is_refused("This link opened until November 14, 2023")
    for change, words in (
        ("expires_at = '2026-01-01 00:00:00'", "This link has expired."),
        (
            "expires_at = '2036-01-01 00:00:00', ended_at = '2026-01-01 00:00:00'",
            "The clinic has ended this link.",
        ),
        ("secret = 'another'", "The clinic knows no such link."),
    ):
        set_in(server, change)
        theirs.opens("about:blank")
        theirs.opens(address)
        theirs.says("Dr Elsewhere")
        theirs.is_refused(words)


def test_what_is_no_link_of_this_site_is_not_asked_for(server: Server, made, phone) -> None:
    address = made()
    theirs = phone()
    theirs.opens("/passport/")
    theirs.is_refused("There is no health link here")
    theirs.opens(address[:-20])  # only what is behind # differs: the page looks anew
    theirs.is_refused("There is no health link here")
    theirs.opens(altered(address, flag="U"))
    theirs.is_refused("a kind that this page does not know")
    for url in ("https://elsewhere.example/shl/x", f"{server.address}/accounts/login/"):
        theirs.opens(altered(address, url=url))
        theirs.is_refused("opens links of")
    assert [each for each in theirs.asked if "elsewhere.example" in each or "login" in each] == []
    theirs.context.add_init_script("Object.defineProperty(window, 'isSecureContext', { get: () => false })")
    theirs.opens("about:blank")
    theirs.opens(address)
    theirs.is_refused("without encryption (https)")


def test_what_cannot_be_reached_is_asked_again_and_what_cannot_be_decrypted_is_not_shown(made, phone) -> None:
    address = made()
    theirs = phone()
    page = theirs.opens(altered(address, key=health_links.new_key()))
    theirs.context.set_offline(True)
    theirs.says("Dr Elsewhere")
    expect(page.locator("[data-trouble]")).to_contain_text("cannot be reached")
    theirs.context.set_offline(False)
    theirs.says("Dr Elsewhere")
    theirs.is_refused("cannot be read: it was damaged or changed")


EVIL = """<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="alert(1)" style="color: red">
Penicillin &#x2013; <b>hives</b>
<script>alert(2)</script><img src="x" onerror="alert(3)"/><a href="javascript:alert(4)">more</a>
<svg xmlns="http://www.w3.org/2000/svg" onload="alert(5)"><script>alert(6)</script></svg></p>
<table><tr><td colspan="2" id="content">Latex</td></tr></table><iframe src="https://elsewhere.example/"></iframe></div>"""


def test_words_of_a_document_are_shown_and_nothing_else_of_them(made, phone) -> None:
    address = made()
    key = health_links.opened(address)["key"]
    patient = {"resourceType": "Patient", "name": [{"text": "<img src=x onerror=alert(7)>"}]}
    sections = [
        {"title": "<b>Allergies</b>", "text": {"div": EVIL}},
        {"title": "Broken", "text": {"div": "<div><p>"}},
        {"title": "Empty"},
    ]
    title = {
        "resourceType": "Composition",
        "subject": {"reference": "urn:p"},
        "section": sections,
        "language": "en",
    }
    document = {
        "resourceType": "Bundle",
        "type": "document",
        "entry": [{"resource": title}, {"fullUrl": "urn:p", "resource": patient}],
    }
    theirs = phone()

    def answers(document: dict) -> Callable[[Route], None]:
        sealed = health_links.encrypted(json.dumps(document).encode(), key)
        manifest = {"files": [{"contentType": "application/fhir+json", "embedded": sealed}]}
        return lambda route: route.fulfill(json=manifest)

    theirs.context.route("**/shl/*", answers(document))
    dialogs: list[str] = []
    theirs.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page = theirs.opens(address)
    theirs.says("Dr Elsewhere")
    expect(page.locator("[data-name]")).to_have_text("<img src=x onerror=alert(7)>")
    told = page.locator("[data-sections]")
    expect(told).to_contain_text("Penicillin – hives")
    expect(told).to_contain_text("<b>Allergies</b>")
    expect(told.locator("td")).to_have_text("Latex")
    assert told.locator("script, img, a, svg, iframe, [onclick], [style], [id]").count() == 0
    assert told.locator("td").get_attribute("colspan") == "2"
    assert told.get_by_text("does not mean that there is nothing in it").count() == 2
    assert dialogs == []
    assert [each for each in theirs.asked if "elsewhere.example" in each or each.endswith("/x")] == []
    for changed, words in (
        ({"type": "collection"}, "cannot be read"),
        ({"entry": document["entry"][:1]}, "cannot be read"),
        (
            {"entry": [{"resource": title | {"status": "entered-in-error"}}, document["entry"][1]]},
            "withdrawn",
        ),
    ):
        theirs.context.unroute("**/shl/*")
        theirs.context.route("**/shl/*", answers(document | changed))
        page.reload()
        theirs.says("Dr Elsewhere")
        theirs.is_refused(words)
    assert all("inline" in each for each in theirs.complaints), theirs.complaints
    theirs.complaints.clear()  # handlers and styles that were read, refused by the policy, and put nowhere
