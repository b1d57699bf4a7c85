"""The desk on a phone: an appointment booked, moved by keyboard, put back; a quote made and told what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from browser.hands import PHONE, Person
from browser.looking import small_targets, too_wide
from serving import Server

pytestmark = pytest.mark.browser


def fits(dora: Person) -> None:
    assert [*small_targets(dora.page), *too_wide(dora.page)] == [], dora.page.url


def test_the_desk_books_moves_and_quotes_on_a_phone(server: Server, sits_down: Callable[..., Person]) -> None:
    dora = sits_down("Dora", PHONE, has_touch=True)
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    page = dora.go(f"/calendar/new/?patient={server.held['asked']}&on={day}&at=10:00")
    dora.choose("Consultation")
    dora.press("Book this appointment")
    expect(page.locator("h1#when")).to_contain_text("10:00–10:45")
    fits(dora)
    dora.follow("Move it by a tap")
    page.get_by_role("button", name="Move to 14:30").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1#when")).to_contain_text("14:30–15:15")
    dora.press("Put it back where it was")
    expect(page.locator("h1#when")).to_contain_text("10:00–10:45")
    dora.go(f"/calendar/?on={day}")
    dora.sees("ASKWELL")
    fits(dora)
    dora.picture("70-calendar-on-a-phone")
    dora.go(f"/patients/{server.held['asked']}/")
    dora.press("Make a quote")
    for name, value in (("words", "Session"), ("quantity", "3"), ("unit_price", "180")):
        page.locator(f"#id_lines-0-{name}").fill(value)
    dora.is_saved()
    expect(page.locator("#judged")).to_contain_text("540.00")
    dora.press("Hand over: fix this quote today")
    dora.sees("This quote cannot be handed over yet")
    dora.sees("Say until which day the quote holds.")
    expect(page.locator("#id_lines-0-unit_price")).to_have_value("180")
    fits(dora)
    dora.picture("71-quote-on-a-phone", whole=True)
