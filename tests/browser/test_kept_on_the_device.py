"""What could not be sent is kept on the device, readable by nobody else, and by nobody at all after the log-out."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from browser.conftest import OPTIONS
from browser.hands import CHROMIUM, Person, answers, working
from serving import Server

pytestmark = pytest.mark.browser

Sits = Callable[..., Person]
SECRET = "Quincewhistle"  # typed by a test, and nowhere else in the world
KEPT = """() => new Promise((done) => {
  const request = indexedDB.open("wheal-kept");
  request.onsuccess = () => {
    const all = request.result.transaction("entries").objectStore("entries").getAll();
    all.onsuccess = () => { request.result.close(); done(all.result.length); };
  };
})"""
BESIDE = KEPT.replace("entries", "beside")
NOTHING_KEPT, SOMETHING_BESIDE = (
    f"async () => (await ({KEPT})()) === 0",
    f"async () => (await ({BESIDE})()) > 0",
)
WORKING, DOOR = (working("/sessions/"), working("/"))
PAGE_KEPT = (
    "async (path) => Boolean(await (await import('/static/wheal/kept.js')).keptBeside(`page ${path}`))"
)
SECRET_HELD = """async () => {
  const { deviceName } = await import("/static/wheal/database.js");
  const { token } = await import("/static/wheal/token.js");
  const body = new URLSearchParams({ device: await deviceName() });
  const answer = await fetch("/people/me/device-key/", { method: "POST", headers: { "X-CSRFToken": token() }, body });
  return (await answer.json()).secret;
}"""


def note(page: Page) -> object:
    return page.get_by_label("Note")


def kept(page: Page) -> int:
    return page.evaluate(KEPT)


def keeps(page: Page, path: str) -> None:
    """Waits until the device holds this page."""
    answers(page, PAGE_KEPT, path, seconds=60)


def types_without_a_connection(person: Person, path: str, words: str = SECRET) -> Page:
    page = person.go(path)
    person.is_known()
    page.context.set_offline(True)
    note(page).fill(words)
    expect(page.locator("#saved")).to_contain_text("kept on this device")
    return page


def test_a_connection_cut_in_mid_session_loses_nothing_and_says_so(server: Server, sits_down: Sits) -> None:
    bob = sits_down("Bob")
    bob.away = True
    page = types_without_a_connection(bob, f"/sessions/{server.held['kept_0']}/plan/")
    page.get_by_label("Sessions planned").fill("5")
    bob.at_all_sizes("80-kept-on-this-device")
    page.context.set_offline(False)
    bob.is_saved()
    answers(page, NOTHING_KEPT)
    page = bob.go(f"/sessions/{server.held['kept_0']}/plan/")
    expect(note(page)).to_have_value(SECRET)
    expect(page.get_by_label("Sessions planned")).to_have_value("5")


def test_a_session_is_opened_again_while_the_server_is_away(server: Server, sits_down: Sits) -> None:
    """The page as it stood, with what was drawn and not sent; after the log-out nothing of it is left."""
    alice = sits_down("Alice")
    path = f"/sessions/{server.held['kept_5']}/inject/"
    page = alice.go(path)
    answers(page, WORKING)
    alice.go(path)
    keeps(page, path.replace("inject", "sign"))  # the others came along, this one last
    alice.away = True
    server.kill()
    alice.tap_chart(450, 700)
    expect(page.locator("#map-saved")).to_contain_text("kept on this device")
    expect(page.locator("#guard > .stale-note")).to_contain_text("not those of what is drawn")
    page.locator('[data-do="grid"]').click()
    expect(page.locator("[data-map-status]")).to_contain_text("points can be set by hand")
    alice.press("Add a pass")
    expect(page.locator("#elsewhere")).to_contain_text("was not done: nothing was changed")
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("41")
    alice.loses_the_tab()
    page = alice.go(path)
    expect(page.locator("#elsewhere")).to_contain_text("No connection")
    expect(page.locator("#guard > .stale-note")).to_contain_text("Not judged since")
    expect(page.locator("body-map .stale-note")).to_be_visible()
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("41")
    page.locator('[data-do="undo"]').click()
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("40")
    expect(page.locator("[data-map-status]")).to_have_text("40 points")
    page.locator('[data-do="redo"]').click()
    alice.picture("83-opened-without-a-connection")
    page.goto(f"/sessions/{server.held['kept_5']}/check/")  # nobody opened it yet
    alice.sees("Time-out: say it aloud")
    expect(page.locator("#elsewhere")).to_contain_text("No connection")
    page.goto(f"/sessions/{server.held['kept_4']}/inject/")
    alice.sees("No connection to the clinic")
    alice.picture("84-no-such-page-kept")
    server.start()
    server.wait_for_an_answer()
    page = alice.go(path)
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("41")
    alice.is_saved("#map-saved")
    expect(page.locator("#elsewhere")).to_be_hidden()
    expect(page.locator("#guard > .stale-note")).to_have_count(0)
    expect(page.locator("body-map .stale-note")).to_be_hidden()
    assert page.evaluate(BESIDE) > 0
    alice.logs_out()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate(BESIDE) == kept(page) == 0
    server.kill()
    page.goto(path)
    alice.sees("No connection to the clinic")
    server.start()
    server.wait_for_an_answer()


def test_without_a_connection_one_turns_between_passes_and_finds_the_way_back(
    server: Server, sits_down: Sits
) -> None:
    """A weight, a pass and points that were saved after the pages were kept; then the pages that nobody keeps."""
    alice = sits_down("Alice")
    session = f"/sessions/{server.held['kept_0']}/"
    path = f"{session}inject/"
    page = alice.go(f"{session}screen/")
    answers(page, DOOR)
    answers(page, WORKING)
    page = alice.go(f"{session}screen/")
    keeps(page, f"{session}sign/")
    page.get_by_label("Weight today").fill("71")
    alice.is_saved()
    alice.go(path)
    alice.press("Add a pass")
    first, second = (page.get_by_role("link", name=f"Pass {number} · A") for number in (1, 2))
    expect(second).to_have_attribute("aria-current", "true")
    keeps(page, f"{path}{first.get_attribute('href')}")
    alice.tap_chart(450, 700)
    alice.is_saved("#map-saved")
    alice.away = True
    page.context.set_offline(True)
    alice.go(path)
    expect(second).to_have_attribute("aria-current", "true")
    expect(page.locator('[data-map-shows="count"]')).to_have_text("1 point")
    alice.sees("no grid and no new pass")
    alice.tap_chart(500, 700)
    expect(page.locator("#map-saved")).to_contain_text("kept on this device")
    alice.go(path)  # begun from what was saved last, not from the page as it was kept
    expect(page.locator("#map-saved")).to_contain_text("kept on this device")
    expect(page.locator("#two-versions-shown")).to_have_count(0)
    for step in ("check", "sign"):
        page.goto(f"{session}{step}/")
        expect(page.get_by_role("link", name="Open pass 2 · A")).to_be_visible()
    page.get_by_role("link", name="Open pass 2 · A").click()
    first.click()
    expect(first).to_have_attribute("aria-current", "true")
    expect(page.locator('[data-map-shows="count"]')).to_have_text("40 points")
    page.get_by_role("link", name="Emergency").click()
    expect(page.get_by_label("Weight")).to_have_value("71")
    page.goto("/")
    alice.sees("No connection to the clinic")
    page.get_by_role("link", name="KEPTLEY 0").click()
    expect(page.locator("#elsewhere")).to_contain_text("No connection")
    page.goto(session)
    page.wait_for_url(f"**{path}**")
    page.context.set_offline(False)
    alice.go(path)
    expect(page.locator('[data-map-shows="count"]')).to_have_text("2 points")
    answers(page, NOTHING_KEPT)
    alice.go(path).wait_for_load_state("networkidle")
    beside_the_body(alice, session)


def beside_the_body(alice: Person, session: str) -> None:
    """What the server does not take is told where one checks, and nothing is signed in its place."""
    expect(alice.page.locator("body-map[data-mode]")).to_be_visible()
    alice.page.locator('[data-do="outline"]').click()
    expect(alice.page.locator("body-map")).to_have_attribute("data-mode", "outline")
    alice.draw_on_chart([(-1300, 300), (-800, 300), (-800, 800), (-1300, 800)])
    expect(alice.page.locator("#map-saved")).to_have_attribute("data-state", "invalid")
    page = alice.go(f"{session}sign/")
    expect(page.locator("#not-saved")).to_be_visible()
    alice.at_all_sizes("86-what-is-drawn-was-not-saved")
    alice.press("Sign and fix this session")
    expect(page.locator("#not-saved")).to_be_focused()
    page.get_by_role("link", name="Open pass 2 · A").click()
    expect(page.locator("#map-saved")).to_have_attribute("data-state", "invalid")
    page.locator('[data-do="undo"]').click()
    alice.is_saved("#map-saved")
    alice.go(f"{session}check/")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#not-saved")).to_be_hidden()


def test_a_log_out_without_a_connection_clears_the_device_and_ends_the_log_in_once_it_is_back(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    path = f"/sessions/{server.held['kept_3']}/plan/"
    page = bob.go(path)
    answers(page, DOOR)
    answers(page, WORKING)
    bob.go(path)
    keeps(page, path)
    [log_in] = [each["value"] for each in page.context.cookies() if each["name"] == "sessionid"]
    bob.away = True
    page.context.set_offline(True)
    bob.logs_out()
    bob.sees("You are logged out on this device")
    bob.at_all_sizes("85-logged-out-without-a-connection")
    assert page.evaluate(BESIDE) == kept(page) == 0
    page.goto(path)
    bob.sees("no page opens here")
    page.context.set_offline(False)
    page.wait_for_url("**/accounts/login/**")
    page.context.add_cookies([{"name": "sessionid", "value": log_in, "url": server.address}])
    page.goto(path)
    page.wait_for_url("**/accounts/login/**")


def test_a_killed_tab_has_it_all_when_the_page_is_opened_again(server: Server, sits_down: Sits) -> None:
    alice = sits_down("Alice")
    alice.away = True
    path = f"/sessions/{server.held['kept_1']}/inject/"
    page = alice.go(path)
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("40")
    alice.is_known()
    page.context.set_offline(True)
    alice.tap_chart(450, 700)
    expect(page.locator("#map-saved")).to_contain_text("kept on this device")
    alice.loses_the_tab()
    alice.page.context.set_offline(False)
    page = alice.go(path)
    expect(page.locator('[data-map-shows="count"]')).to_contain_text("41")
    alice.is_saved("#map-saved")
    answers(page, NOTHING_KEPT)


def test_a_log_in_that_ends_while_one_types_leaves_the_text_for_the_next_one(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    path = f"/sessions/{server.held['kept_2']}/plan/"
    page = bob.go(path)
    bob.is_known()
    page.context.clear_cookies(name="sessionid")
    note(page).fill(SECRET)
    expect(page.locator("#saved")).to_contain_text("You are logged out.")
    bob.at_all_sizes("81-logged-out-while-typing")
    page.get_by_role("link", name="Log in again to save it").click()
    bob.types_the_log_in()
    page.wait_for_url(f"{server.address}{path}")
    expect(note(page)).to_have_value(SECRET)
    bob.is_saved()


def test_logging_out_asks_first_and_then_leaves_nothing_on_the_device(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    bob.away = True
    path = f"/sessions/{server.held['kept_3']}/plan/"
    page = bob.go(path)
    bob.is_known()
    page.route("**/plan/save", lambda route: route.abort())
    note(page).fill(SECRET)
    expect(page.locator("#saved")).to_contain_text("kept on this device")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        bob.logs_out()
    assert "lose them" in asked.value.message
    expect(note(page)).to_be_visible()
    assert kept(page) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    bob.logs_out()
    page.wait_for_url("**/accounts/login/**")
    answers(page, NOTHING_KEPT)
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]


def test_another_person_on_the_tablet_neither_sees_nor_removes_what_is_kept(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    bob.away = True
    path = f"/sessions/{server.held['kept_4']}/plan/"
    page = types_without_a_connection(bob, path)
    page.context.clear_cookies(name="sessionid")  # left lying; the log-in ends by itself
    page.context.set_offline(False)
    page.goto("/accounts/login/")
    bob.types_the_log_in("alice")
    page.goto(path)
    bob.is_known()
    expect(note(page)).to_have_value("")
    bob.logs_out()
    page.wait_for_url("**/accounts/login/**")
    bob.types_the_log_in("bob")
    page.wait_for_url(f"{server.address}/")
    page.goto(path)
    expect(note(page)).to_have_value(SECRET)
    bob.is_saved()


def test_the_signature_of_a_consent_outlives_its_tab_and_waits_for_the_connection(
    server: Server, sits_down: Sits
) -> None:
    bob = sits_down("Bob")
    bob.away = True
    path = f"/sessions/{server.held['kept_5']}/consent/"
    page = bob.go(path)
    page.get_by_label("Full name of the person who signs").fill("Maria Keptley")
    page.locator("canvas").scroll_into_view_if_needed()
    bob.draws_signature()
    expect(page.locator("#consent-kept")).to_contain_text("Kept on this device until it is sent")
    bob.loses_the_tab()
    page = bob.go(path)
    expect(page.get_by_label("Full name of the person who signs")).to_have_value("Maria Keptley")
    expect(page.locator("[data-signature-status]")).to_have_text("Signature drawn")
    page.context.set_offline(True)
    bob.press("Sign this consent")
    expect(page.locator("#consent-kept")).to_contain_text("kept on this device")
    bob.at_all_sizes("82-consent-without-a-connection")
    page.context.set_offline(False)
    bob.press("Sign this consent")
    bob.sees("The consent is signed")
    answers(page, NOTHING_KEPT)


def test_what_is_written_into_a_form_that_is_sent_as_a_whole_outlives_its_tab(
    server: Server, sits_down: Sits
) -> None:
    """A new patient, the reason of a signature, an amendment; each is forgotten once it arrived or nobody wants it."""
    alice = sits_down("Alice")
    page = alice.go("/patients/new/")
    page.get_by_label("Family name").fill(SECRET)
    expect(page.locator("#patient-kept")).to_contain_text("Kept on this device until it is sent")
    alice.loses_the_tab()
    page = alice.go("/patients/new/")
    expect(page.get_by_label("Family name")).to_have_value(SECRET)
    alice.picture("89-a-new-patient-put-back")
    alice.press("Begin anew")
    expect(page.get_by_label("Family name")).to_have_value("")
    answers(page, NOTHING_KEPT)
    session = f"/sessions/{server.held['to_amend']}/sign/"
    for field, words in (("reason", "The history was read again."), ("should_be", SECRET)):
        page = alice.go(session)
        if field == "should_be":
            page.get_by_text("Correct something").click()
        page.locator(f'[name="{field}"]').first.fill(words)
        expect(page.locator("#reason-kept, #amend-kept").first).to_contain_text("Kept on this device")
        alice.loses_the_tab()
        page = alice.go(session)
        expect(page.locator(f'[name="{field}"]').first).to_have_value(words)
        if field == "reason":
            alice.press("Sign and fix this session")
            alice.sees("Signed and fixed")
            answers(page, NOTHING_KEPT)
    expect(page.locator("#amend-kept")).to_contain_text("Put back")  # and the form stands open


def test_the_disk_of_the_device_tells_nothing_of_what_was_typed(
    server: Server, chromium: Browser, tmp_path: Path
) -> None:
    """The browser is killed, not closed. Its whole profile is searched; then the person comes back to their text."""
    path = f"/sessions/{server.held['kept_3']}/plan/"
    with_profile = {"executable_path": CHROMIUM, "args": OPTIONS, "base_url": server.address}
    device = chromium.browser_type.launch_persistent_context(tmp_path, **with_profile)
    bob = Person("Bob", device.pages[0], server)
    bob.away = True
    bob.log_in()
    answers(bob.go(path), WORKING)
    page = types_without_a_connection(bob, path)
    answers(page, SOMETHING_BESIDE)  # the page as it stood lies there too
    kills(device, tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not [file for file in files if holds(file, SECRET) or holds(file, "KEPTLEY")]
    assert any(file.stat().st_size for file in (tmp_path / "Default" / "IndexedDB").rglob("*.log"))
    device = chromium.browser_type.launch_persistent_context(tmp_path, **with_profile)
    bob = Person("Bob", device.new_page(), server)
    bob.log_in()
    page = bob.go(path)
    expect(note(page)).to_have_value(SECRET)
    bob.is_saved()
    device.close()


def holds(file: Path, words: str) -> bool:
    held = file.read_bytes()
    return any(words.encode(coding) in held for coding in ("utf-8", "utf-16-le"))


def kills(device: BrowserContext, profile: Path) -> None:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue  # it is gone already
        if f"--user-data-dir={profile}" in arguments:
            os.kill(int(process.name), signal.SIGKILL)
    with suppress(Error):  # it may have seen already that the browser is gone
        device.close()


def test_after_the_log_out_the_server_does_not_hold_the_key_any_more(server: Server, sits_down: Sits) -> None:
    bob = sits_down("Bob")
    first = bob.page.evaluate(SECRET_HELD)
    assert bob.page.evaluate(SECRET_HELD) == first
    bob.page.context.clear_cookies(name="sessionid")
    bob.log_in()
    assert bob.page.evaluate(SECRET_HELD) == first
    bob.logs_out()
    bob.page.wait_for_url("**/accounts/login/**")
    bob.log_in()
    assert bob.page.evaluate(SECRET_HELD) != first
