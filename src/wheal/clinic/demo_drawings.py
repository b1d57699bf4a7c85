"""Drawings that stand in for photographs in the demo: a head that nobody has, from the front, the sides and below.

`full` says how full it is under the chin, from 0 to 1; a `Stand` how differently the person stood, as in real pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageOps

Point = tuple[float, float]
SIZE: Final = (750, 1000)
PER_UNIT: Final = (
    5  # pixels while it is drawn, on paper of 300 by 400; made half as large in the end: smooth edges
)
WALL, SKIN, SHADE, DEEP, HAIR, LIP, INK, CLOTH = (
    "#b9c4c6", "#e3b596", "#cf9a79", "#b07f62", "#5a4335", "#b5705f", "#453229", "#e4e7e3",
)  # fmt: skip
GROUND: Final = (185, 196, 198)


class Stand(NamedTuple):
    """Moved by so much of the picture, turned by so many degrees, nearer by so much."""

    x: float = 0
    y: float = 0
    turn: float = 0
    near: float = 1


def jpeg(view: str, full: float, stand: Stand) -> bytes:
    """As a tablet would send it."""
    paper = Image.new("RGB", (300 * PER_UNIT, 400 * PER_UNIT), WALL)
    VIEWS[view](_Brush(paper), full)
    drawn = _lit(paper.resize(SIZE, Image.Resampling.BOX))
    if view == "head_right":
        drawn = ImageOps.mirror(drawn)
    drawn = drawn.rotate(
        stand.turn,
        Image.Resampling.BILINEAR,
        fillcolor=GROUND,
        translate=(stand.x * SIZE[0], stand.y * SIZE[1]),
    )
    drawn = ImageOps.fit(ImageOps.crop(drawn, round((1 - 1 / stand.near) * SIZE[0] / 2)), SIZE)
    ImageDraw.Draw(drawn).text(
        (16, SIZE[1] - 32), "DEMO: drawn by a program, nobody's face", "#55626a", font_size=18
    )
    out = BytesIO()
    drawn.save(out, "JPEG", quality=90)
    return out.getvalue()


def _lit(drawn: Image.Image) -> Image.Image:
    """Darker towards the lower right, with the grain of a sensor."""
    dim, grain = _light()
    return Image.blend(Image.composite(Image.new("RGB", SIZE, "#7b6f69"), drawn, dim), grain, 0.04)


@cache
def _light() -> tuple[Image.Image, Image.Image]:
    slope = Image.linear_gradient("L").rotate(-40).crop((56, 56, 200, 200)).resize(SIZE)
    return slope.point([each // 5 for each in range(256)]), Image.effect_noise(SIZE, 14).convert("RGB")


class _Brush:
    """Fills and lines along paths that are written as in SVG, with the commands M, C and L."""

    def __init__(self, paper: Image.Image) -> None:
        self.paper, self.pen = paper, ImageDraw.Draw(paper)

    def fill(self, path: str, colour: str) -> None:
        self.pen.polygon(list(_along(path)), fill=colour)

    def line(self, path: str, colour: str, width: float) -> None:
        self.pen.line(list(_along(path)), fill=colour, width=round(width * PER_UNIT), joint="curve")

    def soft(self, path: str, colour: str, blur: float, strength: float) -> None:
        """A shade with soft edges."""
        small = Image.new("L", (self.paper.width // 8, self.paper.height // 8))
        ImageDraw.Draw(small).polygon([(x / 8, y / 8) for x, y in _along(path)], fill=round(255 * strength))
        mask = small.filter(ImageFilter.GaussianBlur(blur * PER_UNIT / 8)).resize(self.paper.size)
        self.paper.paste(colour, mask=mask)

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        box = [
            (x - radius) * PER_UNIT,
            (y - radius) * PER_UNIT,
            (x + radius) * PER_UNIT,
            (y + radius) * PER_UNIT,
        ]
        self.pen.ellipse(box, fill=colour)


def _along(path: str) -> Iterator[Point]:
    here: Point = (0, 0)
    for command, figures in re.findall(r"([MCL])([^MCL]*)", path):
        numbers = [float(each) * PER_UNIT for each in re.findall(r"-?\d+\.?\d*", figures)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command != "C":
            yield from points
        else:
            for a, b, c in zip(points[::3], points[1::3], points[2::3], strict=True):
                yield from _curve(here, a, b, c)
                here = c
        here = points[-1]


def _curve(p: Point, a: Point, b: Point, c: Point) -> Iterator[Point]:
    for step in range(1, 25):
        t = step / 24
        u = 1 - t
        yield (
            u**3 * p[0] + 3 * u * u * t * a[0] + 3 * u * t * t * b[0] + t**3 * c[0],
            u**3 * p[1] + 3 * u * u * t * a[1] + 3 * u * t * t * b[1] + t**3 * c[1],
        )


def _side(brush: _Brush, full: float) -> None:
    """Facing the viewer's left."""
    low, out = 283 + 30 * full, 8 * full
    chin = 294 + 20 * full
    front = (
        "M192 62C132 50 96 86 94 130C93 146 90 150 86 162L68 196C65 204 73 208 84 209L81 222C75 227 77 236 84 238"
        f"C77 244 79 252 85 255C81 265 83 280 96 287C108 {chin} {130 - out} {low + 12} {150 + 8 * full} {low}"
    )
    neck = f"C{158 + 3 * full} {low + 16} 160 330 158 348L150 420L290 420L276 352C246 332 230 300 232 262"
    brush.fill("M60 420C86 372 130 360 158 350L272 350C296 366 310 392 314 420", CLOTH)
    brush.fill(front + neck + "C240 235 248 212 252 178C262 120 246 66 192 62", SKIN)
    brush.soft(
        f"M98 290C112 {298 + 14 * full} 136 {low + 8} 152 {low}L166 {low + 46}L200 270L150 268", DEEP, 7, 0.5
    )
    brush.soft("M120 190C140 200 150 230 130 246C108 240 104 206 120 190", "#d98f78", 12, 0.35)
    brush.fill(
        "M196 58C140 44 98 70 94 118C110 104 128 102 146 108C168 116 176 140 176 164C190 150 206 160 206 182"
        "C206 206 214 236 236 262C262 226 272 150 262 116C252 80 226 62 196 58",
        HAIR,
    )
    brush.fill("M178 166C196 150 208 174 194 202C187 214 180 206 180 196", SHADE)
    brush.line("M184 172C194 168 196 182 188 194", DEEP, 1.4)
    brush.line("M98 164C106 157 114 160 118 166", INK, 2)
    brush.dot(106, 166, 3.4, INK)
    brush.line("M93 149C102 141 114 142 122 148", HAIR, 3)
    brush.line("M84 238C92 240 98 240 102 238", LIP, 2.4)
    brush.line("M74 204C80 203 86 206 88 211", DEEP, 1.6)


