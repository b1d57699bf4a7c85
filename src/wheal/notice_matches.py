"""What a notice says, held against the lots that somebody holds.

A number alone can be that of another product, so each match says how sure it is; what is not certain is shown, never
passed over. Nothing here reads a database.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from wheal import notice_search
from wheal.barcodes.national import identities
from wheal.lot_numbers import bare
from wheal.notice_spans import Shelf, Span

Sureness = Literal["lot_and_code", "lot_and_name", "lot_alone"]
How = Literal["read", "in_text", "in_span", "all_lots", "not_read", "question"]
"""Read as a lot number; seen among the words; perhaps within a span, one of all lots of a product, or of a product of
which something was not read; or so short, or so much like a part of another, that it is asked."""
_ORDER: Final[tuple[Sureness, ...]] = ("lot_and_code", "lot_and_name", "lot_alone")
_HOW: Final[tuple[How, ...]] = ("read", "in_text", "in_span", "all_lots", "not_read", "question")


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
class OfProduct:
    """All lots of a product are meant, or a row that tells its product says of the lots what was not read."""

    named: Named  # `number` is how it says so
    said: str  # what is shown where nothing here answers to it
    is_all: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    named: tuple[Named, ...]
    passages: tuple[Named, ...] = ()  # `number` is all that is said: the whole text, or a row of the table
    spans: tuple[Spanned, ...] = ()
    products: tuple[OfProduct, ...] = ()
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
    not_met: tuple[str, ...] = ()  # what it says of a product, where nothing here answers to it


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
    not_met = _keep_of_products(found, notice.products, by_number, held)
    longer = {match.named.number for match in found.values()}
    left = (each for each in dict.fromkeys(missing) if not _is_begun(each, longer))
    return Matched(tuple(sorted(found.values(), key=_rank)), tuple(left), not_met)


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


def _keep_of_products(
    found: dict[int, Match], asked: Iterable[OfProduct], numbers: Container[str], held: Iterable[Held]
) -> tuple[str, ...]:
    """What is said where nothing here answers to it."""
    shelf: dict[tuple[str, str, tuple[str, ...]], list[Held]] = {}
    for lot in held:
        shelf.setdefault((lot.gtin, lot.code, lot.names), []).append(lot)
    not_met = []
    for each in asked:
        if not each.is_all and bare(each.named.number) in numbers:  # a word that is a number after all
            continue
        meant = list(_of_product(each, shelf.values()))
        if not (meant and each.is_all):
            not_met.append(each.said)
        for match in meant:
            _keep(found, match)
    return tuple(dict.fromkeys(not_met))


def _of_product(each: OfProduct, products: Iterable[list[Held]]) -> Iterator[Match]:
    """Of the product that is named; where none is named so and all are meant, of its substance or its maker."""
    words = each.named.words.casefold()
    alike = [(lots, _sure(each.named, lots[0])) for lots in products]
    closer = [row for row in alike if row[1] == "lot_and_code" or _is_called_so(row[0][0], words)]
    wider = [row for row in alike if row[1] != "lot_alone"] if each.is_all else []
    how: How = "all_lots" if each.is_all else "not_read"
    for lots, sure in closer or wider:
        for lot in lots:
            yield Match(lot.id, each.named, "lot_and_name" if sure == "lot_alone" else sure, how)


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
