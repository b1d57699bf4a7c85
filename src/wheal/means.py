"""A mean with its interval, and a mean at unchanged weight: Student's t and least squares, nothing else.

    mean([-1.2, -0.4, -0.9])        # Estimate(value=-0.833…, least=-1.84…, most=0.17…, of=3)
    at_no_change(changes, kilos)    # the line through (kilos, change), read at 0 kg

The same figures as R's `t.test(x)$conf.int` and `confint(lm(change ~ kilos))[1, ]`. The distribution of t is summed
exactly for whole degrees of freedom (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from typing import Final

_LEVEL: Final = 0.95
_HALVINGS: Final = 80


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was found, and the 95 % interval around it, of so many people."""

    value: float
    least: float
    most: float
    of: int

    @property
    def excludes_none(self) -> bool:
        """No change at all lies outside the interval."""
        return self.most < 0 or self.least > 0


def mean(values: Sequence[float]) -> Estimate | None:
    """None where fewer than two were measured: one alone has no interval."""
    if len(values) < 2:
        return None
    middle = sum(values) / len(values)
    spread = sum((value - middle) ** 2 for value in values) / (len(values) - 1)
    half = t_quantile(len(values) - 1) * sqrt(spread / len(values))
    return Estimate(middle, middle - half, middle + half, len(values))


def at_no_change(changes: Sequence[float], kilos: Sequence[float]) -> Estimate | None:
    """The mean change that the least-squares line through (kilos, change) gives at no change of weight.

    None with fewer than three people, or where everybody's weight changed alike, so that no line can be drawn.
    """
    count = len(changes)
    if count < 3:
        return None
    middle_x, middle_y = sum(kilos) / count, sum(changes) / count
    across = sum((x - middle_x) ** 2 for x in kilos)
    if across < 1e-9:
        return None
    slope = sum((x - middle_x) * (y - middle_y) for x, y in zip(kilos, changes, strict=True)) / across
    at_zero = middle_y - slope * middle_x
    left = sum((y - at_zero - slope * x) ** 2 for x, y in zip(kilos, changes, strict=True)) / (count - 2)
    half = t_quantile(count - 2) * sqrt(left * (1 / count + middle_x**2 / across))
    return Estimate(at_zero, at_zero - half, at_zero + half, count)


@lru_cache(maxsize=512)
def t_quantile(freedom: int) -> float:
    """Student's t with 2.5 % on either side. Raises ValueError below one degree of freedom."""
    if freedom < 1:
        raise ValueError(f"{freedom} degrees of freedom cannot be")
    least, most = 0.0, 20.0
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        if _within(middle, freedom) < _LEVEL:
            least = middle
        else:
            most = middle
    return (least + most) / 2


def _within(t: float, freedom: int) -> float:
    """How likely a value between −t and t is."""
    angle = atan(t / sqrt(freedom))
    if freedom == 1:
        return 2 * angle / pi
    odd = freedom % 2
    term = total = cos(angle) if odd else 1.0
    for step in range(2 + odd, freedom - 1, 2):
        term *= (step - 1) / step * cos(angle) ** 2
        total += term
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
