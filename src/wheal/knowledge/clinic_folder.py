"""A clinic's own knowledge laid over what is shipped: it may add and tighten, never loosen.

New files, sources, codes and wording are added. What it adds to what a case may name (a substance, an area, a
technique, a country, a condition, a medicine, a kind of container) gets a name and stays with a physician, as it was
while it had none: whatever its file says of its standing or its evidence. To a substance that is held it may add limits
(of kind "clinic", which hold beside all others), rules, and harms told in words: no figure, for one would stand where
it is said that nobody counted. In handling.toml it may only shorten and lower. It does not describe the injections of a
plan, call a claim supported, tell what is normal afterwards, judge a pair of substances it does not name, or word what
is said of what is held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from wheal.knowledge.files import READ_ELSEWHERE, Folder
from wheal.knowledge.problems import Problem

_MAY_ADD: Final = ("limits", "rules")
_OF_A_PERSON: Final = ("conditions", "medications", "allergies")
_OF_A_CASE: Final = (*_OF_A_PERSON, "roles", "purposes", "prepared_by", "container_kinds")
_FILES_OF_A_CASE: Final = ("substances", "areas", "techniques", "jurisdictions")
_ASKED_IN_PARTS: Final = (*_OF_A_PERSON, "record")
_FIGURES: Final = ("of_100", "of", "of_100_comparison", "of_comparison", "counts")
_NOT_WORDED: Final = ("told", "owed", "danger_name")
_WORDED_BY_FILE: Final = {"claim": "evidence", "question": "questions", "law": "jurisdictions"}
_CLOCKS: Final = ("beyond_use_hours", "multi_dose_days", "max_products")


def laid_over(shipped: Folder, own: Folder, problems: list[Problem]) -> Folder:
    tables = dict(shipped.tables)
    problems += [
        Problem(
            f"clinic: {name}",
            "",
            "what claims sound like is read from the shipped files alone: take this out",
        )
        for name in own.content
        if name.partition("/")[0] in READ_ELSEWHERE
    ]
    for file, table in own.tables.items():
        held = tables.get(file)
        merged, complaints = (
            (table, _new(shipped, file, table)) if held is None else _merge(shipped, file, held, table)
        )
        tables[file] = merged
        problems += [Problem(f"clinic: {file}", key, complaint) for key, complaint in complaints]
    digest = hashlib.sha256(f"{shipped.digest}\0{own.digest}".encode()).hexdigest()
    version = f"{shipped.version}+{own.version}" if own.version else f"{shipped.version}+clinic"
    return Folder(tables, version, digest)


def named_by(shipped: Folder, own: Folder) -> dict[str, frozenset[str]]:
    """By group or folder, what a case may name only because the clinic added it."""
    words, held = (folder.tables.get("vocabulary.toml", {}) for folder in (own, shipped))
    codes = {
        group: frozenset(map(str, _listed(words.get(group)))) - set(_listed(held.get(group)))
        for group in _OF_A_CASE
    }
    new = [file.removesuffix(".toml").partition("/") for file in own.tables if file not in shipped.tables]
    files = {
        folder: frozenset(name for kind, _, name in new if kind == folder) for folder in _FILES_OF_A_CASE
    }
    return codes | files


def _new(shipped: Folder, file: str, own: Any) -> list[tuple[str, str]]:
    if file.startswith("events/"):
        return _harm(shipped, own)
    if refusal := _refused(file.partition("/")[0], own):
        return [refusal]
    return _question(shipped, file, own)


def _refused(kind: str, own: Any) -> tuple[str, str] | None:
    """What would be read in the place of what is shipped, or as all clear."""
    if kind == "alternatives" and own.get("kind") != "other":
        return "kind", 'the injections of a plan are described by the shipped files alone: kind = "other"'
    if kind == "evidence" and own.get("verdict") == "supported":
        return "verdict", "a clinic calls no claim supported"
    if kind == "aftercare" and own.get("kind") == "expect":
        return "kind", "a clinic adds what to do, to avoid and to report, not what is to be expected"
    everything = [side for side in ("a", "b") if "*" in _listed(own.get(side))]
    if kind == "mixing" and everything:
        return everything[0], "a clinic names the substances of a pair: it does not judge all of them"
    return None


def _listed(value: object) -> list[Any]:
    """What is no list is complained of where records are read."""
    return value if isinstance(value, list) else []


def _harm(shipped: Folder, own: Any) -> list[tuple[str, str]]:
    """Of an injection that is held: whatever figure stood there, the patient would read that it was counted."""
    named = _listed(own.get("substances"))
    of_own_alone = named and all(f"substances/{name}.toml" not in shipped.tables for name in named)
    if of_own_alone or (own.get("rare") is True and not any(key in own for key in _FIGURES)):
        return []
    return [("rare", "a clinic adds a harm of what is held in words alone: rare = true, and no figure")]


def _question(shipped: Folder, file: str, own: Any) -> list[tuple[str, str]]:
    """A second question about pregnancy or weight could answer the first: only lists may be asked about again."""
    if not file.startswith("questions/") or own.get("fills") in _ASKED_IN_PARTS:
        return []
    asked = [table.get("fills") for name, table in shipped.tables.items() if name.startswith("questions/")]
    return [("fills", "a question that is held asks this already")] if own.get("fills") in asked else []


def _merge(shipped: Folder, file: str, held: Any, own: Any) -> tuple[Any, list[tuple[str, str]]]:
    if file.startswith("substances/"):
        return _substance(held, own)
    if file == "mixing/handling.toml":
        return _handling(held, own)
    if file == "vocabulary.toml":
        return _codes(held, own)
    if file.startswith("text/"):
        merged, complaints = _added(held, own)
        return merged, [*complaints, *_worded(shipped, own)]
    if file in ("sources.toml", "codes.toml"):
        return _added(held, own)
    return held, [("", "this file is held already; a clinic adds a file under a new name")]


def _substance(held: Any, own: Any) -> tuple[Any, list[tuple[str, str]]]:
    complaints = [(key, "a clinic may only add limits and rules here") for key in own if key not in _MAY_ADD]
    for place, limit in enumerate(_listed(own.get("limits"))):
        if not isinstance(limit, Mapping) or limit.get("kind") != "clinic":
            complaints.append((f"limits.{place}.kind", 'a clinic\'s own limit has kind = "clinic"'))
    merged, not_lists = _appended(held, {key: own[key] for key in _MAY_ADD if key in own})
    return merged, [*complaints, *not_lists]


def _codes(held: Any, own: Any) -> tuple[Any, list[tuple[str, str]]]:
    """Into the groups that are listed there; the others are fixed by what the judgements make of them."""
    fixed = [(key, "a clinic adds no codes to this group") for key in own if key not in held]
    merged, complaints = _appended(held, {key: own[key] for key in own if key in held})
    return merged, [*fixed, *complaints]


def _appended(held: Any, own: Any) -> tuple[Any, list[tuple[str, str]]]:
    complaints = [(key, "this must be a list") for key, value in own.items() if not isinstance(value, list)]
    return {**held, **{key: [*held.get(key, ()), *_listed(own[key])] for key in own}}, complaints


def _worded(shipped: Folder, own: Any) -> list[tuple[str, str]]:
    """Wordings that are looked up where they are held: whoever adds one speaks of what is shipped."""
    spoken = [(key, "this is worded by the shipped files alone") for key in _NOT_WORDED if key in own]
    for group, folder in _WORDED_BY_FILE.items():
        about = own.get(group)
        for name in about if isinstance(about, Mapping) else ():
            if f"{folder}/{name}.toml" in shipped.tables:
                spoken.append((f"{group}.{name}", "this is worded by the shipped files alone"))
    return spoken


def _handling(held: Any, own: Any) -> tuple[Any, list[tuple[str, str]]]:
    complaints = [
        (key, f"a clinic may only lower this: {held.get(key)} is held")
        for key in own
        if key not in _CLOCKS or not _is_lower(own[key], held.get(key))
    ]
    return (held if complaints else {**held, **own}), complaints


def _is_lower(own: object, held: object) -> bool:
    numbers = (int, Decimal)
    return isinstance(own, numbers) and isinstance(held, numbers) and 0 < own <= held


def _added(held: Any, own: Any, above: str = "") -> tuple[Any, list[tuple[str, str]]]:
    merged, complaints = dict(held), []
    for key, value in own.items():
        deeper = key in held and isinstance(value, Mapping) and isinstance(held[key], Mapping)
        if deeper and "cite" not in value:
            merged[key], below = _added(held[key], value, f"{above}{key}.")
            complaints += below
        elif key in held:
            complaints.append((above + key, "this is held already and stays as it is"))
        else:
            merged[key] = value
    return merged, complaints
