"""Calendar months and days between sessions."""

from __future__ import annotations

import calendar
from datetime import date

from wheal.quantities import Quantity


def earliest(last: date, interval: Quantity) -> date:
    """The first day on which the interval has passed; it is allowed itself.

    A month is a calendar month, and where that day does not exist the last of the month: 31 January to
    28 February. Days and weeks are days. Raises UnitMismatch for what is no interval.
    """
    if interval.unit.dimension == (("mo", 1),):
        return _months_after(last, int(interval.value_in("mo")))
    return date.fromordinal(last.toordinal() + int(interval.value_in("d")))


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
