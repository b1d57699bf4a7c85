"""Did the injection cause it? Naranjo's points, and the class of the WHO-UMC.

Neither scale fits a contaminated vial: one patient alone shows no pattern. That an event is linked to a lot is a
separate statement, see `wheal.surveillance`.

Naranjo et al., Clin Pharmacol Ther 1981;30(2):239-245. WHO-UMC: the criteria as in PMC6039921 and PMC11162198.
The items and classes are told in Wheal's own words (`code.naranjo.…`, `code.who_umc.…` of the knowledge).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Answer = Literal["yes", "no", "not_known"]
ANSWERS: Final[tuple[Answer, ...]] = ("yes", "no", "not_known")
Band = Literal["definite", "probable", "possible", "doubtful"]

POINTS: Final[Mapping[str, tuple[int, int]]] = {
    "earlier_reports": (1, 0),
    "after_it": (2, -1),
    "better_on_stopping": (1, 0),
    "back_on_repeating": (2, -1),
    "other_causes": (-1, 2),
    "with_placebo": (-1, 1),
    "toxic_level": (1, 0),
    "dose_response": (1, 0),
    "similar_before": (1, 0),
    "objective": (1, 0),
}
"""For yes and for no; what is not known gives none."""
_BANDS: Final[tuple[tuple[int, Band], ...]] = ((9, "definite"), (5, "probable"), (1, "possible"))


class UnknownAnswer(ValueError):
    """An item or an answer that the scale does not have."""


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    band: Band
    answered: int  # of the ten items, so many with yes or no


def score(answers: Mapping[str, str]) -> Score:
    """The sum and its band: 9 or more definite, 5 to 8 probable, 1 to 4 possible, 0 or less doubtful.

    An item that is left out counts as not known. Raises UnknownAnswer.
    """
    points = 0
    for item, answer in answers.items():
        if item not in POINTS or answer not in ANSWERS:
            raise UnknownAnswer(f"{item}: {answer}")
        points += {"yes": POINTS[item][0], "no": POINTS[item][1]}.get(answer, 0)
    answered = sum(answer != "not_known" for answer in answers.values())
    band: Band = next((band for least, band in _BANDS if points >= least), "doubtful")
    return Score(points, band, answered)
