"""Measures counted over the store of this server, kept until the store changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TypeVar

import duckdb
from django.core.cache import cache
from django.db.models import Q

from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import Clinic
from wheal.clinic.registry.delivering import store
from wheal.clinic.registry.models import Enrolment
from wheal.clinic.safety import across
from wheal.knowledge.measuring import Measure
from wheal.measures.counting import Count
from wheal.measures.duck import Duck
from wheal.measures.store import Receipt
from wheal.measures.watching import cells
from wheal.surveillance.across import Found, looked, released

log = logging.getLogger(__name__)
Told = TypeVar("Told")
KEPT = 24 * 3600  # seconds


class NotCounted(Exception):
    """What the store holds cannot be counted: `registry check` at the console says what is wrong with which month."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the registry holds. `state` changes with every month that is taken."""

    receipts: Sequence[Receipt]

    @property
    def clinics(self) -> int:
        return len({one.clinic for one in self.receipts})

    @property
    def months(self) -> tuple[str, str] | None:
        held = sorted({one.month for one in self.receipts})
        return (held[0], held[-1]) if held else None

    @property
    def sessions(self) -> int:
        return sum(one.rows.get("sessions", 0) for one in self.receipts)

    @property
    def state(self) -> str:
        return sha256("".join(one.letter for one in self.receipts).encode()).hexdigest()


def held() -> Held:
    return Held(list(store().receipts()))


def not_sent(clinic: Clinic) -> dict[str, object]:
    """`reason` and `words` of the registry: why something could not be sent when it was last tried."""
    tried = Event.objects.filter(clinic_id=clinic.pk, what__in=("registry.sent", "registry.not_sent"))
    last = tried.order_by("-pk").first()
    return last.detail if last and last.refused else {}


def left(clinic: Clinic) -> list[Enrolment]:
    """The enrolment that ended last, and whichever is not out of every registry yet."""
    ended = clinic.enrolments.filter(ended_at__isnull=False).order_by("-ended_at")
    waiting = ended.filter(destinations__out_at=None, destinations__isnull=False)
    shown = ended.filter(Q(pk__in=ended.values("pk")[:1]) | Q(pk__in=waiting.values("pk")))
    return list(shown.prefetch_related("destinations"))


def watched(now: Held, on: date) -> tuple[Found, ...]:
    """Products that stand out across the clinics of the registry."""
    key = f"registry:across:{now.state}:{on}"
    found: tuple[Found, ...] | None = cache.get(key)
    if found is None:
        told = counted(lambda engine: cells(engine, across.promised_by_code()))
        found = looked(released(told), on=on)
        cache.set(key, found, KEPT)
    return found


def counts(code: str, measure: Measure, now: Held) -> list[Count]:
    key = f"registry:{code}:{now.state}"
    found: list[Count] | None = cache.get(key)
    if found is None:
        found = counted(lambda engine: engine.counts(measure))
        cache.set(key, found, KEPT)
    return found


def counted(ask: Callable[[Duck], Told]) -> Told:
    try:
        return ask(Duck(*store().shelves()))
    except (duckdb.Error, ValueError) as problem:
        log.exception("the registry cannot be counted")
        raise NotCounted from problem
