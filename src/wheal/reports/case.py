"""One case as it is told to an authority, and the codes that ICH E2B(R3) has for it.

No more of the patient than the report needs: initials only where somebody chose to give them, an age instead of
the date of birth. MedDRA is licensed, so its codes are not held here: whoever has them types them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from wheal.quantities import Quantity

Role = Literal["suspect", "concomitant", "interacting"]
Outcome = Literal["recovered", "recovering", "not_recovered", "sequelae", "fatal", "unknown"]
Criterion = Literal[
    "death", "life_threatening", "hospital", "disability", "birth_defect", "other_important", "intervention"
]
Qualification = Literal["physician", "pharmacist", "other_professional", "lawyer", "consumer"]
Sex = Literal["male", "female"]
Action = Literal["withdrawn", "reduced", "increased", "not_changed", "unknown", "not_applicable"]

ROLES: Final[Mapping[Role, str]] = {"suspect": "1", "concomitant": "2", "interacting": "3"}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    "recovered": "1", "recovering": "2", "not_recovered": "3", "sequelae": "4", "fatal": "5", "unknown": "0",
}  # fmt: skip
QUALIFICATIONS: Final[Mapping[Qualification, str]] = {
    "physician": "1", "pharmacist": "2", "other_professional": "3", "lawyer": "4", "consumer": "5",
}  # fmt: skip
SEXES: Final[Mapping[Sex, str]] = {"male": "1", "female": "2"}
ACTIONS: Final[Mapping[Action, str]] = {
    "withdrawn": "1", "reduced": "2", "increased": "3", "not_changed": "4", "unknown": "0", "not_applicable": "9",
}  # fmt: skip
LANGUAGES: Final[Mapping[str, str]] = {"en": "eng", "fr": "fra"}
"""ISO 639-1 to the three letters of ISO 639-2 that the message wants."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is to have the message: identifiers agreed with them beforehand."""

    batch: str  # N.1.4
    message: str  # N.2.r.3
    is_fda: bool = False  # asks for elements of its own


FDA: Final = Receiver("ZZFDA", "CDER", is_fda=True)
"""After marketing, as FDA's regional rules R0004 and R0006 say."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who reports, or who sends. "" is not given."""

    organisation: str = ""
    department: str = ""
    title: str = ""
    given: str = ""
    family: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""  # ISO 3166-1, two letters
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    initials: str = ""  # "": held back
    age_years: int | None = None  # at the onset of the first reaction
    sex: Sex | None = None
    weight_kg: Decimal | None = None
    height_cm: int | None = None
    history: str | None = None  # None: not known; "": asked, none


@dataclass(frozen=True, slots=True)
class Reaction:
    key: str  # UUID
    words: str  # as the first who told it said it
    language: str  # of the words: en, fr
    outcome: Outcome
    seriousness: frozenset[Criterion] = frozenset()
    meddra_code: str = ""
    meddra_version: str = ""
    translation: str = ""  # in English
    began: date | None = None
    ended: date | None = None
    confirmed: bool | None = None  # by a health professional
    country: str = ""
    is_judged: bool = True  # False: nobody has said whether it was serious
    fatal_by: date | None = None  # on which it was first told as fatal; the day of a death may lie before

    @property
    def seriousness_elsewhere(self) -> frozenset[Criterion]:
        """By the criteria of whoever does not know FDA's own: a treatment that was needed to prevent permanent damage
        is another medically important condition there."""
        other: Criterion = "other_important"
        needed = "intervention" in self.seriousness
        return (self.seriousness - {"intervention"}) | ({other} if needed else set())


@dataclass(frozen=True, slots=True)
class Ingredient:
    name: str
    strength: Quantity | None = None  # of 1 mL where the unit says so


@dataclass(frozen=True, slots=True)
class Dosage:
    """One session: what was given of one lot."""

    on: date | None = None
    dose: Quantity | None = None
    lot: str = ""
    expires: date | None = None
    route: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    key: str  # UUID
    name: str
    role: Role = "suspect"
    ingredients: tuple[Ingredient, ...] = ()
    dosages: tuple[Dosage, ...] = ()
    maker: str = ""
    ndc: str = ""
    obtained_in: str = ""
    indication: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One that touched the patient and is suspected: told on paper alone."""

    name: str
    kind: str = ""
    maker: str = ""
    serial: str = ""
    lot: str = ""
    expires: date | None = None
    identifier: str = ""  # GTIN, the part of the UDI that is held
    used_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """Whether a product caused a reaction, by somebody, by a method."""

    product: str  # key
    reaction: str  # key
    by: str
    method: str
    result: str


@dataclass(frozen=True, slots=True)
class SafetyReport:
    """`number`: country, organisation and own number, joined by hyphens, unique for good (C.1.1)."""

    number: str
    created_at: datetime  # with its offset
    first_received: date
    latest: date
    receiver: Receiver
    sender_id: str  # agreed with the receiver (N.1.3, N.2.r.2)
    sender: Party
    reporter: Party
    qualification: Qualification
    patient: Patient
    reactions: tuple[Reaction, ...]
    products: tuple[Product, ...]
    narrative: str
    expedited: bool = False  # whether the receiver's own criteria for an expedited report are met
    tests: str = ""  # results with their dates, as text
    product_kept: bool | None = None  # a vial or syringe is still there to be examined
    abated: bool | None = None  # once the product was stopped; None: nobody knows
    reappeared: bool | None = None  # when it was given again
    opinions: tuple[Opinion, ...] = ()
    reporter_comment: str = ""
    sender_comment: str = ""
    devices: tuple[Device, ...] = ()
    amends: str = ""  # why an earlier report of the same number is amended; "": this is the first

    @property
    def is_serious(self) -> bool:
        return any(reaction.seriousness for reaction in self.reactions)

    def seriousness_of(self, reaction: Reaction) -> frozenset[Criterion]:
        """As the receiver knows it."""
        return reaction.seriousness if self.receiver.is_fda else reaction.seriousness_elsewhere

    @property
    def story(self) -> str:
        """The narrative with the examinations, which are typed as words and have no element of their own (H.1)."""
        if not (self.narrative.strip() and self.tests.strip()):
            return self.narrative
        return f"{self.narrative}\n\n{self.tests}"

    def comments(self, reporter: str, sender: str) -> list[str]:
        """What was said besides the story, each under its heading: the forms have no field of their own for it."""
        said = ((reporter, self.reporter_comment), (sender, self.sender_comment))
        return [f"{heading}: {words}" for heading, words in said if words]

    @property
    def suspects(self) -> tuple[Product, ...]:
        return tuple(product for product in self.products if product.role != "concomitant")
