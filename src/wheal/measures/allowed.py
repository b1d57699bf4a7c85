"""What a row may hold, by the knowledge of the registry that takes it: codes, numbers within bounds, and no other text.

allowed = Allowed.of(known, until="2026-11")
allowed.wrong("given", row)          # what is wrong with which column, or ""
allowed.codes_alone("given", row)    # at the clinic: without what it calls by a word of its own

What the registry's knowledge does not name is refused by its name, never kept under it and never left out: a month
with a hole in it would look like a whole one. The clinic keeps it and offers it again each night, so that nothing is
lost but time until the registry's knowledge is as new as the clinic's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from wheal.barcodes.elements import is_checked
from wheal.knowledge import Knowledge
from wheal.knowledge.measuring import MAY_BE_UNKNOWN, TABLES, VALUES
from wheal.measures.counting import Row
from wheal.measures.deidentifying import month_of

FIRST_MONTH: Final = "2000-01"
_TYPES: Final[Mapping[str, type]] = {"whole": int, "text": str, "flag": bool}
_NUMBER: Final = (0, (1 << 63) - 1)  # of a person or thing: every engine holds it
_BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    **dict.fromkeys(("person", "session", "event", "course", "alarm"), _NUMBER),
    "week": (0, 9_999),
    "grade": (1, 5),
    "days": (0, 40_000),
}
ONCE: Final[Mapping[str, str]] = {
    "sessions": "session",
    "events": "event",
    "courses": "course",
    "alarms": "alarm",
}
"""By table, the column that names each row of a month once."""
_CODE: Final = re.compile(r"[A-Za-z0-9_+-]{1,200}")
_GTIN: Final = re.compile(r"[1-9][0-9]{6,13}")
_LOT: Final = re.compile(r"(?=[A-Za-z./_+-]*[0-9])[A-Za-z0-9./_+-]{1,20}")
"""As long as GS1 lets a lot be (identifier 10), without spaces, and with a digit: words of a language have none."""

Rule = Callable[[Any], str]
"""What is wrong with a value, after the name of its column; "" nothing."""


@dataclass(frozen=True, slots=True)
class Allowed:
    version: str  # of the knowledge
    until: str  # the last month that may have begun
    rules: Mapping[str, Rule] = field(repr=False)  # by column

    @classmethod
    def of(cls, known: Knowledge, *, until: str) -> Allowed:
        return cls(known.version, until, _rules(known))

    def has_month(self, month: str) -> bool:
        return FIRST_MONTH <= month <= self.until

    def wrong(self, table: str, row: object) -> str:
        columns = TABLES[table]
        if not isinstance(row, dict):
            return "it is no row"
        if row.keys() != columns.keys():
            return f"columns {sorted(row.keys() ^ columns.keys())} are missing or too many"[:200]
        for column, kind in columns.items():
            if row[column] is None and column in MAY_BE_UNKNOWN.get(table, ()):
                continue
            if type(row[column]) is not _TYPES[kind]:
                return f"{column} must be {kind}"
            if (rule := self.rules.get(column)) and (said := rule(row[column])):
                return f"{column} {said}"
        if "week" in columns and month_of(row["week"]) != row["month"]:
            return "week is not of its month"
        return ""

    def codes_alone(self, table: str, row: Row) -> Row:
        """Blank where a clinic has a word of its own; a reaction so called is of another kind, and stays a reaction."""
        held = {column: value for column, value in row.items() if TABLES[table].get(column) == "text"}
        own = [column for column, value in held.items() if column in self.rules and self.rules[column](value)]
        return row | {column: "other" if column == "kind" else "" for column in own}


def once(table: str, rows: Iterable[Row], met: set[int]) -> int | None:
    """The place, from 1, of the first row that is of a thing in `met` or above it; `met` grows."""
    column = ONCE.get(table)
    for at, row in enumerate(rows, 1):
        if column is None:
            return None
        if row[column] in met:
            return at
        met.add(row[column])
    return None


def lot_code(number: str) -> str:
    """A lot as it may leave the clinic: without spaces; "" where that is no lot number."""
    bare = "".join(number.split())
    return bare if _LOT.fullmatch(bare) else ""


def product_code(gtin: str) -> str:
    """A GTIN without leading zeros; "" where it is none, or was mistyped."""
    bare = gtin.lstrip("0")
    return bare if _is_gtin(bare) else ""


@lru_cache(maxsize=4096)
def _is_gtin(bare: str) -> bool:
    return bool(_GTIN.fullmatch(bare)) and is_checked(bare.zfill(14))


def _rules(known: Knowledge) -> dict[str, Rule]:
    codes = _codes(known)
    among = {column: _among(held, known.version) for column, held in codes.items()}
    within = {column: _within(*bounds) for column, bounds in _BOUNDS.items()}
    substances = _shipped(known, "substances", known.substances)
    return among | within | {
        "product": lambda code: "" if not code or _is_gtin(code) else "is no GTIN with its check digit",
        "lot": lambda lot: "" if not lot or _LOT.fullmatch(lot) else "is no lot number",
        "protocol": lambda code: _protocol(code, substances, known.version),
        "substance": lambda code: _protocol(code, substances, known.version),
    }  # fmt: skip


def _codes(known: Knowledge) -> dict[str, frozenset[str]]:
    """What a column names; blank where a clinic may leave it so."""
    blank = frozenset({""})
    return {
        "purpose": _shipped(known, "purposes", known.vocabulary.purposes) | blank,
        "area": _shipped(known, "areas", known.areas) | blank,
        "technique": _shipped(known, "techniques", known.techniques) | blank,
        "kind": frozenset(known.vocabulary.event_kinds),
        "cause": frozenset(known.vocabulary.exposure_kinds),
        **{column: frozenset(values) for column, values in VALUES.items()},
    }


def _shipped(known: Knowledge, group: str, held: Collection[str]) -> frozenset[str]:
    """Without what one clinic's own folder added: nobody else knows it."""
    return frozenset(held) - known.named_by_clinic.get(group, frozenset())


def _among(codes: frozenset[str], version: str) -> Rule:
    return lambda code: "" if code in codes else _unknown(code, version)


def _within(least: int, most: int) -> Rule:
    return lambda number: "" if least <= number <= most else f"must lie between {least} and {most}"


def _protocol(code: str, substances: frozenset[str], version: str) -> str:
    """Substances, each once, in the order of the alphabet; blank where none is told."""
    held = code.split("+") if code else []
    unknown = [one for one in held if one not in substances]
    if unknown:
        return _unknown(unknown[0], version)
    return "" if held == sorted(set(held)) else "names its substances twice or in another order"


def _unknown(code: str, version: str) -> str:
    """What does not look like a code is not said again: it could be about somebody."""
    if not _CODE.fullmatch(code):
        return "is no code"
    return f"{code[:40]!r} is not known to the knowledge {version}"
