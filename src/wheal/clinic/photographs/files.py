"""The files of a photograph in the vault: under which name, and as what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from PIL import Image

from wheal.clinic import vault
from wheal.clinic.photographs import pictures
from wheal.clinic.photographs.models import ORIGINAL, Photograph, about
from wheal.clinic.vault import Kept
from wheal.photography import Framing

Put = Callable[..., Kept]


def screen(photograph: Photograph) -> bytes:
    return vault.current().read(photograph.screen, about=about("screen", photograph.original))


def thumb(photograph: Photograph) -> bytes:
    return vault.current().read(photograph.thumb, about=about("thumb", photograph.original))


def original(photograph: Photograph) -> bytes:
    return vault.current().read(photograph.original, about=ORIGINAL)


def put_framed(put: Put, image: Image.Image, framing: Framing, of: str) -> tuple[str, str]:
    """The names of the new screen and thumb."""
    large, small = pictures.screen_and_thumb(image, framing)
    return put([large], about=about("screen", of)).name, put([small], about=about("thumb", of)).name


def unframed(photograph: Photograph) -> bytes:
    """As it was taken, made small for the screen: what one turns and crops."""
    with pictures.ONE_AT_A_TIME:
        return pictures.jpeg(pictures.framed(pictures.opened(original(photograph)), Framing(), 1200), 82)


def outline(photograph: Photograph) -> bytes:
    return pictures.outline(pictures.opened(screen(photograph)))


def folder() -> Path:
    return Path(settings.VAULT)


def remove_left_over() -> list[Photograph]:
    """Files of deleted photographs that an interruption left behind, removed now; whose they were."""
    found, kept = [], vault.Vault(folder(), ())
    for photograph in Photograph.objects.filter(deleted_at__isnull=False).iterator(chunk_size=100):
        names = (photograph.original, photograph.screen, photograph.thumb)
        if left := [name for name in names if kept.holds(name)]:
            found.append(photograph)
            for name in left:
                kept.remove(name)
    return found
