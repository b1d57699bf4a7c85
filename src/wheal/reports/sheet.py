"""A form filled in: sections of labels and values, in the language of the authority that asks."""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


def whole(number: object, unit: str, unknown: str) -> str:
    return unknown if number is None else f"{number} {unit}"
