"""The rows of a file of lots: which column holds what, and what a cell says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final

from wheal.notice_text import NoticeUnreadable, as_typed, read_on, rest

_ONE: Final = re.compile(r"(?=.{1,40}$)[\w./-]+(?: (?:[\w./-]*\d[\w./-]*|[A-Z]))*", re.ASCII)
"""A cell that may be one number with blanks in it."""
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


def of_cell(cell: str) -> tuple[list[str], list[str]]:
    """Its numbers, the whole cell where it may be one, and what is neither."""
    found, place = read_on(cell, 0)
    if cell[place:].strip(" ,;.") and _ONE.fullmatch(cell):
        return [*dict.fromkeys([cell, *found])], []
    return [*dict.fromkeys(found or filter(None, [cell]))], rest(cell, place) if found else []
