"""Long texts that are read whole and never searched, kept small: what was judged, what was agreed to, what was fixed.

A session keeps its case and its judgement, a consent its text: three quarters of the record, nearly the same each time.
Kept as they are, a million sessions need nine gigabytes. Here a text is compressed (raw deflate) against a fixed one
that is much like it, `1.txt` and so on beside this file, and written as `=1:` and base64. Short texts stay as they are.
Those files never change; where better ones are wanted, others are added under the next number.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models

HERE = Path(__file__).parent
SHORT = 200  # characters below which nothing is gained
JUDGED, ENGLISH, FRENCH = "1", "2", "3"  # each the name of a file


def pack(text: str, likes: tuple[str, ...] = (JUDGED,)) -> str:
    """The shortest that one of `likes` makes of it, or itself. Nothing but a packed text begins like one."""
    if is_packed(text):
        return _shortest(text, likes)
    return text if len(text) < SHORT else min(text, _shortest(text, likes), key=len)


def unpack(text: str) -> str:
    """Raises ValueError where it was cut short or altered."""
    if not is_packed(text):
        return text
    try:
        reading = zlib.decompressobj(wbits=-15, zdict=_like(text[1]))
        found = reading.decompress(b64decode(text[3:], validate=True))
    except (zlib.error, FileNotFoundError) as problem:
        raise ValueError(f"this packed text cannot be read: {problem}") from problem
    if not reading.eof or reading.unused_data:
        raise ValueError("this packed text was cut short or has something added")
    return found.decode()


def is_packed(text: object) -> bool:
    return isinstance(text, str) and text[:1] == "=" and text[2:3] == ":"


def _shortest(text: str, likes: tuple[str, ...]) -> str:
    return min((_packed(text, like) for like in likes), key=len)


def _packed(text: str, like: str) -> str:
    writing = _writer(like).copy()
    return f"={like}:{b64encode(writing.compress(text.encode()) + writing.flush()).decode()}"


@cache
def _writer(like: str) -> Any:
    return zlib.compressobj(level=9, wbits=-15, zdict=_like(like))


@cache
def _like(name: str) -> bytes:
    return (HERE / f"{name}.txt").read_bytes()


def within(held: Any) -> Any:
    """A packed column as it stands within other JSON: SQLite hands JSON within JSON out as text."""
    while isinstance(held, str):
        held = json.loads(unpack(held))
    return held


class PackedTextField(models.TextField):
    """A consent's text, in whichever language."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return pack(prepared, (ENGLISH, FRENCH)) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return unpack(value) if is_packed(value) else value


class PackedJSONField(models.JSONField):
    """JSON that nobody asks the database about: packed it is a JSON string to it."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        if prepared is None or hasattr(prepared, "as_sql"):
            return prepared
        text = json.dumps(prepared, ensure_ascii=False, separators=(",", ":"))
        packed = _shortest(text, (JUDGED,)) if is_packed(prepared) else pack(text)
        return packed if is_packed(packed) else prepared

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        read = super().from_db_value(value, expression, connection)
        return json.loads(unpack(read)) if is_packed(read) else read
