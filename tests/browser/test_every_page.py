"""Every page of the site, found in its URL table: no barrier that axe knows (WCAG 2.2 AA), no target too small for a
thumb, nothing that runs out of the screen. In English on a tablet in light, in French on a phone in the dark."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect

from browser.addresses import names
from browser.hands import PHONE, PICTURES, TABLET
from browser.looking import barriers, pieces_have_come, small_targets, too_wide
from serving import Server
from wheal.clinic.demo_log_ins import PASSWORD

pytestmark = pytest.mark.browser

# name: why nobody is shown a page there. A test fails where the reason has gone.
NO_PAGE = {
    "treatments:session": "leads on to the step where the session stands",
    "people:setup": "an empty site alone has it: test_the_first_page",
    "account_email": "closed: addresses are not how one logs in",
    "account_set_password": "closed: whoever has an account has a password",
    "account_reset_password_done": "closed: no letter lets anybody in",
    "account_reset_password_from_key": "closed: no letter lets anybody in",
    "account_reset_password_from_key_done": "closed: no letter lets anybody in",
    "account_confirm_login_code": "no codes are sent",
    "mfa_authenticate": "between two pages of a log-in: test_the_second_factor",
    "mfa_reauthenticate": "with a second factor: test_the_second_factor",
    "mfa_activate_totp": "after the password was typed again: test_the_second_factor",
    "mfa_deactivate_totp": "after the password was typed again: test_the_second_factor",
    "mfa_view_recovery_codes": "after the password was typed again: test_the_second_factor",
    "mfa_generate_recovery_codes": "after the password was typed again: test_the_second_factor",
    "mfa_download_recovery_codes": "a file, after the password was typed again",
    "mfa_add_webauthn": "after the password was typed again: test_passkey",
    "mfa_edit_webauthn": "of a passkey: test_passkey",
    "mfa_remove_webauthn": "of a passkey: test_passkey",
    "mfa_login_webauthn": "for the script of the log-in",
    "mfa_reauthenticate_webauthn": "of a passkey, and nobody of the demo has one",
    "stock:scanned": "leads on to what was scanned",
    "links:door": "open in this browser it leads on: test_own_pages looks at it closed",
    "report:photograph": "a picture, and the demo has none from a patient",
    "safety:reported-picture": "a picture, and the demo has none from a patient",
    "safety:reported-thumb": "a picture, and the demo has none from a patient",
    "stock:label-file": "a file, and the demo has none",
    "fhir:version": "a version that a client was told before",
    "fhir:elsewhere": "whatever is nowhere else, refused",
    "fhir:export": "begun by programs, which ask for it in the background: clinic/fhir/test_bulk",
    "fhir:export-patients": "the same",
    "fhir:export-group": "the same",
    "fhir:export-status": "of an export, and the demo has none",
    "fhir:export-file": "of an export, and the demo has none",
    "fhir:binary": "a paper by its own id: clinic/fhir/test_demo",
    "shl:file": "an address that holds an hour, encrypted",
    "programs:launch": "leads on to a program",
    "breakglass:record": "of an emergency that lasts, and the demo's is over: clinic/breakglass/test_emergency_access",
}  # fmt: skip
SPEAKS_TO_A_PATIENT = "/calendar/reminders/"  # without a log-in, in the patient's own language
# two frames at this size; a browser that draws none for a while is waited for no longer
DRAWN = """() => Promise.race([
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  new Promise((done) => setTimeout(done, 2000)),
])"""
WITH_PICTURES = os.environ.get("WHEAL_PICTURES") == "1"  # of every page, for somebody to look at
# the look of each half: size and brightness are changed on the page as it stands. axe reads the first, where it sees
# either size, brightness and language once; targets and width are measured in both.
LOOKS = {"en": ((TABLET, "light"), (PHONE, "light")), "fr": ((PHONE, "dark"), (TABLET, "dark"))}


@pytest.fixture(scope="module")
def site(site_of: Callable[[str], Server]) -> Iterator[Server]:
    server = site_of("browser.addresses")
    server.start()
    server.wait_for_an_answer()
    yield server
    server.stop()


class Reader:
    """Sees the site in one language, as whoever may see the page."""

    def __init__(self, chromium: Browser, site: Server, language: str) -> None:
        self.chromium, self.site, self.language = chromium, site, language
        self.devices: dict[str, BrowserContext] = {}

    def opens(self, path: str, by: str) -> Page:
        """A tab of Chromium hangs once in some thousand pages, whatever it is asked then. A page that does so on a new
        device too is at fault itself."""
        try:
            return self._opened(path, by)
        except TimeoutError:
            self.devices.pop(by, None)  # not closed: it answers nothing any more
            return self._opened(path, by)

    def _opened(self, path: str, by: str) -> Page:
        if by not in self.devices:
            self.devices[by] = self._logged_in(by)
        page = self.devices[by].pages[0]
        page.set_viewport_size(dict(zip(("width", "height"), LOOKS[self.language][0][0], strict=True)))
        page.emulate_media(color_scheme=LOOKS[self.language][0][1], reduced_motion="reduce")
        page.goto(path)
        pieces_have_come(page)
        if not path.startswith(SPEAKS_TO_A_PATIENT):
            assert page.locator("html").get_attribute("lang") == self.language, page.url
        return page

    def _logged_in(self, by: str) -> BrowserContext:
        device = self.chromium.new_context(base_url=self.site.address, locale=self.language)
        page = device.new_page()
        if by == "patient":
            self._opens_the_link(page)
        elif by:
            page.goto("/accounts/login/")
            page.locator("#id_login").fill(by)
            page.locator("#id_password").fill(PASSWORD)
            page.locator("#id_password").press("Enter")
            page.wait_for_url(f"{self.site.address}/")
            page.locator("details.menu > summary").click()
            page.locator(f'button[name="language"][value="{self.language}"]').click()
            page.wait_for_load_state()
        return device

    def _opens_the_link(self, page: Page) -> None:
        door = self.site.held["patient"]
        page.goto(door["path"])
        if page.locator("html").get_attribute("lang") != self.language:
            page.locator(f'button[name="language"][value="{self.language}"]').click()
            page.wait_for_url(door["path"])
            expect(page.locator("html")).to_have_attribute("lang", self.language)
        for name in ("day", "month", "year"):
            page.locator(f"[name={name}]").fill(str(door[name]))
        page.locator("main button.button-primary").click()
        page.wait_for_url(re.compile("/home/$"))

    def sees(self, path: str, by: str, name: str) -> list[str]:
        return [*self.found(self.opens(path, by), name)]

    def found(self, page: Page, name: str) -> Iterator[str]:
        for look, (size, brightness) in enumerate(LOOKS[self.language]):
            page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
            page.emulate_media(color_scheme=brightness, reduced_motion="reduce")
            page.evaluate(DRAWN)
            seen = () if look else barriers(page)
            for found in (*seen, *small_targets(page), *too_wide(page)):
                yield f"{size[0]} {brightness} {found}"
            if WITH_PICTURES:
                self.picture(page, name, size, brightness)

    def picture(self, page: Page, name: str, size: tuple[int, int], brightness: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(
            path=PICTURES / f"page-{name.replace(':', '-')}-{self.language}-{size[0]}-{brightness}.png"
        )


@pytest.fixture(scope="module", params=["en", "fr"])
def reader(chromium: Browser, site: Server, request: pytest.FixtureRequest) -> Iterator[Reader]:
    reader = Reader(chromium, site, request.param)
    yield reader
    for device in reader.devices.values():
        device.close()


@pytest.mark.parametrize("name", names())
def test_every_page_is_without_barriers(reader: Reader, name: str) -> None:
    answer = reader.site.held[name]
    if name in NO_PAGE:
        assert answer.get("kind") != "page", f"{name} shows a page now: {NO_PAGE[name]} is no longer true"
        return
    assert answer.get("kind") in ("page", "piece", "file", "not for looking"), (
        f"{name} is not seen by anybody"
    )
    if answer["kind"] == "page":
        found = reader.sees(answer["path"], answer["by"], name)
        assert not found, "\n".join([answer["path"], *found])


def test_the_steps_of_sessions_that_stand_differently_are_without_barriers(reader: Reader) -> None:
    states = reader.site.held["states"]
    assert {state.split(",")[0] for state in states} >= {"begun", "not begun"}
    found = [
        f"{state} {each}"
        for state, path in states.items()
        for each in reader.sees(path, "alice", f"state-{state}")
    ]
    assert not found, "\n".join(found)


REFUSALS = {
    "/patients/?q=nobody-of-that-name": "alice",
    "/no-such-page/": "alice",
    "/sessions/1/sign/": "dora",  # the front desk sees no chart
    "/patients/1/": "dora",
    "/emergency/?kg=one": "",
}


def test_what_is_refused_or_not_found_is_told_without_barriers(reader: Reader) -> None:
    found = [
        f"{path} {each}"
        for place, (path, by) in enumerate(REFUSALS.items())
        for each in reader.sees(path, by, f"refused-{place}")
    ]
    assert not found, "\n".join(found)


FORMS = (
    "patients:new",
    "people:new",
    "stock:receive",
    "stock:product-new",
    "equipment:new",
    "treatments:write-protocol",
    "quotes:prices",
    "appointments:wait",
)


def test_forms_that_were_sent_empty_say_so_without_barriers(reader: Reader) -> None:
    found = []
    for name in FORMS:
        answer = reader.site.held[name]
        page = reader.opens(answer["path"], answer["by"])
        page.evaluate(
            "() => document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; })"
        )
        with page.expect_navigation():
            page.locator("main form[method=post] button.button-primary").first.click()
        found += [f"{name} {each}" for each in reader.found(page, f"empty-{name}")]
    assert not found, "\n".join(found)


def test_the_second_factor_is_without_barriers(reader: Reader) -> None:
    """Begun by Paul, left before its last page: nobody's log-in changes."""
    page = reader.opens("/accounts/2fa/totp/activate/", "paul")
    found = [f"reauthenticate {each}" for each in reader.found(page, "mfa-reauthenticate")]
    if page.locator("input[type=password]").count():
        page.locator("main input[type=password]").fill(PASSWORD)
        page.locator("main input[type=password]").press("Enter")
        page.wait_for_url("**/activate/**")
    found += [f"activate {each}" for each in reader.found(page, "mfa-activate")]
    page.locator("#id_code").fill("000000")
    page.locator("#id_code").press("Enter")
    page.wait_for_load_state()
    found += [f"wrong code {each}" for each in reader.found(page, "mfa-wrong-code")]
    assert not found, "\n".join(found)


