"""The time to think that a country's rule gives: from which day on somebody may agree."""

from __future__ import annotations

from datetime import date, timedelta


def earliest(handed_on: date, days: int) -> date:
    """The first day on which it may be signed: `days` whole days lie between it and the day of handing over.

    Neither the day of handing nor the day of signing is counted, which is the cautious way to read a rule that says
    "at least fifteen days after". No days to wait: the same day. The days are those of the clinic's own clock.
    """
    return handed_on + timedelta(days=days + 1) if days else handed_on
