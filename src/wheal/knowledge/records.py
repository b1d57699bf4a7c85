"""What a knowledge file may say: one frozen record per kind of file, nothing optional by accident.

A file's name is its id. Amounts are text with their unit ("200 mg"), conditions are the tables that
`wheal.conditions` reads, and every clinical statement names at least one source of `sources.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import with_config

from wheal import conditions
from wheal.conditions import Check
from wheal.knowledge.notes import Ingredient, Measured, SameUnit
from wheal.knowledge.values import CLOSED, Day, Number, Whole, YesNo
from wheal.quantities import Quantity

Severity = Literal["stop", "refer", "caution", "info"]
Certainty = Literal["high", "moderate", "low", "very_low", "none", "not_applicable"]
LimitCode = Literal[
    "dose_per_session",  # mass or activity in one session
    "dose_per_day",  # mass, activity or volume in one calendar day, earlier sessions of that day included
    "dose_per_kg",  # per kilogram of body weight, in one session
    "dose_per_area",  # per square centimetre of the outline treated
    "dose_per_point",
    "volume_per_session",
    "volume_per_point",
    "points_per_session",
    "dose_per_side",  # on the patient's left, or right, where a label calls each a treatment area
    "volume_per_side",
    "points_per_side",
    "min_spacing",  # the only one, with min_interval, where less is the breach
    "min_interval",  # "1 month" is a calendar month; "28 d" is days
    "max_sessions",  # sessions with this substance, this one included
]
LimitKind = Literal[
    "label", "national_formulary", "other_route", "clinic"
]  # "clinic": its own, in its own folder

READY_MIXTURE: Final = "ready_mixture"
"""In conditions, `{ mix = "ready_mixture" }`: every substance with `mixture = true`."""
EVIDENCE_FOR: Final = "evidence_for_"
"""In conditions, `{ mix = "evidence_for_fat" }`: every substance with some evidence for the purpose, however weak."""

Condition = dict[str, Any]
"""A table of the closed condition language; `wheal.conditions.compile` gives it its meaning."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Rule:
    """When `when` is true the finding stands; when it is unknown the missing facts are asked for.

    The wording is `rule.<code>` in text/<language>.toml. `about` is the fact, condition, allergy or
    medication the finding names; left out, it is the code that made the condition true.
    """

    code: str
    severity: Severity
    when: Condition
    sources: tuple[str, ...]
    reviewed: Day
    about: str | None = None
    jurisdictions: tuple[str, ...] = ()  # empty: everywhere
    until: Day | None = None  # law that ended
    since: Day | None = None  # law that began
    question: YesNo = False  # graded D or not verified: shown as a question to the clinician
    waits: YesNo = False  # it passes: `wait.<code>` says until what, then the person is asked again
    harms: tuple[str, ...] = ()  # files of events/ that its wording names: the consent tells them too
    check: Check = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "check", conditions.compile(self.when))


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Limit:
    code: LimitCode
    max: str  # "100 mg", "2 mg/cm2", "10 mL", "50 {points}", "6 {sessions}"; for min_* the least allowed
    kind: LimitKind
    sources: tuple[str, ...]
    jurisdictions: tuple[str, ...]  # whose text it is
    areas: tuple[str, ...] = ()  # empty: every area
    of: str = ""  # what the mass counts where it is not the substance itself
    basis: str = ""  # how the figure was derived: text key `limit.<substance>.<basis>`
    amount: Quantity = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", Quantity.parse(self.max))


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Status:
    """What the law or regulator of a country says of a substance. Wording: `status.<substance>.<country>`."""

    standing: Literal["approved", "approved_other_use", "unapproved", "banned", "device", "unclear"]
    sources: tuple[str, ...]
    severity: Severity | None = None  # the finding it makes for this use; None: none
    since: Day | None = None
    when: Condition = field(default_factory=dict)  # narrows it (purpose, area); empty: always
    check: Check = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "check", conditions.compile(self.when))


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Evidence:
    """How strong the evidence is for a purpose ("fat", "skin"). Wording: `evidence.<substance>.<purpose>`."""

    certainty: Certainty
    sources: tuple[str, ...]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Substance:
    """One file of substances/. Wording: `substance.<id>.name`, and `.note` where there is one."""

    kind: Literal[
        "drug", "enzyme", "hyaluronic_acid", "homeopathic", "vitamin", "plant_extract", "diluent", "other"
    ]
    measured_in: Literal["mg", "[USP'U]", "[iU]", "mL"]  # what a dose of it is counted in
    routes: tuple[Literal["epidermal", "id", "sc"], ...]  # that its sources name
    reviewed: Day
    sources: tuple[str, ...]
    medicine: YesNo  # counts as a medicine where chairside mixing of medicines is forbidden
    groups: tuple[str, ...] = ()  # "local_anaesthetic": doses of a group are summed
    contains: tuple[
        str, ...
    ] = ()  # other substances that it holds, or is a salt of: a reaction to one is one to it
    strengths: tuple[str, ...] = ()  # marketed concentrations, "10 mg/mL"
    same_units: tuple[SameUnit, ...] = ()  # in which labels print it too
    limits: tuple[Limit, ...] = ()
    no_limit_published: YesNo = False  # said on screen; the load fails when false and `limits` is empty
    rules: tuple[
        Rule, ...
    ] = ()  # contraindications, interactions, cautions; judged only when it is in the mix
    status: Mapping[str, Status] = field(default_factory=dict)  # by jurisdiction
    evidence: Mapping[str, Evidence] = field(default_factory=dict)  # by purpose
    areas: tuple[str, ...] = ()  # that a label names; empty: no label names any
    notes: tuple[str, ...] = ()  # text keys `substance.<id>.<note>` to show on its page
    ph: tuple[Measured, ...] = ()
    osmolality: tuple[Measured, ...] = ()  # in mOsm/kg
    holds: tuple[Ingredient, ...] = ()
    mixture: YesNo = (
        False  # several active substances in one vial, as a maker or a tradition has put them together
    )

    @property
    def groups_in_rules(self) -> tuple[str, ...]:
        """What a condition may call it besides its own name. Only `groups` are a class and have their doses summed."""
        mixture = (READY_MIXTURE,) if self.mixture else ()
        shown = (
            use for use, held in self.evidence.items() if held.certainty not in ("none", "not_applicable")
        )
        return (*self.groups, *mixture, *(EVIDENCE_FOR + purpose for purpose in shown))


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Compatibility:
    """One file of mixing/: may `a` share a syringe with `b`. Wording: `mixing.<file id>`."""

    a: tuple[str, ...]  # substances or groups; "*" any other substance
    b: tuple[str, ...]
    severity: Severity
    sources: tuple[str, ...]
    code: str  # "admixture_forbidden", "admixture_question"…
    question: YesNo = False


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class HandlingRules:
    """handling.toml in mixing/: clocks and container rules that hold for every mix."""

    beyond_use_hours: Number
    beyond_use_sources: tuple[str, ...]
    multi_dose_days: Number
    multi_dose_sources: tuple[str, ...]
    single_dose_sources: tuple[str, ...]
    max_products: Whole
    max_products_sources: tuple[str, ...]
    expiry_sources: tuple[str, ...]
    reviewed: Day
    osmolality_least: Number | None = None  # mOsm/kg; a mix below it is called hypo-osmolar
    osmolality_sources: tuple[str, ...] = ()


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Question:
    """One file of questions/: what is asked, and which fact it answers.

    Wording: `question.<id>.ask`, `.help`, and `code.<group>.<code>` for its options.
    """

    order: Whole
    page: str  # section of the form: "today", "health", "medicines", "allergies", "earlier", "hopes"
    kind: Literal["yes_no", "codes", "number", "date", "text"]
    fills: str  # the fact: "pregnant", "weight_kg", "conditions", "medications", "allergies"…; "record": none
    codes: tuple[str, ...] = ()  # for kind "codes": those offered under this question
    unit: str = ""
    least: Number | None = None
    most: Number | None = None
    ask_if: Condition = field(default_factory=dict)
    prefill: YesNo = True  # never symptoms or pregnancy
    at_home: YesNo = True  # not what the team measures
    needed: YesNo = (
        False  # of the least data: no rule reads it, and nobody is cleared without. Wording: `least.<id>`
    )
    may_be_none: YesNo = False  # a day or a text that some people have not. Wording: `question.<id>.none`
    sources: tuple[str, ...] = ()
    asked: Check = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", conditions.compile(self.ask_if))


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Technique:
    layers: tuple[Literal["epidermal", "id", "sc"], ...]
    order: Whole
    sources: tuple[str, ...]
    depth_min_mm: Number | None = None
    depth_max_mm: Number | None = None
    spacing_cm: Number | None = None  # offered first, no limit
    volume_ml: Number | None = None  # offered first, no limit
    in_lines: YesNo = False  # the hand goes in lines to and fro


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Claim:
    """One file of evidence/. Wording: `claim.<id>.text`, `.why`."""

    verdict: Literal["supported", "partly", "contradicted", "no_evidence"]
    certainty: Certainty
    sources: tuple[str, ...]
    reviewed: Day


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Count:
    """So many out of so many, as a source counted them."""

    count: Whole
    of: Whole


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Harm:
    """One file of events/: how often something happens, told as people. Wording: `harm.<id>`."""

    substances: tuple[str, ...]  # empty: any injection
    sources: tuple[str, ...]
    order: Whole
    of_100: Number | None = None  # as printed, so mostly rounded
    of: Whole | None = None  # how many were treated: the interval comes from it
    of_100_comparison: Number | None = None  # with placebo
    of_comparison: Whole | None = None
    counted: Literal["people", "treatments"] = "people"
    counts: Mapping[str, Count] = field(default_factory=dict)  # placeholders of the wording
    rare: YesNo = False  # told in words where no rate can be given
    purposes: tuple[str, ...] = ()  # empty: whatever it is done for
    unless: tuple[str, ...] = ()  # not told where one of these is in the plan: of that, more is told
    kinds: tuple[str, ...] = ()  # kinds of event that are this harm: one that is listed is expected


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Aftercare:
    """One file of aftercare/. Wording: `aftercare.<id>`, one sentence."""

    order: Whole
    kind: Literal["do", "avoid", "expect", "red_flag"]
    substances: tuple[str, ...]
    sources: tuple[str, ...]
    purposes: tuple[str, ...] = ()
    harms: tuple[str, ...] = ()  # those whose frequency is told behind the sentence


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class StandardCode:
    """In codes.toml: what a standard calls a code of the vocabulary. Several codes mean any of them."""

    system: Literal["ICD-10-CM", "ATC"]
    codes: tuple[str, ...]
    called: str
    sources: tuple[str, ...]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Vocabulary:
    """vocabulary.toml: every code a document may use, by group. Wording: `code.<group>.<code>`."""

    purposes: tuple[str, ...]
    roles: tuple[str, ...]
    credential_kinds: tuple[str, ...]
    container_kinds: tuple[str, ...]
    prepared_by: tuple[str, ...]
    allergies: tuple[str, ...]
    conditions: tuple[str, ...]
    medications: tuple[str, ...]
    event_kinds: tuple[str, ...]
    exposure_kinds: tuple[str, ...]
    sexes: tuple[str, ...] = ("female", "male")
    vehicles: tuple[str, ...] = ("water", "alcohol", "oil")  # what a product is dissolved in
    # of an event after a session
    courses: tuple[str, ...] = (
        "worse", "unchanged", "better", "resolved", "resolved_with_marks", "fatal", "not_known",
    )  # fmt: skip
    grades: tuple[str, ...] = ("1", "2", "3", "4", "5")
    serious: tuple[str, ...] = (
        "death", "life_threatening", "hospital", "disability", "birth_defect", "intervention", "other_important",
    )  # fmt: skip
    naranjo: tuple[str, ...] = (
        "earlier_reports", "after_it", "better_on_stopping", "back_on_repeating", "other_causes", "with_placebo",
        "toxic_level", "dose_response", "similar_before", "objective",
    )  # fmt: skip
    naranjo_bands: tuple[str, ...] = ("definite", "probable", "possible", "doubtful")
    who_umc: tuple[str, ...] = (
        "certain", "probable", "possible", "unlikely", "conditional", "unassessable",
    )  # fmt: skip
