"""How long a record is kept, and from which day a patient may be forgotten. Pure functions of the law and of days.

The term is the country's, which a clinic may lengthen and never shorten. Where no term was verified, nobody is
forgotten until the clinic has stated its own: unknown never reassures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from wheal.knowledge.countries import Duty, Jurisdiction

Stands = Literal["kept", "over", "unknown"]
Ground = Literal["law", "advice", "clinic"]


@dataclass(frozen=True, slots=True)
class Term:
    """`years` from the last visit, None where nobody knows them. `duties`: what the country says, with its sources."""

    years: int | None
    duties: tuple[Duty, ...]
    from_clinic: bool = False  # the clinic's own term is the longer one, or the only one

    @property
    def rule(self) -> Duty | None:
        """What sets the years: a law before an advice of as many; none where it is the clinic's own term."""
        if self.from_clinic or self.years is None:
            return None
        held = [duty for duty in self.duties if duty.years == self.years and duty.standing != "question"]
        return min(held, key=lambda duty: duty.standing != "law")

    @property
    def ground(self) -> Ground | None:
        """By what right a wish for deletion waits; None where no term is known."""
        if self.years is None:
            return None
        return "clinic" if self.rule is None else "law" if self.rule.standing == "law" else "advice"

    def until(self, last_visit: date) -> date | None:
        """The last day on which the record must be there."""
        return None if self.years is None else _years_after(last_visit, self.years)

    def stands(self, last_visit: date, today: date) -> Stands:
        until = self.until(last_visit)
        if until is None:
            return "unknown"
        return "over" if today > until else "kept"


def term_of(law: Jurisdiction, clinic_years: int | None = None) -> Term:
    """Years that are only asked as a question count for nothing."""
    duties = law.duties_of("retention")
    known = [duty.years for duty in duties if duty.years is not None and duty.standing != "question"]
    longest = max([*known, clinic_years or 0]) or None
    return Term(longest, duties, from_clinic=bool(clinic_years) and longest not in known)


def _years_after(day: date, years: int) -> date:
    """29 February counts to 1 March where the year has none: never a day too short."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
