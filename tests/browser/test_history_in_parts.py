"""The history is asked one part at a time; none is lost from sight, and no part needs the page anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.hands import PHONE, Person
from serving import Server

pytestmark = pytest.mark.browser

Sits = Callable[..., Person]


@pytest.fixture
def page(server: Server, sits_down: Sits) -> Page:
    return sits_down("Bob", PHONE).go(f"/patients/{server.held['asked']}/history/")


def stands_at(page: Page, part: str) -> None:
    expect(page.locator("section.part:visible")).to_have_count(1)
    expect(page.locator(f"section#{part}")).to_be_visible()
    expect(page.locator(f'[data-parts-list] a[href="#{part}"]')).to_have_attribute("aria-current", "step")


def test_the_parts_are_walked_through_forth_and_back_without_a_reload(page: Page) -> None:
    page.evaluate("window.stays = true")
    for part in ("today", "health", "medicines", "allergies", "earlier", "hopes"):
        stands_at(page, part)
        page.locator("section.part:visible .part-turns a").last.click()
    stands_at(page, "complete")
    page.go_back()
    stands_at(page, "hopes")
    page.locator('[data-parts-list] a[href="#health"]').click()
    stands_at(page, "health")
    assert page.evaluate("window.stays")


def test_the_keyboard_turns_parts_and_goes_on_in_the_new_one(page: Page) -> None:
    page.locator('[data-parts-list] a[href="#medicines"]').focus()
    page.keyboard.press("Enter")
    stands_at(page, "medicines")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('section').id") == "medicines"


def test_enter_in_a_field_completes_nothing(page: Page) -> None:
    page.locator('input[name="height"]').press("Enter")
    page.wait_for_timeout(300)
    stands_at(page, "today")


def test_what_is_saved_stays_in_sight_at_the_foot_of_a_long_part(page: Page) -> None:
    page.locator('[data-parts-list] a[href="#health"]').click()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#saved")).to_be_in_viewport()
    expect(page.locator("[data-parts-list] [aria-current]")).to_be_in_viewport()


def test_an_answer_is_counted_in_the_list_of_parts(page: Page) -> None:
    page.locator('[data-parts-list] a[href="#earlier"]').click()
    page.locator("section#earlier label.choice").filter(has_text="None of these").click()
    expect(page.locator("#open-earlier")).to_contain_text("Answered")


def test_a_part_is_found_again_after_a_reload(page: Page) -> None:
    page.locator('[data-parts-list] a[href="#allergies"]').click()
    page.reload()
    stands_at(page, "allergies")
