"""The web of one lot as a picture: lot, containers, mixes, sessions and people, from left to right.

The table beside it tells the same; where the people are too many to draw one by one, those of one day stand together,
where the days are too many, those of one month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wheal.tracing import MixTraced, PatientTraced, SessionTraced, Web

MOST_PEOPLE = 40
COLUMNS = (20, 210, 400, 610)  # left edge of lot, containers, mixes with their session, people
WIDTHS = (160, 150, 180, 230)
ROW = 34
HEIGHT = 26


@dataclass(frozen=True, slots=True)
class Node:
    key: str
    column: int
    words: str
    y: int = 0
    is_open: bool = False  # drawn up and not signed

    @property
    def x(self) -> int:
        return COLUMNS[self.column]

    @property
    def width(self) -> int:
        return WIDTHS[self.column]


@dataclass(frozen=True, slots=True)
class Picture:
    nodes: tuple[Node, ...]
    lines: tuple[str, ...]  # path data
    height: int
    width: int = COLUMNS[-1] + WIDTHS[-1] + 20
    together: str = ""  # "day" or "month": whose people stand together


def of_web(found: Web) -> Picture:
    together = _together(found.patients)
    shared = _shared(found.patients)
    there, bottles = _there(found.patients, shared, together)
    nodes: dict[str, Node] = {}
    lines: dict[tuple[str, str], None] = {}
    for lot in found.lots:
        nodes[f"lot{lot.id}"] = Node(f"lot{lot.id}", 0, lot.number)
    words = cache(_span)  # many people came on one day
    folk, bottled = cache(lambda span: _people(span, there)), cache(lambda span: _own_together(span, bottles))
    for one, session in _visits(found.patients):
        span = _begin(session.day, together)
        person = folk(span) if together else Node(f"p{one.id}", 3, one.person)
        nodes.setdefault(person.key, person)
        for mix in session.mixes:
            key = f"of{span}" if together else f"mix{mix.id}"
            if key not in nodes:
                told = words(span, together) if together else f"{words(span, 'day')} · {mix.label}"
                nodes[key] = Node(key, 2, told, is_open=not session.signed)
            lines[(key, person.key)] = None
            own = [bottled(span)] if bottles[span] else _own(mix, shared)
            for bottle in (*own, *_shared_of(mix, shared)):
                nodes.setdefault(bottle.key, bottle)
                lines.update({(f"lot{lot}", bottle.key): None for lot in mix.lots})
                lines[(bottle.key, key)] = None
    return _laid(nodes, lines, together)


def _together(patients: Sequence[PatientTraced]) -> str:
    if len(patients) <= MOST_PEOPLE:
        return ""
    days = {session.day for one in patients for session in one.sessions}
    return "day" if len(days) <= MOST_PEOPLE else "month"


def _begin(day: date, together: str) -> date:
    return day.replace(day=1) if together == "month" else day


def _visits(patients: Iterable[PatientTraced]) -> list[tuple[PatientTraced, SessionTraced]]:
    met = [(one, session) for one in patients for session in one.sessions]
    return sorted(met, key=lambda pair: (pair[1].day, pair[1].id))


def _there(
    patients: Iterable[PatientTraced], shared: frozenset[int], together: str
) -> tuple[Counter[date], Counter[date]]:
    """How many people each day or month had, and how many containers that served one mix alone."""
    people: Counter[date] = Counter()
    bottles: Counter[date] = Counter()
    if together:
        for one in patients:
            people.update({_begin(session.day, together) for session in one.sessions})
            for session in one.sessions:
                own = {container for mix in session.mixes for container in mix.containers} - shared
                bottles[_begin(session.day, together)] += len(own)
    return people, bottles


def _people(span: date, there: Counter[date]) -> Node:
    words = ngettext("%(count)d person", "%(count)d people", there[span]) % {"count": there[span]}
    return Node(f"people{span}", 3, words)


def _shared(patients: Iterable[PatientTraced]) -> frozenset[int]:
    """Containers from which more than one mix was drawn: each is drawn by itself, for it ties people together."""
    times = Counter(
        container
        for one in patients
        for session in one.sessions
        for mix in session.mixes
        for container in mix.containers
    )
    return frozenset(container for container, count in times.items() if count > 1)


def _own_together(span: date, bottles: Counter[date]) -> Node:
    return Node(f"c-of{span}", 1, _containers(bottles[span]))


def _own(mix: MixTraced, shared: frozenset[int]) -> Iterator[Node]:
    own = [container for container in mix.containers if container not in shared]
    if len(own) > 1:
        yield Node(f"c-of-mix{mix.id}", 1, _containers(len(own)))
    elif own or not mix.containers:
        yield Node(f"c{own[0]}" if own else f"c-of-mix{mix.id}", 1, _container(own[0] if own else None))


def _shared_of(mix: MixTraced, shared: frozenset[int]) -> Iterator[Node]:
    return (Node(f"c{each}", 1, _container(each)) for each in mix.containers if each in shared)


def _containers(count: int) -> str:
    return ngettext("%(count)d container", "%(count)d containers", count) % {"count": count}


def _span(begin: date, together: str) -> str:
    return formats.date_format(begin, "YEAR_MONTH_FORMAT" if together == "month" else "SHORT_DATE_FORMAT")


def _container(pk: int | None) -> str:
    return _("container %(number)d") % {"number": pk} if pk else _("container not noted")


def _laid(nodes: dict[str, Node], lines: Iterable[tuple[str, str]], together: str) -> Picture:
    """One under the other in each column, each column in the middle of the picture's height."""
    columns: dict[int, list[Node]] = defaultdict(list)
    for node in nodes.values():
        columns[node.column].append(node)
    tallest = max((len(column) for column in columns.values()), default=1)
    placed: dict[str, Node] = {}
    for column in columns.values():
        top = 20 + (tallest - len(column)) * ROW // 2
        for place, node in enumerate(column):
            placed[node.key] = Node(node.key, node.column, node.words, top + place * ROW, node.is_open)
    paths = tuple(_line(placed[one], placed[two]) for one, two in lines)
    return Picture(tuple(placed.values()), paths, 40 + tallest * ROW, together=together)


def _line(one: Node, two: Node) -> str:
    x1, y1, x2, y2 = one.x + one.width, one.y + HEIGHT // 2, two.x, two.y + HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