def _front(brush: _Brush, full: float) -> None:
    wide, low = 6 * full, 12 * full
    brush.fill("M14 420C30 372 78 352 112 344L188 344C222 352 270 372 286 420", CLOTH)
    brush.fill(f"M{112 - wide} 262L{112 - wide} 326C104 350 60 352 40 372L150 420L260 372C240 352 196 350 {188 + wide} 326L{188 + wide} 262", SKIN)  # fmt: skip  # noqa: E501
    brush.soft(f"M104 270C120 {300 + low} 180 {300 + low} 196 270L192 {318 + low}C170 336 130 336 108 {318 + low}", DEEP, 6, 0.6)  # fmt: skip  # noqa: E501
    brush.fill("M74 154C58 150 58 190 78 204L222 204C242 190 242 150 226 154", SKIN)
    if full:
        brush.fill(f"M{104 - wide} 262C{116 - wide} {290 + 1.6 * low} {184 + wide} {290 + 1.6 * low} {196 + wide} 262", SHADE)  # fmt: skip  # noqa: E501
    brush.fill(
        "M150 58C95 58 72 105 74 160C76 215 95 260 125 283C138 292 162 292 175 283C205 260 224 215 226 160"
        "C228 105 205 58 150 58",
        SKIN,
    )
    brush.soft("M84 200C100 196 116 214 108 236C94 240 84 222 84 200", "#d98f78", 10, 0.35)
    brush.soft("M216 200C200 196 184 214 192 236C206 240 216 222 216 200", "#d98f78", 10, 0.35)
    brush.fill(
        "M150 46C86 42 58 96 66 164C74 128 96 104 150 100C204 104 226 128 234 164C242 96 214 42 150 46", HAIR
    )
    _face(brush, 0)


