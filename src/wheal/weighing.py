"""How the weight of one person changed before a treatment. It counts; it does not say what is stable.

The trials that asked for a stable weight (NCT01032889, NCT02123134) are held without the change that they allowed: no
limit is set here. Fewer than two weights, an old one or too short a time leave it unknown, and unknown never reassures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

POUND_IN_KG: Final = Decimal("0.45359237")
"""By definition, since the agreement of 1959."""
POUND_STEP: Final = Decimal("0.1")
"""As finely as pounds are told, and come back from the kilograms that are kept."""
IN_POUNDS: Final = frozenset({"US"})
"""Countries whose people weigh themselves in pounds."""
SIX_MONTHS: Final = timedelta(days=182)
"""The time that the history asks about: the weight now and six months ago."""
Unknown = Literal["never_weighed", "weighed_once", "not_recent", "too_short"]


@dataclass(frozen=True, slots=True)
class Weighed:
    day: date
    kg: Decimal
    is_told: bool = False  # said from memory, not weighed here


@dataclass(frozen=True, slots=True)
class WeightChange:
    """`unknown`: why nothing can be said of six months; what is there is shown all the same."""

    unknown: Unknown | None
    first: Weighed | None = None
    last: Weighed | None = None
    least_kg: Decimal | None = (
        None  # between the two: who lost and gained it again is not the same throughout
    )
    most_kg: Decimal | None = None

    @property
    def kg(self) -> Decimal | None:
        """Last less first."""
        return None if not self.first or not self.last else self.last.kg - self.first.kg

    @property
    def percent(self) -> Decimal | None:
        """Of the first, to a tenth."""
        return None if self.kg is None or not self.first else round(100 * self.kg / self.first.kg, 1)

    @property
    def days(self) -> int | None:
        return None if not self.first or not self.last else (self.last.day - self.first.day).days


def kilos_of(pounds: Decimal) -> Decimal:
    """To a hundredth, so that the tenth of a pound that was said comes back."""
    return round(pounds * POUND_IN_KG, 2)


def pounds_of(kg: Decimal) -> Decimal:
    return round(kg / POUND_IN_KG, 1)


def change_before(weighed: Iterable[Weighed], on: date) -> WeightChange:
    """From the latest weight that is six months old or more to the latest one. What was weighed goes before what was
    told of the same day; what lies after `on` is not looked at."""
    days = {one.day: one for one in sorted(weighed, key=lambda one: not one.is_told) if one.day <= on}
    held = [days[day] for day in sorted(days)]
    if not held:
        return WeightChange("never_weighed")
    if len(held) == 1:
        return WeightChange("weighed_once", last=held[0])
    begin = on - SIX_MONTHS
    if held[-1].day <= begin:
        return WeightChange("not_recent", last=held[-1])
    old = [place for place, one in enumerate(held) if one.day <= begin]
    between = held[old[-1] if old else 0 :]
    kilos = [one.kg for one in between]
    return WeightChange(None if old else "too_short", between[0], between[-1], min(kilos), max(kilos))
