"""Whether the books of the stock add up, to the microlitre, and where they do not.

Every movement takes a volume from one account to another; nothing appears or goes by itself:

received, arrived: outside → shelf          opened: shelf → container
drawn: container → syringe                  injected: syringe → patient
wasted, returned, missing: wherever it was  sent: shelf → another clinic
found: nowhere → shelf or container

A counter-entry is a movement of the same kind with the opposite sign. So for every lot

received + arrived = in stock + injected + wasted + sent + returned + (missing - found)

where what is in stock is read from the shelf, the containers and the mixes, and not from the movements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Final, NamedTuple

PER_ML: Final = 1000
IN: Final = frozenset({"received", "arrived", "found"})
OUT: Final = frozenset({"injected", "wasted", "sent", "returned", "missing"})
WITHIN: Final = frozenset({"opened", "drawn"})
KINDS: Final = IN | OUT | WITHIN


def microlitres(volume_ml: Decimal) -> int:
    """Raises ValueError where the volume is finer than a microlitre."""
    volume = volume_ml * PER_ML
    if volume != volume.to_integral_value():
        raise ValueError(f"{volume_ml} mL is finer than a microlitre")
    return int(volume)


def millilitres(volume_ul: int) -> Decimal:
    return Decimal(volume_ul) / PER_ML


def shares(parts_ul: Sequence[int], whole_ul: int) -> tuple[int, ...]:
    """`whole_ul` divided in the proportion of the parts, adding up to it exactly.

    No share exceeds its part where the whole does not exceed theirs. Raises ValueError where nothing can be divided.
    """
    sum_ul = sum(parts_ul)
    if sum_ul <= 0:
        raise ValueError("there is nothing in proportion to which it could be divided")
    cut = [divmod(part * whole_ul, sum_ul) for part in parts_ul]
    left = whole_ul - sum(share for share, _ in cut)
    first = sorted(range(len(cut)), key=lambda at: (-cut[at][1], at))[:left]
    return tuple(share + (at in first) for at, (share, _) in enumerate(cut))


class Entry(NamedTuple):
    """Movements of one kind at one place, added up. `mix`: into a syringe, or from it."""

    kind: str
    volume_ul: int
    container: int | None = None
    mix: int | None = None


class Left(NamedTuple):
    """What a container that was opened still holds."""

    volume_ul: int
    emptied: bool = False


@dataclass(frozen=True, slots=True)
class LotBooks:
    """One lot: what moved, and what the shelf, the containers and the unsigned mixes say is there."""

    lot: int
    container_ul: int
    unopened: int
    containers: Mapping[int, Left]
    drawn_up_ul: int
    entries: tuple[Entry, ...]

    @property
    def in_stock_ul(self) -> int:
        opened = sum(each.volume_ul for each in self.containers.values())
        return self.unopened * self.container_ul + opened + self.drawn_up_ul


class Vial(NamedTuple):
    """What a syringe was filled from."""

    lot: int
    container: int | None


@dataclass(frozen=True, slots=True)
class MixBooks:
    """One mix: what its record says was drawn from where and injected, and what moved.

    `injected_ul` None: not signed yet.
    """

    mix: int
    drawn_ul: Mapping[Vial, int]
    injected_ul: int | None
    moved_ul: Mapping[tuple[Vial, str], int]
    """By where it came from and the kind of movement."""


@dataclass(frozen=True, slots=True)
class TransferBooks:
    """One line between two clinics that has arrived. `explained_ul` is the difference that somebody explained."""

    line: int
    sent_ul: int
    arrived_ul: int
    explained_ul: int


class TraceBooks(NamedTuple):
    """What was injected of one lot through one mix: by the movements, and as it is told to whoever asks who got it."""

    lot: int
    mix: int
    by_books_ul: int
    by_trace_ul: int


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One place where the books and what is there differ. `code` says what was compared."""

    code: str
    by_books_ul: int
    there_ul: int
    lot: int | None = None
    container: int | None = None
    mix: int | None = None
    line: int | None = None


@dataclass(slots=True)
class Sums:
    """What a lot's movements come to, account by account."""

    of: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shelf_ul: int = 0
    containers: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    syringes: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def came_ul(self) -> int:
        return self.of["received"] + self.of["arrived"]

    @property
    def went_ul(self) -> int:
        """Injected, wasted, sent, returned, and missing beyond what was found."""
        return sum(self.of[kind] for kind in OUT) - self.of["found"]


