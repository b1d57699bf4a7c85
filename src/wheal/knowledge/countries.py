"""What a file of jurisdictions/ may say: who may inject, what is forbidden, what is owed. Facts with a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import with_config

from wheal.knowledge.records import Rule, Severity
from wheal.knowledge.values import CLOSED, Day, Whole, YesNo


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class RoleLaw:
    """Who may inject, with which credentials, and what is said besides. Wording: `law.<country>.<role>`.

    `asked_by_wheal`: credentials that no source held asks for, and without which nobody injects all the same.
    """

    may: YesNo
    credentials: tuple[str, ...]  # that its sources ask for
    sources: tuple[str, ...]
    severity: Severity | None = None
    asked_by_wheal: tuple[str, ...] = ()


DutyKind = Literal["consent", "delegation", "mixing", "retention", "report", "hosting", "passport"]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Duty:
    """What a country asks of whoever treats, beside who may inject. Wording: `law.<country>.duty.<id>`."""

    id: str
    kind: DutyKind
    standing: Literal["law", "advice", "question"]  # question: nobody has verified it, so somebody must ask
    sources: tuple[str, ...]
    years: Whole | None = None  # of keeping, from the last visit
    within_days: Whole | None = None  # of reporting; working days where `working_days`
    working_days: YesNo = False
    since: Day | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """By which an ambulance is called in a country, as an official text gives it: an offer, which a clinic confirms."""

    number: str
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.number.isdecimal():
            raise ValueError(f"{self.number!r} is no number to dial")


QuoteContent = Literal[
    "date", "registration", "qualification", "insurance", "place", "act", "anaesthesia", "items", "days_off",
    "no_cover", "reflection", "copy",
]  # fmt: skip
QUOTE_STATEMENTS: Final = ("no_cover", "reflection", "copy")
"""What a quote says in fixed words, where the country asks for it. Wording: `quote.statement.<id>`."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One file of jurisdictions/; the file name is the ISO 3166 code. Facts with a date, not legal advice."""

    reviewed: Day
    roles: Mapping[str, RoleLaw]  # a role not named may not inject
    chairside_mixing: YesNo  # False: mixing medicines outside a pharmacy is a stop
    chairside_sources: tuple[str, ...]
    currency: str
    rules: tuple[Rule, ...] = ()  # bans by purpose and mixture
    quote_from: str = ""  # "300 EUR": a written quote is due from this price
    quote_sources: tuple[str, ...] = ()
    quote_contents: tuple[QuoteContent, ...] = ()  # what such a quote must say
    reflection_days: Whole = 0
    reflection_standing: Literal["law", "question"] = (
        "law"  # question: a physician may note why they are not waited for
    )
    reflection_sources: tuple[str, ...] = ()
    nothing_owed_in_reflection: YesNo = False  # True: no deposit meanwhile
    nothing_owed_sources: tuple[str, ...] = ()
    default_language: str = "en"
    age_of_majority: Whole = 18
    duties: tuple[Duty, ...] = ()
    emergency_numbers: tuple[EmergencyNumber, ...] = ()  # the first is offered first

    def duties_of(self, *kinds: DutyKind) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.duties if duty.kind in kinds)
