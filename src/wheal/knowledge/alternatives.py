"""What a file of alternatives/ may say: one way to go, in the aspects that people compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import with_config

from wheal.knowledge.records import Certainty, Count
from wheal.knowledge.values import CLOSED, Day, Whole

ASPECTS: Final = ("invasiveness", "recovery", "permanence", "complications", "deaths", "price")


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Told:
    """What is held of one aspect. Wording: `alternative.<id>.<aspect>`."""

    certainty: Certainty  # "not_applicable": what it is by definition, no question of evidence
    sources: tuple[str, ...]
    counts: Mapping[str, Count] = field(default_factory=dict)  # placeholders of the wording
    harms: tuple[str, ...] = ()  # those whose frequency is told behind the wording


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Alternative:
    """One file of alternatives/. An aspect that is left out is not known, and that is said in words.

    `kind` "injection" describes injections: those of a plan with its `substances` (empty: of any), or, where a
    substance is authorised in the country and not in the plan, another way to go. Wording: `alternative.<id>.name`.
    """

    kind: Literal["injection", "other"]
    order: Whole
    purposes: tuple[str, ...]
    reviewed: Day
    substances: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()  # empty: every area
    invasiveness: Told | None = None
    recovery: Told | None = None
    permanence: Told | None = None
    complications: Told | None = None
    deaths: Told | None = None
    price: Told | None = None

    def told(self) -> dict[str, Told | None]:
        return {aspect: getattr(self, aspect) for aspect in ASPECTS}