IN_PIECES = """() => [...document.querySelectorAll(".nav a > .icon + span")].filter((one) => {
  const words = document.createRange();
  words.selectNodeContents(one.firstChild ?? one);
  return words.getClientRects().length > 1 || one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.textContent)"""


def test_no_word_of_the_places_is_broken_on_a_narrow_phone(reader: Reader) -> None:
    """A safety officer has seven of them: "Patients" had stood as "Patient" and "s"."""
    page = reader.opens("/registry/", "sam")
    assert page.locator(".nav a").count() == 7
    for width in (320, 360, 375, 390, 430):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(DRAWN)
        assert [*page.evaluate(IN_PIECES), *too_wide(page), *small_targets(page)] == [], width


def test_a_fault_that_is_planted_is_seen(reader: Reader) -> None:
    """The eye itself: it would find what the tests above say is nowhere."""
    page = reader.opens("/stock/", "alice")
    page.evaluate(PLANTED)
    found = "\n".join(reader.found(page, "planted"))
    for fault in ("image-alt", "color-contrast", "label", "target 20×20", "pixels wider than the screen"):
        assert fault in found, fault


PLANTED = """() => {
  const main = document.querySelector("main");
  const add = (tag, given) => main.append(Object.assign(document.createElement(tag), given));
  add("img", { src: "/static/wheal/mark.svg" });
  add("input", { className: "bare" });
  add("button", { textContent: "×", ariaLabel: "Small" });
  add("p", { textContent: "Hardly to be read" });
  Object.assign(main.lastChild.style, { color: "rgb(150, 150, 150)", backgroundColor: "rgb(120, 120, 120)" });
  main.lastChild.style.width = "4000px";
  Object.assign(main.querySelector("button[aria-label=Small]").style, { width: "20px", height: "20px", padding: "0", display: "block" });
}"""  # noqa: E501
