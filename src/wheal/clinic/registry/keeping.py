"""Answers that were counted, each in a small file beside the store, so that a page need not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from wheal.clinic.registry.delivering import store
from wheal.measures.counting import Count
from wheal.measures.files import put
from wheal.surveillance.across import Found


@dataclass(frozen=True, slots=True)
class Answer:
    """`of`: what it was counted of, the store as it was and the knowledge that asked. The groups of a measure, or what
    the watch found."""

    of: str
    on: date
    counts: tuple[Count, ...] = ()
    found: tuple[Found, ...] = ()


_AS_JSON: Final = TypeAdapter(Answer)


def kept(code: str) -> Answer | None:
    """None where there is none, or one of a form that this version does not read."""
    try:
        return _AS_JSON.validate_json(_place(code).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def keep(code: str, answer: Answer) -> Answer:
    put(_place(code), _AS_JSON.dump_json(answer))
    return answer


def _place(code: str) -> Path:
    return store().folder / "answers" / f"{code}.json"
