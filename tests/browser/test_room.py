"""The treatment room by finger: few touches to the signature; the tools of the body map on a tablet and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser import room
from browser.conftest import whole
from browser.hands import ON_CHART, PHONE, TABLET, Person
from browser.looking import barriers, small_targets, too_wide
from serving import Server

pytestmark = pytest.mark.browser
MOST_TAPS = 25
MOST_SECONDS = 90  # of the hand and of the machine together
FINGER = {"has_touch": True}


@pytest.fixture(scope="module")
def chromium(chromium: Browser) -> Iterator[Browser]:
    """The shell without a window has no screen to keep awake."""
    with whole(chromium) as browser:
        yield browser


@pytest.mark.parametrize("session", [room.chin_again, room.belly_first, room.chin_first])
def test_a_session_takes_few_touches_from_opening_it_to_the_signature(
    sits_down: Callable[..., Person], session: Callable[[Person], room.Fingers]
) -> None:
    fingers = session(sits_down("Alice", TABLET, **FINGER))
    assert fingers.taps <= MOST_TAPS
    assert fingers.seconds <= MOST_SECONDS


@pytest.mark.parametrize("size", [TABLET, PHONE])
def test_the_body_map_does_everything_by_finger(
    server: Server, sits_down: Callable[..., Person], size: tuple[int, int]
) -> None:
    alice = sits_down("Alice", size, **FINGER)
    page = alice.go(f"/sessions/{server.held['by_finger']}/inject/")
    count = page.locator('[data-map-shows="count"]')
    expect(count).to_contain_text("40")
    drawn = page.locator('[data-layer="points"] .rim').first
    before = re.compile("^" + re.match(r"M-?\d+ -?\d+", drawn.get_attribute("d")).group())
    page.locator('[data-do="move"]').tap()
    page.locator('[data-do="nudge-down"]').tap()
    expect(drawn).not_to_have_attribute("d", before)
    page.locator('[data-do="undo"]').tap()
    expect(drawn).to_have_attribute("d", before)
    page.locator('[data-do="redo"]').tap()
    page.locator('[data-do="undo"]').tap()
    page.locator('[data-do="points"]').tap()
    _folds_the_stop_and_meets_another(page)
    expect(page.locator("[data-map-alert]")).not_to_be_empty()
    expect(page.locator("#guard")).to_contain_text("over the limit")
    alice.picture("70-stop-over-the-map")
    assert not barriers(page)  # a long stop scrolls, and is reached by the keyboard too
    assert not small_targets(page)
    page.get_by_label("mL per point").fill("0.2")
    expect(page.locator(".map-stop")).to_have_count(0)
    alice.is_saved("#map-saved")
    page.locator("details.measure summary").tap()
    page.locator("#ruler-cm").fill("9.5")
    page.get_by_role("button", name="Measured").tap()
    expect(page.locator("details.measure summary")).to_contain_text("Centimetres of this patient")
    page.locator("details.measure summary").tap()
    page.locator("#ruler-cm").fill("1")
    page.get_by_role("button", name="Measured").tap()
    expect(page.locator("body")).to_contain_text(re.compile("cannot be right"))
    alice.go(f"/sessions/{server.held['by_finger']}/inject/")
    page.locator("details.measure summary").tap()
    page.locator("#ruler-cm").fill("")
    page.get_by_role("button", name="Measured").tap()
    expect(page.locator("details.measure summary")).to_contain_text("Not measured")
    alice.picture("71-body-map-by-finger")
    _takes_the_pass_out_and_puts_it_back(page, count)


def _folds_the_stop_and_meets_another(page: Page) -> None:
    """Folded to one line it stays so while the same stop stands, and opens for the next one."""
    banner, volume = page.locator("details.map-stop"), page.get_by_label("mL per point")
    volume.fill("0.21")
    expect(banner).to_have_attribute("open", "")
    banner.locator("summary").tap()
    expect(banner).to_contain_text("2 stops")
    assert banner.bounding_box()["height"] <= 64
    volume.fill("0.22")
    expect(banner.locator(".first")).to_contain_text("2.2 mg")
    expect(banner).not_to_have_attribute("open", "")
    volume.fill("0.9")
    expect(banner).to_have_attribute("open", "")
    expect(banner).not_to_contain_text("2 stops")


def _takes_the_pass_out_and_puts_it_back(page: Page, count: Locator) -> None:
    """Also after the page was left: the drawing waits with the session, not on the device."""
    drawn = page.locator('[data-layer="points"] .rim').evaluate_all(
        "all => all.map(one => one.getAttribute('d'))"
    )
    page.get_by_text("Mix, area and technique of this pass").tap()
    page.get_by_role("button", name="Remove the pass").tap()
    page.get_by_role("button", name="Remove the pass").tap()
    expect(page.get_by_role("heading", name="Here the points are drawn")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Put it back").tap()
    expect(count).to_contain_text("40")
    again = page.locator('[data-layer="points"] .rim').evaluate_all(
        "all => all.map(one => one.getAttribute('d'))"
    )
    assert again == drawn


def test_the_tools_of_the_map_by_finger(server: Server, sits_down: Callable[..., Person]) -> None:
    """One page after the other in one sitting: what needs no other patient needs no other log-in."""
    alice = sits_down("Alice", TABLET, **FINGER)
    page = alice.go(f"/sessions/{server.held['mapped']}/inject/")
    count = page.locator('[data-map-shows="count"]')
    expect(count).to_contain_text("40")
    wide = page.locator("body-map .tools:not([hidden]) button").evaluate_all(
        "all => Math.min(...all.map(one => Math.min(one.offsetWidth, one.offsetHeight)))"
    )
    assert wide >= 56
    _undoes_and_redoes(page, count)
    _moves_one_point(page)
    alice.is_saved("#map-saved")
    page.wait_for_timeout(400)  # a stop came and went: for a moment a finger on its way is not meant
    _pinches_and_pans(page)
    _sets_corners(alice, page)
    _lays_lines(alice, page)
    _adds_a_pass_with_a_line_of_its_own(page)
    _mirrors(page)
    alice.picture("72-mirrored")
    _draws_another_body(page)


def test_undo_outlives_the_page_and_the_room_obeys_the_hand(
    server: Server, sits_down: Callable[..., Person]
) -> None:
    alice = sits_down("Alice", PHONE, **FINGER)
    page = alice.go(f"/sessions/{server.held['remembered']}/inject/")
    page.wait_for_selector("html[data-awake=yes]", state="attached")  # the screen stays on
    count = page.locator('[data-map-shows="count"]')
    expect(count).to_contain_text("40")
    for left in (39, 38, 37):
        first = _drawn(page)[0]
        page.locator("svg.body-map").scroll_into_view_if_needed()
        page.touchscreen.tap(*_on_screen(page, first))
        expect(count).to_contain_text(f"{left} points")
    alice.is_saved("#map-saved")
    page.wait_for_timeout(600)
    page.reload()
    for left in (38, 39, 40):
        page.locator('[data-do="undo"]').tap()
        expect(count).to_contain_text(f"{left} points")
    expect(page.locator('[data-do="undo"]')).to_have_attribute("aria-disabled", "true")
    alice.is_saved("#map-saved")
    page.locator("details.menu > summary").tap()
    page.get_by_role("button", name="Left hand").tap()
    page.get_by_role("button", name="Large type").tap()
    page.reload()
    tools, drawing = page.locator("body-map .tools").first, page.locator("body-map .sheet")
    assert tools.bounding_box()["y"] > drawing.bounding_box()["y"]
    alice.picture("75-left-hand-and-large-type")
    assert not too_wide(page)
    page.set_viewport_size({"width": 1024, "height": 768})
    assert page.locator(".bench-side").bounding_box()["x"] < drawing.bounding_box()["x"]
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    assert not small_targets(page)
    alice.picture("75-left-hand-and-large-type")


def _undoes_and_redoes(page: Page, count: Locator) -> None:
    for turn in range(12):
        page.locator('[data-do="move"]' if turn % 2 else '[data-do="points"]').tap()
        if turn % 2:
            page.locator('[data-do="nudge-left"]').tap()
        else:
            page.get_by_label("mL per point").fill(f"0.{turn + 10}")
    before = page.locator("svg.body-map [data-layer=points]").inner_html()
    page.locator('[data-do="lift-all"]').tap()
    expect(count).to_contain_text("0 points")
    for _turn in range(13):
        page.locator('[data-do="undo"]').tap()
    expect(page.locator('[data-do="undo"]')).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_label("mL per point")).to_have_value("0.2")
    for _turn in range(12):
        page.locator('[data-do="redo"]').tap()
    assert page.locator("svg.body-map [data-layer=points]").inner_html() == before
    for _turn in range(12):
        page.locator('[data-do="undo"]').tap()


def _drawn(page: Page) -> list[str]:
    """Where each point is."""
    return re.findall(r"M(-?\d+ -?\d+)", page.locator("[data-layer=points]").inner_html().split("core")[0])


def _moves_one_point(page: Page) -> None:
    page.locator('[data-do="points"]').tap()
    page.locator('[data-do="move"]').tap()
    first = _drawn(page)[0]
    before = set(_drawn(page))
    page.touchscreen.tap(*_on_screen(page, first))
    expect(page.locator("svg.body-map .chosen")).to_have_count(1)
    page.locator('[data-do="nudge-up"]').tap()
    assert len(before - set(_drawn(page))) == 1
    page.locator('[data-do="undo"]').tap()
    assert set(_drawn(page)) == before
    page.locator("svg.body-map").scroll_into_view_if_needed()
    x, y = _on_screen(page, first)  # the buttons may have scrolled the page
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 22, y - 30, steps=4)
    page.mouse.up()
    expect(page.locator("[data-map-status]")).to_contain_text("Point moved")
    assert len(before - set(_drawn(page))) == 1
    page.locator('[data-do="undo"]').tap()
    page.locator('[data-do="points"]').tap()


def _on_screen(page: Page, point: str) -> tuple[float, float]:
    return tuple(page.locator("svg.body-map").evaluate(ON_CHART, [int(edge) for edge in point.split()]))


def _pinches_and_pans(page: Page) -> None:
    fingers = page.context.new_cdp_session(page)
    box = page.locator("svg.body-map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    points = _drawn(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        held = [{"x": at, "y": down, "id": number} for number, (at, down) in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": held})

    def seen() -> list[float]:
        return [float(edge) for edge in page.get_attribute("svg.body-map", "viewBox").split()]

    whole = seen()
    touch("touchStart", (x - 40, y))
    touch("touchStart", (x - 40, y), (x + 40, y))
    for wider in (50, 65, 80):
        touch("touchMove", (x - wider, y), (x + wider, y))
    touch("touchEnd")
    near = seen()
    assert near[2] == pytest.approx(whole[2] / 2, rel=0.1)
    touch("touchStart", (x, y))
    for further in (20, 50, 80):
        touch("touchMove", (x + further, y))
    touch("touchEnd")
    assert seen()[0] < near[0]
    assert seen()[2] == near[2]
    page.locator('[data-do="fit"]').tap()
    assert seen() == whole
    assert _drawn(page) == points


def _sets_corners(alice: Person, page: Page) -> None:
    page.locator('[data-do="outline"]').tap()
    close = page.locator('[data-do="close"]')
    expect(close).to_have_attribute("aria-disabled", "true")
    for corner in ((200, 200), (800, 200), (800, 600), (100, 100), (200, 600)):
        page.touchscreen.tap(*alice.place(*corner))
        if corner == (100, 100):
            page.locator('[data-do="corner-back"]').tap()
    expect(page.locator("svg.body-map .corner")).to_have_count(4)
    alice.picture("73-corners-by-tapping")
    page.touchscreen.tap(*alice.place(200, 200))
    expect(page.locator("[data-map-status]")).to_contain_text("Outline drawn: 24")
    expect(page.locator('[data-map-shows="area"]')).to_contain_text("24")


def _lays_lines(alice: Person, page: Page) -> None:
    page.get_by_label("Grid", exact=True).select_option("line")
    page.locator('[data-do="grid"]').tap()
    expect(page.locator("[data-map-status]")).to_contain_text("points")
    alice.is_saved("#map-saved")
    rows = {point.split()[1] for point in _drawn(page)}
    assert 1 < len(rows) < len(_drawn(page))


def _adds_a_pass_with_a_line_of_its_own(page: Page) -> None:
    page.get_by_role("button", name="Add a pass").tap()
    expect(page.locator("svg.body-map .other-area")).to_have_attribute("stroke-dasharray", "none")
    page.locator('[data-do="standard"]').tap()
    expect(page.locator("svg.body-map .area")).to_have_attribute("stroke-dasharray", re.compile(r"\d"))
    page.get_by_text("Mix, area and technique of this pass").tap()
    page.locator('select[name="place"]').select_option("flanks/back/right")
    page.get_by_role("button", name="Change the pass").tap()


def _mirrors(page: Page) -> None:
    page.locator('[data-do="grid"]').tap()
    expect(page.locator("#map-saved")).to_have_attribute("data-state", "saved")
    there = {point.split()[1] for point in _drawn(page)}
    count = len(_drawn(page))
    page.get_by_role("button", name="Mirror to the other side").tap()
    expect(page.locator("#guard")).to_contain_text("left")
    expect(page.locator("svg.body-map .other")).to_have_count(1)
    assert len(_drawn(page)) == count
    assert {point.split()[1] for point in _drawn(page)} == there


def _draws_another_body(page: Page) -> None:
    points = _drawn(page)
    page.get_by_role("button", name="Draw wider shoulders").tap()
    expect(page.get_by_role("button", name="Draw wider hips")).to_be_visible()
    expect(page.locator("[data-layer=points] > *")).not_to_have_count(
        0
    )  # the script of the new page has drawn
    assert _drawn(page) == points


def test_as_last_time_on_the_phone_with_the_earlier_session_beneath(
    sits_down: Callable[..., Person], server: Server
) -> None:
    alice = sits_down("Alice", PHONE, **FINGER)
    page = alice.go(f"/sessions/{server.held['chin_later']}/inject/")
    page.get_by_role("button", name=re.compile("As last time")).tap()
    ghosts = page.locator("svg.body-map .ghost")
    expect(ghosts.first).to_be_visible()
    expect(page.locator('[data-map-shows="count"]')).to_have_text(f"{ghosts.count()} points")
    assert len(_drawn(page)) == ghosts.count() > 30
    switch = page.locator('[data-do="ghosts"]')
    assert switch.bounding_box()["height"] >= 44
    switch.tap()
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(ghosts.first).to_be_hidden()
    switch.focus()
    page.keyboard.press("Enter")
    expect(ghosts.first).to_be_visible()
    alice.picture("74-as-last-time")
