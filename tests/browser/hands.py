"""A person at a browser: logs in, presses, draws, looks, and notes what the page complains about."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from time import monotonic

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Response, expect

import people
from serving import Server

WHOLE = "/usr/bin/chromium"
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE  # the same engine without a window, for less work
PICTURES = Path(__file__).parent / "pictures"
TABLET, PHONE, LAPTOP = (1024, 768), (390, 844), (1366, 768)
NOT_DRAWN = "Unable to capture screenshot"  # Chromium has not drawn yet what it has just opened
REFUSED = re.compile(r"status of (4\d\d)")  # a refusal is an answer; Chromium notes it as an error
ON_CHART = """(svg, [x, y]) => {
  const place = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
  return [place.x, place.y];
}"""

KNOWN = "async () => Boolean(await (await import('/static/wheal/keys.js')).keys())"
RAIL_IN_VIEW = """() => {
  document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}"""

_TYPED = {
    "weight": "62", "weight_six_months_ago": "62", "height": "168", "blood_pressure_systolic": "120",
    "blood_pressure_diastolic": "80", "pulse": "70", "earlier_treatments_told": "none", "hopes": "A calmer look",
    "own_doctor": "none",
}  # fmt: skip
"""What the history asks for in words or figures."""

expect.set_options(timeout=30_000)


def working(scope: str) -> str:
    """For `answers`: the worker of this scope, and none of a wider one, answers for the next page."""
    return f"""async () => (await navigator.serviceWorker.getRegistrations())
      .some((each) => new URL(each.scope).pathname === "{scope}" && each.active?.state === "activated")"""


def answers(page: Page, holds: str, *about: str, seconds: float = 30) -> None:
    """Waits until the page says yes. Playwright's `wait_for_function` takes any promise for a yes."""
    ends = monotonic() + seconds
    while not page.evaluate(holds, *about):
        if monotonic() > ends:
            raise AssertionError(f"After {seconds} s {page.url} still says no to {holds} {' '.join(about)}")
        page.wait_for_timeout(100)


class Person:
    def __init__(self, name: str, page: Page, server: Server) -> None:
        self.name, self.page, self.server = name, page, server
        self.complaints: list[str] = []
        self.away = False  # the server is meant to be away
        self._listens(page)

    def _listens(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSED.search(message.text) and not self.away:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or response.status in (400, 403, 404):
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def log_in(self) -> None:
        self.page.goto("/accounts/login/")
        self.types_the_log_in()
        self.page.wait_for_url(self.server.address + "/")

    def types_the_log_in(self, name: str = "") -> None:
        self.page.get_by_label("User name").fill(name or self.name.lower())
        self.page.get_by_label("Password", exact=True).fill(people.PASSWORD)
        self.page.get_by_role("button", name="Log in", exact=True).click()

    def logs_out(self) -> None:
        if not self.page.locator("details.menu[open]").count():
            self.page.locator("details.menu > summary").click()
        self.page.get_by_role("button", name="Log out").click()

    def is_known(self) -> None:
        """The page has what it needs to keep things on this device."""
        answers(self.page, KNOWN)

    def loses_the_tab(self) -> None:
        """Closed at once, as by a tablet that needs its memory; a new one is opened on the same device."""
        lost = self.page
        self.page = lost.context.new_page()
        self._listens(self.page)
        lost.close()

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def press(self, words: str | re.Pattern[str], within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=words).first.click()

    def follow(self, words: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=words).first.click()

    def choose(self, words: str | re.Pattern[str], within: Locator | None = None) -> None:
        """A radio button or a box by the words beside it."""
        (within or self.page).locator("label.choice").filter(has_text=words).first.click()

    def sees(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("body")).to_contain_text(words)

    def is_saved(self, where: str = "#saved") -> None:
        expect(self.page.locator(where).first).to_have_attribute("data-state", "saved")

    def picture(self, name: str, *, whole: bool = False) -> None:
        PICTURES.mkdir(exist_ok=True)
        size = self.page.viewport_size
        path = PICTURES / f"{name}-{size['width']}x{size['height']}.png"
        try:
            self.page.screenshot(path=path, full_page=whole)
        except Error as error:
            if NOT_DRAWN not in error.message:
                raise
            self.page.wait_for_timeout(500)
            self.page.screenshot(path=path, full_page=whole)

    def at_all_sizes(self, name: str) -> None:
        before = self.page.viewport_size
        for width, height in (TABLET, PHONE, LAPTOP):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.evaluate(RAIL_IN_VIEW)  # as after loading the page at this size
            self.page.wait_for_timeout(80)
            self.picture(name)
        self.page.set_viewport_size(before)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where on the screen a place of the chart is; in tenths of a millimetre. Waits for the map's script."""
        expect(self.page.locator("body-map[data-mode]")).to_be_visible()
        return tuple(self.page.locator("svg.body-map").evaluate(ON_CHART, [x, y]))

    def tap_chart(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.place(x, y))

    def draw_on_chart(self, corners: list[tuple[float, float]]) -> None:
        """One stroke with the mouse, around and back to where it began."""
        mouse = self.page.mouse
        mouse.move(*self.place(*corners[0]))
        mouse.down()
        for corner in [*corners[1:], corners[0]]:
            mouse.move(*self.place(*corner), steps=12)
        mouse.up()

    def draws_signature(self) -> None:
        box = self.page.locator("canvas").bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.6)
        mouse.down()
        for step in range(1, 9):
            mouse.move(
                box["x"] + box["width"] * (0.1 + step * 0.09),
                box["y"] + box["height"] * (0.3 + 0.4 * (step % 2)),
                steps=6,
            )
        mouse.up()

    def answers_everything(self, *, pregnant: str = "No") -> None:
        """Every question of the history, follow-ups included, with "no" or "none of these"."""
        for part in self.page.locator("[data-parts-list] a").all():
            part.click()
            expect(part).to_have_attribute("aria-current", "step")
            for name, typed in _TYPED.items():
                for field in self.page.locator(f'[name="{name}"]:visible').all():
                    field.fill(typed)
            for box in self.page.locator('input[name="none_of"]:visible').all():
                box.check()
            for question in self.page.locator("form[data-autosave] fieldset:visible").all():
                is_pregnancy = question.locator('input[name="pregnant"]').count()
                words = pregnant if is_pregnancy else re.compile(r"^\s*(No|None of these)\s*$")
                question.locator("label.choice").filter(has_text=words).first.click()
