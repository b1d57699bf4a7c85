"""How amounts, dates and codes are said to people in each language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_UP, Decimal
from functools import lru_cache
from typing import Final

from wheal.quantities import Quantity, plain

Figure = str | tuple[str, ...] | int | Decimal | date | Quantity | None
"""What may stand in a placeholder. Text is taken for codes, and replaced by the names that are held."""

_NO_BREAK: Final = "\u00a0"
_UNITS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "en": {
        "[USP'U]": ("USP unit", "USP units"), "[iU]": ("IU", "IU"), "{points}": ("point", "points"),
        "{sessions}": ("session", "sessions"), "mo": ("month", "months"), "d": ("day", "days"),
        "h": ("hour", "hours"), "a": ("year", "years"), "wk": ("week", "weeks"),
        "ug": ("µg", "µg"), "mosm": ("mOsm", "mOsm"),
    },
    "fr": {
        "[USP'U]": ("unité USP", "unités USP"), "[iU]": ("UI", "UI"), "{points}": ("point", "points"),
        "{sessions}": ("séance", "séances"), "mo": ("mois", "mois"), "d": ("jour", "jours"),
        "h": ("heure", "heures"), "a": ("an", "ans"), "wk": ("semaine", "semaines"),
        "ug": ("µg", "µg"), "mosm": ("mOsm", "mOsm"),
    },
}  # fmt: skip
_MONTHS: Final = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}


_THOUSANDTH: Final = Decimal("0.001")


def _for_people(quantity: Quantity) -> Quantity:
    """To the thousandth, away from zero, so that what is above a limit never reads as the limit."""
    if quantity.value == quantity.value.quantize(_THOUSANDTH):
        return quantity
    return Quantity(quantity.value.quantize(_THOUSANDTH, ROUND_UP), quantity.unit)


def said(figure: Figure, language: str, names: Mapping[str, str]) -> str:
    if isinstance(figure, str):
        return names.get(figure, figure)
    if isinstance(figure, tuple):
        return ", ".join(names.get(code, code) for code in figure)
    if isinstance(figure, Quantity):
        return amount(_for_people(figure), language)
    if isinstance(figure, date):
        return day(figure, language)
    if figure is None:
        return "—"
    return digits(Decimal(figure), language)


def amount(quantity: Quantity, language: str) -> str:
    """10.25 mg, 2 mg/cm², 50 points; in French 10,25 mg."""
    few = abs(quantity.value) < 2 if language == "fr" else abs(quantity.value) == 1
    unit = str(quantity.unit)
    if unit == "1":
        return digits(quantity.value, language)
    space = "\u202f" if language == "fr" and unit == "%" else "" if unit == "%" else _NO_BREAK
    return digits(quantity.value, language) + space + _unit(unit, language, few)


def unit(code: str, language: str) -> str:
    """As it stands behind an amount: U/mL for [USP'U]/mL where the language says so."""
    return _unit(code, language, few=False)


@lru_cache(maxsize=1024)
def _unit(code: str, language: str, few: bool) -> str:
    words = _UNITS.get(language, {})
    parts: list[str] = []
    for part in code.split("/"):
        bare = part.rstrip("23")
        one, many = words.get(bare, (bare, bare))
        parts.append((one if few or parts else many) + {"2": "²", "3": "³"}.get(part[len(bare) :], ""))
    return "/".join(parts)


def digits(value: Decimal, language: str) -> str:
    """Every decimal up to eight; what has more (a third) is rounded to four."""
    text = plain(value if value == round(value, 8) else round(value, 4))
    return text.replace(".", ",") if language == "fr" else text


def day(when: date, language: str) -> str:
    """22 November 2026; 1er décembre 2026."""
    number = "1er" if language == "fr" and when.day == 1 else str(when.day)
    months = _MONTHS.get(language)
    if months is None:
        return when.isoformat()[:10]
    clock = f" {when:%H:%M} UTC" if isinstance(when, datetime) else ""
    return f"{number} {months[when.month - 1]} {when.year}{clock}"
