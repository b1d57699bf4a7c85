"""A text folded for comparison, with the way back to the original, and cut into sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_SAME: Final = str.maketrans({
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "–": "—", "−": "-", "\t": " ", "\r": " ", "\f": " ", "\v": " ",
})  # fmt: skip
_LONGEST: Final = 1000  # characters of one sentence; more is cut, so that no text takes for ever
_SHORT_LINE: Final = 40  # a line ending earlier was meant to end
_END: Final = re.compile(r"(?:[.!?]+[\"')\]]*(?=\s|$))|\n")
_ELIDED: Final = re.compile(r"(?<![\w*])(?:qu|lorsqu|puisqu|[cdjlmnst])'(?=[\w\s])(?!t\b)")
_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s(.'])(?:dr|drs|mr|mrs|ms|mme|mlle|m|pr|prof|st|vs|e\.g|i\.e|p\.\s?ex|cf|fig|approx|env|[a-z])\.$"
)
_DOTTED: Final = re.compile(r"(?:^|[\s(])(?:[a-z]\.){2,}$")
_BEGINS: Final = re.compile(
    r"\s+(?:It|They|This|These|The|There|We|You|In|If|Il|Elle|Ils|Elles|Ce|Cette|Ces|Le|La|Les|On)\b"
)
"""Words that begin a sentence behind a dotted abbreviation: "in the U.S. It melts…", but "the U.S. Food and Drug…"."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Lower case, without accents, one kind of quote and space; `places[i]` is where character i stood."""

    text: str
    places: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The same stretch in the original, without white space at its ends. `start` is below `end`."""
        first, last = self.places[start], self.places[end - 1] + 1
        while last < len(self.original) and unicodedata.combining(self.original[last]):
            last += 1
        return first, last


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str  # folded
    start: int  # in the folded text
    asked: bool
    quoted: tuple[tuple[int, int], ...]  # stretches of `text` between quotation marks
    of_other: bool = False  # what the text speaks of before it is another treatment


def fold(text: str) -> Folded:
    """French elision is undone: "qu'il n'est" reads "que il ne est"."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _folded(character):
            letters.append(letter)
            places.append(place)
    for found in reversed(list(_ELIDED.finditer("".join(letters)))):
        last = found.end() - 1
        letters[last : last + 1] = ["e", " "]
        places[last : last + 1] = [places[last]] * 2
    return Folded("".join(letters), tuple(places), text)


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    apart = unicodedata.normalize("NFKD", character).translate(_SAME).lower()
    return "".join(
        " " if letter.isspace() and letter != "\n" else letter
        for letter in unicodedata.normalize("NFKD", apart).translate(_SAME)
        if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )


def sentences(folded: Folded) -> Iterator[Sentence]:
    quoted = _quotations(folded.text)
    for start, end in _cuts(folded):
        text = folded.text[start:end]
        if re.search(r"\w", text):
            inside = tuple(
                (max(begin, start) - start, min(close, end) - start)
                for begin, close in quoted
                if begin < end and close > start
            )
            yield Sentence(text, start, _is_question(text), inside)


def _is_question(text: str) -> bool:
    return text.rstrip("\"' )]!").endswith("?")


def _cuts(folded: Folded) -> Iterator[tuple[int, int]]:
    text, start = folded.text, 0
    for match in _END.finditer(text):
        if _ends(folded, start, match):
            yield from _pieces(text, start, match.end())
            start = match.end()
    yield from _pieces(text, start, len(text))


def _ends(folded: Folded, start: int, match: re.Match[str]) -> bool:
    text, end = folded.text, match.end()
    if match[0] == "\n":
        after = folded.original[folded.places[end] :].lstrip(" ")[:1] if end < len(text) else ""
        return not after.islower() or match.start() - start < _SHORT_LINE
    before = text[max(start, end - 12) : match.start() + 1]
    after = folded.original[folded.places[end - 1] + 1 :][:12]
    if match[0].startswith(".") and _ABBREVIATED.search(before):
        return bool(_DOTTED.search(before) and _BEGINS.match(after))
    return not (match[0] == "?" and re.match(r"\s+[a-z]", after))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch without white space at its ends, in pieces of bearable length cut between words."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + 1, start + _LONGEST)
        cut = cut if cut > start else start + _LONGEST
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _quotations(text: str) -> list[tuple[int, int]]:
    """Between double quotation marks of one paragraph. An opening mark left open quotes nothing."""
    return [match.span() for match in re.finditer(r'"[^"\n]*"', text)]
