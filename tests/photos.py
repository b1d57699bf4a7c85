"""Pictures made for tests, as cameras, telephones and people with bad intentions would send them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms, ImageDraw
from PIL.TiffImagePlugin import IFDRational
from pillow_heif import register_heif_opener

register_heif_opener()

CORNER = (220, 30, 40)
GROUND = (200, 170, 150)


def drawn(width: int = 640, height: int = 480) -> Image.Image:
    """A ground of skin, an oval, and a red corner at the upper left by which one tells how it lies."""
    image = Image.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(image)
    pen.ellipse((width * 0.3, height * 0.2, width * 0.7, height * 0.8), fill=(230, 205, 190))
    pen.rectangle((0, 0, width // 8, height // 8), fill=CORNER)
    return image


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    return encoded("JPEG", image, quality=92, **options)


def encoded(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    out = BytesIO()
    (image or drawn()).save(out, kind, **options)
    return out.getvalue()


def heic(image: Image.Image | None = None) -> bytes:
    return encoded("HEIF", image)


def as_a_telephone_sends_it(
    *, orientation: int = 1, day: str = "2026:03:05 10:11:12", kind: str = "JPEG"
) -> bytes:
    """With place, device, hour, comment, a small copy of itself and a colour profile."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Fictional Phones", "FP-1 serial 8841", orientation
    exif.get_ifd(0x8769)[0x9003] = day
    exif.get_ifd(0x8825).update({
        1: "N", 2: tuple(IFDRational(n) for n in (45, 45, 36)), 3: "E", 4: tuple(IFDRational(n) for n in (4, 50, 8)),
    })  # fmt: skip
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if kind == "HEIF":
        return encoded("HEIF", exif=exif.tobytes(), icc_profile=profile)
    return jpeg(
        exif=exif,
        icc_profile=profile,
        comment=b"taken in Rue de Nulle-Part",
        xmp=b"<x:xmpmeta>place</x:xmpmeta>",
    )


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that claims this size, whatever is in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join([chunk(b"IHDR", header), *chunks, chunk(b"IEND", b"")])


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def moving(kind: str) -> bytes:
    return encoded(kind, save_all=True, append_images=[drawn().transpose(Image.Transpose.ROTATE_180)])


def drawn_over(times: int) -> bytes:
    """A JPEG whose last scan is repeated so many times."""
    whole = encoded("JPEG", quality=80, progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * times + whole[-2:]
