"""Cross-checks between files: every code, source and wording that is named is held."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from wheal.knowledge import (
    check_charts,
    check_conditions,
    check_counts,
    check_following,
    check_measures,
    check_signs,
    check_sources,
    check_substances,
    wordings,
)
from wheal.knowledge.check_sources import only_general_knowledge
from wheal.knowledge.countries import Jurisdiction
from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem
from wheal.knowledge.records import Question

_COUNTRY: Final = re.compile(r"[A-Z]{2}")


def problems(known: Knowledge) -> Iterator[Problem]:
    """All that is wrong between files; what is wrong inside one file has been told already."""
    if not known.version:
        yield Problem("VERSION", "", "the version is missing")
    yield from check_sources.problems(known)
    yield from check_conditions.problems(known)
    yield from check_substances.problems(known)
    yield from check_counts.problems(known)
    yield from check_signs.problems(known)
    yield from check_following.problems(known)
    yield from check_measures.problems(known)
    yield from _standard(known)
    yield from _countries(known)
    for name, question in known.questions.items():
        yield from _question(known, f"questions/{name}.toml", question)
    yield from check_charts.problems(known)
    yield from _poses(known)
    for name, it in known.techniques.items():
        if it.depth_min_mm is not None and it.depth_max_mm is not None and it.depth_min_mm > it.depth_max_mm:
            yield Problem(f"techniques/{name}.toml", "depth_min_mm", "this is deeper than depth_max_mm")
    yield from _notes(known)
    for name, country in known.jurisdictions.items():
        yield from _jurisdiction(known, f"jurisdictions/{name}.toml", country)
    yield from wordings.problems(known)


def _poses(known: Knowledge) -> Iterator[Problem]:
    for name, pose in known.poses.items():
        for code in sorted(set(pose.areas) - set(known.areas)):
            yield Problem(f"poses/{name}.toml", "areas", f"the area {code!r} is not held")


def _standard(known: Knowledge) -> Iterator[Problem]:
    for group, held in known.standard.items():
        for code, standard in held.items():
            if code not in getattr(known.vocabulary, group, ()):
                yield Problem("codes.toml", f"{group}.{code}", "the vocabulary holds no such code")
            if not standard.codes:
                yield Problem("codes.toml", f"{group}.{code}.codes", "at least one code is needed")


def _countries(known: Knowledge) -> Iterator[Problem]:
    for file, key, countries in _named_countries(known):
        for country in countries:
            if not _COUNTRY.fullmatch(country):
                yield Problem(file, key, f"{country!r} is no ISO 3166 code of a country")


def _named_countries(known: Knowledge) -> Iterator[tuple[str, str, Iterable[str]]]:
    yield from ((f"jurisdictions/{name}.toml", "", (name,)) for name in known.jurisdictions)
    for file, key, rule in check_sources.rules(known):
        yield file, f"{key}jurisdictions", rule.jurisdictions
    for name, substance in known.substances.items():
        file = f"substances/{name}.toml"
        yield file, "status", substance.status
        yield from ((file, f"limits.{at}", it.jurisdictions) for at, it in enumerate(substance.limits))
    yield from ((f"notes/{name}.toml", "jurisdictions", it.jurisdictions) for name, it in known.notes.items())


def _question(known: Knowledge, file: str, question: Question) -> Iterator[Problem]:
    words = known.vocabulary
    groups = {
        "conditions": words.conditions,
        "allergies": (*words.allergies, *known.substances),
        "medications": words.medications,
    }
    if (question.kind == "codes") != bool(question.codes):
        yield Problem(file, "codes", 'codes belong to a question of kind "codes", and it needs some')
    if question.needed and question.fills != "record":
        yield Problem(file, "needed", 'only what fills "record" is needed by itself: rules ask for the rest')
    if question.may_be_none and question.kind not in ("date", "text"):
        yield Problem(file, "may_be_none", "only a day or a text may be none")
    for code in question.codes:
        if code not in groups.get(question.fills, ()):
            yield Problem(file, "codes", f"{code!r} is no code of {question.fills!r}")


def _notes(known: Knowledge) -> Iterator[Problem]:
    for name, note in known.notes.items():
        file = f"notes/{name}.toml"
        for key, held in (("substances", known.substances), ("techniques", known.techniques)):
            for code in getattr(note, key):
                if code not in held:
                    yield Problem(file, key, f"{code!r} is not held")
        if not note.question and only_general_knowledge(known, note.sources):
            yield Problem(file, "question", "only general knowledge (grade D): this is a question")


def _jurisdiction(known: Knowledge, file: str, country: Jurisdiction) -> Iterator[Problem]:
    words = known.vocabulary
    if not country.roles:
        yield Problem(file, "roles", "it must be said who may inject, at least of physicians")
    for role, law in country.roles.items():
        if role not in words.roles:
            yield Problem(file, f"roles.{role}", "this role is not held")
        for kind in (*law.credentials, *law.asked_by_wheal):
            if kind not in words.credential_kinds:
                yield Problem(file, f"roles.{role}.credentials", f"the credential {kind!r} is not held")
    yield from _duties(known, file, country)
    for held in country.emergency_numbers:
        if not any(known.sources[name].grade == "A" for name in held.sources if name in known.sources):
            yield Problem(file, f"emergency_numbers.{held.number}", "a number to call needs an official text")


def _duties(known: Knowledge, file: str, country: Jurisdiction) -> Iterator[Problem]:
    ids = [duty.id for duty in country.duties]
    for again in sorted({one for one in ids if ids.count(one) > 1}):
        yield Problem(file, f"duties.{again}", "this duty is named twice")
    for duty in country.duties:
        if duty.standing != "question" and only_general_knowledge(known, duty.sources):
            yield Problem(file, f"duties.{duty.id}", 'what nobody has verified has standing = "question"')