def _face(brush: _Brush, up: float) -> None:
    """Brows, eyes, nose and mouth; `up` where the chin is raised."""
    for side in (-1, 1):
        x = 150 + side * 34
        brush.line(f"M{x - 18} {150 - up}C{x - 8} {142 - up} {x + 8} {142 - up} {x + 18} {150 - up}", HAIR, 3)
        brush.fill(f"M{x - 15} {168 - up}C{x - 7} {159 - up} {x + 7} {159 - up} {x + 15} {168 - up}C{x + 7} {174 - up} {x - 7} {174 - up} {x - 15} {168 - up}", "#f6f1ea")  # fmt: skip  # noqa: E501
        brush.dot(x, 167 - up, 5.2, INK)
        brush.line(
            f"M{x - 15} {168 - up}C{x - 7} {158 - up} {x + 7} {158 - up} {x + 15} {168 - up}", INK, 1.8
        )
    brush.line(f"M146 {174 - up}C144 {194 - up} 138 {206 - up} 140 {212 - up}C146 {216 - up} 154 {216 - up} 160 {212 - up}", DEEP, 1.8)  # fmt: skip  # noqa: E501
    brush.fill(f"M126 {242 - up}C138 {236 - up} 146 {240 - up} 150 {240 - up}C154 {240 - up} 162 {236 - up} 174 {242 - up}C162 {254 - up} 138 {254 - up} 126 {242 - up}", LIP)  # fmt: skip  # noqa: E501


def _raised(brush: _Brush, full: float) -> None:
    wide = 8 * full
    brush.fill("M14 420C30 376 78 356 110 348L190 348C222 356 270 376 286 420", CLOTH)
    brush.fill(f"M{108 - wide} 240L{106 - wide} 330C96 352 60 354 40 374L150 420L260 374C240 354 204 352 {194 + wide} 330L{192 + wide} 240", SKIN)  # fmt: skip  # noqa: E501
    brush.fill("M78 150C62 146 64 182 84 194L216 194C236 182 238 146 222 150", SKIN)
    brush.fill(
        "M150 84C104 84 78 108 76 150C78 212 108 262 150 264C192 262 222 212 224 150C222 108 196 84 150 84",
        SKIN,
    )
    brush.soft(f"M92 200C108 {236 + 10 * full} 192 {236 + 10 * full} 208 200L196 252C176 {270 + 12 * full} 124 {270 + 12 * full} 104 252", DEEP, 8, 0.35 + 0.3 * full)  # fmt: skip  # noqa: E501
    brush.line(f"M94 196C114 {226 + 6 * full} 186 {226 + 6 * full} 206 196", SHADE, 2)
    brush.fill(
        "M150 74C96 72 66 104 72 146C92 118 112 112 150 112C188 112 208 118 228 146C234 104 204 72 150 74",
        HAIR,
    )
    for side in (-1, 1):
        brush.line(
            f"M{150 + side * 20} 134C{150 + side * 28} 130 {150 + side * 38} 131 {150 + side * 46} 136",
            INK,
            2.2,
        )
        brush.dot(150 + side * 6, 160, 2.4, DEEP)
    brush.fill("M128 180C140 175 146 178 150 178C154 178 160 175 172 180C160 189 140 189 128 180", LIP)


VIEWS: Final[dict[str, Callable[[_Brush, float], None]]] = {
    "head_front": _front,
    "head_left": _side,
    "head_right": _side,
    "head_raised": _raised,
}
