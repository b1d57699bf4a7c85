"""What a file of measures/ may say: one question that the registry answers by counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from pydantic import with_config

from wheal.knowledge.values import CLOSED, Whole, YesNo

Type = Literal["whole", "text", "flag"]
Shape = Literal["attack_rate", "share", "delay"]
SHAPES: Final[tuple[Shape, ...]] = get_args(Shape)
TABLES: Final[Mapping[str, Mapping[str, Type]]] = {
    "sessions": {
        "clinic": "text", "month": "text", "week": "whole", "person": "whole", "session": "whole",
        "purpose": "text",
    },
    "passes": {
        "clinic": "text", "month": "text", "week": "whole", "person": "whole", "session": "whole",
        "area": "text", "technique": "text",
    },
    "given": {
        "clinic": "text", "month": "text", "week": "whole", "person": "whole", "session": "whole",
        "product": "text", "lot": "text", "substance": "text",
    },
    "events": {
        "clinic": "text", "month": "text", "week": "whole", "person": "whole", "event": "whole",
        "kind": "text", "grade": "whole", "is_serious": "flag",
    },
    "courses": {
        "clinic": "text", "month": "text", "week": "whole", "person": "whole", "course": "whole",
        "protocol": "text", "area": "text", "response": "text", "regain": "text",
    },
    "alarms": {
        "clinic": "text", "month": "text", "alarm": "whole", "cause": "text", "days": "whole",
    },
}  # fmt: skip
"""The columns of the registry, by table. `week`: whole weeks since Monday 5 January 1970; `month` is the week's."""
MAY_BE_UNKNOWN: Final[Mapping[str, tuple[str, ...]]] = {"events": ("grade", "is_serious")}
"""Columns that are empty (null) where nobody judged it: not known is neither mild nor harmless."""
EXPOSURES: Final = ("sessions", "passes", "given")
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "response": ("responded", "did_not", "lost"),
    "regain": ("regained", "kept", "not_seen", ""),
}
"""What a column of courses may hold: lost and not_seen are people who started and were not measured."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Measure:
    """One file of measures/. Wording: `measure.<id>.name` and `.how`.

    attack_rate: of the people of `table`, by `by`, whose `within_weeks` after their first session in the group are
    over, those with an event of `kinds` within so many weeks of any of them. Who is still in those weeks is told
    beside, and so is who had an event that nobody graded where `least_grade` asks for more than any, or of which nobody
    said whether it was serious where `only_serious` asks. Without `by` it is of everybody in `table`, in all.
    share: of the rows of courses `among`, those that `counts`; `lost` are in the denominator and told. Where what
    counts is no good (`lost_may_count`), the upper end of the interval takes them for counted.
    delay: how many alarms took how many days from the first event.
    """

    order: Whole
    shape: Shape
    table: str
    by: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # empty: any
    least_grade: Whole = 1
    only_serious: YesNo = False
    within_weeks: Whole = 0
    among: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    lost_may_count: YesNo = False
    is_public: YesNo = False
    sources: tuple[str, ...] = ()  # empty: a convention that claims nothing

    @property
    def question(self) -> tuple[object, ...]:
        """What is asked of a person, whatever the group: of groups and of all alike."""
        return self.shape, frozenset(self.kinds), self.least_grade, self.only_serious, self.within_weeks

    @property
    def asks_for_judgement(self) -> bool:
        return self.least_grade > 1 or self.only_serious
