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
from typing import Final, Literal, TypeVar

from wheal import notice_search
from wheal.barcodes.elements import is_checked
from wheal.barcodes.national import digits, identities
from wheal.lot_numbers import bare
from wheal.notice_spans import Shelf, Span, spans
from wheal.notice_text import NoticeUnreadable, as_typed, listed, read_on, rest, spans_of

__all__ = [
    "Held", "How", "Match", "Matched", "Named", "Notice", "NoticeUnreadable", "Sureness", "decoded", "matches",
    "read_table", "read_text", "refuse_none",
]  # fmt: skip

Sureness = Literal["lot_and_code", "lot_and_name", "lot_alone"]
How = Literal["read", "in_text", "in_span", "question"]
"""Read as a lot number; seen among the words; perhaps within a span; or so short, or so much like a part of another,
that it is asked."""
_ORDER: Final[tuple[Sureness, ...]] = ("lot_and_code", "lot_and_name", "lot_alone")

T = TypeVar("T")
_HOW: Final[tuple[How, ...]] = ("read", "in_text", "in_span", "question")


@dataclass(frozen=True, slots=True)
class Named:
    """One lot as the notice names it; "" where it does not say."""

    number: str
    code: str = ""  # GTIN, without leading zeros
    words: str = ""  # the product as named, or the whole notice


@dataclass(frozen=True, slots=True)
class Spanned:
    span: Span
    code: str = ""
    words: str = ""
    is_near_lot: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    named: tuple[Named, ...]
    passages: tuple[Named, ...] = ()  # `number` is all that is said: the whole text, or a row of the table
    spans: tuple[Spanned, ...] = ()
    unread: tuple[str, ...] = ()  # what stands behind the numbers, and was not read as such


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
    how: How = "read"


@dataclass(frozen=True, slots=True)
class Matched:
    matches: tuple[Match, ...]
    not_held: tuple[str, ...]  # numbers that the notice names and nobody here had


_DIGITS: Final = re.compile(r"(?<!\d)\d{8}(?:\d{4,6})?(?!\d)")
_ONE: Final = re.compile(r"(?=.{1,40}$)[\w./-]+(?: (?:[\w./-]*\d[\w./-]*|[A-Z]))*", re.ASCII)
"""A cell that may be one number with blanks in it."""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (
        "lot", "batch", "numéro de lot", "numero de lot", "n° de lot", "no de lot", "lot number", "batch number",
        "n° lot", "lot n°", "lot no", "batch no", "lot/batch", "batch/lot", "lot code",
    ),
    "code": ("gtin", "code", "cip", "cip13", "ean", "ndc", "code produit", "product code"),
    "words": ("product", "name", "produit", "dénomination", "denomination", "nom", "description", "product name"),
}  # fmt: skip


def read_text(text: str) -> Notice:
    """Every lot that the words name; where none is, `named` is empty. Raises NoticeUnreadable."""
    if not text.strip():
        raise NoticeUnreadable("empty")
    plain = as_typed(text)
    codes = [found for found in _DIGITS.findall(plain) if is_checked(found)]
    code = codes[0].lstrip("0") if len(set(codes)) == 1 else ""
    found, unread = listed(plain)
    named = tuple(Named(number, code, text) for number in dict.fromkeys(found))
    spanned = tuple(Spanned(span, code, text, near) for span, near in spans_of(plain))
    behind = [*unread, *_not_counted(spanned, unread)] if named else [text.strip()]
    return Notice(named, (Named(plain, code, text),), spanned, _once(behind))


def read_table(data: bytes) -> Notice:
    """A file of lots with a line of headings; comma, semicolon or tab. Raises NoticeUnreadable."""
    text = decoded(data)
    if not text.strip():
        raise NoticeUnreadable("empty")
    heading = text.lstrip().splitlines()[0]
    mark = max(";,\t", key=heading.count)
    rows = list(csv.reader(io.StringIO(text.lstrip()), delimiter=mark))
    places = _places(rows[0])
    named, passages, unread = [], [], []
    spanned: list[Spanned] = []
    for row in filter(any, rows[1:]):
        told = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}
        code, words = digits(told.get("code", "")).lstrip("0"), told.get("words", "")
        found, more = _of_cell(as_typed(told["number"]))
        named += [Named(number, code, words) for number in found]
        passages.append(Named(as_typed("\n\n".join(row)), code, words))
        asked = [Spanned(span, code, words) for span in spans(as_typed(told["number"]))]
        spanned += asked
        unread += [*more, *_not_counted(asked, more)]
    return Notice(_once(named), _once(passages), _once(spanned), _once(unread))


