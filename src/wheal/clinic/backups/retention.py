"""Which backups are kept: the last of each of the last days, weeks and months that have one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Of how many days, weeks (Monday to Sunday) and months one is kept."""

    days: int = 7
    weeks: int = 5
    months: int = 12

    @classmethod
    def read(cls, text: str) -> Kept:
        """From "7,5,12". Raises ValueError."""
        numbers = [int(word) for word in text.split(",")]
        if len(numbers) != 3 or min(numbers) < 0 or not any(numbers):
            raise ValueError(f"{text!r}: how many days, weeks and months are kept, such as 7,5,12")
        return cls(*numbers)


def to_keep(made: Iterable[datetime], kept: Kept) -> set[datetime]:
    """Those of `made` that stay. The newest always does; a day without one does not push another out."""
    newest_first = sorted(set(made), reverse=True)
    rules: list[tuple[int, Callable[[datetime], object]]] = [
        (kept.days, lambda moment: moment.date()),
        (kept.weeks, lambda moment: moment.isocalendar()[:2]),
        (kept.months, lambda moment: (moment.year, moment.month)),
    ]
    stays = set(newest_first[:1])
    for count, span in rules:
        last_of: dict[object, datetime] = {}
        for moment in newest_first:
            last_of.setdefault(span(moment), moment)
        stays.update(list(last_of.values())[:count])
    return stays
