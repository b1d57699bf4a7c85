"""How cold and how warm a thing may be kept."""

from __future__ import annotations

from decimal import Decimal


def is_outside(celsius: Decimal, coldest: Decimal | None, warmest: Decimal | None) -> bool:
    """In °C, both bounds still allowed; None is no bound."""
    too_cold = coldest is not None and celsius < coldest
    return too_cold or (warmest is not None and celsius > warmest)
