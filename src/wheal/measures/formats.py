"""What clinics sent before: rows of earlier formats, read as those of today.

The first format wrote what nobody judged as mild and as not serious, so that there neither is known. It and the second
held the practitioner, the age, the country, the volume and the points of a pass, the sessions of a course and the cases
of an alarm, for which no measure asks; whatever stands there is dropped unread. Neither told the substances of a
product.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wheal.measures.counting import Row
from wheal.measures.letters import FORMAT, MONTHS

GONE: Final[Mapping[str, tuple[str, ...]]] = {
    "sessions": ("practitioner", "country", "age_band"),
    "passes": ("volume_ul", "points"),
    "courses": ("sessions",),
    "alarms": ("cases",),
}
ADDED: Final[Mapping[str, tuple[str, ...]]] = {"given": ("substance",)}
"""Columns that a row of before is without: in it they are blank."""


def in_columns(named: str, table: str, row: object) -> object:
    """Of whichever format, in the columns of today. What is no row is left as it is."""
    if named == MONTHS or not isinstance(row, dict):
        return row
    gone = GONE.get(table, ())
    return dict.fromkeys(ADDED.get(table, ()), "") | {key: row[key] for key in row if key not in gone}


def as_known(named: str, table: str, row: Row) -> Row:
    """After it was looked at."""
    if named != FORMAT or table != "events":
        return row
    grade, is_serious = row["grade"], row["is_serious"]
    return row | {"grade": None if grade == 1 else grade, "is_serious": is_serious or None}
