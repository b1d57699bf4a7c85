"""Lots that a notice names by their ends or their beginning: "US07-B through US07-Z", "K10*", "lot K100 and later".

    spans("Lots US07-B through US07-Z")[0].may_hold("US07-S")  # True

What lies between cannot always be counted, so no number is made up here: a lot that is held and may belong is put as a
question, and a span that was not counted stands among what was not read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wheal.lot_numbers import bare

MOST_OF_A_RANGE: Final = 5000
SHORT: Final = 3
NUMBER: Final = r"[A-Z0-9](?:[A-Z0-9/_-]|\.(?!\.))*(?<![./_-])"
THROUGH: Final = (
    r"\s*(?:–|—|→|->|…|\.\.\.?|\b(?:up\s+)?to\b|\bthrough\b|\bthru\b|\buntil\b|\bjusqu['’](?:à|a|au)\b|\bà\b|\bau\b|\ba\b)"
    r"\s*(?:\b(?:lots?|batch)\b\s*)?"
)
_LOT: Final = r"(?P<lot>(?:lots?|batch(?:es)?)\s+)?(?:n[°º]\s*|no\.\s*)?"
_TWO: Final = re.compile(
    rf"(?<![\w./-])(?P<first>{NUMBER})(?:(?P<dash>\s+-\s+)|{THROUGH}|\s+(?:and|et)\s+)(?P<last>{NUMBER})(?!\w)(?!\s*[°%])",
    re.I,
)
_BETWEEN: Final = re.compile(
    r"\b(?:between|entre)\s+(?:(?:the|les)\s+)?(?:(?:lots?|batch(?:es)?)\s+)?$", re.I
)
_AND: Final = re.compile(r"\b(?:and|et)\b", re.I)
_ONWARD: Final = re.compile(
    rf"(?<![\w./-])(?P<number>{NUMBER})\s*[,(]?\s*(?:\b(?:and|or|et|ou)\s+|(?=\b(?:on|up)wards?\b))"
    r"(?:(?:all|any|every|tous|toutes|the|les|ceux)\s+)*(?:(?:lots?|batch(?:es)?|numbers?|num[ée]ros?)\s+)?"
    r"(?P<way>later|after|above|higher|newer|onwards?|up(?:wards?)?\b(?!\s+to)|following|subsequent|beyond|suivante?s?|"
    r"ult[ée]rieure?s?|post[ée]rieure?s?|au[- ]del[àa]|apr[èe]s|plus\s+r[ée]cents?|d['’]apr[èe]s|"
    r"(?P<back>earlier|before|below|lower|older|previous|prior|preceding|pr[ée]c[ée]dente?s?|ant[ée]rieure?s?|avant))\b",
    re.I,
)
_FROM: Final = re.compile(
    r"\b(?:(?P<on>from|after|since|starting\s+(?:at|from)|[àa]\s+partir\s+d[eu]s?|depuis|apr[èe]s)|"
    r"(?P<back>up\s+to|until|before|jusqu['’](?:à|a|au|aux)|avant)|"
    r"(?P<begin>(?:starting|beginning|begin|start)\s+with|commen[çc]ant\s+par|d[ée]butant\s+par|prefix(?:ed)?(?:\s+with)?|pr[ée]fixe))"
    rf"\s+(?:the\s+|le\s+)?{_LOT}(?P<number>{NUMBER})",
    re.I,
)
_SIGN: Final = re.compile(
    rf"(?<![\w./-])(?P<number>{NUMBER})(?P<sign>(?:\s?|[-/_.])\*+|[-/_.]?\[[^\]\n]{{1,20}}\]|[-/_.](?:%|\?+|\#+)|\?\?+|\.\.\.?(?!\w)|…)|(?<![\w./-])(?P<crossed>(?-i:[A-Z0-9][A-Z0-9./_-]*?\d[A-Z0-9./_-]*?)(?-i:x+|X{{2,}}))(?![\w-])",
    re.I,
)
_TAILED: Final = re.compile(
    r"(?<![\w./-])(?P<stem>(?=[A-Z]*\d)[A-Z0-9]+)-(?-i:[A-Z0-9]{1,3})"
    r"(?:(?:[ \t]*(?:[,;/&+]|\b(?:and|et|ou|or)\b)[ \t]*)+(?:-[A-Z0-9]{1,6}|(?-i:[A-Z]))(?![\w-]))+",
    re.I,
)
"""“US07-A, -S”: the beginning is said once."""
_BOUND: Final = re.compile(
    rf"(?:(?P<on>≥|>=?)|(?P<back>≤|<=?))\s*(?P<number>(?=[A-Z][A-Z./_-]*\d){NUMBER})", re.I
)
"""“>= US07-A”: it begins with letters, as no dose or temperature does."""
_DAY: Final = re.compile(
    r"\d{1,2}[./-]\d{2,4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d(?:-\d{1,2}){0,2}"
)


@dataclass(frozen=True, slots=True)
class Span:
    words: str  # as the notice says it
    first: str = ""  # "" where the span is open
    last: str = ""
    begin: str = ""  # what each of its numbers begins with
    is_counted: bool = False  # each of its numbers is named as well

    def may_hold(self, number: str) -> bool:
        """Generous: whoever compares by hand is shown one too many rather than one too few."""
        if self.begin:
            return bare(number).startswith(bare(self.begin))
        made = _parts(number)
        if not self.first or not self.last:
            return _is_open(made, _parts(self.first or self.last), is_back=not self.first)
        ends = sorted((_parts(self.first), _parts(self.last)))
        return ends[0] <= made <= ends[1] or made[: len(ends[1])] == ends[1]


class Shelf:
    """The numbers that somebody holds, in their order, so that a span looks at those alone that come near it."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self.numbers = numbers
        self.order = sorted((_parts(number), place) for place, number in enumerate(numbers))

    def within(self, span: Span) -> Iterator[int]:
        """The places of those that it may hold."""
        if not (span.first and span.last):
            yield from (place for place, number in enumerate(self.numbers) if span.may_hold(number))
            return
        first = min(_parts(span.first), _parts(span.last))
        for _, place in self.order[bisect_left(self.order, (first, -1)) :]:
            if not span.may_hold(self.numbers[place]):
                return
            yield place


