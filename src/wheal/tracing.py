"""Who was given this: lot → container → mix → session → passes and points → patient, and the way back.

    asked = read_question(b'{"lot": {"gtin": "09506000134352", "number": "A1"}}')
    answer(of_lot(lots, drawn, passes))

Rows come from whoever keeps the record; nothing here reads a database. Volumes are millilitres, exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from wheal.ledger import millilitres
from wheal.reading import Malformed, parse

THINGS: Final = ("device", "needle", "water_point", "disinfectant", "room")
_ASKED: Final = ("lot", "patient", "mix", "practitioner", "product", *THINGS)


@dataclass(frozen=True, slots=True)
class LotAsked:
    """`gtin` as it was given, with or without leading zeros; "" where the product bears none."""

    number: str
    gtin: str = ""


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


class PatientTraced(NamedTuple):
    id: int
    person: str
    sessions: tuple[SessionTraced, ...]

    @property
    def was_injected(self) -> bool:
        """Whether a point was recorded; where nothing but a drawing up is known, nobody can say no."""
        return any(session.points for session in self.sessions)


# From a tuple in the order of the fields: a third of the time, and a lot may have thousands.
drawn_of: Final = Drawn._make
injected_of: Final = Injected._make
_mix_of: Final = MixTraced._make
_session_of: Final = SessionTraced._make
_patient_of: Final = PatientTraced._make


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


def read_question(data: bytes) -> tuple[str, LotAsked | int]:
    """("lot", LotAsked), or an id: ("patient", 7), ("device", 3). Raises Malformed naming the field."""
    document = parse(data)
    if not isinstance(document, dict):
        raise Malformed("wrong_type", "", "this must be an object")
    for key in document:
        if key not in _ASKED:
            raise Malformed("unknown_field", key, "this field is not known")
    if len(document) != 1:
        raise Malformed(
            "missing_field", "lot", "ask for one lot, patient, mix, practitioner, product or thing"
        )
    kind, asked = next(iter(document.items()))
    return kind, _lot_asked(asked) if kind == "lot" else _id(kind, asked)


def _lot_asked(asked: object) -> LotAsked:
    if not isinstance(asked, dict):
        raise Malformed("wrong_type", "lot", "this must be an object")
    for key in asked:
        if key not in ("gtin", "number"):
            raise Malformed("unknown_field", f"lot.{key}", "this field is not known")
    if "number" not in asked:
        raise Malformed("missing_field", "lot.number", "this field is mandatory")
    return LotAsked(number=_lot_number(asked["number"]), gtin=_gtin(asked.get("gtin", "")))


def _lot_number(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("wrong_type", "lot.number", "this must be text")
    if not value.strip():
        raise Malformed("bad_value", "lot.number", "this must not be empty")
    return value.strip()


def _gtin(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("wrong_type", "lot.gtin", "this must be text")
    if value and not (value.isascii() and value.isdecimal() and len(value) in (8, 12, 13, 14)):
        raise Malformed("bad_value", "lot.gtin", "a GTIN has 8, 12, 13 or 14 digits")
    return value


def _id(kind: str, asked: object) -> int:
    """Ids are numbers in the record; they may be written as text too."""
    text = str(asked) if isinstance(asked, int) and not isinstance(asked, bool) else asked
    if not isinstance(text, str):
        raise Malformed("wrong_type", kind, "this must be an id")
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Malformed("not_held", kind, f"no {kind} of this id is held")
    return int(text)


def web(
    lots: Iterable[Lot],
    drawn: Sequence[Drawn],
    mixed_ul: Mapping[int, int],
    passes: Iterable[Injected],
    visits: Iterable[Visit] = (),
    things: Mapping[int, Sequence[Thing]] = MappingProxyType({}),
) -> Web:
    """Put rows together. `mixed_ul` is the whole volume of each mix, whatever else it holds.

    `visits` are sessions to be told even where nothing was drawn; `things` those of each session.

    What a pass carried of the lots is its share of the mix: drawn / mixed × injected, to the microlitre.
    """
    given: dict[int, tuple[Injected, ...]] = {}
    for each in passes:
        of = each.mix
        given[of] = (*given[of], each) if of in given else (each,)
    parts: dict[int, list[Drawn]] = {}
    for row in drawn:
        of = row.mix
        if of in parts:
            parts[of].append(row)
        else:
            parts[of] = [row]
    mixes: dict[int, list[MixTraced]] = {}
    for of, own in parts.items():
        mixed, session = _mix(of, own, mixed_ul[of], given.get(of, ())), own[0].session
        if session in mixes:
            mixes[session].append(mixed)
        else:
            mixes[session] = [mixed]
    patients = _patients([*visits, *drawn], mixes, things)
    return Web(tuple(lots), patients, _counts(drawn, mixes.values(), patients))


def _patients(
    met: Sequence[Drawn | Visit], mixes: Mapping[int, list[MixTraced]], things: Mapping[int, Sequence[Thing]]
) -> tuple[PatientTraced, ...]:
    """In the order in which they are met first; of each the latest session first."""
    sessions: dict[int, list[SessionTraced]] = {}
    names: dict[int, str] = {}
    seen: set[int] = set()
    for row in met:
        of, patient = row.session, row.patient
        if of not in seen:
            seen.add(of)
            own, met_there = mixes.get(of, ()), things.get(of, ())
            mixed = tuple(own) if len(own) < 2 else tuple(sorted(own))  # by their ids
            session = _session_of(
                (of, row.day, row.signed, row.practitioner, mixed, tuple(met_there), row.clinic)
            )
            if patient in names:
                sessions[patient].append(session)
            else:
                names[patient], sessions[patient] = row.person, [session]
    for theirs in sessions.values():
        if len(theirs) > 1:
            theirs.sort(key=_when, reverse=True)
    return tuple([_patient_of((of, names[of], tuple(theirs))) for of, theirs in sessions.items()])


def _when(session: SessionTraced) -> tuple[date, int]:
    return session.day, session.id


def _mix(of: int, rows: Sequence[Drawn], mixed: int, passes: tuple[Injected, ...]) -> MixTraced:
    given = passes[0].volume_ul if len(passes) == 1 else sum([each.volume_ul for each in passes])
    first = rows[0]
    if len(rows) == 1 and first.container is not None:  # nearly always
        share = _share(given, first.volume_ul, mixed)
        return _mix_of((of, first.label, (first.lot,), (first.container,), first.volume_ul, passes, share))
    drawn = sum([row.volume_ul for row in rows])
    lots = tuple(dict.fromkeys([row.lot for row in rows]))
    containers = tuple(dict.fromkeys([row.container for row in rows if row.container is not None]))
    return MixTraced(of, first.label, lots, containers, drawn, passes, _share(given, drawn, mixed))


def _share(given: int, drawn: int, mixed: int) -> int:
    """given × drawn / mixed, rounded half to even."""
    if not mixed:
        return 0
    whole, rest = divmod(given * drawn, mixed)
    return whole + (2 * rest > mixed or (2 * rest == mixed and whole % 2))


def _counts(
    drawn: Sequence[Drawn], of_sessions: Iterable[list[MixTraced]], patients: Sequence[PatientTraced]
) -> dict[str, int | Decimal]:
    mixes = [mix for held in of_sessions for mix in held]
    return {
        "patients": len(patients),
        "sessions": sum([len(each.sessions) for each in patients]),
        "mixes": len(mixes),
        "containers": len({row.container for row in drawn} - {None}),
        "lots": len({row.lot for row in drawn}),
        "points": sum([each.points for mix in mixes for each in mix.passes]),
        "volume_ml": millilitres(sum([mix.injected_ul for mix in mixes])),
    }


def as_json(found: Web) -> dict[str, Any]:
    """`lots` and `patients`, each with what it carried, and `counts`. Ids are text; no names, no birth dates."""
    numbers = {lot.id: lot.number for lot in found.lots}
    return {
        "lots": [lot.as_json() for lot in found.lots],
        "patients": [
            {"patient": str(of), "sessions": [_session(session, numbers) for session in sessions]}
            for of, _person, sessions in found.patients
        ],
        "counts": {key: _number(value) for key, value in found.counts.items()},
    }


def _session(session: SessionTraced, numbers: Mapping[int, str]) -> dict[str, Any]:
    of, day, signed, practitioner, mixes, things, clinic = session
    told = {
        "session": str(of),
        "date": day.isoformat(),
        "signed": signed,
        "practitioner": practitioner,
        "clinic": clinic,
        "mixes": [_mix_told(mix, numbers) for mix in mixes],
    }
    if things:
        told["things"] = [each.as_json() for each in things]
    return told


def _mix_told(mix: MixTraced, numbers: Mapping[int, str]) -> dict[str, Any]:
    of, label, lots, containers, drawn_ul, passes, injected_ul = mix
    return {
        "mix": str(of),
        "label": label,
        "lots": [numbers[lot] for lot in lots],
        "containers": [str(each) for each in containers],
        "drawn_ml": drawn_ul / 1000,
        "injected_ml": injected_ul / 1000,
        "passes": [
            {
                "pass": str(it), "area": area, "technique": technique, "points": points, "volume_ml": volume_ul / 1000
            }
            for it, _mix, area, technique, points, volume_ul in passes
        ],
    }  # fmt: skip


def _number(value: int | Decimal) -> int | float:
    return value if isinstance(value, int) else float(value)
