"""How sure a share of people is: the exact (Clopper-Pearson) interval of so many out of so many.

    exact_interval(369, 513)  # (0.678…, 0.757…)

"Exact" means that the interval is found from the binomial distribution itself and so holds at least its 95 %,
however few were counted; none of 120 still allows for up to 3.0 of 100. The same figures as R's `binom.test`.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, log1p
from typing import Final

_TAIL: Final = 0.025  # on either side: 95 % lie between
_HALVINGS: Final = 60


@lru_cache(maxsize=4096)
def exact_interval(count: int, of: int) -> tuple[float, float]:
    """The least and the greatest share that such a count does not contradict, each between 0 and 1.

    With a count of none the least is 0, with a count of all the greatest is 1. Raises ValueError for a count
    that is negative or more than there were, and where nobody was counted.
    """
    if not 0 <= count <= of or of < 1:
        raise ValueError(f"{count} of {of} cannot be")
    return 1 - _greatest(of - count, of), _greatest(count, of)


def _greatest(count: int, of: int) -> float:
    """The share with which so few, or fewer, are seen just once in forty times."""
    if count == of:
        return 1.0
    least, most = count / of, 1.0
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        if _so_few(count, of, middle) > _TAIL:
            least = middle
        else:
            most = middle
    return (least + most) / 2


def _so_few(count: int, of: int, share: float) -> float:
    """How likely it is to see at most so many, where each one has this share (above 0, below 1)."""
    ways = lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
    one = exp(ways + count * log(share) + (of - count) * log1p(-share))
    odds, total = (1 - share) / share, 0.0
    for seen in range(count, -1, -1):
        total += one
        one *= seen / (of - seen + 1) * odds
        if one < total * 1e-17:
            break
    return total
