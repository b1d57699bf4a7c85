"""What sources say beside what is judged: how things are done, what is in a product, where the texts differ.

It is read by people, and it permits nothing. Of all this only the osmolality is counted with, by a mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import with_config

from wheal.knowledge.values import CLOSED, Day, Number, Whole, YesNo

Subject = Literal[
    "technique",  # how the needle is placed
    "needle",
    "volume",  # and distance
    "interval",
    "preparation",  # and keeping of a mix
    "practice",  # what was done and seen; never a limit
    "difference",  # where sources disagree
]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Note:
    """One file of notes/. Wording: `note.<file id>`."""

    subject: Subject
    order: Whole
    sources: tuple[str, ...]
    reviewed: Day
    substances: tuple[str, ...] = ()  # shown on their pages; empty: of no single one
    techniques: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()  # whose rule it is; empty: of no single country
    question: YesNo = False  # nobody has verified it


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Measured:
    """A property of a solution that its label prints: its pH, or its osmolality in mOsm/kg."""

    least: Number
    most: Number
    sources: tuple[str, ...]
    of: str = ""  # which product, where one is meant: wording `substance.<id>.<of>`
    strengths: tuple[str, ...] = ()  # of which solutions; empty: of all


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Ingredient:
    """What a product holds that somebody may be allergic to. Wording: `substance.<id>.holds.<code>`."""

    code: str
    sources: tuple[str, ...]
    allergy: str = ""  # its code in the vocabulary, where there is one
    question: YesNo = False  # nobody has verified it


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class SameUnit:
    """Another unit of which one is, by a source, one of the substance's own."""

    unit: Literal["[USP'U]", "[iU]"]
    sources: tuple[str, ...]
