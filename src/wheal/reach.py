"""Which limits hold for a substance on these areas in this country: each for the areas that it names.

Those of the country hold. Where a substance has labels but none for this country, the strictest of the
foreign labels hold as a ceiling, and that is said. Limits of another route are ceilings everywhere: never a
licence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final

from wheal.intervals import earliest
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Limit, LimitCode

Scope = tuple[LimitCode, tuple[str, ...]]
_AT_LEAST: Final = frozenset(("min_spacing", "min_interval"))


@lru_cache(maxsize=1024)
def sorted_out(
    known: Knowledge, substance: str, country: str, areas: frozenset[str], on: date
) -> tuple[tuple[Limit, ...], tuple[Limit, ...], tuple[Limit, ...]]:
    """The strictest of each code and areas that holds here, those borrowed from foreign labels, and the others."""
    here, borrowed, elsewhere = in_reach(known, substance, country, areas)
    return tuple(strictest([*here, *borrowed], on)), tuple(borrowed), tuple(elsewhere)


def in_reach(
    known: Knowledge, substance: str, country: str, areas: frozenset[str]
) -> tuple[list[Limit], list[Limit], list[Limit]]:
    """Those that hold here, those borrowed from foreign labels, and the others."""
    limits = known.substances[substance].limits
    has_label = any(limit.kind == "label" and country in limit.jurisdictions for limit in limits)
    here, borrowed, elsewhere = [], [], []
    for limit in limits:
        if limit.areas and areas.isdisjoint(limit.areas):
            continue
        if limit.kind in ("other_route", "clinic") or country in limit.jurisdictions:
            here.append(limit)
        elif limit.kind == "label" and not has_label:
            borrowed.append(limit)
        else:
            elsewhere.append(limit)
    return here, borrowed, elsewhere


def strictest(limits: Iterable[Limit], on: date) -> list[Limit]:
    """One limit for each code and the areas it names, in the order of the codes.

    A smaller figure for the face says nothing of the abdomen: limits are compared only where they name the same areas.
    """
    kept: dict[Scope, Limit] = {}
    for limit in limits:
        scope = scope_of(limit)
        other = kept.get(scope)
        if other is None or _strictness(limit, on) < _strictness(other, on):
            kept[scope] = limit
    return [kept[scope] for scope in sorted(kept)]


def scope_of(limit: Limit) -> Scope:
    """What two limits must have in common for the smaller one to stand for both."""
    return limit.code, tuple(sorted(limit.areas))


def _strictness(limit: Limit, on: date) -> tuple[Fraction, tuple[str, ...]]:
    if limit.code == "min_interval":
        return Fraction(-earliest(on, limit.amount).toordinal()), limit.sources
    size = Fraction(limit.amount.value) * Fraction(limit.amount.unit.size)
    return (-size if limit.code in _AT_LEAST else size), limit.sources
