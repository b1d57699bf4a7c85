"""Dates with two digits for the year, as fields carry them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import Final

_BACK: Final = 51
_AHEAD: Final = -50


def year(two_digits: int, *, today: date) -> int:
    """GS1 General Specifications, section 7.12: at most 49 years back and 50 years ahead of today."""
    century = today.year - today.year % 100
    apart = two_digits - today.year % 100
    if apart >= _BACK:
        return century - 100 + two_digits
    if apart <= _AHEAD:
        return century + 100 + two_digits
    return century + two_digits


def day(digits: str, *, today: date, may_be_00: bool) -> date:
    """YYMMDD. Day 00 is the last of the month, where allowed. Raises ValueError where there is no such day."""
    full, month, number = year(int(digits[:2]), today=today), int(digits[2:4]), int(digits[4:6])
    if number == 0 and may_be_00 and 1 <= month <= 12:
        number = monthrange(full, month)[1]
    return date(full, month, number)


def moment(digits: str, *, today: date) -> datetime:
    """YYMMDDHHMM, in the local time of wherever the product is. Raises ValueError."""
    on = day(digits[:6], today=today, may_be_00=False)
    return datetime(on.year, on.month, on.day, int(digits[6:8]), int(digits[8:10]))  # noqa: DTZ001
