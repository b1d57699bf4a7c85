"""What the watch across clinics says in quiet years of thirty clinics: `python -m bench across`.

Twelve products, of which each clinic uses half and treats 20 people a month with each; other causes bring an event to 1
in 1,000. Months are judged as they end. A product that stands out is counted once a year and level, as it is logged
once. Fixed seed: a run repeats another's figures.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from wheal.surveillance.across import Cell, looked, released

SEED, YEARS = 20261126, 150
CLINICS, PRODUCTS, PEOPLE, OTHER_CAUSES = 30, 12, 20, 0.001
BEFORE, YEAR = 6, 12
"""Months that are known when the year begins, and of the year."""
MONTHS = [date(2025 + at // 12, at % 12 + 1, 1) for at in range(BEFORE + YEAR + 1)]


def quiet(draw: random.Random) -> Iterator[Cell]:
    for clinic in range(CLINICS):
        for product in draw.sample(range(PRODUCTS), PRODUCTS // 2):
            for month in MONTHS[:-1]:
                events = sum(draw.random() < OTHER_CAUSES for _ in range(PEOPLE))
                yield Cell(month, f"c{clinic}", f"p{product}", PEOPLE, events)


def said(draw: random.Random) -> set[tuple[str, str]]:
    """In one year: each product that stood out, with its level."""
    cells = released(quiet(draw))
    return {(it.product, it.level) for month in MONTHS[BEFORE + 1 :] for it in looked(cells, on=month)}


def run(years: int = YEARS) -> None:
    draw = random.Random(SEED)
    told = [level for _year in range(years) for _product, level in said(draw)]
    alarms, watches = told.count("alarm"), told.count("watch")
    print(f"{CLINICS} clinics, {PRODUCTS} products, {years} quiet years of all together")
    print(f"  {alarms / years:.3f} alarms ({alarms}), {watches / years:.3f} watches ({watches}) a year")
