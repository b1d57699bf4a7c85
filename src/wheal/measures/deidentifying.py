"""How persons, days and rare things are hidden in what leaves a clinic.

    hidden = Hiding(secret, days=other)  # 32 bytes each that never leave the clinic
    hidden.person(patient)               # a number that means nothing outside and stays the same
    hidden.week(patient, day)            # the week of a day shifted by a number of days that is the person's own
    rare = withheld(tables)              # in which what fewer than LEAST people of the clinic share is blank

No name, number, birth date, age, practitioner, free text or point leaves. Intervals between the visits of one
person are kept to the week, for every measure needs them: who knows all visits of somebody may still tell them apart by
an unusual rhythm. docs/explanation/the-registry.md says how often that succeeds.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from wheal.measures.counting import Row

LEAST: Final = 5
"""People of one clinic who must share what is told of them."""
SHIFT: Final = 14
"""Days at most, to either side."""
MONDAY: Final = date(1970, 1, 5)
PERSONS: Final = ("sessions", "passes", "given", "events", "courses")
RARE: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "sessions": (("purpose",),),
    "passes": (("area",), ("technique",)),
    "given": (("product", "lot"), ("product",), ("substance",)),
    "courses": (("protocol", "area"), ("protocol",), ("area",)),
}
"""Columns that are blanked together where too few people of the clinic share their values; the last of each first."""


@dataclass(frozen=True, slots=True)
class Hiding:
    """`days`: the secret of the shift, where it outlasts that of the numbers. A second shift of the same person would
    narrow the first: two that differ by 20 days leave nine of 29."""

    secret: bytes
    days: bytes = b""

    def __post_init__(self) -> None:
        if len(self.secret) < 32 or 0 < len(self.days) < 32:
            raise ValueError("a secret of fewer than 32 bytes can be guessed")

    def person(self, patient: int) -> int:
        return self._number("person", patient)

    def thing(self, kind: str, number: int) -> int:
        """Of a session, a course, an event or an alarm."""
        return self._number(kind, number)

    def shift(self, patient: int) -> timedelta:
        """The same for all that is told of this person, so that intervals stay."""
        number = _made(self.days or self.secret, "shift", patient)
        return timedelta(days=number % (2 * SHIFT + 1) - SHIFT)

    def week(self, patient: int, day: date) -> int:
        """Whole weeks since MONDAY, of the shifted day."""
        return (day + self.shift(patient) - MONDAY).days // 7

    def last_day(self, patient: int, month: str) -> date:
        """The last one of this person that is told in a month before that one: nothing of a later day is told yet."""
        first = date.fromisoformat(f"{month}-01")
        return first + timedelta(days=-first.weekday() % 7 - 1) - self.shift(patient)

    def _number(self, kind: str, number: int) -> int:
        return _made(self.secret, kind, number)


def _made(secret: bytes, kind: str, number: int) -> int:
    """63 bits, so that every engine holds it as a whole number."""
    return int.from_bytes(hmac.digest(secret, f"{kind}:{number}".encode(), "sha256")[:8]) >> 1


def month_of(week: int) -> str:
    return f"{MONDAY + timedelta(weeks=week):%Y-%m}"


def withheld(tables: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """The same rows, blank where too few people share a value: all rows of the clinic at once. No row of a clinic of
    too few people.

    Harm is not hidden: a reaction stays however few had it, and so does what became of a course."""
    if len({row["person"] for table in PERSONS for row in tables.get(table, ())}) < LEAST:
        return {table: [] for table in tables}
    return {table: _without_rare(list(rows), RARE.get(table, ())) for table, rows in tables.items()}


def _without_rare(rows: list[Row], rare: Iterable[tuple[str, ...]]) -> list[Row]:
    for columns in rare:
        people: dict[tuple[object, ...], set[int]] = defaultdict(set)
        for row in rows:
            people[tuple(row[column] for column in columns)].add(row["person"])
        few = {values for values, who in people.items() if len(who) < LEAST}
        rows = [_blank(row, columns) if tuple(row[it] for it in columns) in few else row for row in rows]
    return rows


def _blank(row: Row, columns: tuple[str, ...]) -> Row:
    """The finest alone: a lot that is rare takes nothing from its product, which is looked at after it."""
    return row | {columns[-1]: ""}
