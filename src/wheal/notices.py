"""What an authority or a maker calls back, held against the lots that a clinic has or had.

    notice = read_text("Rappel des lots A100 à A104 et B7 de …")
    notice = read_table(b"Lot;GTIN;Product\n…")
    matches(notice, held)

A number alone can be that of another product, so each match says how sure it is; what is not certain is shown, never
passed over. Nothing here reads a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from wheal import notice_search
from wheal.barcodes.elements import is_checked
from wheal.barcodes.national import digits, identities
from wheal.lot_numbers import bare
from wheal.notice_spans import Shelf, Span, spans
from wheal.notice_tables import decoded, of_cell, rows_of
from wheal.notice_text import NoticeUnreadable, as_typed, listed, spans_of
from wheal.notice_whole import all_lots, is_all

__all__ = [
    "Held", "How", "Match", "Matched", "Named", "Notice", "NoticeUnreadable", "Sureness", "decoded", "matches",
    "read_table", "read_text", "refuse_none",
]  # fmt: skip

Sureness = Literal["lot_and_code", "lot_and_name", "lot_alone"]
How = Literal["read", "in_text", "in_span", "all_lots", "question"]
"""Read as a lot number; seen among the words; perhaps within a span, or one of all lots of a product; or so short, or
so much like a part of another, that it is asked."""
_ORDER: Final[tuple[Sureness, ...]] = ("lot_and_code", "lot_and_name", "lot_alone")

T = TypeVar("T")
_HOW: Final[tuple[How, ...]] = ("read", "in_text", "in_span", "all_lots", "question")


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
    whole: Named | None = None  # `number` is how it says that all lots are meant
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


_NOT_SAID: Final = frozenset({"n/a", "na", "n.a.", "-", "–", "?", "unknown", "inconnu"})
"""In place of a lot number."""
_DIGITS: Final = re.compile(r"(?<!\d)\d{8}(?:\d{4,6})?(?!\d)")


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
    words = all_lots(plain)
    whole = Named(words, code, text) if words else None
    return Notice(named, (Named(plain, code, text),), spanned, whole, _once(behind))


def read_table(data: bytes) -> Notice:
    """A file of lots with a line of headings; comma, semicolon or tab. Raises NoticeUnreadable."""
    named, passages, unread = [], [], []
    spanned: list[Spanned] = []
    wholes: list[Named] = []
    for row, told in rows_of(data):
        code, words = digits(told.get("code", "")).lstrip("0"), told.get("words", "")
        found, more = of_cell(as_typed(told["number"]))
        if is_all(told["number"]):
            found, more = [], []
            wholes.append(Named(told["number"], code, words))
        elif not found or told["number"].casefold() in _NOT_SAID:
            found, more = [], [" · ".join(filter(None, (cell.strip() for cell in row)))]
        named += [Named(number, code, words) for number in found]
        passages.append(Named(as_typed("\n\n".join(row)), code, words))
        asked = [Spanned(span, code, words) for span in spans(as_typed(told["number"]))]
        spanned += asked
        unread += [*more, *_not_counted(asked, more)]
    return Notice(_once(named), _once(passages), _once(spanned), _one_of(wholes), _once(unread))


def _one_of(wholes: list[Named]) -> Named | None:
    """Of every row that means all lots of its product."""
    if not wholes:
        return None
    codes = {each.code for each in wholes}
    words = "\n".join(dict.fromkeys(each.words for each in wholes))
    return Named(wholes[0].number, codes.pop() if len(codes) == 1 else "", words)


def _not_counted(spanned: Iterable[Spanned], told: Iterable[str]) -> list[str]:
    """Beside the word "lot", or with letters and figures as lots have them; and not within what is shown already."""
    words = (each.span.words.strip() for each in spanned if not each.span.is_counted and _is_of_lots(each))
    return [each for each in words if not any(each in passage for passage in told)]


def _is_of_lots(each: Spanned) -> bool:
    number = notice_search.key(each.span.begin or each.span.first or each.span.last)
    return each.is_near_lot or not (number.isdigit() or notice_search.is_weak(number))


def _once(rows: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(rows))


def refuse_none(notice: Notice, held: Iterable[Held]) -> None:
    """Raises NoticeUnreadable where no lot is named: as such, as all of a product, or by a number of those held."""
    if not (notice.named or notice.whole) and not matches(notice, held).matches:
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
    for match in (*_in_the_words(notice, held), *_in_the_spans(notice, held), *_of_all(notice, held)):
        _keep(found, match)
    longer = {match.named.number for match in found.values()}
    left = (each for each in dict.fromkeys(missing) if not _is_begun(each, longer))
    return Matched(tuple(sorted(found.values(), key=_rank)), tuple(left))


def _is_begun(number: str, found: Iterable[str]) -> bool:
    """US07 was read on the way to US07 A, which is here."""
    return any(each.startswith((f"{number} ", f"{number}-")) for each in found)


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


def _of_all(notice: Notice, held: list[Held]) -> Iterator[Match]:
    """Of the product that is named; where none is named so, of its substance or its maker."""
    if notice.whole is None:
        return
    words = notice.whole.words.casefold()
    alike = [(lot, _sure(notice.whole, lot)) for lot in held]
    closer = [row for row in alike if row[1] == "lot_and_code" or _is_called_so(row[0], words)]
    for lot, sure in closer or [row for row in alike if row[1] != "lot_alone"]:
        yield Match(lot.id, notice.whole, "lot_and_name" if sure == "lot_alone" else sure, "all_lots")


def _is_called_so(lot: Held, words: str) -> bool:
    """By the first word of its name: a notice seldom gives the strength as the clinic does."""
    first = lot.names[0].casefold().split()[:1] if lot.names else []
    return any(len(word) > 3 and re.search(rf"\b{re.escape(word)}\b", words) for word in first)


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