def spans(text: str) -> list[Span]:
    """In the order of the text, each once."""
    ends = [*_of_two(text), *_within(text)]
    parts = [(place, place + len(span.words)) for place, span in ends]
    others = [each for each in (*_open(text), *_beginning(text)) if not _is_within(each, parts)]
    found = {span.words: (place, span) for place, span in [*ends, *others]}
    return [span for _, span in sorted(found.values(), key=lambda each: each[0])]


def _is_within(found: tuple[int, Span], parts: Sequence[tuple[int, int]]) -> bool:
    """“jusqu’à FR07-Z” belongs to the range that it ends; “and later” behind a range goes on from it."""
    place, span = found
    return any(first <= place and place + len(span.words) <= last for first, last in parts)


def counted(first: str, last: str) -> list[str] | None:
    """A100 to A104, A100 to 104, 98 to 102, AB100C to AB109C, 230500 to 599: where one run of figures differs alone.
    None where it cannot be counted. Raises OverflowError where it holds more than anybody means."""
    last = _whole(first, last)
    one, two = re.fullmatch(r"(.*?)(\d+)(\D*)", first), re.fullmatch(r"(.*?)(\d+)(\D*)", last)
    if not one or not two or (two[1].upper(), two[3].upper()) != (one[1].upper(), one[3].upper()):
        return None
    low, high = int(one[2]), int(two[2])
    if high < low or len(one[2]) > len(two[2]):
        return None
    if high - low > MOST_OF_A_RANGE:
        raise OverflowError
    return [f"{one[1]}{number:0{len(one[2])}d}{one[3]}" for number in range(low, high + 1)]


def shape(part: str) -> str:
    """Letters as they are, each run of figures as one."""
    return re.sub(r"\d+", "0", part.upper()) if any(sign.isdigit() for sign in part) else ""


def _whole(first: str, last: str) -> str:
    """104 after A100, 599 after 230500, Z after US07-B: the beginning is said once."""
    figures, letters = re.search(r"\d+$", first), re.search(r"[A-Z]+$", first, re.I)
    if last.isdigit() and figures:
        kept = figures.start() if len(last) >= len(figures.group()) else len(first) - len(last)
        return first[:kept] + last
    if (
        letters
        and last.isalpha()
        and len(last) == len(letters.group())
        and last.isupper() == letters.group().isupper()
    ):
        return first[: letters.start()] + last
    return last


