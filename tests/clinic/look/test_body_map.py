"""The body map under mouse, finger and keyboard, and when the server is away."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from . import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture
def page(live_server, settings, monkeypatch) -> Iterator[Page]:
    settings.ROOT_URLCONF = pages.__name__
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    pages.store.__init__()  # type: ignore[misc]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        opened = browser.new_page(viewport={"width": 1024, "height": 768}, has_touch=True)
        opened.goto(live_server.url)
        expect(count(opened)).to_have_text("0 points")
        yield opened
        browser.close()


def count(page: Page):
    return page.locator("[data-map-shows=count]")


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("svg.body-map").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def saved(page: Page, points: int) -> None:
    expect(page.locator("#map-saved[data-state=saved]")).to_be_visible(timeout=8000)
    expect(page.locator("#guard")).to_have_text(f"{points} judged")
    assert len(pages.store.state["points"]) == points


def test_a_tap_adds_a_point_and_a_tap_on_it_lifts_it(page: Page) -> None:
    x, y = middle(page)
    page.mouse.click(x, y)
    page.touchscreen.tap(x + 80, y)
    expect(count(page)).to_have_text("2 points")
    page.mouse.click(x, y)
    expect(count(page)).to_have_text("1 point")
    saved(page, 1)


def test_undo_and_redo_walk_through_every_change(page: Page) -> None:
    x, y = middle(page)
    for step in range(4):
        page.mouse.click(x + 60 * step, y)
    for _ in range(4):
        page.click("[data-do=undo]")
    expect(count(page)).to_have_text("0 points")
    for _ in range(3):
        page.click("[data-do=redo]")
    expect(count(page)).to_have_text("3 points")
    saved(page, 3)


def test_an_outline_is_drawn_and_filled_with_a_grid(page: Page) -> None:
    x, y = middle(page)
    page.click("[data-do=outline]")
    page.mouse.move(x + 150, y)
    page.mouse.down()
    for turn in range(1, 24):
        angle = turn / 24 * math.tau
        page.mouse.move(x + 150 * math.cos(angle), y + 110 * math.sin(angle))
    page.mouse.up()
    expect(page.locator("[data-map-status]")).to_contain_text("Outline drawn")
    page.click("[data-do=grid]")
    expect(page.locator("[data-map-status]")).to_contain_text("points")
    expect(page.locator("#map-saved[data-state=saved]")).to_be_visible()
    points = [tuple(point) for point in pages.store.state["points"]]
    outline = [tuple(corner) for corner in pages.store.state["outline"]]
    assert len(points) > 15
    assert pages.bodymap.points_outside(outline, points) == []


def test_an_outline_that_crosses_itself_is_not_taken(page: Page) -> None:
    x, y = middle(page)
    page.click("[data-do=outline]")
    page.mouse.move(x - 100, y - 60)
    page.mouse.down()
    for corner in [(100, 60), (100, -60), (-100, 60)]:
        page.mouse.move(x + corner[0], y + corner[1], steps=8)
    page.mouse.up()
    expect(page.locator("[data-map-status]")).to_contain_text("crosses itself")
    assert pages.store.state["outline"] == []


def test_a_drag_moves_the_sheet_and_adds_nothing(page: Page) -> None:
    x, y = middle(page)
    before = page.get_attribute("svg.body-map", "viewBox")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y + 50, steps=6)
    page.mouse.up()
    assert page.get_attribute("svg.body-map", "viewBox") != before
    expect(count(page)).to_have_text("0 points")


def test_the_keyboard_does_all_of_it(page: Page) -> None:
    page.focus("svg.body-map")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Space")
    expect(count(page)).to_have_text("2 points")
    page.keyboard.press("Space")
    expect(count(page)).to_have_text("1 point")
    page.keyboard.press("Control+z")
    expect(count(page)).to_have_text("2 points")
    saved(page, 2)


def test_what_the_server_did_not_take_is_tried_again(page: Page) -> None:
    pages.store.down = True
    page.mouse.click(*middle(page))
    expect(page.locator("#map-saved")).to_contain_text("kept on this device")
    pages.store.down = False
    expect(page.locator("#map-saved")).to_contain_text("Saved", timeout=8000)
    saved(page, 1)


def test_what_was_not_saved_is_there_again_after_a_reload(page: Page) -> None:
    pages.store.down = True
    page.mouse.click(*middle(page))
    expect(page.locator("#map-saved")).to_contain_text("kept on this device")
    page.reload()
    pages.store.down = False
    expect(count(page)).to_have_text("1 point")
    expect(page.locator("#map-saved")).to_contain_text("Saved", timeout=8000)
    saved(page, 1)


def test_another_device_is_noticed_and_nothing_is_overwritten(page: Page) -> None:
    pages.store.version, pages.store.state = 7, pages.EMPTY | {"points": [[1, 1], [500, 500]]}
    page.mouse.click(*middle(page))
    expect(page.locator("#map-saved")).to_contain_text("nother device")
    assert pages.store.state["points"] == [[1, 1], [500, 500]]


def test_a_setting_beside_the_map_is_saved_with_it(page: Page) -> None:
    page.fill("#depth", "8,5")
    expect(page.locator("#map-saved")).to_contain_text("Saved")
    assert pages.store.state["depth_mm"] == 8.5
