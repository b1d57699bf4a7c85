"""The rows of a file of lots: which column holds what, and what a cell says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wheal.notice_search import is_weak
from wheal.notice_spans import Span
from wheal.notice_text import LOT_WORD, NoticeUnreadable, as_typed, listed, read_on
from wheal.notice_whole import all_lots, is_all, is_all_alone

_ONE: Final = re.compile(r"(?=.{1,40}$)[\w./-]+(?: (?:[\w./-]*\d[\w./-]*|[A-Z]))*", re.ASCII)
"""A cell that may be one number with blanks in it."""
_WORD: Final = re.compile(r"[a-zà-ÿ]{3}|^[^\W\d_]{4,} \d")
"""No part of a lot number: “various”, “Plant 3”, “ANNEX 2”."""
_PERHAPS_A_WORD: Final = re.compile(r"[^\W\d_]+")
_NOT_SAID: Final = frozenset({"", "n/a", "na", "n.a.", "-", "–", "?", "unknown", "inconnu"})
"""In place of a lot number."""
_DAY: Final = re.compile(r"\d{1,4}(?:[./-]\d{1,4}){1,2}|\d{1,2} \w+ \d{4}|\w+ \d{4}")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (
        "lot", "batch", "numéro de lot", "numero de lot", "n° de lot", "no de lot", "lot number", "batch number",
        "n° lot", "lot n°", "lot no", "batch no", "lot/batch", "batch/lot", "lot code",
        "charge", "chargennummer", "ch.-b.", "lot concerné", "batch affected", "lot affected",
    ),
    "first": (
        "first lot", "first batch", "from lot", "lot from", "from batch", "batch from", "start lot", "starting lot",
        "lot start",
        "premier lot", "du lot", "lot de début", "lot début", "from", "de", "du",
    ),
    "last": (
        "last lot", "last batch", "to lot", "lot to", "to batch", "batch to", "end lot", "ending lot", "lot end",
        "dernier lot", "au lot", "lot de fin", "lot fin", "to", "à", "au",
    ),
    "code": ("gtin", "code", "cip", "cip13", "ean", "ndc", "code produit", "product code"),
    "words": ("product", "name", "produit", "dénomination", "denomination", "nom", "description", "product name",
        "produkt", "artikel", "bezeichnung",
    ),
}  # fmt: skip

_PRODUCT: Final = ("product", "produit", "produkt", "name", "nom", "médicament", "medicine", "drug")
"""Of a longer heading: “Produit concerné”."""


def rows_of(data: bytes) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Each row with what its columns tell: number, code, words. Raises NoticeUnreadable."""
    text = decoded(data)
    if not text.strip():
        raise NoticeUnreadable("empty")
    heading = text.lstrip().splitlines()[0]
    mark = max(";,\t", key=heading.count)
    rows = list(csv.reader(io.StringIO(text.lstrip()), delimiter=mark))
    places = _places(rows[0])
    for row in filter(any, rows[1:]):
        told = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}
        first, last = told.pop("first", ""), told.pop("last", "")
        told["number"] = _one_or_range(told.get("number", "") or first, last)
        yield row, told


def _one_or_range(first: str, last: str) -> str:
    """A column "to" beside the lot may hold a day instead: of its making, or of its expiry."""
    ends = [first, "" if _DAY.fullmatch(last) and not _DAY.fullmatch(first) else last]
    return " to ".join(dict.fromkeys(end for end in ends if end))


def decoded(data: bytes) -> str:
    """Of whichever of the usual encodings. Raises NoticeUnreadable where it is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\x00" in text:
        raise NoticeUnreadable("not_text")
    return text


def _places(headings: list[str]) -> dict[str, int]:
    plain = [_heading(heading) for heading in headings]
    found = {
        column: place
        for column, words in _COLUMNS.items()
        for place in [next((plain.index(word) for word in words if word in plain), -1)]
        if place >= 0
    }
    if "words" not in found:
        place = next((at for at, words in enumerate(plain) if words.split(" ")[0] in _PRODUCT), -1)
        found |= {"words": place} if place >= 0 else {}
    if "number" not in found and not found.keys() >= {"first", "last"}:
        raise NoticeUnreadable("no_lot_column", ", ".join(heading.strip() for heading in headings)[:200])
    return found


def _heading(heading: str) -> str:
    """One lot or several, with a point or without."""
    plain = re.sub(r"\(e?s\)|[.:#]", " ", as_typed(heading).casefold())
    return " ".join(re.sub(r"(?<=ch)es$|s$", "", word) for word in plain.split())


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row says of the lots."""

    said: str  # "" where it says nothing
    numbers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()  # what stands beside the numbers
    is_all: bool = False
    is_unclear: bool = False  # words, or nothing: its product is asked about
    is_shown: bool = False  # its row is, as not read


def of_cell(cell: str, spanned: Sequence[Span] = ()) -> Cell:
    """Its numbers, the whole cell where it may be one, that all are meant, and what is none of these. `spanned`: the
    ranges in it."""
    if cell.casefold() in _NOT_SAID:
        return Cell("", is_unclear=True, is_shown=True)
    found, left = _numbers(cell)
    if all_lots(cell) or (is_all(cell) and not found):
        return Cell(cell, found, is_all=True, is_shown=not is_all_alone(cell))
    if not found and not any(each.words.strip() == cell for each in spanned):
        return Cell(cell, is_unclear=True, is_shown=True)
    left = "" if any(each.words.rstrip().endswith(left) for each in spanned) else left
    if left and all(number.isdigit() and is_weak(number) for number in found):  # “2 lots, see annex”
        return Cell(cell, found, is_unclear=True, is_shown=True)
    return Cell(cell, found, (left,) if left else (), is_unclear=bool(_PERHAPS_A_WORD.fullmatch(cell)))


def _numbers(cell: str) -> tuple[tuple[str, ...], str]:
    """And what is left behind them."""
    lot = LOT_WORD.match(cell)
    start = lot.end() if lot else 0
    found, place = read_on(cell, start)
    left = cell[place:].strip(" ,;.:–")
    if left and _ONE.fullmatch(cell[start:]) and not (_WORD.search(cell[start:]) or is_all(cell)):
        return (*dict.fromkeys([cell[start:], *found]),), ""
    if not found and not lot:
        found = listed(cell)[0]
        left = cell
    return (*dict.fromkeys(found),), left
