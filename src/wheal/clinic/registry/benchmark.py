"""What a registry tells a clinic of another server: what its own pages would show it, and nothing besides.

body = packed(told)                  # at the registry: JSON under gzip
told = unpacked(body)                # at the clinic, or NotSound
told = sound(told, name, known, on)  # the same without what cannot be shown here, or NotSound, saying what and where

Intervals are not sent: the clinic reckons them from the counts, so that no figure and its interval disagree. What comes
is believed in nothing that could be looked at: its shape, its bounds, that small numbers are hidden, that no free text
is in it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError, with_config

from wheal.clinic.registry.showing import Shown
from wheal.knowledge import Knowledge
from wheal.knowledge.measuring import Measure
from wheal.knowledge.values import CLOSED
from wheal.surveillance.across import Found

FORMAT: Final = "wheal-benchmark/1"
MOST_BYTES: Final = 8 << 20
"""On the way. What 4,500 clinics have after ten years takes a thirtieth of it."""
MOST_UNPACKED: Final = 64 << 20
OF_THE_PAGE: Final = ("order", "is_public", "sources")
"""What a file of measures/ says that decides nothing that is counted."""


class NotSound(Exception):
    """Says what is wrong with what came."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Now:
    """What changes while the counts stand. `older`: measures since whose count months have come or gone; `watched`: the
    day on which products were last looked at."""

    clinics: int
    sessions: int
    months: tuple[str, str] | None
    watched: date | None
    older: tuple[str, ...]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Answers:
    """`asked`: by measure the digest of what it asks, so that no answer is shown under another question's words."""

    format: Literal["wheal-benchmark/1"]
    clinic: str
    knowledge: str  # its version
    asked: dict[str, str]
    measures: dict[str, Shown]
    found: tuple[Found, ...]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Told:
    """`answers`: None where they are those of the tag that the clinic has shown."""

    tag: str
    now: Now
    answers: Answers | None = None


AS_JSON: Final = TypeAdapter(Told)


def packed(told: Told) -> bytes:
    return gzip.compress(AS_JSON.dump_json(told), compresslevel=6, mtime=0)


def unpacked(body: bytes) -> Told:
    if len(body) > MOST_BYTES:
        raise NotSound(f"more than {MOST_BYTES >> 20} MB")
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = reader.decompress(body, MOST_UNPACKED)
    except zlib.error as problem:
        raise NotSound("it is not under gzip") from problem
    if not reader.eof or reader.unused_data:
        raise NotSound(f"cut off, or more than {MOST_UNPACKED >> 20} MB when unpacked")
    try:
        return AS_JSON.validate_json(content, strict=True)
    except ValidationError as problem:
        raise NotSound(_first(problem)) from problem


def _first(problem: ValidationError) -> str:
    """Where and what, without the value: it could be anything."""
    first = problem.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))[:120]}: {first['msg'][:120]}"


def asked(measure: Measure) -> str:
    """A digest of what decides what is counted, and of nothing that only says how it is shown. What is as usual is not
    in it, so that a later version which may ask for more has the same one for the same question."""
    said = {
        each.name: value
        for each in fields(measure)
        if each.name not in OF_THE_PAGE and (value := getattr(measure, each.name)) and value != each.default
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=dict).encode()).hexdigest()


def known_alone(answers: Answers, known: Knowledge) -> Answers:
    """Without measures that this knowledge does not have, or asks otherwise."""
    kept = {
        code: told
        for code, told in answers.measures.items()
        if (measure := known.measures.get(code)) and answers.asked.get(code) == asked(measure)
    }
    return replace(answers, measures=kept)
