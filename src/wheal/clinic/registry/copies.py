"""What a registry on another server told a clinic of this one last, in one file for each: a page asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.utils import timezone
from pydantic import TypeAdapter, ValidationError

from wheal import knowledge
from wheal.clinic.registry.benchmark import Told, asked
from wheal.clinic.registry.delivering import store
from wheal.clinic.registry.showing import Shown
from wheal.measures.files import put

OLD: Final = timedelta(days=3)
"""Nights that a registry may be away, or a machine off, before its figures are said to be old."""


@dataclass(frozen=True, slots=True)
class Copy:
    """`asked_at`: when `address` was asked last; `problem`, `words`: why that did not do (`delivering.NotDelivered`).
    `came_at`: when it last told, or said that what it had told stands: what is in `told`, which was looked at with the
    knowledge of that digest."""

    address: str
    asked_at: datetime
    problem: str = ""
    words: str = ""
    came_at: datetime | None = None
    told: Told | None = None
    knowledge: str = ""

    @property
    def tag(self) -> str:
        """ "" where it has to come again: another knowledge may take what this one left out."""
        return self.told.tag if self.told and self.knowledge == knowledge.current().digest else ""

    @property
    def is_old(self) -> bool:
        return bool(self.came_at and timezone.now() - self.came_at > OLD)

    def shown(self, code: str) -> Shown | None:
        answers = self.told.answers if self.told else None
        return None if answers is None or self.is_asked_otherwise(code) else answers.measures.get(code)

    def is_asked_otherwise(self, code: str) -> bool:
        """The registry counts something else under this name, by another version of the knowledge."""
        there = self.told.answers.asked.get(code) if self.told and self.told.answers else None
        return there not in (None, asked(knowledge.current().measures[code]))


_AS_JSON: Final = TypeAdapter(Copy)


def kept(name: str, address: str) -> Copy | None:
    """Of the clinic that is called so there; None where none came of this registry, and of a form that this version
    does not read: it is asked for again at night."""
    try:
        copy = _AS_JSON.validate_json(_place(name).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return copy if copy.address == address else None


def keep(name: str, copy: Copy) -> None:
    put(_place(name), _AS_JSON.dump_json(copy))


def drop(name: str) -> None:
    _place(name).unlink(missing_ok=True)


def _place(name: str) -> Path:
    return store().folder / "elsewhere" / f"{name}.json"
