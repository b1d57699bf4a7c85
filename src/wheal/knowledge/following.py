"""What a file of instruments/, schedules/ and trials/ may say: how and when a result is measured, what trials found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from pydantic import with_config

from wheal.knowledge.values import CLOSED, Number, Whole, YesNo
from wheal.quantities import Quantity

Quality = Literal["preferred", "accepted", "weak"]
"""Preferred: the thickness itself. Weak: published to follow the thickness badly; a result of it alone is flagged."""
By = Literal["clinic", "patient"]
Conclusion = Literal[
    "nobody", "too_few", "share", "nothing_shown", "not_all_agree", "weight_not_known", "goes_with_weight",
    "lower", "higher",
]  # fmt: skip
CONCLUSIONS: Final[tuple[Conclusion, ...]] = get_args(Conclusion)
"""What may be said of a result: `wheal.outcomes` chooses by the figures alone. Wording: `outcome.<conclusion>`."""
_INTERVALS: Final = tuple(Quantity.of(1, unit).unit.dimension for unit in ("d", "mo"))
BesidePlacebo = Literal["more", "overlaps", "fewer"]
BESIDE_PLACEBO: Final[tuple[BesidePlacebo, ...]] = get_args(BesidePlacebo)


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Agreement:
    """How closely it followed a reference in a published comparison: the squared correlation, in how many people."""

    r2: Number
    people: Whole


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Instrument:
    """One file of instruments/: a way to measure. Wording: `instrument.<id>.name` and `.how`.

    What a patient answers also `.ask` and `.ask_how`; where `worded`, each step `.step_<value + 1>`.

    `least` and `most` are what can be entered at all; outside `usual_least` and `usual_most` it is asked again.
    """

    order: Whole
    kind: Literal["thickness", "girth", "scale", "weight"]
    unit: Literal["mm", "cm", "kg", "1"]
    least: Number
    most: Number
    step: Number  # the finest that is told apart
    quality: Quality
    by: By
    sources: tuple[str, ...]  # empty: a convention of Wheal that claims nothing
    usual_least: Number | None = None
    usual_most: Number | None = None
    purposes: tuple[str, ...] = ()  # empty: any
    areas: tuple[str, ...] = ()  # empty: any
    compares: YesNo = False  # it says by itself how it is against before: nothing is subtracted
    worded: YesNo = False  # each step has a word of its own
    agreement: Agreement | None = None

    @property
    def is_of_the_body(self) -> bool:
        """Of the whole person, not of an area."""
        return self.kind == "weight"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Asked:
    """One call: so long after the last session. `measures`: something is measured, and a result is counted here."""

    after: str  # "7 d", "6 mo"
    by: By
    measures: YesNo = False
    interval: Quantity = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "interval", Quantity.parse(self.after))
        if self.interval.unit.dimension not in _INTERVALS:
            raise ValueError(f"{self.after} is no interval of days or months")


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Schedule:
    """One file of schedules/: when somebody is asked after a session. The first that fits the purpose is offered."""

    order: Whole
    asked: tuple[Asked, ...]
    sources: tuple[str, ...]
    purposes: tuple[str, ...] = ()  # empty: any


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Arm:
    """So many of 100, as printed, of so many people."""

    of_100: Number
    of: Whole


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Trial:
    """One file of trials/: how many improved with a substance, and with placebo. Wording: `trial.<id>`.

    Improved: by `grades` at least on every one of `instruments`. `of_responders`: only those who had improved were
    followed on, and the figure is of them.
    """

    order: Whole
    substances: tuple[str, ...]
    areas: tuple[str, ...]
    instruments: tuple[str, ...]
    grades: Whole
    after: str  # of the last session, or of the first where `from_first`
    treated: Arm
    placebo: Arm
    sources: tuple[str, ...]
    from_first: YesNo = False
    of_responders: YesNo = False
    interval: Quantity = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "interval", Quantity.parse(self.after))
