"""Two tabs of one browser share the log-in and the clinic; a page stays whose it was, and of the clinic it was of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.hands import Person
from serving import Server

pytestmark = pytest.mark.browser

Sits = Callable[..., Person]
WORDS = "Thrushcombe"


def another_tab(person: Person) -> Person:
    """Of the same browser."""
    page = person.page.context.new_page()
    other = Person(person.name, page, person.server)
    other.complaints = person.complaints
    return other


def looks_again(page: Page) -> None:
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_what_bob_s_page_holds_is_not_saved_as_alice_who_logged_in_in_another_tab(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    page = bob.go(f"/sessions/{server.held['two_tabs']}/plan/")
    bob.is_known()
    page.context.clear_cookies(name="sessionid")  # the log-in ends by itself
    alice = another_tab(bob)
    alice.page.goto("/accounts/login/")
    alice.types_the_log_in("alice")
    alice.page.wait_for_url(f"{server.address}/")
    looks_again(page)
    page.get_by_label("Note").fill(WORDS)
    expect(page.locator("#saved")).to_contain_text("Somebody else is logged in on this device now")
    bob.picture("87-somebody-else-is-logged-in")
    alice.go(f"/sessions/{server.held['two_tabs']}/plan/")
    expect(alice.page.get_by_label("Note")).not_to_have_value(WORDS)
    alice.page.context.clear_cookies(name="sessionid")
    alice.page.goto("/accounts/login/")
    alice.types_the_log_in("bob")
    alice.page.wait_for_url(f"{server.address}/")
    looks_again(page)
    bob.is_saved()


def test_a_patient_typed_at_one_clinic_is_not_registered_at_the_one_of_another_tab(
    server: Server, sits_down: Sits
) -> None:
    erin = sits_down("Erin")
    page = erin.go("/patients/new/")
    erin.is_known()
    page.get_by_label("Family name").fill(WORDS)
    page.get_by_label("Given names").fill("Tab")
    page.locator('[name="birth_date"]').fill("01/02/1990")
    page.locator('[name="sex"][value="female"]').check()
    other = another_tab(erin)
    other.go("/people/choose-clinic/")
    other.press("Rue du Pont")
    other.page.wait_for_url(f"{server.address}/")
    page.bring_to_front()
    erin.press("Register this patient")
    erin.sees("A page of another clinic")
    erin.at_all_sizes("88-a-page-of-another-clinic")
    erin.press("Go back to Bridge Street and send it there")
    erin.sees(WORDS.upper())
    expect(page.locator(".brand")).to_contain_text("Bridge Street")
    erin.go("/patients/new/")
    expect(page.get_by_label("Family name")).to_have_value("")  # it arrived, and is kept no longer


def test_a_page_that_is_only_looked_at_does_not_use_the_log_in(server: Server, sits_down: Sits) -> None:
    """What it asks by itself says so; what somebody enters does not."""
    bob = sits_down("Bob")
    page = bob.go(f"/sessions/{server.held['two_tabs']}/plan/")
    with page.expect_request("**/stands?*") as asked:
        pass
    assert asked.value.headers["x-by-itself"] == "1"
    with page.expect_request("**/plan/save") as sent:
        page.get_by_label("Note").fill("Said aloud")
    assert "x-by-itself" not in sent.value.headers
    bob.is_saved()


def test_a_log_out_leads_the_other_tabs_to_the_log_in_too(server: Server, sits_down: Sits) -> None:
    alice = sits_down("Alice")
    page = alice.go(f"/patients/{server.held['asked']}/")
    other = another_tab(alice)
    other.go("/")
    other.logs_out()
    page.wait_for_url("**/accounts/login/**")
