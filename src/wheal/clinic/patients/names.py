"""Names, dates and telephone numbers as people type them, made alike so that they can be found."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from django.utils import timezone

# letters that no decomposition takes apart
_PLAIN: Final = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_DATE: Final = re.compile(
    r"(?<!\d)(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?!\d)|(?<!\d)(\d{8})(?!\d)"
)
PHONE_DIGITS: Final = 9  # the last ones: a country code and a leading zero say the same thing twice


def fold(text: str) -> str:
    """Without case, accents and signs: "Zoë  D'Été-Müller" and "zoe d ete muller" are one."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    taken_apart = unicodedata.normalize("NFKD", plain)
    letters = "".join(sign for sign in taken_apart if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", letters))


def words(text: str) -> set[str]:
    """Every word by which a name is looked for; "Jean-Pierre" also as "jeanpierre"."""
    whole = {fold(part).replace(" ", "") for part in text.split()}
    return {word for word in {*fold(text).split(), *whole} if word}


def differs(typed: str, *, family_name: str, given_names: str) -> bool:
    """Whether no family name or no given name of a person is among the words that somebody typed."""
    there = words(typed)
    return not (there & words(family_name) and there & words(given_names))


def phone_digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())[-PHONE_DIGITS:]


def take_date(text: str, *, month_first: bool) -> tuple[date | None, str]:
    """The first date in `text`, and the text without it. 02/05/1984 is read as the country writes dates."""
    for match in _DATE.finditer(text):
        if found := _as_date(match, month_first):
            return found, f"{text[: match.start()]} {text[match.end() :]}".strip()
    return None, text


def _as_date(match: re.Match[str], month_first: bool) -> date | None:
    if whole := match[4]:
        forms = [(whole[:4], whole[4:6], whole[6:]), (whole[:2], whole[2:4], whole[4:])]
        return next((day for form in forms if (day := _day(*form, month_first))), None)
    return _day(match[1], match[2], match[3], month_first)


def _day(first: str, second: str, third: str, month_first: bool) -> date | None:
    if len(first) == 4:
        return _valid(int(first), int(second), int(third))
    if len(first) > 2:
        return None
    year = int(third) if len(third) == 4 else _century(int(third))
    orders = [(int(first), int(second)), (int(second), int(first))]
    for month, day in orders if month_first else reversed(orders):
        if found := _valid(year, month, day):
            return found
    return None


def _century(two_digits: int) -> int:
    """Nobody is born in the future: 84 is 1984, 05 is 2005."""
    return 2000 + two_digits if 2000 + two_digits <= timezone.localdate().year else 1900 + two_digits


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= 1880 else None
    except ValueError:
        return None
