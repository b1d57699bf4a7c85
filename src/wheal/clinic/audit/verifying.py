"""Is everything that was fixed still as it was? The whole audit and every fixed row, read from end to end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic.audit import chain, counting, whose
from wheal.clinic.audit.checkpoints import Checkpoint
from wheal.clinic.audit.models import Event
from wheal.clinic.transactions import one_moment

T = TypeVar("T")
Held = dict[str, dict[str, str]]
"""Of each table whose rows may be corrected, by id: the digest that the last event told."""
AT_ONCE = 500
SLACK = timedelta(minutes=5)  # between the moment that an event says and its place in the audit
UNREADABLE = (DatabaseError, ValueError, TypeError, ArithmeticError)
"""What reading a column raises that was overwritten with something else."""


@dataclass(frozen=True)
class Broken:
    """`kind`: one of WORDS. `where`: the table and the id of the row. `at`: the moment that is told of it, in UTC."""

    kind: str
    where: str
    at: str = ""

    def __str__(self) -> str:
        return str(WORDS[self.kind]) % {"where": self.where, "at": self.at}

    def as_kept(self) -> dict[str, str]:
        """What stays of it with the night: words are made where it is read, in the language of whoever reads."""
        return {"kind": self.kind, "where": self.where} | ({"at": self.at} if self.at else {})


WORDS: dict[str, str | Promise] = {
    "altered": _("%(where)s was altered after it was fixed."),
    "missing": _("%(where)s was fixed and is no longer there."),
    "inserted": _("%(where)s is there and fixed, but no event of the audit tells of it."),
    "unfollowed": _(
        "%(where)s does not follow from the event before it: it was altered or inserted, or what stood before it was "
        "altered or removed."
    ),
    "cut": _(
        "%(where)s is no longer there, nor what may have followed it: the end of the audit was cut off."
    ),
    "rewritten": _("%(where)s is not the event that the signed checkpoint names: the audit was rewritten."),
    "early": _(
        "%(where)s says that it was written before the signed checkpoint that precedes it: it was added later, or the "
        "clock had been set back."
    ),
    "changed": _(
        "%(where)s is not as the audit last told it: its name, its number or what it belongs to was altered past the "
        "pages."
    ),
    "counted": _("Up to %(where)s there are not as many events as the signed checkpoint counted."),
    "unguarded": _("%(where)s is not protected by the database: its triggers are gone."),
    "forgotten": _(
        "%(where)s tells of a checkpoint of %(at)s UTC that checkpoints.jsonl does not hold: it was taken away, "
        "or this is another folder. Bring it back from a backup, or from where its copies are."
    ),
}


def in_words(kept: object) -> str:
    """What a night kept of something wrong. Earlier versions kept sentences, and other jobs do; what a later version
    found is told by its kind."""
    if not isinstance(kept, dict):
        return str(kept)
    kind, where = str(kept.get("kind", "")), str(kept.get("where", ""))
    return str(Broken(kind, where, str(kept.get("at", "")))) if kind in WORDS else f"{where}: {kind}"


@dataclass
class Verified:
    """What was read, and what was wrong with it. `last` is the seal of the last event."""

    events: int = 0
    rows: int = 0
    last_id: int = 0
    last: str = chain.FIRST
    broken: tuple[Broken, ...] = ()


def verify(
    noted: Sequence[Checkpoint] = (), *, new_only: bool = False, rest: Callable[[], None] = lambda: None
) -> Verified:
    """Read everything as it stands at one moment. `noted`: the signed checkpoints, in the order of their events.

    `new_only`: the events after the last of them and what they fixed, and of those before only whether they are
    still the ones that checkpoints name, and as many. `rest` is called after each piece.
    """
    read = Verified()
    seals = {each.event: each.seal for each in noted}
    held: Held = {model._meta.label_lower: {} for model in chain.held_models()}
    with one_moment():
        found = list(_as_noted(read, noted, seals)) if new_only else []
        seen = _known()
        found += _events_since(read, seals, noted, seen, held, rest)
        found += _changed(held, rest)
        found += (Broken("cut", f"audit.event {last}") for last in _cut_off(read, seals))
        if not new_only:
            found += _of_no_event(read, seen, rest)
    read.broken = tuple(found)
    return read


def _known() -> dict[str, set[str]]:
    """By table, the ids that events fixed: none yet."""
    return {model._meta.label_lower: set() for model in chain.fixed_models()}


def _as_noted(read: Verified, noted: Sequence[Checkpoint], seals: dict[int, str]) -> Iterator[Broken]:
    """Go on after the last checkpoint that holds. Takes the seals that were looked at out of `seals`."""
    held = dict(Event.objects.filter(pk__in=list(seals)).values_list("pk", "seal"))
    for pk in sorted(seals.keys() & held.keys()):
        if seals.pop(pk) != held[pk]:
            yield Broken("rewritten", f"audit.event {pk}")
    holding = [each for each in noted if held.get(each.event) == each.seal]
    if not holding:
        return
    last = holding[-1]
    read.last_id, read.last = last.event, last.seal
    read.events = Event.objects.filter(pk__lte=last.event).count()
    if read.events != last.events:
        yield Broken("counted", f"audit.event {last.event}")


def _is_early(event: Event, noted: Sequence[Checkpoint]) -> bool:
    """Whether it says an earlier moment than the reading of the checkpoint before it, and nobody has said why."""
    place = bisect_left(noted, event.pk, key=lambda each: each.event)
    if not place or (read_at := noted[place - 1].read_at) is None:
        return False
    was_accepted = place < len(noted) and noted[place].accepted
    return event.at < read_at - SLACK and not was_accepted


def _events_since(
    read: Verified,
    seals: dict[int, str],
    noted: Sequence[Checkpoint],
    known: dict[str, set[str]],
    held: Held,
    rest: Callable[[], None],
) -> Iterator[Broken]:
    later = Event.objects.filter(pk__gt=read.last_id) if read.last_id else Event.objects.all()
    ids = later.order_by("id").values_list("pk", flat=True).iterator(chunk_size=AT_ONCE)
    for some in _pieces(ids):
        events = _events(some)
        yield from _chained(some, events, read, seals)
        yield from _fixed_with((events[pk] for pk in some if pk in events), known, held)
        yield from (Broken(kind, where) for kind, where in whose.astray(events.values()))
        early = (pk for pk, event in events.items() if _is_early(event, noted))
        yield from (Broken("early", f"audit.event {pk}") for pk in sorted(early))
        rest()


def _of_no_event(read: Verified, known: dict[str, set[str]], rest: Callable[[], None]) -> Iterator[Broken]:
    """Fixed rows that no event tells of."""
    yield from (Broken("inserted", f"audit.whose {row}") for row in whose.of_no_event())
    for model in chain.fixed_models():
        yield from _unknown(model, known[model._meta.label_lower], read)
        rest()


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


def _told(events: Iterable[Event]) -> dict[str, list[tuple[str, str]]]:
    """Of each table, the ids and digests that these events name, in their order."""
    told: dict[str, list[tuple[str, str]]] = {}
    for event in events:
        for table, rows in _objects(event.fixes).items():
            told.setdefault(table, []).extend((row, str(digest)) for row, digest in _objects(rows).items())
    return told


def _fixed_with(events: Iterable[Event], known: dict[str, set[str]], held: Held) -> Iterator[Broken]:
    """The rows that these events fixed, against their digests; of those that may be corrected, which is the last."""
    for table, rows in _told(events).items():
        if table in held:
            held[table].update(rows)
            continue
        if table not in known:
            yield Broken("missing", table)
            continue
        known[table].update(row for row, _ in rows)
        for some in _pieces(rows):
            there = _digests(apps.get_model(table), [row for row, _ in some])
            for row, digest in some:
                if there.get(row) != digest:
                    yield Broken("altered" if row in there else "missing", f"{table} {row}")


def _changed(held: Held, rest: Callable[[], None]) -> Iterator[Broken]:
    """What records name, against what the last event told of it."""
    for table, told in held.items():
        for some in _pieces(told.items()):
            there = _digests(apps.get_model(table), [row for row, _ in some])
            for row, digest in some:
                if there.get(row) != digest:
                    yield Broken("changed" if row in there else "missing", f"{table} {row}")
            rest()


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
