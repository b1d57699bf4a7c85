"""What is shown of a photograph: framed as it was set, the original untouched, the outline as lines on nothing."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

import photos
from wheal.clinic.photographs import pictures
from wheal.photography import Framing


def test_as_taken_it_is_only_made_smaller() -> None:
    shown = pictures.framed(photos.drawn(3000, 2000), Framing(), 1500)
    assert shown.size == (1500, 1000)
    assert pictures.framed(photos.drawn(), Framing(), 1500).size == (640, 480)  # never larger


@pytest.mark.parametrize(
    ("turn", "method"), [("90", "ROTATE_270"), ("180", "ROTATE_180"), ("-90", "ROTATE_90")]
)
def test_a_quarter_turn_is_the_picture_turned(turn: str, method: str) -> None:
    """Against another way of turning: Pillow's transposition counts against the clock."""
    image = photos.drawn()
    turned = pictures.framed(image, Framing(turn=Decimal(turn)), 2000)
    expected = image.transpose(getattr(Image.Transpose, method))
    assert turned.size == expected.size
    inside = (8, 8, turned.width - 8, turned.height - 8)
    apart = ImageChops.difference(turned.crop(inside), expected.crop(inside))
    assert max(ImageStat.Stat(apart).mean) < 0.5


@pytest.mark.parametrize("longest", [320, 480, 2000])
def test_a_mark_lies_where_the_figures_say_at_every_size(longest: int) -> None:
    """A red dot at (400, 100) of 640 by 480, enlarged twice, turned and moved: found where arithmetic puts it."""
    image = Image.new("RGB", (640, 480), "white")
    ImageDraw.Draw(image).ellipse((390, 90, 410, 110), fill=photos.CORNER)
    framing = Framing(turn=Decimal(30), zoom=Decimal("1.5"), x=Decimal(-10), y=Decimal(20))
    shown = pictures.framed(image, framing, longest)
    a, b, c, d, e, f = framing.affine(640, 480)
    scale, det = shown.width / 640, a * e - b * d
    u = (e * (400 - c) - b * (100 - f)) / det * scale
    v = (a * (100 - f) - d * (400 - c)) / det * scale
    assert shown.getpixel((round(u), round(v)))[1] < 110
    around = round(30 * scale)
    for du, dv in ((around, 0), (-around, 0), (0, around), (0, -around)):
        assert shown.getpixel((round(u) + du, round(v) + dv))[1] > 200


def test_what_a_turn_leaves_empty_is_plain_ground() -> None:
    shown = pictures.framed(photos.drawn(), Framing(turn=Decimal(20)), 640)
    assert shown.getpixel((1, 1)) == pictures.GROUND


def test_the_outline_is_lines_on_nothing() -> None:
    lines = Image.open(BytesIO(pictures.outline(photos.drawn())))
    assert lines.mode == "RGBA"
    alpha, scale = lines.getchannel("A"), lines.width / 640
    assert alpha.getpixel((round(320 * scale), round(240 * scale))) == 0  # within the oval
    assert (
        max(alpha.getpixel((round(x * scale), round(240 * scale))) for x in range(185, 200)) > 120
    )  # its edge
    share = ImageStat.Stat(alpha).mean[0] / 255
    assert 0.005 < share < 0.1


def test_the_edge_between_skin_and_a_wall_as_light_as_it_is_seen() -> None:
    skin, wall = (227, 181, 150), (185, 196, 198)
    image = Image.new("RGB", (400, 400), wall)
    image.paste(skin, (0, 0, 200, 400))
    assert abs(image.convert("L").getpixel((0, 0)) - image.convert("L").getpixel((399, 0))) < 6
    alpha = Image.open(BytesIO(pictures.outline(image))).getchannel("A")
    assert max(alpha.getpixel((x, 450)) for x in range(440, 460)) > 100


def test_grain_is_no_edge() -> None:
    image = Image.effect_noise((900, 900), 12).convert("RGB")
    alpha = Image.open(BytesIO(pictures.outline(image))).getchannel("A")
    assert ImageStat.Stat(alpha).mean[0] < 3
