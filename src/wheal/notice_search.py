"""Numbers that somebody holds, looked for in words whatever stands around them.

    for one in seen("Lots US01–EARLY (exp. 05/2027)", {"US01EARLY"}): ...

Letter case, blanks, hyphens of every kind and a line that breaks after a hyphen are put aside. A number is never found
in the middle of a longer run of letters and figures: US1 is not in US10.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

SHORT: Final = 4
LONGEST: Final = 40
"""Of a lot number: as many signs as the stock keeps."""
_RUN: Final = re.compile(r"[^\W_ºª]+")
_SAME: Final = re.compile(r"[ \t\u00a0\u2009\u202f]*(?:[-–—‐‑−_./]\s*)?")
"""What may stand inside a number."""
_TIGHT: Final = re.compile(r"[-–—‐‑−_]")
_LOT: Final = re.compile(r"\b(?:lots?|batch(?:es)?)\b", re.I)
_NEAR: Final = 60


@dataclass(frozen=True, slots=True)
class Seen:
    key: str
    is_part: bool  # a hyphen ties it to more
    is_weak: bool  # too short, or a mere word
    is_near_lot: bool  # the word stands before it


def key(number: str) -> str:
    """Letters and figures alone, in capitals."""
    return "".join(_RUN.findall(number)).upper()


def seen(text: str, keys: Container[str]) -> Iterator[Seen]:
    """Each where it stands first as itself; as a part of something longer only where it never stands alone, and not of
    a longer number that is held too."""
    runs = list(_RUN.finditer(text))
    found: dict[str, Seen] = {}
    covered = -1
    for first in range(len(runs)):
        longest = covered
        for last, made in _made(text, runs, first):
            if made not in keys:
                continue
            start, end = runs[first].start(), runs[last].end()
            part = _is_part(text, start, end)
            hidden, longest = longest, max(longest, end)
            is_news = made not in found or (found[made].is_part and not part)
            if is_news and not (part and end <= hidden):
                found[made] = Seen(made, part, is_weak(made), _near(text, start))
        covered = longest
    yield from found.values()


def _made(text: str, runs: list[re.Match[str]], first: int) -> Iterator[tuple[int, str]]:
    """Of the runs from `first` on that may be one number; the longest first."""
    made, ways = "", []
    for at in range(first, len(runs)):
        if at > first and not _SAME.fullmatch(text, runs[at - 1].end(), runs[at].start()):
            break
        made += runs[at].group().upper()
        if len(made) > LONGEST:
            break
        ways.append((at, made))
    return reversed(ways)


def _is_part(text: str, start: int, end: int) -> bool:
    before = start > 1 and _TIGHT.match(text, start - 1) and text[start - 2].isalnum()
    after = _TIGHT.match(text, end) and text[end + 1 : end + 2].isalnum()
    return bool(before or after)


def is_weak(made: str) -> bool:
    return len(made) <= 2 or (len(made) <= SHORT and (made.isdigit() or made.isalpha()))


def _near(text: str, start: int) -> bool:
    return bool(_LOT.search(text, max(0, start - _NEAR), start))