def _not_counted(spanned: Iterable[Spanned], told: Iterable[str]) -> list[str]:
    """Beside the word "lot", and not within what is shown already."""
    words = (each.span.words.strip() for each in spanned if each.is_near_lot and not each.span.is_counted)
    return [each for each in words if not any(each in passage for passage in told)]


def _once(rows: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(rows))


def decoded(data: bytes) -> str:
    """Of whichever of the usual encodings. Raises NoticeUnreadable where it is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\x00" in text:
        raise NoticeUnreadable("not_text")
    return text


def refuse_none(notice: Notice, held: Iterable[Held]) -> None:
    """Raises NoticeUnreadable where no lot is named, neither as such nor by a number of those held."""
    if not notice.named and not matches(notice, held).matches:
        raise NoticeUnreadable("no_lot_named")


def matches(notice: Notice, held: Iterable[Held]) -> Matched:
    """The surest first, then in the order of the notice. A lot held twice is told twice."""
    by_number: dict[str, list[Held]] = {}
    held = list(held)
    for lot in held:
        by_number.setdefault(bare(lot.number), []).append(lot)
    found: dict[int, Match] = {}
    missing: list[str] = []
    for named in notice.named:
        lots = by_number.get(bare(named.number), [])
        if not lots:
            missing.append(named.number)
        for lot in lots:
            _keep(found, Match(lot.id, named, _sure(named, lot)))
    for match in (*_in_the_words(notice, held), *_in_the_spans(notice, held)):
        _keep(found, match)
    return Matched(tuple(sorted(found.values(), key=_rank)), tuple(dict.fromkeys(missing)))


def _keep(found: dict[int, Match], match: Match) -> None:
    if match.held not in found or _rank(match) < _rank(found[match.held]):
        found[match.held] = match


def _in_the_words(notice: Notice, held: Iterable[Held]) -> Iterator[Match]:
    """Whatever the grammar made of them. A number too short to tell by itself: where the word "lot" or the product is
    near."""
    by_key: dict[str, list[Held]] = {}
    for lot in held:
        by_key.setdefault(notice_search.key(lot.number), []).append(lot)
    for passage in notice.passages:
        for seen in notice_search.seen(passage.number, by_key):
            for lot in by_key[seen.key]:
                named = Named(lot.number, passage.code, passage.words)
                sure = _sure(named, lot)
                if not seen.is_weak or seen.is_near_lot or sure != "lot_alone":
                    asked = seen.is_weak or seen.is_part
                    yield Match(lot.id, named, sure, "question" if asked else "in_text")


def _in_the_spans(notice: Notice, held: list[Held]) -> Iterator[Match]:
    """Whatever may lie between two ends or begin so. Away from the word "lot" a short number is left alone."""
    shelf = Shelf([lot.number for lot in held] if notice.spans else [])
    for each in notice.spans:
        for place in shelf.within(each.span):
            lot = held[place]
            if each.is_near_lot or not notice_search.is_weak(notice_search.key(lot.number)):
                named = Named(each.span.words.strip(), each.code, each.words)
                yield Match(lot.id, named, _sure(named, lot), "in_span")


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
    plain = re.sub(r"\(e?s\)|[.:#]", " ", as_typed(heading).casefold())
    return " ".join(re.sub(r"(?<=ch)es$|s$", "", word) for word in plain.split())


def _of_cell(cell: str) -> tuple[list[str], list[str]]:
    """Its numbers, the whole cell where it may be one, and what is neither."""
    found, place = read_on(cell, 0)
    if cell[place:].strip(" ,;.") and _ONE.fullmatch(cell):
        return [*dict.fromkeys([cell, *found])], []
    return [*dict.fromkeys(found or filter(None, [cell]))], rest(cell, place) if found else []


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


def _rank(match: Match) -> tuple[int, int]:
    return _HOW.index(match.how), _ORDER.index(match.sure)
