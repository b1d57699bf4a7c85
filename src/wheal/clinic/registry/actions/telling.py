"""Telling a clinic of another server how it stands: what was counted last, as this registry's own pages would show it.

Nothing is counted for it: a clinic that asks is never what a store is read for.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from pydantic import TypeAdapter

import wheal
from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.registry import answering, benchmark
from wheal.clinic.registry.benchmark import Answers, Now, Told
from wheal.clinic.registry.delivering import store
from wheal.clinic.registry.keeping import Answer
from wheal.clinic.registry.models import Contributor
from wheal.clinic.registry.showing import shown
from wheal.knowledge import Knowledge
from wheal.measures.store import Refused
from wheal.surveillance.across import Found

_FOUND: Final = TypeAdapter(tuple[Found, ...])


class NothingHeld(Refused):
    """Who sends nothing is told nothing."""


def tell(*, made: Contributor, has: str) -> Told:
    """`has`: the tag of what the clinic was told last; the same is not told again. Raises NothingHeld."""
    if not store().editions(made.name):
        raise NothingHeld("nothing of this clinic is held here; how clinics stand is told to those who send")
    known, held = knowledge.current(), store().held()
    kept, watched = answering.counted_last(), answering.watched_last()
    tag = _tag(made.name, known, kept, watched)
    now = Now(
        clinics=held.clinics,
        sessions=held.sessions,
        months=held.months,
        watched=watched.on if watched else None,
        older=tuple(code for code, answer in kept.items() if answering.as_of(answer, held)),
    )
    told = Told(tag, now, None if has == tag else _answers(made.name, known, kept, watched))
    detail = {"name": made.name, "anew": told.answers is not None}
    audit.record(by=None, what="registry.answers_told", subject=made, detail=detail)
    return told


def _tag(name: str, known: Knowledge, kept: dict[str, Answer], watched: Answer | None) -> str:
    """Another whenever what is told would be another."""
    of = [
        wheal.__version__,
        benchmark.FORMAT,
        name,
        known.digest,
        {code: [answer.of, f"{answer.on}"] for code, answer in kept.items()},
        _FOUND.dump_python(watched.found if watched else (), mode="json"),
    ]
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()


def _answers(name: str, known: Knowledge, kept: dict[str, Answer], watched: Answer | None) -> Answers:
    return Answers(
        format=benchmark.FORMAT,
        clinic=name,
        knowledge=known.version,
        asked={code: benchmark.asked(known.measures[code]) for code in kept},
        measures={
            code: shown(known.measures[code], answer.counts, answer.on, name) for code, answer in kept.items()
        },
        found=watched.found if watched else (),
    )
