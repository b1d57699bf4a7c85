"""Is everything that was fixed still as it was? The whole audit and every fixed row, read from end to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import Model

from wheal.clinic.audit import chain, counting, whose
from wheal.clinic.audit.models import Event
from wheal.clinic.transactions import one_moment

T = TypeVar("T")
AT_ONCE = 500
UNREADABLE = (DatabaseError, ValueError, TypeError, ArithmeticError)
"""What reading a column raises that was overwritten with something else."""


@dataclass(frozen=True)
class Broken:
    """`kind`: altered, missing, inserted, unfollowed, cut. `where`: the table and the id of the row."""

    kind: str
    where: str

    def __str__(self) -> str:
        return WORDS[self.kind].format(where=self.where)


WORDS = {
    "altered": "{where} was altered after it was fixed.",
    "missing": "{where} was fixed and is no longer there.",
    "inserted": "{where} is there and fixed, but no event of the audit tells of it.",
    "unfollowed": "{where} does not follow from the event before it: "
    "it was altered or inserted, or what stood before it was altered or removed.",
    "cut": "{where} is no longer there, nor what may have followed it: the end of the audit was cut off.",
    "rewritten": "{where} is not the event that the signed checkpoint names: the audit was rewritten.",
}


@dataclass
class Verified:
    """What was read, and what was wrong with it. `last` is the seal of the last event."""

    events: int = 0
    rows: int = 0
    last_id: int = 0
    last: str = chain.FIRST
    broken: tuple[Broken, ...] = ()


def verify(seals: dict[int, str] | None = None) -> Verified:
    """Read everything as it stands at one moment. `seals`: what signed checkpoints say of the events they name."""
    read = Verified()
    with one_moment():
        read.broken = tuple(_broken(read, dict(seals or {})))
    return read


def _broken(read: Verified, seals: dict[int, str]) -> Iterator[Broken]:
    known: dict[str, set[str]] = {model._meta.label_lower: set() for model in chain.fixed_models()}
    ids = Event.objects.order_by("id").values_list("pk", flat=True).iterator(chunk_size=AT_ONCE)
    for some in _pieces(ids):
        events = _events(some)
        yield from _chained(some, events, read, seals)
        yield from _fixed_with(events.values(), known)
        yield from (Broken(kind, where) for kind, where in whose.astray(events.values()))
    yield from (Broken("cut", f"audit.event {last}") for last in _cut_off(read, seals))
    yield from (Broken("inserted", f"audit.whose {row}") for row in whose.of_no_event())
    for model in chain.fixed_models():
        yield from _unknown(model, known[model._meta.label_lower], read)


def _chained(
    ids: tuple[int, ...], events: dict[int, Event], read: Verified, seals: dict[int, str]
) -> Iterator[Broken]:
    for pk in ids:
        event = events.get(pk)
        if event is None or event.seal != chain.seal(read.last, event):
            yield Broken("unfollowed", f"audit.event {pk}")
        read.last = event.seal if event else _seal(pk)
        if seals.pop(pk, read.last) != read.last:
            yield Broken("rewritten", f"audit.event {pk}")
        read.last_id = pk
        read.events += 1


def _fixed_with(events: Iterable[Event], known: dict[str, set[str]]) -> Iterator[Broken]:
    """The rows that these events fixed, against their digests."""
    expected: dict[str, list[tuple[str, str]]] = {}
    for event in events:
        for table, rows in _objects(event.fixes).items():
            expected.setdefault(table, []).extend(
                (row, str(digest)) for row, digest in _objects(rows).items()
            )
    for table, rows in expected.items():
        if table not in known:
            yield Broken("missing", table)
            continue
        known[table].update(row for row, _ in rows)
        for some in _pieces(rows):
            there = _digests(apps.get_model(table), [row for row, _ in some])
            for row, digest in some:
                if there.get(row) != digest:
                    yield Broken("altered" if row in there else "missing", f"{table} {row}")


def _objects(value: object) -> dict[str, object]:
    """Itself, or nothing where somebody put something else in its place; the seal has told of that."""
    return value if isinstance(value, dict) else {}


def _events(ids: Sequence[int]) -> dict[int, Event]:
    """Those of them that can be read at all."""
    try:
        return Event.objects.in_bulk(ids)
    except UNREADABLE:
        return {} if len(ids) == 1 else {pk: event for one in ids for pk, event in _events([one]).items()}


def _seal(pk: int) -> str:
    """Of an event that cannot be read whole; the one after it follows from the seal alone."""
    try:
        return str(Event.objects.values_list("seal", flat=True).get(pk=pk))
    except UNREADABLE:
        return chain.FIRST


def _digests(model: type[Model], ids: Sequence[str]) -> dict[str, str]:
    """By id, of those that are there; "" for a row whose columns no longer hold what they may."""
    rows = model._base_manager.filter(pk__in=ids)
    try:
        return dict(chain.each_digest(rows))
    except UNREADABLE:
        if len(ids) == 1:
            return {ids[0]: ""}
        return {row: digest for one in ids for row, digest in _digests(model, [one]).items()}


def _unknown(model: type[Model], known: set[str], read: Verified) -> Iterator[Broken]:
    fixed = model._base_manager.filter(model.fixed_when).order_by("pk").distinct()  # type: ignore[attr-defined]
    for pk in fixed.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE):
        read.rows += 1
        if str(pk) not in known:
            yield Broken("inserted", f"{model._meta.label_lower} {pk}")


def _cut_off(read: Verified, seals: dict[int, str]) -> list[int]:
    """Events that were there once: named by a checkpoint, or counted by the database, which never counts back."""
    gone = set(seals)
    with connection.cursor() as cursor:
        cursor.execute(counting.LAST[connection.vendor])
        counted = (cursor.fetchone() or [0])[0]
    if counted > read.last_id:
        gone.add(counted)
    return sorted(gone)


def _pieces(rows: Iterable[T]) -> Iterator[tuple[T, ...]]:
    left = iter(rows)
    while some := tuple(islice(left, AT_ONCE)):
        yield some
