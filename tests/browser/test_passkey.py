"""A passkey is set up once and then opens the log-in by itself, with a key that Chromium plays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from browser.hands import Person
from people import PASSWORD
from serving import Server

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_is_added_and_logs_in_without_a_password(chromium: Browser, server: Server) -> None:
    address = server.address.replace("127.0.0.1", "localhost")  # browsers know no passkeys for bare numbers
    context = chromium.new_context(base_url=address, locale="en-US", viewport={"width": 1024, "height": 768})
    context.set_default_timeout(30_000)
    petra = Person("Petra", context.new_page(), server)
    page = petra.page
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    page.goto("/accounts/login/")
    page.get_by_label("User name").fill("petra")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(f"{address}/")
    page.goto("/people/me/second-factor/")
    petra.picture("80-second-factor")
    page.get_by_role("link", name="Passkey or security key").click()
    if page.locator("main input[type=password]").count():
        page.locator("main input[type=password]").fill(PASSWORD)
        page.locator("main input[type=password]").press("Enter")
    page.get_by_label("Name").fill("Tablet")
    if page.get_by_role("checkbox").count():
        page.get_by_role("checkbox").check()
    petra.picture("81-passkey")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("main")).to_contain_text("Print them or write them down now")
    expect(page.get_by_label("Codes that were not used yet")).to_have_value(
        re.compile(r"^(\w{8}\n){9}\w{8}$")
    )
    petra.picture("82-recovery-codes")
    page.get_by_role("link", name="They are kept: go on").click()
    page.wait_for_url(f"{address}/")

    petra.logs_out()
    page.wait_for_url("**/accounts/login/**")
    petra.picture("83-log-in-with-a-passkey")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{address}/")
    page.wait_for_load_state("networkidle")
    expect(page.locator("details.menu > summary")).to_contain_text("Petra")

    page.goto("/accounts/2fa/webauthn/")
    petra.picture("84-passkeys")
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    petra.picture("86-rename-a-passkey")
    page.get_by_label("Name").fill("Old tablet")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Old tablet")
    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Remove").click()
    petra.picture("85-remove-a-passkey")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("You have none.")
    assert petra.complaints == []
    context.close()
