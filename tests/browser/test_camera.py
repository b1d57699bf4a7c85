"""The tablet's camera reads the code of a box: a film of a real DataMatrix stands in for what it sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Browser, expect

from browser.conftest import OPTIONS
from browser.hands import CHROMIUM, TABLET, Person
from browser.test_scanning import adds_a_product
from serving import Server

pytestmark = pytest.mark.browser

GTIN = "09506000134369"
WIDTH, HEIGHT = 640, 480


def film(path: Path, code: str) -> None:
    """Two frames in which a label lies a little off the middle, grey on grey, as a lens sees it."""
    symbol = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    small = np.array(symbol.to_image(scale=1, add_quiet_zones=True))
    label = np.where(small.repeat(8, 0).repeat(8, 1) > 0, 225, 40).astype(np.uint8)
    frame = np.full((HEIGHT, WIDTH), 150, np.uint8)
    frame[120 : 120 + label.shape[0], 200 : 200 + label.shape[1]] = label
    colours = np.full(WIDTH * HEIGHT // 2, 128, np.uint8)
    one = b"FRAME\n" + frame.tobytes() + colours.tobytes()
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + one * 2)


@pytest.fixture
def seeing(chromium: Browser, tmp_path: Path) -> Iterator[Browser]:
    film(tmp_path / "box.y4m", f"(01){GTIN}(17)301231(10)CAM-7")
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *OPTIONS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={tmp_path / 'box.y4m'}",
        ],
    )  # fmt: skip
    yield browser
    browser.close()


def test_the_camera_reads_the_box(seeing: Browser, server: Server) -> None:
    width, height = TABLET
    context = seeing.new_context(
        viewport={"width": width, "height": height}, base_url=server.address, locale="en-US"
    )
    alice = Person("Alice", context.new_page(), server)
    alice.log_in()
    adds_a_product(alice, GTIN)
    page = alice.go("/stock/receive/")
    alice.press("Camera")
    alice.sees("Compare it with what is printed on the box.")
    expect(page.get_by_label("Lot number")).to_have_value("CAM-7")
    expect(page.get_by_label("Expires")).to_have_value("2030-12-31")
    assert alice.complaints == []
