"""The watch across clinics on the registry's own rows: which product brings more signs of infection than elsewhere.

    found = looked(cells(Duck(files), promised), on=today)    # wheal.surveillance.across

A cell is one product in one clinic in one month: people who were given it, and how many of them had an event of the
kinds that are counted together within WITHIN weeks. Days are shifted by up to two weeks, so that a month is a month but
for its edges. A clinic has blanked already what too few of its people had.

The rows tell no red flag. What a label may let expect is so nothing but kinds that labels promise, within SOON weeks of
the product, never grave: one that is severe or serious, or that nobody judged, counts as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Protocol

from wheal.surveillance import ALIKE, LOOK_BACK, NEVER_PROMISED
from wheal.surveillance.across import Cell
from wheal.surveillance.frequent import PROMISED_WITHIN

WITHIN: Final = -(-LOOK_BACK // 7)
"""Whole weeks of the look-back of the watch."""
SOON: Final = PROMISED_WITHIN // 7
GRAVE: Final = 3
"""The grade (CTCAE) from which a reaction is severe."""
_KINDS: Final = ", ".join(f"'{kind}'" for kind in ALIKE)
_MAY_BE_USUAL: Final = ", ".join(f"'{kind}'" for kind in ALIKE if kind not in NEVER_PROMISED)
ASK: Final = f"""
    WITH visits AS (
        SELECT DISTINCT clinic, month, product, person, week FROM given WHERE product <> ''
    ), people AS (
        SELECT clinic, month, product, count(DISTINCT person) AS treated FROM visits GROUP BY clinic, month, product
    ), after AS (
        SELECT v.clinic, v.month, v.product, v.person, e.kind IN ({_MAY_BE_USUAL})
            AND coalesce(e.grade < {GRAVE} AND NOT e.is_serious, false)
            AND min(e.week - v.week) OVER (PARTITION BY v.product, v.person, e.event) <= {SOON}
            AS usual
        FROM visits v JOIN events e
        ON e.person = v.person AND e.week BETWEEN v.week AND v.week + {WITHIN} AND e.kind IN ({_KINDS})
    ), ill AS (
        SELECT clinic, month, product, person, bool_and(usual) AS usual FROM after
        GROUP BY clinic, month, product, person
    ), counted AS (
        SELECT clinic, month, product, count(*) AS events, count(*) FILTER (WHERE usual) AS usual FROM ill
        GROUP BY clinic, month, product
    )
    SELECT p.month, p.clinic, p.product, p.treated, coalesce(i.events, 0), coalesce(i.usual, 0)
    FROM people p LEFT JOIN counted i ON i.clinic = p.clinic AND i.month = p.month AND i.product = p.product"""


class Asked(Protocol):
    def rows(self, sql: str) -> list[tuple[object, ...]]: ...


def cells(engine: Asked, promised: Mapping[str, float] | None = None) -> tuple[Cell, ...]:
    """In the order of month, clinic and product. `promised`: by product, the share of people of whom its label tells a
    reaction of these kinds; of others nothing is set aside."""
    labels = promised or {}
    found = [_cell(row, labels) for row in engine.rows(ASK)]
    return tuple(sorted(found, key=lambda one: (one.month, one.clinic, one.product)))


def _cell(row: tuple[object, ...], labels: Mapping[str, float]) -> Cell:
    month, clinic, product, *numbers = map(str, row)
    treated, events, usual = map(int, numbers)
    share = labels.get(product, 0.0)
    return Cell(
        date.fromisoformat(f"{month}-01"), clinic, product, treated, events, usual if share else 0, share
    )
