"""What an authority or a maker calls back, held against the lots that a clinic has or had.

    notice = read_text("Rappel des lots A100 à A104 et B7 de …")
    notice = read_table(b"Lot;GTIN;Product\n…")
    matches(notice, held)

A number alone can be that of another product, so each match says how sure it is; what is not certain is shown, never
passed over. Nothing here reads a database.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from wheal.barcodes.elements import is_checked
from wheal.barcodes.national import digits, identities
from wheal.notice_text import NoticeUnreadable, as_typed, listed, numbers

__all__ = [
    "Held", "Match", "Matched", "Named", "Notice", "NoticeUnreadable", "Sureness", "decoded", "matches",
    "read_table", "read_text",
]  # fmt: skip

Sureness = Literal["lot_and_code", "lot_and_name", "lot_alone"]
_ORDER: Final[tuple[Sureness, ...]] = ("lot_and_code", "lot_and_name", "lot_alone")


@dataclass(frozen=True, slots=True)
class Named:
    """One lot as the notice names it; "" where it does not say."""

    number: str
    code: str = ""  # GTIN, without leading zeros
    words: str = ""  # the product as named, or the whole notice


@dataclass(frozen=True, slots=True)
class Notice:
    named: tuple[Named, ...]
    text: str = ""  # "" for a table: there each row stands for itself


@dataclass(frozen=True, slots=True)
class Held:
    id: int
    number: str
    gtin: str = ""
    names: tuple[str, ...] = ()  # of the product, its substance in every language, its maker
    code: str = ""  # the national number


@dataclass(frozen=True, slots=True)
class Match:
    held: int
    named: Named
    sure: Sureness


@dataclass(frozen=True, slots=True)
class Matched:
    matches: tuple[Match, ...]
    not_held: tuple[str, ...]  # numbers that the notice names and nobody here had


_DIGITS: Final = re.compile(r"(?<!\d)\d{8}(?:\d{4,6})?(?!\d)")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (
        "lot", "batch", "numéro de lot", "numero de lot", "n° de lot", "no de lot", "lot number", "batch number",
        "n° lot", "lot n°", "lot no", "batch no", "lot/batch", "batch/lot", "lot code",
    ),
    "code": ("gtin", "code", "cip", "cip13", "ean", "ndc", "code produit", "product code"),
    "words": ("product", "name", "produit", "dénomination", "denomination", "nom", "description", "product name"),
}  # fmt: skip


def read_text(text: str) -> Notice:
    """Every lot that the words name. Raises NoticeUnreadable where none is named."""
    if not text.strip():
        raise NoticeUnreadable("empty")
    plain = as_typed(text)
    codes = [found for found in _DIGITS.findall(plain) if is_checked(found)]
    code = codes[0].lstrip("0") if len(set(codes)) == 1 else ""
    named = tuple(Named(number, code, text) for number in dict.fromkeys(listed(plain)))
    if not named:
        raise NoticeUnreadable("no_lot_named")
    return Notice(named, text)


def read_table(data: bytes) -> Notice:
    """A file of lots with a line of headings; comma, semicolon or tab. Raises NoticeUnreadable."""
    text = decoded(data)
    if not text.strip():
        raise NoticeUnreadable("empty")
    heading = text.lstrip().splitlines()[0]
    mark = max(";,\t", key=heading.count)
    rows = list(csv.reader(io.StringIO(text.lstrip()), delimiter=mark))
    places = _places(rows[0])
    named = [one for row in rows[1:] for one in _of_row(row, places)]
    if not named:
        raise NoticeUnreadable("no_lot_named")
    return Notice(tuple(dict.fromkeys(named)))


def decoded(data: bytes) -> str:
    """Of whichever of the usual encodings. Raises NoticeUnreadable where it is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\x00" in text:
        raise NoticeUnreadable("not_text")
    return text


def matches(notice: Notice, held: Iterable[Held]) -> Matched:
    """The surest first, then in the order of the notice. A lot held twice is told twice."""
    by_number: dict[str, list[Held]] = {}
    for lot in held:
        by_number.setdefault(_plain(lot.number), []).append(lot)
    found: dict[int, Match] = {}
    missing: list[str] = []
    for named in notice.named:
        lots = by_number.get(_plain(named.number), [])
        if not lots:
            missing.append(named.number)
        for lot in lots:
            match = Match(lot.id, named, _sure(named, lot))
            if lot.id not in found or _rank(match) < _rank(found[lot.id]):
                found[lot.id] = match
    return Matched(tuple(sorted(found.values(), key=_rank)), tuple(dict.fromkeys(missing)))


def _places(headings: list[str]) -> dict[str, int]:
    plain = [_heading(heading) for heading in headings]
    found = {
        column: place
        for column, words in _COLUMNS.items()
        for place in [next((plain.index(word) for word in words if word in plain), -1)]
        if place >= 0
    }
    if "number" not in found:
        raise NoticeUnreadable("no_lot_column", ", ".join(heading.strip() for heading in headings)[:200])
    return found


def _heading(heading: str) -> str:
    """One lot or several, with a point or without."""
    bare = re.sub(r"\(e?s\)|[.:#]", " ", as_typed(heading).casefold())
    return " ".join(re.sub(r"(?<=ch)es$|s$", "", word) for word in bare.split())


def _of_row(row: list[str], places: Mapping[str, int]) -> Iterator[Named]:
    told = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}
    if told["number"]:
        code, words = digits(told.get("code", "")).lstrip("0"), told.get("words", "")
        cell = as_typed(told["number"])
        for number in dict.fromkeys([*numbers(cell, 0)] or [cell]):
            yield Named(number, code, words)


def _sure(named: Named, lot: Held) -> Sureness:
    if named.code and _is_code_of(named.code, lot):
        return "lot_and_code"
    words = named.words.casefold()
    if any(name and name.casefold() in words for name in lot.names):
        return "lot_and_name"
    return "lot_alone"


def _is_code_of(code: str, lot: Held) -> bool:
    """By GTIN or by national number, whichever the notice gives and the product bears."""
    gtins, numbers = identities(code if len(code) <= 14 else "", code)
    held_gtins, held_numbers = identities(lot.gtin, lot.code)
    return bool(gtins & held_gtins or numbers & held_numbers)


def _rank(match: Match) -> int:
    return _ORDER.index(match.sure)


def _plain(number: str) -> str:
    """Letter case, spaces and hyphens are often copied otherwise than printed."""
    return re.sub(r"[\s\-–_./]", "", as_typed(number)).upper()
