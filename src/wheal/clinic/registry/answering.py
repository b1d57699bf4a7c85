"""Measures counted over the store of this server, and kept beside it until it changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date
from typing import Final, TypeVar

import duckdb
from django.db.models import Q
from django.utils import timezone

from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import Clinic
from wheal.clinic.registry import keeping
from wheal.clinic.registry.delivering import store
from wheal.clinic.registry.keeping import Answer
from wheal.clinic.registry.models import Enrolment
from wheal.clinic.safety import across
from wheal.knowledge.measuring import Measure
from wheal.measures.duck import Duck
from wheal.measures.holding import Held
from wheal.measures.watching import cells
from wheal.surveillance.across import looked, released

log = logging.getLogger(__name__)
Told = TypeVar("Told")
AT_ONCE: Final = 1_000
"""Receipts that are counted within a request: about as long as a page may take. A larger store is counted at night."""
WATCH: Final = "across"


class NotCounted(Exception):
    """What the store holds cannot be counted: `registry check` at the console says what is wrong with which month."""


class NotYet(NotCounted):
    """It is too large to be counted within a request, and no night has counted it."""


def held() -> Held:
    return store().held()


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


def today() -> date:
    """The registry's day: in UTC, as its clinics may lie in several zones, and one answer is kept for all."""
    return timezone.now().astimezone(UTC).date()


def watched(now: Held) -> Answer:
    """Products that stand out across the clinics of the registry."""
    on = today()
    return _answer(WATCH, now, on, lambda engine: _look(engine, now, on))


def measured(code: str, measure: Measure, now: Held) -> Answer:
    def anew(engine: Duck) -> Answer:
        return _count(engine, code, measure, now, today())

    return _answer(code, now, None, anew)


def _answer(code: str, now: Held, on: date | None, anew: Callable[[Duck], Answer]) -> Answer:
    """What is kept, where it is of the store as it is now (and of this day). A small store is counted where it is not;
    of a large one the last night's answer stands, and says of which day it is: no page waits for all of a country."""
    last = keeping.kept(code)
    if last and last.of == _of(now) and on in (None, last.on):
        return last
    if now.receipts <= AT_ONCE:
        return counted(anew)
    if last is None:
        raise NotYet
    return last


def counted_last() -> dict[str, Answer]:
    """By measure what is kept of an answer to what it asks today. Nothing is counted."""
    known, found = knowledge.current(), {}
    for code in known.measures:
        if (last := keeping.kept(code)) and last.of.endswith(f" {known.digest}"):
            found[code] = last
    return found


def watched_last() -> Answer | None:
    return keeping.kept(WATCH)


def as_of(answer: Answer, now: Held) -> date | None:
    """Its day, where months have come or gone since; None where it is of all that is held."""
    return answer.on if answer.of != _of(now) else None


def count_anew(on: date) -> int:
    """At night: every answer of another store or knowledge; how many. Raises NotCounted."""
    now, known = store().held(), knowledge.current()
    if not now.receipts:
        return 0
    old = [code for code in known.measures if (last := keeping.kept(code)) is None or last.of != _of(now)]

    def ask(engine: Duck) -> int:
        for code in old:
            _count(engine, code, known.measures[code], now, on)
        _look(engine, now, on)
        return len(old)

    return counted(ask)


def _count(engine: Duck, code: str, measure: Measure, now: Held, on: date) -> Answer:
    return keeping.keep(code, Answer(_of(now), on, counts=tuple(engine.counts(measure))))


def _look(engine: Duck, now: Held, on: date) -> Answer:
    told = released(cells(engine, across.promised_by_code()))
    return keeping.keep(WATCH, Answer(_of(now), on, found=looked(told, on=on)))


def _of(now: Held) -> str:
    return f"{now.state} {knowledge.current().digest}"


def counted(ask: Callable[[Duck], Told]) -> Told:
    try:
        return ask(Duck(*store().shelves()))
    except (duckdb.Error, ValueError) as problem:
        log.exception("the registry cannot be counted")
        raise NotCounted from problem
