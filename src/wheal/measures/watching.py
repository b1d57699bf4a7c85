"""The watch across clinics on the registry's own rows: which product brings more signs of infection than elsewhere.

    found = looked(cells(Duck(files)), on=today)    # wheal.surveillance.across

A cell is one product in one clinic in one month: people who were given it, and how many of them had an event of the
kinds that are counted together within WITHIN weeks. Days are shifted by up to two weeks, so that a month is a month but
for its edges. A clinic has blanked already what too few of its people had.
"""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol

from wheal.surveillance import ALIKE, LOOK_BACK
from wheal.surveillance.across import Cell

WITHIN: Final = -(-LOOK_BACK // 7)
"""Whole weeks of the look-back of the watch."""
_KINDS: Final = ", ".join(f"'{kind}'" for kind in ALIKE)
ASK: Final = f"""
    WITH visits AS (
        SELECT DISTINCT clinic, month, product, person, week FROM given WHERE product <> ''
    ), people AS (
        SELECT clinic, month, product, count(DISTINCT person) AS treated FROM visits GROUP BY clinic, month, product
    ), ill AS (
        SELECT v.clinic, v.month, v.product, count(DISTINCT v.person) AS events FROM visits v
        JOIN events e ON e.person = v.person AND e.week BETWEEN v.week AND v.week + {WITHIN} AND e.kind IN ({_KINDS})
        GROUP BY v.clinic, v.month, v.product
    )
    SELECT p.month, p.clinic, p.product, p.treated, coalesce(i.events, 0)
    FROM people p LEFT JOIN ill i ON i.clinic = p.clinic AND i.month = p.month AND i.product = p.product"""


class Asked(Protocol):
    def rows(self, sql: str) -> list[tuple[object, ...]]: ...


def cells(engine: Asked) -> tuple[Cell, ...]:
    """In the order of month, clinic and product."""
    found = [
        Cell(
            date.fromisoformat(f"{month}-01"), str(clinic), str(product), int(str(treated)), int(str(events))
        )
        for month, clinic, product, treated, events in engine.rows(ASK)
    ]
    return tuple(sorted(found, key=lambda one: (one.month, one.clinic, one.product)))
