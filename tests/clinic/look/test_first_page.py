"""The page of an empty site, which nobody sees twice: as the others, without barriers."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import sync_playwright

from browser.conftest import OPTIONS
from browser.hands import CHROMIUM, PHONE
from browser.looking import barriers, small_targets, too_wide
from wheal.clinic.people import setup_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "brightness"), [("en", "light"), ("fr", "dark")])
def test_the_first_page_of_an_empty_site_is_without_barriers(
    live_server, settings, tmp_path, monkeypatch, language: str, brightness: str
) -> None:
    settings.DATA = tmp_path
    setup_code.issue()
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = browser.new_page(
            viewport={"width": PHONE[0], "height": PHONE[1]}, locale=language, color_scheme=brightness
        )
        page.goto(live_server.url)
        assert "/people/setup/" in page.url
        assert page.locator("html").get_attribute("lang") == language
        found = [*barriers(page), *small_targets(page), *too_wide(page)]
        browser.close()
    assert not found, "\n".join(found)
