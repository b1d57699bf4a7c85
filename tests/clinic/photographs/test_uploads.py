"""What comes in as a photograph is written anew: nothing survives but colours. The rest is refused in words."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

import exifread
import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, data, integers, sampled_from
from PIL import Image

import photos
from wheal.clinic.photographs import pictures, uploads
from wheal.clinic.photographs.uploads import PictureRefused

TOLD = (
    b"Fictional",
    b"8841",
    b"2026:03:05",
    b"Nulle-Part",
    b"xmpmeta",
    b"Exif",
    b"ICC_PROFILE",
    b"GPS",
    b"JFIF+",
)


def stored(sent: bytes) -> bytes:
    return pictures.jpeg(uploads.read(sent).image, 95)


def test_nothing_that_the_telephone_noted_is_left() -> None:
    sent = photos.as_a_telephone_sends_it()
    before = exifread.process_file(BytesIO(sent))
    assert {"GPS GPSLatitude", "Image Model", "EXIF DateTimeOriginal"} <= set(before)
    kept = stored(sent)
    assert exifread.process_file(BytesIO(kept)) == {}
    assert [word for word in TOLD if word in kept] == []
    assert set(Image.open(BytesIO(kept)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def corner_of(image: Image.Image) -> str:
    """Where the red corner lies."""
    width, height = image.size
    places = {
        "upper left": (8, 8), "upper right": (width - 9, 8), "lower left": (8, height - 9),
        "lower right": (width - 9, height - 9),
    }  # fmt: skip
    return next(name for name, at in places.items() if abs(image.getpixel(at)[1] - photos.CORNER[1]) < 40)


@pytest.mark.parametrize(
    ("orientation", "corner", "lies"),
    [
        (1, "upper left", False), (2, "upper right", False), (3, "lower right", False), (4, "lower left", False),
        (5, "upper left", True), (6, "upper right", True), (7, "lower right", True), (8, "lower left", True),
    ],
)  # fmt: skip
def test_it_stands_upright_however_the_telephone_was_held(orientation: int, corner: str, lies: bool) -> None:
    image = uploads.read(photos.as_a_telephone_sends_it(orientation=orientation)).image
    assert image.size == ((480, 640) if lies else (640, 480))
    assert corner_of(image) == corner


@pytest.mark.parametrize("orientation", [1, 6])
def test_what_a_telephone_saves_as_heic_stands_upright_without_its_place(orientation: int) -> None:
    taken = uploads.read(photos.as_a_telephone_sends_it(orientation=orientation, kind="HEIF"))
    assert corner_of(taken.image) == ("upper left" if orientation == 1 else "upper right")
    assert f"{taken.taken_on}" == "2026-03-05"
    assert not taken.image.info


def test_the_day_that_the_camera_noted_is_told() -> None:
    assert f"{uploads.read(photos.as_a_telephone_sends_it()).taken_on}" == "2026-03-05"
    assert uploads.read(photos.as_a_telephone_sends_it(day="yesterday")).taken_on is None
    assert uploads.read(photos.jpeg()).taken_on is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK", "1"])
def test_every_usual_kind_of_picture_is_read(kind: str, mode: str) -> None:
    can = {
        "JPEG": {"RGB", "L", "CMYK", "1"},
        "PNG": {"RGB", "L", "RGBA", "P", "1"},
        "WEBP": {"RGB", "L", "RGBA"},
        "HEIF": {"RGB", "L", "RGBA"},
    }
    if mode not in can[kind]:
        mode = "RGB"
    image = uploads.read(photos.encoded(kind, photos.drawn().convert(mode))).image
    assert (image.mode, image.size) == ("RGB", (640, 480))


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (400, 400), (255, 0, 0, 0))
    assert uploads.read(photos.encoded("PNG", clear)).image.getpixel((5, 5)) == (255, 255, 255)


def test_a_photograph_with_its_depth_is_read_as_the_photograph() -> None:
    """What new telephones send: two pictures in one file."""
    out = BytesIO()
    photos.drawn().save(out, "MPO", save_all=True, append_images=[photos.drawn(320, 240)])
    assert uploads.read(out.getvalue()).image.size == (640, 480)


def zipped() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("evil.html", "<script>alert(1)</script>")
    return out.getvalue()


BOMB = photos.png_of(500, 500, photos.chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(2**26))))
REFUSED = {
    "nothing": (b"", "wrong_kind"),
    "a page": (b"<html><script>alert(1)</script></html>", "wrong_kind"),
    "a drawing with a script": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "wrong_kind"),
    "a PDF": (b"%PDF-1.7\n", "wrong_kind"),
    "a GIF": (photos.encoded("GIF"), "wrong_kind"),
    "a TIFF": (photos.encoded("TIFF"), "wrong_kind"),
    "a program": (b"MZ" + bytes(500), "wrong_kind"),
    "a film": (b"\x00\x00\x00\x18ftypisom" + bytes(500), "wrong_kind"),
    "the beginning of an HEIC": (b"\x00\x00\x00\x18ftypheic" + bytes(500), "unreadable"),
    "half an HEIC": (photos.heic()[: len(photos.heic()) // 2], "unreadable"),
    "a small HEIC": (photos.heic(photos.drawn(200, 200)), "too_few_pixels"),
    "an archive": (zipped(), "wrong_kind"),
    "a page before a picture": (b"<script>1</script>" + photos.jpeg(), "wrong_kind"),
    "sound in a RIFF": (b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(500), "wrong_kind"),
    "a beginning alone": (b"\xff\xd8\xff\xe0", "unreadable"),
    "half a picture": (photos.jpeg()[: len(photos.jpeg()) // 2], "unreadable"),
    "a page behind a beginning": (b"\xff\xd8\xff<html><script>alert(1)</script>", "unreadable"),
    "a PNG without a picture": (photos.png_of(500, 500), "unreadable"),
    "a bomb of pixels": (photos.png_of(30_000, 30_000), "too_many_pixels"),
    "a bomb of text": (BOMB, "unreadable"),
    "a sliver": (photos.jpeg(photos.drawn(4000, 20)), "too_few_pixels"),
    "a moving WebP": (photos.moving("WEBP"), "moving"),
    "a moving PNG": (photos.moving("PNG"), "moving"),
    "one drawn over a thousand times": (photos.drawn_over(1000), "too_many_scans"),
    "one of grey in 16 bits": (photos.encoded("PNG", Image.new("I;16", (400, 400))), "wrong_colours"),
    "a huge file": (b"\xff\xd8\xff" + bytes(uploads.MOST_BYTES), "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_photograph_is_refused_in_words(what: str) -> None:
    sent, code = REFUSED[what]
    with pytest.raises(PictureRefused) as refused:
        uploads.read(sent)
    assert refused.value.code == code
    assert len(refused.value.reason) > 20


@pytest.mark.parametrize(
    "hidden",
    [zipped(), b"<script>alert(1)</script>", b"%PDF-1.7 1 0 obj", b"#!/bin/sh\n"],
    ids=lambda it: repr(it[:8]),
)
def test_what_is_hidden_behind_a_picture_does_not_survive(hidden: bytes) -> None:
    """A file that is two things at once comes out as one."""
    kept = stored(photos.jpeg() + hidden)
    assert hidden[:12] not in kept
    assert kept.endswith(b"\xff\xd9")
    assert kept.count(b"\xff\xd9") == 1


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about what is damaged
@settings(max_examples=100, deadline=None)
@given(kind=sampled_from(["JPEG", "PNG", "WEBP"]), changes=data())
def test_a_file_altered_anywhere_is_read_or_refused_and_nothing_else(kind: str, changes: object) -> None:
    sent = bytearray(photos.as_a_telephone_sends_it() if kind == "JPEG" else photos.encoded(kind))
    for _ in range(changes.draw(integers(1, 6))):
        at = changes.draw(integers(0, len(sent) - 1))
        put = changes.draw(binary(min_size=1, max_size=8))
        sent[at : at + len(put)] = put
    try:
        image = uploads.read(bytes(sent)).image
    except PictureRefused:
        return
    assert image.mode == "RGB"
    assert image.info == {}
