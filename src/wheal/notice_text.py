"""Lot numbers in the words of a notice: lists, ranges, and signs that look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wheal.notice_spans import NUMBER, THROUGH, Span, counted, shape, spans


class NoticeUnreadable(ValueError):
    """Carries `code`: empty, not_text, no_lot_column, no_lot_named, range_too_long; and `about`, what it is about."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code}: {about}" if about else code)
        self.code, self.about = code, about


_FILLING: Final = (
    r"(?:\s*(?:n(?:umbers?\b|os?\b\.?|[°º])(?:\(s\))?|num[ée]ros?\b|(?:de|from)\b(?=\s+\S+\s+(?:à|a|au|to|through)\b)|suivants?\b|following\b|"
    r"concern[ée]s?\b|affected\b|portant\s+les?\b|with\b|bearing\b|(?P<between>between\b|entre\b)))*"
)
LOT_WORD: Final = re.compile(
    r"\b(?:lots?|batch(?:es)?)(?:\(e?s\))?(?:\s*/\s*(?:lots?|batch(?:es)?)(?:\(e?s\))?)?(?![\w(])"
    + _FILLING
    + r"(?:[^\d\n:;.]{0,60}:)?\s*[:#]?\s*(?:[-*•·(]\s*)?",
    re.I,
)
_NUMBER: Final = re.compile(NUMBER, re.I)
_SECOND_PART: Final = re.compile(r"(?: ([A-Z])| ?[-–—]\s*([A-Z]{1,12}))(?![\w-])")
"""What may belong to the number before it: US10 A, US01–EARLY."""
_LETTERS: Final = re.compile(r"[A-Z]{1,6}-[A-Z]{1,6}(?![\w-])")
"""In a list, and without a figure: REV-A."""
_ASIDE: Final = re.compile(r"\s*\([^()]{0,120}\)| ?[-–—:] ?\d{1,2}[/.]\d{2,4}(?![\w/.])")
"""Of the number before it: in brackets, or a month after a dash."""
_DATE: Final = re.compile(r"\b(?:\d{1,2}[/.-]){1,2}\d{2,4}\b|\b\d{4}(?:-\d{1,2}){1,2}\b")
_NEXT: Final = re.compile(r"\s+(?:[#°•·]|n[°º]|\d{1,3}\))?\s*", re.I)
_JOINED: Final = re.compile(
    r"\s*(?:,|;|/|&|\+|\n|\bet\b|\band\b|\bou\b|\bor\b)\s*(?:\b(?:et|and|ou|or)\b\s*)?"
    r"(?:[-*•·]\s*)?(?:\b(?:lots?|batch)\b\s*)?(?:(?:n[°º]|no\.|\#)\s*|(?<=\n)\d{1,3}\)\s+)?",
    re.I,
)
_THROUGH: Final = re.compile(THROUGH, re.I)
_AND: Final = re.compile(r"\s*\b(?:and|et)\b\s*", re.I)
_END: Final = re.compile(
    r"(?<!\b[a-z])(?<!\b[a-z]{2})(?<!\b[a-z]{3})(?<!\b[a-z]{4})[.!?]\s+(?=[A-ZÀ-Ý])|\n\s*\n", re.M
)
"""Of a sentence; "exp. May" and "pér. Mai" go on."""
_END_OF_A_LIST: Final = re.compile(
    r"(?<!\b[a-z])(?<!\b[a-z]{2})(?<!\.)[.!?]\s+(?=[A-ZÀ-Ý])|(?<![:\s])\s*\n\s*\n"
)
_PERHAPS_A_NUMBER: Final = re.compile(r"\d|[A-Z]{2}|[A-Z]-[A-Z]|[-–—,/]\s?[A-Z](?!\w)")
_OTHERWISE_PRINTED: Final = str.maketrans(
    dict.fromkeys(
        "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{MINUS SIGN}\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}", "-"
    )
    | dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " ")
    | dict.fromkeys("\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}", "")
)
"""Signs that look like a hyphen or a blank, or like nothing."""


