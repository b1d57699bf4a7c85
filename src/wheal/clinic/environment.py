"""What the environment says, or a sentence about what it should say."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Final

from django.core.exceptions import ImproperlyConfigured

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def number(name: str, without: int) -> int:
    """A whole number, not below nought. Raises ImproperlyConfigured."""
    said = os.environ.get(name, "").strip()
    if said and not (said.isascii() and said.isdecimal()):
        raise ImproperlyConfigured(f"{name} is {said!r}, and a whole number is expected, such as {without}")
    return int(said) if said else without


def one_of(name: str, without: str, allowed: Collection[str]) -> str:
    """One of those words, however it is written. Raises ImproperlyConfigured."""
    said = os.environ.get(name, "").strip().upper() or without
    if said not in allowed:
        raise ImproperlyConfigured(
            f"{name} is {os.environ[name]!r}, and one of these is expected: {', '.join(allowed)}"
        )
    return said
