"""Photographs in Chromium: taken over the earlier picture, compared by touch and by key, lost by nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Route, expect

import photos
from browser.conftest import OPTIONS
from browser.hands import CHROMIUM, PHONE, TABLET, Person
from people import PASSWORD
from serving import Server, run_on

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 480, 640
BARS = ((0, (200, 60, 60)), (160, (60, 180, 60)), (320, (60, 60, 200)))


def film(path: Path) -> None:
    """What the camera sees: three coloured bars, upright."""
    frame = Image.new("RGB", (WIDTH, HEIGHT))
    for x, colour in BARS:
        ImageDraw.Draw(frame).rectangle((x, 0, x + 159, HEIGHT), fill=colour)
    y, cb, cr = frame.convert("YCbCr").split()
    half = (WIDTH // 2, HEIGHT // 2)
    one = b"FRAME\n" + b"".join(part.tobytes() for part in (y, cb.resize(half), cr.resize(half)))
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + one * 2)


@pytest.fixture(scope="module")
def photographed(server: Server) -> dict[str, int]:
    """Maria of the browser tests agreed, and has two sets; somebody else did not agree."""
    return json.loads(run_on(server.data, "browser.photographed"))


@pytest.fixture
def camera(chromium: Browser, server: Server, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    film(tmp_path / "bars.y4m")
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *OPTIONS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={tmp_path / 'bars.y4m'}",
        ],
    )  # fmt: skip
    seated: list[Person] = []

    def opened(size: tuple[int, int] = TABLET, who: str = "alice") -> Person:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=server.address,
            locale="en-US",
            has_touch=True,
        )
        seated.append(Person(who.capitalize(), context.new_page(), server))
        page = seated[-1].go("/accounts/login/")
        page.fill("[name=login]", who)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(server.address + "/")
        return seated[-1]

    yield opened
    assert [complaint for person in seated for complaint in person.complaints] == []
    browser.close()


def pixels(page: Page, address: str) -> Image.Image:
    answer = page.request.get(address)
    assert answer.status == 200
    return Image.open(BytesIO(answer.body())).convert("RGB")


def near(found: tuple[int, int, int], expected: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(found, expected, strict=True))


def test_a_set_is_taken_over_the_earlier_pictures(
    camera: Callable[..., Person], photographed: dict[str, int]
) -> None:
    alice = camera()
    page = alice.go(f"/photographs/of/{photographed['agreed']}/take/?area=submental")
    expect(page.get_by_role("button", name="Take the picture")).to_be_visible()
    over = page.locator("[data-over]")
    expect(over).to_be_visible()
    assert "/outline?" in over.get_attribute("src")
    assert page.evaluate("() => document.querySelector('[data-over]').naturalWidth") > 0
    expect(page.locator("[data-earlier]")).to_contain_text("Earlier:")
    eye, laid = page.locator("[data-eye]").bounding_box(), over.bounding_box()
    assert laid == eye  # within the picture that will be kept
    page.locator("#over-strength").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert over.evaluate("(image) => getComputedStyle(image).opacity") == "0.4"
    alice.picture("photographs-camera")
    page.locator(".over-choice label").filter(has_text="Picture").tap()
    assert "/screen?" in over.get_attribute("src")
    page.get_by_role("button", name="Take the picture").tap()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    alice.picture("photographs-taken")
    page.get_by_role("button", name="Again").tap()
    expect(page.get_by_role("button", name="Keep it")).to_be_hidden()
    page.get_by_role("button", name="Take the picture").tap()
    with page.expect_response(lambda answer: answer.url.endswith("/add/")) as added:
        page.get_by_role("button", name="Keep it").tap()
    assert added.value.status == 201
    expect(page.locator("[data-told]")).to_have_text("Kept.")
    expect(page.locator("[data-view=head_front] .done")).to_be_visible()
    expect(page.locator("[data-view=head_left_oblique]")).to_have_attribute("aria-current", "true")
    expect(page.locator("h1")).to_have_text("Left side of the face, half turned")
    assert "/figures/head_oblique" in over.get_attribute("src")  # never taken: a drawing of how to stand
    kept = pixels(page, f"/photographs/{added.value.json()['id']}/screen")
    assert kept.size == (WIDTH, HEIGHT)
    for x, colour in BARS:
        assert near(kept.getpixel((x + 80, 300)), colour), (x, kept.getpixel((x + 80, 300)))


def test_a_cut_connection_loses_no_picture_and_keeps_none_twice(
    camera: Callable[..., Person], photographed: dict[str, int]
) -> None:
    alice = camera()
    page = alice.go(f"/photographs/of/{photographed['agreed']}/take/?area=submental&pose=head_raised")
    page.get_by_role("button", name="Take the picture").click()
    sent: list[str] = []

    def answer_is_lost(route: Route) -> None:
        """The server keeps it, and its answer never arrives."""
        sent.append("kept")
        route.fetch()
        route.abort()

    alice.away = True
    page.route("**/add/", answer_is_lost)
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("[data-told]")).to_contain_text("no connection")
    page.locator("[data-view=head_left]").click()  # one does not leave an undecided picture by a slip
    expect(page.locator("[data-told]")).to_contain_text("Keep the picture just taken")
    page.unroute("**/add/")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("[data-view=head_raised] .done")).to_be_visible()
    alice.away = False
    assert sent == ["kept"]
    gallery = alice.go(f"/photographs/of/{photographed['agreed']}/")
    row = gallery.locator("tr").filter(has_text="Under the chin")
    expect(row.locator("td").nth(-2).locator("img")).to_have_count(1)


def test_without_a_camera_a_file_is_chosen(sits_down: Callable[..., Person], photographed: dict[str, int], tmp_path: Path) -> None:  # fmt: skip  # noqa: E501
    alice = sits_down("Alice", PHONE)
    page = alice.go(f"/photographs/of/{photographed['agreed']}/take/?area=submental&pose=head_right")
    alice.sees("choose a file")
    picture = tmp_path / "from the telephone.jpg"
    picture.write_bytes(photos.as_a_telephone_sends_it(orientation=6))
    page.set_input_files("#photograph-file", picture)
    expect(page.get_by_label("View", exact=True)).to_have_value("head_right")
    alice.press("Keep this picture")
    alice.sees("The photograph is kept.")
    page_file = tmp_path / "page.jpg"
    page_file.write_bytes(b"<html>no picture</html>")
    page.set_input_files("#photograph-file", page_file)
    alice.press("Keep this picture")
    alice.sees("This is no JPEG, PNG, WebP or HEIC picture.")
    alice.picture("photographs-refused")


def at(page: Page) -> float:
    return float(
        page.locator("[data-wipe]").evaluate("(box) => parseFloat(box.style.getPropertyValue('--at'))")
    )


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_two_are_compared_by_touch_and_by_key(
    camera: Callable[..., Person], photographed: dict[str, int], size: tuple[int, int]
) -> None:
    alice = camera(size)
    page = alice.go(f"/photographs/of/{photographed['agreed']}/compare/?view=head_left")
    expect(page.locator("[data-compare]")).to_have_class(re.compile("ready"))
    assert at(page) == 50
    page.locator("[data-wipe]").scroll_into_view_if_needed()
    box = page.locator("[data-wipe]").bounding_box()
    assert box["width"] > 200
    page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert at(page) == pytest.approx(25, abs=1.5)
    mouse = page.mouse
    mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 40)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 40, steps=5)
    mouse.up()
    assert at(page) == pytest.approx(90, abs=1.5)
    slider = page.locator("#wipe-at")
    slider.focus()
    before = at(page)
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    assert at(page) == pytest.approx(before - 10, abs=0.6)
    assert "percent of the earlier picture" in slider.get_attribute("aria-valuetext")
    page.keyboard.press("Home")
    assert at(page) == 0
    clip = page.locator(".wipe .earlier").evaluate("(image) => getComputedStyle(image).clipPath")
    assert "100%" in clip
    page.keyboard.press("End")
    alice.sees("Weight on the day:")
    alice.sees("3 kg less than at the earlier picture")
    page.keyboard.press("Home")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    alice.picture("photographs-compare")
    page.locator("label.choice").filter(has_text="Side by side").tap()
    expect(page.locator("[data-wipe]")).to_be_hidden()
    expect(page.locator(".side-by-side img")).to_have_count(2)
    alice.picture("photographs-side-by-side")
    page.emulate_media(media="print")
    expect(page.locator(".side-by-side")).to_be_visible()
    expect(page.locator(".weights")).to_be_visible()
    expect(page.locator(".pick").first).to_be_hidden()
    page.emulate_media(media="screen")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


def test_turning_shows_what_the_server_then_draws(
    camera: Callable[..., Person], photographed: dict[str, int]
) -> None:
    alice = camera()
    page = alice.go(f"/photographs/{photographed['askew']}/")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 1600})  # the bar covers no frame
    page.locator("[data-straighten] summary").click()
    expect(page.locator(".frame .picture")).to_be_visible()
    page.wait_for_function("document.querySelector('.frame .picture').naturalWidth > 0")
    page.get_by_label("Turn", exact=False).first.focus()
    page.keyboard.press("Home")
    page.get_by_role("button", name="As it was taken").click()
    page.get_by_role("button", name="A quarter right").click()
    page.get_by_label("Enlarge").focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.locator("#beside-strength").fill("0")
    box = page.locator("[data-frame]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 30, box["y"] + box["height"] / 2 + 20, steps=3)
    page.mouse.up()
    shown = Image.open(BytesIO(page.locator("[data-frame]").screenshot())).convert("RGB")
    page.get_by_role("button", name="Keep it like this").click()
    alice.sees("The original stays as it was taken.")
    drawn = pixels(page, f"/photographs/{photographed['askew']}/screen").resize(shown.size)
    apart = [
        max(abs(a - b) for a, b in zip(shown.getpixel((x, y)), drawn.getpixel((x, y)), strict=True))
        for x in range(20, shown.width - 20, 15)
        for y in range(20, shown.height - 20, 15)
    ]
    assert sum(each > 60 for each in apart) / len(apart) < 0.05


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
@pytest.mark.parametrize("who", ["alice", "fleur"])
def test_every_page_of_photographs_fits_and_speaks(
    camera: Callable[..., Person], photographed: dict[str, int], size: tuple[int, int], who: str
) -> None:
    alice, patient = camera(size, who), photographed["agreed"]
    french = who == "fleur"
    words = {
        f"/photographs/of/{patient}/": ("Take photographs", "Prendre des photographies"),
        f"/photographs/of/{patient}/take/?area=abdomen": ("Trunk from the front", "Tronc de face"),
        f"/photographs/of/{patient}/compare/": ("Weight on the day", "Poids du jour"),
        f"/photographs/of/{patient}/consent/": ("For my own record", "Pour mon propre dossier"),
        f"/photographs/of/{photographed['asked_nobody']}/": ("No photograph is taken", "Aucune photographie"),
        f"/patients/{patient}/": ("Photographs", "Photographies"),
    }
    for address, said in words.items():
        page = alice.go(address)
        alice.sees(said[french])
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, address
        small = page.locator(
            "main :is(a.button, button, summary, label.choice, .views a):visible"
        ).evaluate_all(
            "(all) => all.filter((one) => one.isConnected && one.getBoundingClientRect().height < 43.5)"
            ".map((one) => one.textContent)"
        )
        assert small == [], address
        alice.picture(f"photographs-{address.strip('/').replace('/', '-').split('?')[0]}-{who}")
    strip = page.locator(".photographs img")
    expect(strip.first).to_be_visible()
