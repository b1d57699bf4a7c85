"""`wheal replay`: a scenario goes by day after day; what would the watch have said, and when?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from wheal.reading import NO_DAY, Malformed, day_of, parse
from wheal.surveillance.frequent import Promised
from wheal.surveillance.records import Exposure, Notice, Reported, Treated
from wheal.surveillance.watch import Watch

KINDS: Final = (
    "lot", "container", "product", "mix", "diluent", "device", "water_point", "disinfectant", "room", "practitioner",
    "clinic",
)  # fmt: skip
_LONGEST: Final = 200
_SESSION: Final = ("id", "date", "patient", "exposures")
_EVENT: Final = ("patient", "onset", "reported", "kind")


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    sessions: tuple[Treated, ...]
    events: tuple[Reported, ...]


def answer_line(data: bytes, kinds: frozenset[str], promised: Promised | None = None) -> bytes:
    """The answer to one document, or the error that says what is wrong with it.

    `kinds`: of events, that are held. `promised`: by labels, of products that are named by the code of a substance; of
    others it is learnt.
    """
    try:
        scenario = read_scenario(data, kinds)
        said: dict[str, Any] = {
            "scenario": scenario.name,
            "alarms": [notice.as_json() for notice in replay(scenario, promised)],
        }
    except Malformed as problem:
        said = problem.as_json()
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def replay(scenario: Scenario, promised: Promised | None = None) -> list[Notice]:
    """Each record is seen from its day on; on one day, sessions before events. The order of the lists says nothing."""
    watch, notices = Watch(promised, learns=True), []
    sessions = sorted(scenario.sessions, key=lambda it: (it.day, it.patient))
    at = 0
    for event in sorted(scenario.events, key=lambda it: (it.day, it.onset, it.patient, it.kind)):
        while at < len(sessions) and sessions[at].day <= event.day:
            watch.treated(sessions[at])
            at += 1
        if notice := watch.reported(event):
            notices.append(notice)
    return notices


def read_scenario(data: bytes, kinds: frozenset[str]) -> Scenario:
    """Raises Malformed naming the field."""
    document = parse(data)
    _object(document, "", ("scenario", "sessions", "events"))
    sessions = _list(document.pop("sessions"), "sessions")
    events = _list(document.pop("events"), "events")
    seen: set[str] = set()
    held: dict[Exposure, Exposure] = {}
    return Scenario(
        _text(document["scenario"], "scenario"),
        tuple(_session(row, f"sessions.{at}", seen, held) for at, row in _emptied(sessions)),
        tuple(_event(row, f"events.{at}", kinds) for at, row in _emptied(events)),
    )


def _emptied(rows: list[Any]) -> Iterator[tuple[int, object]]:
    """Each row is let go once it is read: a group's year is not held twice."""
    for at, row in enumerate(rows):
        rows[at] = None
        yield at, row


def _session(row: object, path: str, seen: set[str], known: dict[Exposure, Exposure]) -> Treated:
    held = _object(row, path, _SESSION)
    name = _text(held["id"], f"{path}.id")
    if name in seen:
        raise Malformed("bad_value", f"{path}.id", "this id is there already")
    seen.add(name)
    day, patient = _day(held["date"], f"{path}.date"), _text(held["patient"], f"{path}.patient")
    return Treated(day, patient, _exposures(held["exposures"], f"{path}.exposures", known))


def _exposures(value: object, path: str, known: dict[Exposure, Exposure]) -> tuple[Exposure, ...]:
    """Each exposure is held once, however many sessions had it, and looked at once."""
    if not isinstance(value, dict):
        raise Malformed("wrong_type", path, "this must be an object")
    found = []
    for kind, names in value.items():
        if kind not in KINDS:
            raise Malformed("unknown_code", f"{path}.{kind}", "this kind of exposure is not known")
        for at, name in enumerate(_list(names, f"{path}.{kind}")):
            held = known.get((kind, name)) if isinstance(name, str) else None
            if held is None:
                held = kind, _text(name, f"{path}.{kind}.{at}")
                known[held] = held
            found.append(held)
    return tuple(dict.fromkeys(found))


def _event(row: object, path: str, kinds: frozenset[str]) -> Reported:
    held = _object(row, path, _EVENT)
    kind = _text(held["kind"], f"{path}.kind")
    if kind not in kinds:
        raise Malformed("unknown_code", f"{path}.kind", "this kind of event is not known")
    onset, reported = _day(held["onset"], f"{path}.onset"), _day(held["reported"], f"{path}.reported")
    if reported < onset:
        raise Malformed("bad_value", f"{path}.reported", "an event is not reported before it begins")
    return Reported(reported, _text(held["patient"], f"{path}.patient"), onset, kind)


def _object(value: object, path: str, fields: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("wrong_type", path, "this must be an object")
    for key in value:
        if key not in fields:
            raise Malformed("unknown_field", _below(path, key), "this field is not known")
    for key in fields:
        if key not in value:
            raise Malformed("missing_field", _below(path, key), "this field is mandatory")
    return value


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _list(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed("wrong_type", path, "this must be a list")
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise Malformed("wrong_type", path, "this must be text")
    if not value.strip():
        raise Malformed("bad_value", path, "this must not be empty")
    if len(value) > _LONGEST:
        raise Malformed("bad_value", path, f"this is longer than {_LONGEST} characters")
    return value


def _day(value: object, path: str) -> date:
    if not isinstance(value, str):
        raise Malformed("wrong_type", path, "this must be text")
    if day := day_of(value):
        return day
    raise Malformed("bad_value", path, NO_DAY)
