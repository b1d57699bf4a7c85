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

Sureness = Literal["lot_and_code", "lot_and_name", "lot_alone"]
MOST_OF_A_RANGE: Final = 5000
_ORDER: Final[tuple[Sureness, ...]] = ("lot_and_code", "lot_and_name", "lot_alone")


class NoticeUnreadable(ValueError):
    """Carries `code`: empty, not_text, no_lot_column, no_lot_named, range_too_long; and `about`, what it is about."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code}: {about}" if about else code)
        self.code, self.about = code, about


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


@dataclass(frozen=True, slots=True)
class Match:
    held: int
    named: Named
    sure: Sureness


@dataclass(frozen=True, slots=True)
class Matched:
    matches: tuple[Match, ...]
    not_held: tuple[str, ...]  # numbers that the notice names and nobody here had


_LOT_WORD: Final = re.compile(
    r"\b(?:lots?|batch(?:es)?|n[°ºo]s?\.?\s*de\s*lots?|num[ée]ros?\s+de\s+lots?|lot\s+n(?:umbers?|os?\.?|[°º]))\b"
    r"\s*(?:n(?:umbers?\b|os?\b\.?|[°º])\s*)?[:#]?\s*",
    re.I,
)
_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9./_-]*(?<![./_-])", re.I)
_JOINED: Final = re.compile(
    r"\s*(?:,|;|/|&|\+|\n|\bet\b|\band\b|\bou\b|\bor\b)\s*(?:\b(?:et|and|ou|or)\b\s*)?", re.I
)
_THROUGH: Final = re.compile(r"\s*(?:–|—|\.\.\.?|\bto\b|\bthrough\b|\bà\b|\bau\b)\s*", re.I)
_DIGITS: Final = re.compile(r"(?<!\d)\d{8}(?:\d{4,6})?(?!\d)")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (
        "lot", "batch", "numéro de lot", "numero de lot", "n° de lot", "no de lot", "lot number", "batch number",
    ),
    "code": ("gtin", "code", "cip", "cip13", "ean", "ndc", "code produit", "product code"),
    "words": ("product", "name", "produit", "dénomination", "denomination", "nom", "description", "product name"),
}  # fmt: skip


def read_text(text: str) -> Notice:
    """Every lot that the words name. Raises NoticeUnreadable where none is named."""
    if not text.strip():
        raise NoticeUnreadable("empty")
    codes = [digits for digits in _DIGITS.findall(text) if is_checked(digits)]
    code = codes[0].lstrip("0") if len(set(codes)) == 1 else ""
    numbers = list(dict.fromkeys(_listed(text)))
    named = tuple(Named(number, code, text) for number in numbers if number.lstrip("0") != code or not code)
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


def _listed(text: str) -> Iterator[str]:
    """The numbers that follow the word "lot", up to the first that is not one."""
    for word in _LOT_WORD.finditer(text):
        place = word.end()
        while number := _NUMBER.match(text, place):
            if not any(sign.isdigit() for sign in number.group()):
                break
            through = _THROUGH.match(text, number.end())
            last = _NUMBER.match(text, through.end()) if through else None
            if last and any(sign.isdigit() for sign in last.group()):
                yield from _range(number.group(), last.group())
                number = last
            else:
                yield number.group()
            joined = _JOINED.match(text, number.end())
            if not joined:
                break
            place = joined.end()


def _range(first: str, last: str) -> Iterator[str]:
    """A100 to A104, A100 to 104, 98 to 102: where only the figures at the end differ; otherwise the two ends alone."""
    one, two = re.fullmatch(r"(.*?)(\d+)", first), re.fullmatch(r"(.*?)(\d+)", last)
    if not one or not two or (two[1] or one[1]).upper() != one[1].upper() or len(one[2]) > len(two[2]):
        yield from (first, last)
        return
    low, high = int(one[2]), int(two[2])
    if high - low > MOST_OF_A_RANGE:
        raise NoticeUnreadable("range_too_long", f"{first} – {last}")
    if high < low:
        yield from (first, last)
        return
    yield from (f"{one[1]}{number:0{len(one[2])}d}" for number in range(low, high + 1))


def _places(headings: list[str]) -> dict[str, int]:
    plain = [" ".join(heading.strip().casefold().split()) for heading in headings]
    found = {
        column: place
        for column, words in _COLUMNS.items()
        for place in [next((plain.index(word) for word in words if word in plain), -1)]
        if place >= 0
    }
    if "number" not in found:
        raise NoticeUnreadable("no_lot_column", ", ".join(heading.strip() for heading in headings)[:200])
    return found


def _of_row(row: list[str], places: Mapping[str, int]) -> Iterator[Named]:
    told = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}
    if told["number"]:
        yield Named(told["number"], told.get("code", "").lstrip("0"), told.get("words", ""))


def _sure(named: Named, lot: Held) -> Sureness:
    if named.code and named.code == lot.gtin.lstrip("0"):
        return "lot_and_code"
    words = named.words.casefold()
    if any(name and name.casefold() in words for name in lot.names):
        return "lot_and_name"
    return "lot_alone"


def _rank(match: Match) -> int:
    return _ORDER.index(match.sure)


def _plain(number: str) -> str:
    """Letter case, spaces and hyphens are often copied otherwise than printed."""
    return re.sub(r"[\s\-–_./]", "", number).upper()
