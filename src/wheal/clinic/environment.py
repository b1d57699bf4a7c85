"""What the environment says, or a sentence about what it should say."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Final

from django.core.exceptions import ImproperlyConfigured

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def number(name: str, without: int, among: Mapping[str, str] = os.environ) -> int:
    """A whole number, not below nought. Raises ImproperlyConfigured."""
    said = among.get(name, "").strip()
    if said and not (said.isascii() and said.isdecimal()):
        raise ImproperlyConfigured(f"{name} is {said!r}, and a whole number is expected, such as {without}")
    return int(said) if said else without


def seconds(name: str, without: float) -> float:
    """They may have a part after a point. Raises ImproperlyConfigured."""
    said = os.environ.get(name, "").strip()
    if said and not (said.isascii() and said.replace(".", "", 1).isdecimal()):
        raise ImproperlyConfigured(f"{name} is {said!r}, and seconds are expected, such as {without}")
    return float(said) if said else without


def is_on(name: str) -> bool:
    """1 or 0. Raises ImproperlyConfigured: what somebody wrote for a yes must not be taken for a no."""
    said = os.environ.get(name, "").strip()
    if said not in ("", "0", "1"):
        raise ImproperlyConfigured(f"{name} is {said!r}, and 1 (yes) or 0 (no) is expected")
    return said == "1"


def one_of(name: str, without: str, allowed: Collection[str]) -> str:
    """One of those words, however it is written. Raises ImproperlyConfigured."""
    said = os.environ.get(name, "").strip() or without
    for each in allowed:
        if each.casefold() == said.casefold():
            return each
    raise ImproperlyConfigured(f"{name} is {said!r}, and one of these is expected: {', '.join(allowed)}")
