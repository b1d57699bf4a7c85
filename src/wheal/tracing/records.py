"""What is read from the record, and the web that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from wheal.ledger import millilitres


@dataclass(frozen=True, slots=True)
class Lot:
    id: int
    gtin: str
    number: str
    product: str
    substance: str
    expires: date
    state: str  # usable, ends_soon, expired, quarantined, recalled

    def as_json(self) -> dict[str, Any]:
        told = {
            "number": self.number,
            "product": self.product,
            "substance": self.substance,
            "expires": self.expires.isoformat(),
            "state": self.state,
        }
        return {"gtin": self.gtin, **told} if self.gtin else told


class Drawn(NamedTuple):
    """A volume drawn from one lot into one mix of one session. One of thousands: rows are tuples, and quick to make."""

    lot: int
    container: int | None
    volume_ul: int
    mix: int
    label: str
    session: int
    day: date
    signed: bool
    practitioner: str
    patient: int
    person: str = ""  # how the record calls the patient; never part of an answer in JSON
    clinic: str = ""
    part: int = 0  # which of the parts of its mix
    stands: bool = (
        True  # False: an amendment says that it came from another lot; whoever got it is told all the same
    )
    corrected: bool = False  # an amendment says from which lot it came


class Injected(NamedTuple):
    """A pass: points of one mix on one area."""

    id: int
    mix: int
    area: str
    technique: str
    points: int
    volume_ul: int  # of all its points

    @property
    def volume_ml(self) -> Decimal:
        return millilitres(self.volume_ul)


@dataclass(frozen=True, slots=True)
class Thing:
    """A device, lot of needles, water point, disinfectant or room."""

    id: int
    kind: str
    name: str
    number: str = ""

    def as_json(self) -> dict[str, Any]:
        told = {"kind": self.kind, "id": str(self.id), "name": self.name}
        return {**told, "number": self.number} if self.number else told


class Visit(NamedTuple):
    """A session in which somebody met a thing, whether or not anything was drawn."""

    session: int
    day: date
    signed: bool
    practitioner: str
    patient: int
    person: str = ""
    clinic: str = ""


class MixTraced(NamedTuple):
    """What one mix took of the lots asked about, and where it went."""

    id: int
    label: str
    lots: tuple[int, ...]
    containers: tuple[int, ...]
    drawn_ul: int
    passes: tuple[Injected, ...]
    injected_ul: int  # of these lots alone
    corrected: bool = False  # by an amendment, of the lot or of the volume

    @property
    def drawn_ml(self) -> Decimal:
        return millilitres(self.drawn_ul)

    @property
    def injected_ml(self) -> Decimal:
        return millilitres(self.injected_ul)

    @property
    def points(self) -> int:
        return sum([each.points for each in self.passes])


class SessionTraced(NamedTuple):
    id: int
    day: date
    signed: bool
    practitioner: str
    mixes: tuple[MixTraced, ...]
    things: tuple[Thing, ...] = ()
    clinic: str = ""

    @property
    def points(self) -> int:
        return sum([mix.points for mix in self.mixes])

    @property
    def injected_ml(self) -> Decimal:
        return millilitres(sum([mix.injected_ul for mix in self.mixes]))

    @property
    def corrected(self) -> bool:
        return any(mix.corrected for mix in self.mixes)


class PatientTraced(NamedTuple):
    id: int
    person: str
    sessions: tuple[SessionTraced, ...]

    @property
    def was_injected(self) -> bool:
        """Whether a signed session holds points; of a draft, or of a drawing up alone, nobody can say yes or no."""
        return any(session.signed and session.points for session in self.sessions)


# From a tuple in the order of the fields: a third of the time, and a lot may have thousands.
drawn_of: Final = Drawn._make
injected_of: Final = Injected._make
mix_of: Final = MixTraced._make
session_of: Final = SessionTraced._make
patient_of: Final = PatientTraced._make


@dataclass(frozen=True, slots=True)
class Web:
    """All that is known of some lots, by patient, the latest session first."""

    lots: tuple[Lot, ...]
    patients: tuple[PatientTraced, ...]
    counts: Mapping[str, int | Decimal] = field(default_factory=dict)

    @property
    def clinics(self) -> tuple[str, ...]:
        """In the order of the alphabet; one page may tell of several clinics."""
        return tuple(sorted({session.clinic for one in self.patients for session in one.sessions}))
