"""Reads the knowledge. Either all of it is sound or every problem of every file is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from wheal.knowledge import checks, clinic_folder
from wheal.knowledge.alternatives import Alternative
from wheal.knowledge.charts import Area, Chart
from wheal.knowledge.cited import Source
from wheal.knowledge.countries import Jurisdiction
from wheal.knowledge.emergencies import Emergency
from wheal.knowledge.files import Folder, read_folder
from wheal.knowledge.following import Instrument, Schedule, Trial
from wheal.knowledge.known import LANGUAGES, Knowledge
from wheal.knowledge.measuring import Measure
from wheal.knowledge.notes import Note
from wheal.knowledge.poses import Pose
from wheal.knowledge.problems import KnowledgeError, Problem
from wheal.knowledge.records import (
    Aftercare,
    Claim,
    Compatibility,
    HandlingRules,
    Harm,
    Question,
    Rule,
    StandardCode,
    Substance,
    Technique,
    Vocabulary,
)
from wheal.knowledge.signs import Sample, Sign

DATA: Final = Path(__file__).parent / "data"
_KINDS: Final[Mapping[str, type]] = {
    "substances": Substance,
    "screening": Rule,
    "questions": Question,
    "mixing": Compatibility,
    "areas": Area,
    "charts": Chart,
    "techniques": Technique,
    "jurisdictions": Jurisdiction,
    "evidence": Claim,
    "events": Harm,
    "aftercare": Aftercare,
    "alternatives": Alternative,
    "emergencies": Emergency,
    "signs": Sign,
    "samples": Sample,
    "notes": Note,
    "poses": Pose,
    "instruments": Instrument,
    "schedules": Schedule,
    "trials": Trial,
    "measures": Measure,
}
_SINGLE: Final = (
    "sources.toml",
    "vocabulary.toml",
    "mixing/handling.toml",
    *(f"text/{it}.toml" for it in LANGUAGES),
)
_CODES: Final = "codes.toml"  # may be absent
_PLAIN: Final[Mapping[str, str]] = {
    "bool_type": "this must be true or false",
    "int_type": "this must be a whole number",
    "date_type": "this must be a date such as 2026-11-22, without quotation marks",
    "missing": "this key is mandatory",
    "string_type": "this must be text",
    "tuple_type": "this must be a list",
    "unexpected_keyword_argument": "this key is not known",
}


@dataclass(slots=True)
class _Reader:
    """Turns tables into records and keeps the complaints."""

    problems: list[Problem]

    def record(self, kind: Any, table: Any, file: str) -> Any:
        try:
            return _adapter(kind).validate_python(table)
        except ValidationError as refused:
            for error in refused.errors(include_url=False):
                key = ".".join(str(part) for part in error["loc"])
                complaint = _PLAIN.get(error["type"], error["msg"].removeprefix("Value error, "))
                self.problems.append(Problem(file, key, complaint))
            return None

    def folder(self, name: str, tables: Mapping[str, Any]) -> dict[str, Any]:
        made = {}
        for file, table in tables.items():
            where, _, rest = file.partition("/")
            if where == name and file not in _SINGLE:
                made[rest.removesuffix(".toml")] = self.record(_KINDS[name], table, file)
        return {file_id: record for file_id, record in made.items() if record is not None}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def load(folder: Path | None = None, *, extra: Path | None = None, checked: bool = True) -> Knowledge:
    """The knowledge of a folder, with a clinic's own folder laid over it. Raises KnowledgeError.

    Not `checked`: what is between files is taken as sound, for knowledge that was sound when it was archived.
    """
    problems: list[Problem] = []
    folders = [read_folder(each, problems) for each in (folder or DATA, extra) if each is not None]
    files = folders[0] if extra is None else clinic_folder.laid_over(folders[0], folders[1], problems)
    reader = _Reader(problems)
    for file in files.tables:
        if file not in (*_SINGLE, _CODES) and file.partition("/")[0] not in (*_KINDS, "text"):
            problems.append(Problem(file, "", "there is no such kind of file"))
    problems += [Problem(file, "", "this file is missing") for file in _SINGLE if file not in files.tables]
    texts = {language: _flat(files.tables.get(f"text/{language}.toml", {})) for language in _languages(files)}
    records = {kind: reader.folder(kind, files.tables) for kind in _KINDS}
    sources = reader.record(dict[str, Source], files.tables.get("sources.toml", {}), "sources.toml") or {}
    vocabulary = reader.record(Vocabulary, files.tables.get("vocabulary.toml", {}), "vocabulary.toml")
    handling = reader.record(
        HandlingRules, files.tables.get("mixing/handling.toml", {}), "mixing/handling.toml"
    )
    standard = reader.record(dict[str, dict[str, StandardCode]], files.tables.get(_CODES, {}), _CODES) or {}
    if vocabulary is None or handling is None:
        raise KnowledgeError(problems)
    layers = tuple(each.content for each in folders)
    known = _known(files, records, sources, vocabulary, handling, texts)
    named = {} if extra is None else clinic_folder.named_by(*folders)
    known = replace(known, standard=standard, layers=layers, named_by_clinic=named)
    problems += checks.problems(known) if checked else ()
    if problems:
        raise KnowledgeError(problems)
    return known


def _known(
    files: Folder,
    records: Mapping[str, Mapping[str, Any]],
    sources: Mapping[str, Source],
    vocabulary: Vocabulary,
    handling: HandlingRules,
    texts: Mapping[str, Mapping[str, str]],
) -> Knowledge:
    return Knowledge(
        version=files.version,
        digest=files.digest,
        sources=sources,
        vocabulary=vocabulary,
        substances=records["substances"],
        screening=records["screening"],
        questions=records["questions"],
        compatibility=records["mixing"],
        handling=handling,
        areas=records["areas"],
        charts=records["charts"],
        techniques=records["techniques"],
        jurisdictions=records["jurisdictions"],
        claims=records["evidence"],
        harms=records["events"],
        aftercare=records["aftercare"],
        emergencies=records["emergencies"],
        signs=records["signs"],
        samples=records["samples"],
        alternatives=records["alternatives"],
        notes=records["notes"],
        poses=records["poses"],
        instruments=records["instruments"],
        schedules=records["schedules"],
        trials=records["trials"],
        measures=records["measures"],
        texts_held=texts,
        names={language: _names(held) for language, held in texts.items()},
    )


def _languages(files: Folder) -> list[str]:
    """Those of text/, a file each; what is said in one is said in all, or the load fails."""
    found = {
        name.removeprefix("text/").removesuffix(".toml") for name in files.tables if name.startswith("text/")
    }
    return [*LANGUAGES, *sorted(found - set(LANGUAGES))]


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Dotted keys: [rule] pregnancy = "…" is rule.pregnancy."""
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[above + key] = value
    return flat


_NAMED_BY: Final = (
    "code.event_kinds.", "code.sexes.", "code.vehicles.", "code.prepared_by.", "code.container_kinds.",
    "code.purposes.",
    "code.exposure_kinds.", "technique.", "area.", "code.roles.", "code.credential_kinds.", "code.allergies.",
    "code.medications.", "code.conditions.", "fact.", "country.", "group.", "pose.",
)  # fmt: skip


def _names(texts: Mapping[str, str]) -> dict[str, str]:
    """What a code is called: where it stands in two groups the later one above wins, a substance last."""
    names: dict[str, str] = {}
    for prefix in _NAMED_BY:
        names |= {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)}
    for key, text in texts.items():
        if key.startswith("substance.") and key.endswith(".name"):
            names[key.removeprefix("substance.").removesuffix(".name")] = text
    return names


@cache
def current() -> Knowledge:
    """The knowledge that is shipped, loaded once."""
    return load()