def as_typed(text: str) -> str:
    """With the signs of a keyboard."""
    return text.translate(_OTHERWISE_PRINTED)


def listed(text: str) -> tuple[list[str], list[str]]:
    """The numbers that follow the word "lot", and the words behind them that may hold more and were not read."""
    found: list[str] = []
    unread: list[str] = []
    for word in LOT_WORD.finditer(text):
        read, place = read_on(text, word.end(), between=bool(word["between"]))
        found += read
        unread += rest(text, place)
    return found, unread


def spans_of(text: str) -> Iterator[tuple[Span, bool]]:
    """With whether the word "lot" stands in its sentence."""
    place = 0
    for end in [*(found.end() for found in _END_OF_A_LIST.finditer(text)), len(text)]:
        sentence = text[place:end]
        is_near = bool(LOT_WORD.search(sentence))
        yield from ((span, is_near) for span in spans(sentence))
        place = end


def rest(text: str, place: int) -> list[str]:
    """Of the sentence, up to the next "lot": [] where nothing in it could be a number."""
    lot = LOT_WORD.search(text, place)
    last = lot.start() if lot else len(text)
    end = _END.search(text, place, last)
    told = text[place : end.start() if end else last]
    return [told.strip(" \n\r\t,;.:-–")] if _PERHAPS_A_NUMBER.search(told) else []


def read_on(text: str, place: int, *, between: bool = False) -> tuple[list[str], int]:
    """One after the other, joined by signs or words; a range with both its ends. And where it stopped."""
    found: list[str] = []
    number = _with_digit(text, place)
    while number:
        through = (_AND if between else _THROUGH).match(text, number.end())
        last = _with_digit(text, through.end()) if through else None
        found += _range(number.group(), last.group()) if last else _read_in_any_way(number.group())
        number = last or number
        place = number.end()
        if not last and (more := _SECOND_PART.match(text, place)):
            found.append(number.group() + (f" {more[1]}" if more[1] else f"-{more[2]}"))
            place = more.end()
        number, place = _following(text, place, number.group())
        between = False
    return found, place


def _following(text: str, place: int, last: str) -> tuple[re.Match[str] | None, int]:
    """The next of the list, and where to read on."""
    aside = _ASIDE.match(text, place)
    if aside and not any(sign.isdigit() for sign in _DATE.sub("", aside.group())):
        place = aside.end()
    if joined := _JOINED.match(text, place):
        found = _LETTERS.match(text, joined.end()) or _with_digit(text, joined.end())
        return found, (found.start() if found else place)
    blank = _NEXT.match(text, place)
    found = _with_digit(text, blank.end()) if blank else None
    if found and not last.isdigit() and shape(found.group()) == shape(last):
        return found, found.start()
    return None, place


def _with_digit(text: str, place: int) -> re.Match[str] | None:
    found = _NUMBER.match(text, place)
    return found if found and any(sign.isdigit() for sign in found.group()) else None


def _read_in_any_way(number: str) -> Iterator[str]:
    """A100/A101 may be one lot or two, A100-A104 one or five: each way is looked for, none is passed over."""
    yield number
    for sign in "/-":
        parts = number.split(sign)
        if len(parts) > 1 and all(parts) and len({shape(part) for part in parts}) == 1:
            if sign == "/":
                yield from parts
            elif len(parts) == 2 and not parts[0].isdigit() and len(parts[0]) == len(parts[1]):
                yield from _range(*parts)


def _range(first: str, last: str) -> Iterator[str]:
    """Each of it; where it cannot be counted the two ends alone, and what may lie between is asked elsewhere."""
    try:
        yield from counted(first, last) or (first, last)
    except OverflowError:
        raise NoticeUnreadable("range_too_long", f"{first} – {last}") from None
