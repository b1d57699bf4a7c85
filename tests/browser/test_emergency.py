"""One tap from the patient to the doses for this weight; then once more with the connection cut."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.hands import PHONE, Person, answers, working
from serving import Server

pytestmark = pytest.mark.browser

KEPT = working("/emergency/")


def test_the_doses_of_this_patient_with_and_without_a_connection(
    server: Server, sits_down: Callable[..., Person]
) -> None:
    alice = sits_down("Alice", PHONE, has_touch=True, is_mobile=True)
    page = alice.go(f"/patients/{server.held['asked']}/")
    answers(page, KEPT)
    page.get_by_role("link", name="Emergency").tap()
    expect(page.get_by_label("Age")).not_to_have_value("")
    page.get_by_label("Weight").fill("50")
    expect(page.locator(".dose:visible .amount")).to_have_text(
        ["500 µg", "75 mL", "12.5 mL/min", "600 mL", "50 µg"]
    )
    alice.picture("70-emergency-on-a-phone")
    page.context.set_offline(True)
    page.goto("/emergency/?kg=80&years=8")
    expect(page.locator(".dose:visible .amount")).to_have_text(
        ["300 µg", "100 mL", "250 mL", "960 mL", "80 µg"]
    )
    page.context.set_offline(False)


CALLS = """async () => [...(await (await caches.match("/emergency/")).text())
  .matchAll(/href="tel:(\\d+)"/g)].map((each) => each[1])"""


def confirms(ada: Person, number: str) -> None:
    form = ada.go("/people/clinic/").locator("#emergency-number")
    form.locator("[name=call-number]").fill(number)
    form.locator("[name=call-confirmed]").check()
    with ada.page.expect_navigation():
        form.get_by_role("button", name="Confirm this number").click()


def until(told: Callable[[], object], wanted: object) -> None:
    begun = time.monotonic()
    while (last := told()) != wanted:
        assert time.monotonic() - begun < 20, last
        time.sleep(0.1)


def test_any_page_renews_the_number_that_is_kept_and_no_other_clinics_is_left(
    sits_down: Callable[..., Person],
) -> None:
    ada = sits_down("Ada")
    confirms(ada, "911")
    alice = sits_down("Alice")  # the page of the log-in, which knows no clinic, has kept the numbers of all
    answers(alice.page, KEPT)
    for number in ("911", "933"):
        confirms(ada, number)
        alice.go("/")
        until(lambda: alice.page.evaluate(CALLS), [number])
    alice.page.context.set_offline(True)
    alice.go("/emergency/")
    expect(alice.page.locator("a.call-emergency")).to_have_text(re.compile("933"))
    alice.page.context.set_offline(False)
    ada.go("/people/clinic/")
    with ada.page.expect_navigation():
        ada.page.locator("[name=take_back]").click()
