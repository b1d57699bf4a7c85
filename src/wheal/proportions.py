"""How sure a share of people, or a count, is: the exact intervals of the binomial and of the Poisson distribution.

    exact_interval(369, 513)  # (0.678…, 0.757…): Clopper-Pearson
    at_most(0, 120)           # 0.0247: zero events of 120 allow for at most 2.5 %
    exact_count(10)           # (4.795…, 18.390…): Garwood

"Exact" means that the interval is found from the binomial distribution itself and so holds at least its 95 %,
however few were counted. The same figures as R's `binom.test` and `poisson.test`.

Two conventions, never mixed: an interval leaves 2.5 % out on either side (none of 120: between 0 and 3.0 %); a bound on
zero events leaves out the whole 5 % above, since nothing can lie below none (none of 120: at most 2.5 %, which is
the "rule of three", 3 divided by 120).
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from typing import Final

_TAIL: Final = 0.025  # on either side: 95 % lie between
_ONE_SIDE: Final = 0.05
_HALVINGS: Final = 60


@lru_cache(maxsize=4096)
def exact_interval(count: int, of: int) -> tuple[float, float]:
    """The least and the greatest share that such a count does not contradict, each between 0 and 1.

    With a count of none the least is 0, with a count of all the greatest is 1. Raises ValueError for a count
    that is negative or more than there were, and where nobody was counted.
    """
    if not 0 <= count <= of or of < 1:
        raise ValueError(f"{count} of {of} cannot be")
    return 1 - _greatest(of - count, of, _TAIL), _greatest(count, of, _TAIL)


@lru_cache(maxsize=4096)
def at_most(count: int, of: int) -> float:
    """The greatest share that such a count allows, at one-sided 95 %. Raises ValueError as above."""
    if not 0 <= count <= of or of < 1:
        raise ValueError(f"{count} of {of} cannot be")
    return _greatest(count, of, _ONE_SIDE)


@lru_cache(maxsize=4096)
def exact_count(count: int) -> tuple[float, float]:
    """The least and the greatest expectation that a count of events does not contradict. Raises ValueError below 0.

    Divided by sessions, months or anything else in which they were counted, it is the interval of the rate.
    """
    if count < 0:
        raise ValueError(f"{count} events cannot be")
    most = _expectation(count, _TAIL)
    return (_expectation(count - 1, 1 - _TAIL) if count else 0.0), most


def of_printed(of_100: Decimal, of: int) -> tuple[float, float]:
    """The exact interval of a printed percentage: of every count that is printed so, from the least to the greatest.

    3 % of 10,581 may have been 265 or 370: an interval from the rounded figure alone would claim what nobody knows.
    Where no count is printed so, the one that is nearest to it.
    """
    half = Decimal(1).scaleb(int(of_100.as_tuple().exponent)) / 2
    least = max(0, int(((of_100 - half) * of / 100).to_integral_value(ROUND_CEILING)))
    most = min(of, int(((of_100 + half) * of / 100).to_integral_value(ROUND_FLOOR)))
    if least > most:
        least = most = int((of_100 * of / 100).to_integral_value(ROUND_HALF_EVEN))
    return exact_interval(least, of)[0], exact_interval(most, of)[1]


def _expectation(count: int, tail: float) -> float:
    """With which so few events, or fewer, are seen with this chance."""
    least, most = 0.0, count + 10.0 + 10.0 * sqrt(count + 1)
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        if _so_few_events(count, middle) > tail:
            least = middle
        else:
            most = middle
    return (least + most) / 2


def _so_few_events(count: int, expected: float) -> float:
    """How likely it is to see at most so many."""
    one, total = exp(count * log(expected) - expected - lgamma(count + 1)), 0.0
    for seen in range(count, -1, -1):
        total += one
        one *= seen / expected
        if one < total * 1e-17:
            break
    return total


def _greatest(count: int, of: int, tail: float) -> float:
    """The share with which so few, or fewer, are seen with this chance."""
    if count == of:
        return 1.0
    least, most = count / of, 1.0
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        if _so_few(count, of, middle) > tail:
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
