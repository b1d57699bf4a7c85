"""Reading what somebody sends as a photograph. Nothing of the file survives but its colours: it is decoded, and written
anew elsewhere, so that whatever a camera noted (place, device, hour) or somebody hid in it is gone."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

from wheal.clinic.gently import gently

MOST_BYTES: Final = 25 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
LEAST_SIDE: Final = 240
MOST_SCANS: Final = 64  # a JPEG is drawn in at most a dozen; thousands keep a server busy for minutes
BEGINNINGS: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP"}
HEIF_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
"""What telephones write after `ftyp`: the kinds of one file format."""
FORMATS: Final = (*BEGINNINGS.values(), "HEIF")
MODES: Final = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr"}
UNREADABLE: Final = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError, KeyError, TypeError,
    OverflowError, AttributeError, RuntimeError,
)  # fmt: skip
"""What the decoders raise on files that are not what they say."""

register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
Image.MAX_IMAGE_PIXELS = (
    MOST_PIXELS  # Pillow itself refuses what is twice as large, before it decodes anything
)


class PictureRefused(Exception):
    """Says in words why a file cannot be taken as a photograph, and what can be done. `code` is for the audit."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Picture:
    """The colours, upright, in sRGB. `taken_on`: the day that the camera noted, where it noted one."""

    image: Image.Image
    taken_on: date | None = None


@gently
def read(data: bytes) -> Picture:
    """Raises PictureRefused."""
    _acceptable(data)
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            _fits(opened)
            opened.load()
            taken_on = _noted_day(opened)
            return Picture(_in_srgb(_upright(opened)), taken_on)
    except Image.DecompressionBombError as bomb:
        raise _too_many_pixels() from bomb
    except UNREADABLE as problem:
        raise PictureRefused(
            "unreadable", _("This file is damaged or is no photograph. Take it again, or choose another.")
        ) from problem


def _acceptable(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise PictureRefused("too_large", _("This file is larger than 25 MB. Choose a smaller copy of it."))
    kind = _kind(data)
    if not kind:
        raise PictureRefused(
            "wrong_kind",
            _(
                "This is no JPEG, PNG, WebP or HEIC picture. Choose another, or save it as one of these first."
            ),
        )
    if kind == "JPEG" and _scans(data) > MOST_SCANS:
        raise PictureRefused(
            "too_many_scans", _("This file is made to keep the computer busy. Choose another.")
        )


def _kind(data: bytes) -> str:
    """By its first bytes; "" for what is not read here."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return "HEIF"
    kind = next((kind for begin, kind in BEGINNINGS.items() if data.startswith(begin)), "")
    return "" if kind == "WEBP" and data[8:12] != b"WEBP" else kind


def _fits(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < LEAST_SIDE:
        raise PictureRefused(
            "too_few_pixels",
            _("This picture is too small to compare anything on. Take it again, or choose another."),
        )
    if opened.format != "MPO" and getattr(opened, "n_frames", 1) > 1:  # an MPO is a photograph with its depth
        raise PictureRefused("moving", _("This is a moving picture. Choose one that stands still."))
    if opened.mode not in MODES:
        raise PictureRefused("wrong_colours", _("The colours of this file cannot be read. Choose another."))


def _too_many_pixels() -> PictureRefused:
    return PictureRefused(
        "too_many_pixels", _("This picture has more than 50 million pixels. Choose a smaller copy of it.")
    )


def _scans(data: bytes) -> int:
    """How often a JPEG is drawn over, as its markers say."""
    marker, place, found = re.compile(rb"\xff+([^\xff\x00\xd0-\xd7])"), 2, 0
    while (hit := marker.search(data, place)) and hit[1] != b"\xd9":
        length = int.from_bytes(data[hit.end() : hit.end() + 2], "big")
        found += hit[1] == b"\xda"
        place = hit.end() + max(length, 2)
    return found


def _upright(opened: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(opened)
    except UNREADABLE:  # what the camera noted is damaged; the picture is not
        return opened.copy()


def _in_srgb(image: Image.Image) -> Image.Image:
    """On white where it is transparent; by its own profile where it has a sound one. Only the colours are kept."""
    profile = image.info.get("icc_profile")
    if image.mode in ("LA", "PA", "RGBA", "P"):
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _converted(image, profile)
    plain = image.convert("RGB")
    plain.info.clear()
    return plain


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return (
            ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
        )
    except (ImageCms.PyCMSError, *UNREADABLE):
        return image


def _noted_day(opened: Image.Image) -> date | None:
    try:
        noted = opened.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        return datetime.strptime(str(noted)[:10], "%Y:%m:%d").date() if noted else None  # noqa: DTZ007
    except UNREADABLE:
        return None
