"""What may not be signed is refused on the page, with its reason; nothing else happens to the session."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.hands import Person
from serving import Server

pytestmark = pytest.mark.browser

Sits = Callable[..., Person]


def signs_in_vain(person: Person, session: int) -> None:
    """Presses the button and reads why not. The page afterwards is still that of a draft."""
    person.go(f"/sessions/{session}/sign/")
    person.press("Sign and fix this session")
    refusal = person.page.locator("section.refusal")
    expect(refusal).to_contain_text("This session cannot be signed")
    expect(person.page.locator("body")).not_to_contain_text("Signed and fixed")


def reason(person: Person, words: str) -> None:
    expect(person.page.locator("section.refusal")).to_contain_text(
        re.compile(words, re.IGNORECASE | re.DOTALL)
    )


def test_a_fifty_first_point_is_shown_while_drawing_and_refused_at_the_signature(
    server: Server, sits_down: Sits
) -> None:
    alice = sits_down("Alice")
    session = server.held["fifty"]
    page = alice.go(f"/sessions/{session}/inject/")
    expect(page.locator("#guard")).to_contain_text("50 points")
    alice.tap_chart(450, 770)
    expect(page.locator("#guard")).to_contain_text("51 points")
    expect(page.locator("#guard .judgement.is-stop").first).to_be_visible()
    alice.is_saved("#map-saved")
    alice.at_all_sizes("30-fifty-first-point")
    signs_in_vain(alice, session)
    reason(alice, "51.*50")
    alice.at_all_sizes("31-refused-fifty-first-point")


def test_an_expired_lot_is_refused(server: Server, sits_down: Sits) -> None:
    alice = sits_down("Alice")
    signs_in_vain(alice, server.held["expired"])
    reason(alice, "lot.*expired")
    alice.at_all_sizes("32-refused-expired-lot")


def test_a_lapsed_certificate_is_refused(server: Server, sits_down: Sits) -> None:
    paul = sits_down("Paul")
    signs_in_vain(paul, server.held["lapsed"])
    reason(paul, "certificate")
    paul.at_all_sizes("33-refused-lapsed-certificate")


def test_a_missing_consent_is_refused(server: Server, sits_down: Sits) -> None:
    alice = sits_down("Alice")
    signs_in_vain(alice, server.held["no_consent"])
    reason(alice, "not signed a consent")
    alice.at_all_sizes("34-refused-missing-consent")


def test_a_pregnant_patient_is_refused(server: Server, sits_down: Sits) -> None:
    alice = sits_down("Alice")
    session = server.held["pregnant"]
    page = alice.go(f"/sessions/{session}/screen/")
    stops = page.locator(".judgement.is-stop").filter(has_text=re.compile("pregnan", re.IGNORECASE))
    expect(stops.first).to_be_visible()
    alice.at_all_sizes("35-screen-of-a-pregnant-patient")
    signs_in_vain(alice, session)
    reason(alice, "pregnan")
    alice.at_all_sizes("36-refused-pregnant")


def test_an_assistant_is_not_offered_the_signature(server: Server, sits_down: Sits) -> None:
    bob = sits_down("Bob")
    page = bob.go(f"/sessions/{server.held['whole']}/sign/")
    expect(page.get_by_role("button", name="Sign and fix this session")).to_have_count(0)
    bob.sees("A physician or a nurse signs it")


def test_the_front_desk_sees_no_chart(server: Server, sits_down: Sits) -> None:
    dora = sits_down("Dora")
    page = dora.go(f"/sessions/{server.held['whole']}/sign/")
    expect(page.locator("body")).not_to_contain_text("K-1")
    assert dora.complaints.pop().startswith("403 GET")
    dora.at_all_sizes("37-front-desk-refused")
