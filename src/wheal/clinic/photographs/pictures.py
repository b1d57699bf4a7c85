"""What is made of a photograph: the original, the framed pictures for the screen, the outline to stand by."""

from __future__ import annotations

from io import BytesIO
from threading import BoundedSemaphore
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageOps

from wheal.clinic.gently import gently
from wheal.photography import Framing

SCREEN, THUMB, OUTLINE = 2000, 320, 900
"""The longer side, in pixels."""
GROUND: Final = (233, 230, 222)  # where a turned picture leaves the frame empty
FAINTEST: Final = 7
"""What counts as an edge: so many of 256 levels between neighbours, after smoothing."""
LINE: Final = (0, 196, 190)  # seen on skin, hair and cloth
ONE_AT_A_TIME: Final = BoundedSemaphore(1)
"""A large picture fills 150 MB while it is decoded: each process decodes one, and the next one waits."""


@gently
def jpeg(image: Image.Image, quality: int) -> bytes:
    """Written anew: nothing but colours goes in."""
    out, bare = BytesIO(), image.copy()
    bare.info.clear()
    subsampling = 0 if quality > 90 else 2
    bare.save(out, "JPEG", quality=quality, subsampling=subsampling, optimize=False, progressive=False)
    return out.getvalue()


@gently
def opened(data: bytes) -> Image.Image:
    """A picture that we wrote ourselves."""
    image = Image.open(BytesIO(data), formats=["JPEG"])
    image.load()
    return image


@gently
def framed(image: Image.Image, framing: Framing, longest: int) -> Image.Image:
    """Never larger than the original."""
    across, down = framing.frame(*image.size)
    scale = min(longest / max(across, down), 1)
    size = (max(round(across * scale), 1), max(round(down * scale), 1))
    if framing.as_taken:
        return image.resize(size, Image.Resampling.LANCZOS)
    smaller = min(float(framing.zoom) * scale, 1)  # once as small as will be seen, then turned
    source = image.resize(
        (max(round(image.width * smaller), 1), max(round(image.height * smaller), 1)),
        Image.Resampling.LANCZOS,
    )
    a, b, c, d, e, f = framing.affine(*image.size)
    x, y = source.width / image.width, source.height / image.height
    u, v = across / size[0], down / size[1]
    return source.transform(
        size, Image.Transform.AFFINE, (a * u * x, b * v * x, c * x, d * u * y, e * v * y, f * y),
        resample=Image.Resampling.BICUBIC, fillcolor=GROUND,
    )  # fmt: skip


@gently
def screen_and_thumb(image: Image.Image, framing: Framing) -> tuple[bytes, bytes]:
    large = framed(image, framing, SCREEN)
    small = ImageOps.contain(large, (THUMB, THUMB), Image.Resampling.LANCZOS)
    return jpeg(large, 86), jpeg(small, 80)


def _seen(level: int) -> int:
    """Skin before a light wall is a faint edge, and the one that counts; grain is none."""
    return 0 if level < FAINTEST else min(70 + 12 * (level - FAINTEST), 255)


@gently
def outline(image: Image.Image) -> bytes:
    """The edges of a picture as bright lines on nothing: a PNG to lay over what the camera sees."""
    small = ImageOps.contain(image, (OUTLINE, OUTLINE), Image.Resampling.BILINEAR)
    smooth = small.filter(ImageFilter.GaussianBlur(1.8))
    apart = ImageChops.difference(
        smooth.filter(ImageFilter.MaxFilter(3)), smooth.filter(ImageFilter.MinFilter(3))
    )
    red, green, blue = apart.split()  # skin and wall may be as light as each other, and differ in colour
    steep = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    edges = steep.point([_seen(level) for level in range(256)])
    lines = Image.new("RGBA", small.size, (*LINE, 0))
    lines.putalpha(edges)
    out = BytesIO()
    lines.save(out, "PNG", compress_level=6)
    return out.getvalue()
