"""The treatment passport as text: what a person was given, in codes that any camera reads without a connection.

Lines of fields parted by "|"; docs/reference/passport.md tells each. Long passports are cut between lines into
parts that name how many they are and which passport they belong to, so that parts of two are never joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, Final, TypeVar

HEAD: Final = "WHEAL-PASSPORT/1"
LARGEST: Final = 600
"""Bytes of a part: a code of that size is still read from paper by an ordinary telephone."""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    born: date
    clinic: str
    phone: str


@dataclass(frozen=True, slots=True)
class Given:
    """One product in one area. `strength` with its unit; `volume_ml` injected of it, as its share of the mix."""

    product: str
    substance: str  # the code of the formulary
    strength: str
    lot: str
    expires: date
    volume_ml: Decimal


@dataclass(frozen=True, slots=True)
class Treated:
    area: str  # the code
    points: int
    volume_ml: Decimal
    given: tuple[Given, ...]
    side: str = ""  # the patient's "left" or "right", where it was one of two


@dataclass(frozen=True, slots=True)
class Visit:
    """`names_of`: the day that the names of lots and people are of, where it is not that of the signature. Papers and
    pages
    say it; the codes have no place for it."""

    on: date
    country: str
    practitioner: str
    treated: tuple[Treated, ...]
    corrections: tuple[str, ...] = ()
    names_of: date | None = None


class PassportUnreadable(ValueError):
    """Names the part, or the line, that is missing or not what it should be."""


NO_NAMES: Final[Mapping[str, str]] = {}


def parts(
    person: Person, visits: Sequence[Visit], *, names: Mapping[str, str] = NO_NAMES, largest: int = LARGEST
) -> tuple[str, ...]:
    """The text of each code, in order. Each begins with whose passport it is and is cut between sessions, so that one
    code alone can be read; a session that is longer than a code is cut between its lines.

    `names`: what areas and substances are called in the language of whoever keeps it, by their codes.
    """
    whose, sessions = _line("P", person), [list(_of_visit(visit, names)) for visit in visits]
    mark = sha256("\n".join([whose, *(line for one in sessions for line in one)]).encode()).hexdigest()[:8]
    room = largest - len(f"{HEAD} {mark} 99/99\n")
    pieces: list[list[str]] = [[whose]]
    for lines in sessions:
        if len(pieces[-1]) > 1 and not _fits([*pieces[-1], *lines], room):
            pieces.append([whose])
        for line in lines:
            if len(pieces[-1]) > 1 and not _fits([*pieces[-1], line], room):
                pieces.append([whose])
            pieces[-1].append(line)
    return tuple(
        "\n".join([f"{HEAD} {mark} {number}/{len(pieces)}", *piece]) for number, piece in enumerate(pieces, 1)
    )


def _fits(lines: Sequence[str], room: int) -> bool:
    return len("\n".join(lines).encode()) <= room


def read(texts: Iterable[str]) -> tuple[Person, tuple[Visit, ...]]:
    """The same back, from the parts in any order. Raises PassportUnreadable."""
    lines = _joined(texts)
    if not lines or lines[0][0] != "P":
        raise PassportUnreadable("the first line does not say whose passport this is")
    person = _read(Person, lines[0])
    return person, tuple(_visits(lines[1:]))


def _of_visit(visit: Visit, names: Mapping[str, str]) -> Iterable[str]:
    yield _joined_fields("S", (visit.on.isoformat(), visit.country, visit.practitioner))
    for treated in visit.treated:
        yield _joined_fields(
            "I", (treated.area, str(treated.points), str(treated.volume_ml), *filter(None, [treated.side]))
        )
        yield from _named(treated.area, names)
        for given in treated.given:
            yield _line("L", given)
            yield from _named(given.substance, names)
    yield from (_joined_fields("A", (text,)) for text in visit.corrections)


def _named(code: str, names: Mapping[str, str]) -> Iterable[str]:
    """For people; who reads it back goes by the codes."""
    if code in names:
        yield _joined_fields("N", (names[code],))


def _line(letter: str, record: Person | Given) -> str:
    return _joined_fields(letter, tuple(str(getattr(record, each.name)) for each in fields(record)))


def _joined_fields(letter: str, values: Sequence[str]) -> str:
    plain = (" ".join(value.replace("|", "/").split()) for value in values)
    return "|".join((letter, *plain))


def _joined(texts: Iterable[str]) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    marks, counts = set(), set()
    for text in texts:
        head, *lines = text.split("\n")
        said = head.removeprefix(HEAD + " ").split(" ")
        number, _, of = said[-1].partition("/")
        if not head.startswith(HEAD + " ") or len(said) != 2 or not (number.isdecimal() and of.isdecimal()):
            raise PassportUnreadable(f"{head[:40]!r} does not begin a passport")
        marks.add(said[0])
        counts.add(int(of))
        found[int(number)] = lines
    if len(marks) != 1 or len(counts) != 1:
        raise PassportUnreadable("these parts do not belong to one passport")
    if missing := set(range(1, counts.pop() + 1)) - set(found):
        raise PassportUnreadable(f"part {min(missing)} is missing")
    first = found[min(found)][:1]
    rest = [
        line for _, lines in sorted(found.items()) for line in (lines[1:] if lines[:1] == first else lines)
    ]
    whole = [*first, *rest]
    if sha256("\n".join(whole).encode()).hexdigest()[:8] != marks.pop():
        raise PassportUnreadable("the parts are not as they were written")
    return [line.split("|") for line in whole]


def _visits(lines: Sequence[Sequence[str]]) -> Iterable[Visit]:
    for first, rest in _groups("S", lines):
        on, country, practitioner = first[1:4]
        corrections = tuple(line[1] for line in rest if line[0] == "A")
        yield Visit(date.fromisoformat(on), country, practitioner, tuple(_treated(rest)), corrections)


def _treated(lines: Sequence[Sequence[str]]) -> Iterable[Treated]:
    for first, rest in _groups("I", lines):
        area, points, volume, side = (*first[1:5], "")[:4]
        given = tuple(_read(Given, line) for line in rest if line[0] == "L")
        yield Treated(area, int(points), Decimal(volume), given, side)


def _groups(
    letter: str, lines: Sequence[Sequence[str]]
) -> Iterable[tuple[Sequence[str], Sequence[Sequence[str]]]]:
    """Each line that begins with this letter, with those that follow it up to the next."""
    begins = [at for at, line in enumerate(lines) if line[0] == letter]
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=False):
        yield lines[begin], lines[begin + 1 : end]


R = TypeVar("R", Person, Given)
_FROM_TEXT: Final[dict[str, Callable[[str], Any]]] = {
    "date": date.fromisoformat,
    "Decimal": Decimal,
    "str": str,
}


def _read(kind: type[R], line: Sequence[str]) -> R:
    try:
        return kind(
            *(_FROM_TEXT[str(each.type)](text) for each, text in zip(fields(kind), line[1:], strict=True))
        )
    except (ValueError, InvalidOperation) as problem:
        raise PassportUnreadable(f"the line {'|'.join(line)[:60]!r} cannot be read") from problem
