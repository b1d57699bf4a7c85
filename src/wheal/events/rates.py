"""How often events were seen among those treated, never without the denominator and what it allows.

of_people(3, 120)   # 2.5 of 100, between 0.5 and 7.1
of_people(0, 120)   # none of 120: at most 2.5 of 100
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wheal.proportions import exact_interval

SURE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """Shares are of 1. `least` is None where none were seen: then `most` is the one-sided upper bound."""

    seen: int
    of: int
    least: float | None
    most: float

    @property
    def share(self) -> float:
        return self.seen / self.of


def of_people(seen: int, of: int) -> Rate | None:
    """Exact limits: two-sided 95 % (Clopper-Pearson) where any were seen; where none were, the share with which
    none of so many would be seen once in twenty times. None where nobody was treated: there is no rate.

    Raises ValueError for counts that cannot be.
    """
    if of == 0 and seen == 0:
        return None
    if seen == 0 < of:
        return Rate(0, of, None, 1 - (1 - SURE) ** (1 / of))
    least, most = exact_interval(seen, of)
    return Rate(seen, of, least, most)