def add_up(entries: Iterable[Entry]) -> Sums:
    """Raises ValueError for a kind of movement that does not exist."""
    sums = Sums()
    for entry in entries:
        if entry.kind not in KINDS:
            raise ValueError(f"{entry.kind!r} is no kind of movement")
        sums.of[entry.kind] += entry.volume_ul
        _move(sums, entry)
    return sums


def _move(sums: Sums, entry: Entry) -> None:
    volume = entry.volume_ul
    if entry.kind == "opened" and entry.container is not None:
        sums.shelf_ul -= volume
        sums.containers[entry.container] += volume
    elif entry.kind == "drawn" and entry.mix is not None:
        _place(sums, Entry(entry.kind, volume, entry.container), -volume)
        sums.syringes[entry.mix] += volume
    elif entry.kind in IN:
        _place(sums, entry, volume)
    else:
        _place(sums, entry, -volume)


def _place(sums: Sums, entry: Entry, volume: int) -> None:
    if entry.mix is not None:
        sums.syringes[entry.mix] += volume
    elif entry.container is not None:
        sums.containers[entry.container] += volume
    else:
        sums.shelf_ul += volume


def check(
    lots: Iterable[LotBooks] = (),
    mixes: Iterable[MixBooks] = (),
    transfers: Iterable[TransferBooks] = (),
    traces: Iterable[TraceBooks] = (),
) -> Iterator[Discrepancy]:
    """Everything that does not add up; nothing where the books are right."""
    yield from chain.from_iterable(map(_lot, lots))
    yield from chain.from_iterable(map(_mix, mixes))
    yield from chain.from_iterable(map(_transfer, transfers))
    for one in traces:
        if one.by_books_ul != one.by_trace_ul:
            yield Discrepancy("trace", one.by_books_ul, one.by_trace_ul, one.lot, mix=one.mix)


def _lot(books: LotBooks) -> Iterator[Discrepancy]:
    sums, lot = add_up(books.entries), books.lot
    if (there := books.in_stock_ul) != (by_books := sums.came_ul - sums.went_ul):
        yield Discrepancy("in_stock", by_books, there, lot)
    if (shelf := books.unopened * books.container_ul) != sums.shelf_ul:
        yield Discrepancy("shelf", sums.shelf_ul, shelf, lot)
    for container in sorted(sums.containers.keys() | books.containers.keys()):
        held, moved = books.containers.get(container, Left(0)), sums.containers[container]
        if held.volume_ul != moved or moved < 0:
            yield Discrepancy("container", moved, held.volume_ul, lot, container)
        elif held.emptied and held.volume_ul:
            yield Discrepancy("emptied", 0, held.volume_ul, lot, container)
    for mix, left in sorted(sums.syringes.items()):
        if left < 0:
            yield Discrepancy("syringe", left, 0, lot, mix=mix)


def _mix(books: MixBooks) -> Iterator[Discrepancy]:
    vials = books.drawn_ul.keys() | {vial for vial, _ in books.moved_ul}
    for vial in sorted(vials, key=lambda it: (it.lot, it.container or 0)):
        drawn = books.moved_ul.get((vial, "drawn"), 0)
        if drawn != books.drawn_ul.get(vial, 0):
            recorded = books.drawn_ul.get(vial, 0)
            yield Discrepancy("drawn", drawn, recorded, vial.lot, vial.container, books.mix)
        left = drawn - sum(books.moved_ul.get((vial, kind), 0) for kind in ("injected", "wasted"))
        if books.injected_ul is not None and left:
            yield Discrepancy("rest", left, 0, vial.lot, vial.container, books.mix)
    injected = sum(volume for (_, kind), volume in books.moved_ul.items() if kind == "injected")
    if injected != (books.injected_ul or 0):
        yield Discrepancy("injected", injected, books.injected_ul or 0, mix=books.mix)


def _transfer(books: TransferBooks) -> Iterator[Discrepancy]:
    if books.sent_ul != books.arrived_ul + books.explained_ul:
        yield Discrepancy("transfer", books.sent_ul, books.arrived_ul + books.explained_ul, line=books.line)