def _of_two(text: str) -> Iterator[tuple[int, Span]]:
    place = 0
    while found := _TWO.search(text, place):
        place = found.start("last")
        first, last = found["first"], _whole(found["first"], found["last"])
        joined = text[found.end("first") : found.start("last")]
        if _AND.fullmatch(joined.strip()) and not _BETWEEN.search(text[: found.start()]):
            continue
        is_dash = joined.strip() in {"-", "–", "—"}
        if _are_ends(first, last) and not (
            is_dash and (not _are_alike(first, last) or _DAY.fullmatch(found["last"]))
        ):
            yield found.start(), _made(found.group(), first, last, is_counted=not found["dash"])


def _within(text: str) -> Iterator[tuple[int, Span]]:
    """One word with a hyphen: 230500-230599, K99-K110, US07-B-US07-Z. It may be a number of its own as well."""
    for found in re.finditer(rf"(?<![\w./-]){NUMBER}", text, re.I):
        parts = found.group().split("-")
        half = len(parts) // 2
        first, last = "-".join(parts[:half]), "-".join(parts[half:])
        is_alike = _are_alike(first, last) or (last.isdigit() and 1 < len(last) < len(first))
        if len(parts) % 2 or not first or not is_alike or _DAY.fullmatch(found.group()):
            continue
        if _are_ends(first, whole := _whole(first, last)) and _parts(first) < _parts(whole):
            is_counted = len(first) == len(last) and not first.isdigit()
            yield found.start(), _made(found.group(), first, whole, is_counted=is_counted)


def _open(text: str) -> Iterator[tuple[int, Span]]:
    for found in (*_ONWARD.finditer(text), *_FROM.finditer(text), *_BOUND.finditer(text)):
        number = found["number"]
        if found.groupdict().get("begin") or not _has_digit(number) or _DAY.fullmatch(number):
            continue
        if found.groupdict().get("lot", "") is None and not _is_plain_number(number):
            continue
        if re.match(THROUGH + r"[A-Z0-9]*\d", text[found.end("number") :], re.I):
            continue
        first, last = ("", number) if found["back"] else (number, "")
        yield found.start(), Span(found.group(), first, last)


def _beginning(text: str) -> Iterator[tuple[int, Span]]:
    for found in _SIGN.finditer(text):
        begin = found["number"] or found["crossed"].rstrip("xX")
        if _has_digit(begin):
            yield found.start(), Span(found.group(), begin=begin)
    for found in _TAILED.finditer(text):
        yield found.start(), Span(found.group(), begin=found["stem"])
    for found in _FROM.finditer(text):
        if found["begin"]:
            yield found.start(), Span(found.group(), begin=found["number"])


def _made(words: str, first: str, last: str, *, is_counted: bool) -> Span:
    try:
        return Span(words, first, last, is_counted=is_counted and counted(first, last) is not None)
    except OverflowError:
        return Span(words, first, last)


def _are_ends(first: str, last: str) -> bool:
    return _has_digit(first) and _has_digit(last) and bare(first) != bare(last)


def _are_alike(first: str, last: str) -> bool:
    """Where a mere hyphen joins them: of one make, US07-B and US07-Z."""
    return (first[:1].upper() == last[:1].upper() and _make(first) == _make(last)) or shape(first) == shape(
        last
    ) != ""


def _make(number: str) -> str:
    return re.sub(r"[A-Z]", "A", shape(number))


def _has_digit(number: str) -> bool:
    return any(sign.isdigit() for sign in number)


def _is_plain_number(number: str) -> bool:
    """Without the word "lot" before it: after 24 hours, from 12 clinics."""
    return len(number) > SHORT and not re.fullmatch(r"\d+[a-z]*", number)


Part = tuple[int, int, str]


def _parts(number: str) -> tuple[Part, ...]:
    """Figures by their value and before letters; letters by the alphabet."""
    runs = re.findall(r"\d+|\D+", bare(number))
    return tuple((0, int(run), "") if run.isdigit() else (1, 0, run) for run in runs)


def _is_open(made: tuple[Part, ...], end: tuple[Part, ...], *, is_back: bool) -> bool:
    """Later or earlier, of the same make: what begins with other letters, or with figures, is another's."""
    if made[:1] != end[:1] and (made[0][0] or end[0][0]):
        return False
    return made <= end if is_back else made >= end
