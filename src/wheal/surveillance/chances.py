"""The little arithmetic of the watch: Poisson tails."""

from __future__ import annotations

import math


def at_least(count: int, expected: float) -> float:
    """P(X >= count) of a Poisson variable, summed from the side that is small, so that it keeps its figures."""
    if count <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    if count <= expected:
        return max(0.0, 1.0 - math.fsum(_mass(k, expected) for k in range(count)))
    total, k = 0.0, count
    while True:
        term = _mass(k, expected)
        total += term
        if term <= total * 1e-17:
            return min(1.0, total)
        k += 1


def _mass(k: int, expected: float) -> float:
    return math.exp(k * math.log(expected) - expected - math.lgamma(k + 1))
