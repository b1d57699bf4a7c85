"""Who was given this: lot → container → mix → session → passes and points → patient, and the way back.

    asked = read_question(b'{"lot": {"gtin": "09506000134352", "number": "A1"}}')
    answer(of_lot(lots, drawn, passes))

Rows come from whoever keeps the record; nothing here reads a database. Volumes are millilitres, exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

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


@dataclass(frozen=True, slots=True)
class Drawn:
    """A volume drawn from one lot into one mix of one session."""

    lot: int
    container: int | None
    volume_ml: Decimal
    mix: int
    label: str
    session: int
    day: date
    signed: bool
    practitioner: str
    patient: int
    person: str = ""  # how the record calls the patient; never part of an answer in JSON
    clinic: str = ""


@dataclass(frozen=True, slots=True)
class Injected:
    """A pass: points of one mix on one area."""

    id: int
    mix: int
    area: str
    technique: str
    points: int
    volume_ml: Decimal  # of all its points


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


@dataclass(frozen=True, slots=True)
class Visit:
    """A session in which somebody met a thing, whether or not anything was drawn."""

    session: int
    day: date
    signed: bool
    practitioner: str
    patient: int
    person: str = ""
    clinic: str = ""


@dataclass(frozen=True, slots=True)
class MixTraced:
    """What one mix took of the lots asked about, and where it went."""

    id: int
    label: str
    lots: tuple[int, ...]
    containers: tuple[int, ...]
    drawn_ml: Decimal
    passes: tuple[Injected, ...]
    injected_ml: Decimal  # of these lots alone

    @property
    def points(self) -> int:
        return sum(each.points for each in self.passes)


@dataclass(frozen=True, slots=True)
class SessionTraced:
    id: int
    day: date
    signed: bool
    practitioner: str
    mixes: tuple[MixTraced, ...]
    things: tuple[Thing, ...] = ()
    clinic: str = ""

    @property
    def points(self) -> int:
        return sum(mix.points for mix in self.mixes)

    @property
    def injected_ml(self) -> Decimal:
        return sum((mix.injected_ml for mix in self.mixes), Decimal(0))


@dataclass(frozen=True, slots=True)
class PatientTraced:
    id: int
    person: str
    sessions: tuple[SessionTraced, ...]

    @property
    def was_injected(self) -> bool:
        """Whether a point was recorded; where nothing but a drawing up is known, nobody can say no."""
        return any(session.points for session in self.sessions)


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
    mixed_ml: Mapping[int, Decimal],
    passes: Iterable[Injected],
    visits: Iterable[Visit] = (),
    things: Mapping[int, Sequence[Thing]] = MappingProxyType({}),
) -> Web:
    """Put rows together. `mixed_ml` is the whole volume of each mix, whatever else it holds.

    `visits` are sessions to be told even where nothing was drawn; `things` those of each session.

    What a pass carried of the lots is its share of the mix: drawn / mixed × injected, to a thousandth.
    """
    by_mix: dict[int, list[Injected]] = defaultdict(list)
    for each in passes:
        by_mix[each.mix].append(each)
    by_patient: dict[int, list[Drawn | Visit]] = defaultdict(list)
    met: list[Drawn | Visit] = [*visits, *drawn]
    for row in met:
        by_patient[row.patient].append(row)
    patients = tuple(
        PatientTraced(of, rows[0].person, _sessions(rows, mixed_ml, by_mix, things))
        for of, rows in by_patient.items()
    )
    return Web(tuple(lots), patients, _counts(drawn, patients))


def _sessions(
    rows: Sequence[Drawn | Visit],
    mixed_ml: Mapping[int, Decimal],
    by_mix: Mapping[int, list[Injected]],
    things: Mapping[int, Sequence[Thing]],
) -> tuple[SessionTraced, ...]:
    groups: dict[int, list[Drawn | Visit]] = defaultdict(list)
    for row in rows:
        groups[row.session].append(row)
    made = [
        SessionTraced(
            of,
            own[0].day,
            own[0].signed,
            own[0].practitioner,
            _mixes([row for row in own if isinstance(row, Drawn)], mixed_ml, by_mix),
            tuple(things.get(of, ())),
            own[0].clinic,
        )
        for of, own in groups.items()
    ]
    return tuple(sorted(made, key=lambda it: (it.day, it.id), reverse=True))


def _mixes(
    rows: Sequence[Drawn], mixed_ml: Mapping[int, Decimal], by_mix: Mapping[int, list[Injected]]
) -> tuple[MixTraced, ...]:
    groups: dict[int, list[Drawn]] = defaultdict(list)
    for row in rows:
        groups[row.mix].append(row)
    return tuple(_mix(of, own, mixed_ml[of], by_mix.get(of, [])) for of, own in sorted(groups.items()))


def _mix(of: int, rows: Sequence[Drawn], mixed: Decimal, passes: Sequence[Injected]) -> MixTraced:
    drawn = sum((row.volume_ml for row in rows), Decimal(0))
    given = sum((each.volume_ml for each in passes), Decimal(0))
    return MixTraced(
        id=of,
        label=rows[0].label,
        lots=tuple(dict.fromkeys(row.lot for row in rows)),
        containers=tuple(dict.fromkeys(row.container for row in rows if row.container is not None)),
        drawn_ml=drawn,
        passes=tuple(passes),
        injected_ml=(given * drawn / mixed).quantize(Decimal("0.001")) if mixed else Decimal(0),
    )


def _counts(drawn: Sequence[Drawn], patients: Sequence[PatientTraced]) -> dict[str, int | Decimal]:
    sessions = [session for patient in patients for session in patient.sessions]
    return {
        "patients": len(patients),
        "sessions": len(sessions),
        "mixes": len({row.mix for row in drawn}),
        "containers": len({row.container for row in drawn if row.container is not None}),
        "lots": len({row.lot for row in drawn}),
        "points": sum(session.points for session in sessions),
        "volume_ml": sum((session.injected_ml for session in sessions), Decimal(0)),
    }


def as_json(found: Web) -> dict[str, Any]:
    """`lots` and `patients`, each with what it carried, and `counts`. Ids are text; no names, no birth dates."""
    names = {lot.id: lot for lot in found.lots}
    return {
        "lots": [lot.as_json() for lot in found.lots],
        "patients": [
            {"patient": str(one.id), "sessions": [_session(session, names) for session in one.sessions]}
            for one in found.patients
        ],
        "counts": {key: _number(value) for key, value in found.counts.items()},
    }


def _session(session: SessionTraced, lots: Mapping[int, Lot]) -> dict[str, Any]:
    things = {"things": [each.as_json() for each in session.things]} if session.things else {}
    return {
        **things,
        "session": str(session.id),
        "date": session.day.isoformat(),
        "signed": session.signed,
        "practitioner": session.practitioner,
        "clinic": session.clinic,
        "mixes": [
            {
                "mix": str(mix.id),
                "label": mix.label,
                "lots": [lots[it].number for it in mix.lots],
                "containers": [str(it) for it in mix.containers],
                "drawn_ml": _number(mix.drawn_ml),
                "injected_ml": _number(mix.injected_ml),
                "passes": [_pass(each) for each in mix.passes],
            }
            for mix in session.mixes
        ],
    }


def _pass(each: Injected) -> dict[str, Any]:
    return {
        "pass": str(each.id),
        "area": each.area,
        "technique": each.technique,
        "points": each.points,
        "volume_ml": _number(each.volume_ml),
    }


def _number(value: int | Decimal) -> int | float:
    return value if isinstance(value, int) else float(value)
