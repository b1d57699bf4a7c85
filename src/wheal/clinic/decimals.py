"""Figures as people type them: with a comma or a point, shown again as their language writes them.

Not `<input type="number">`: a browser whose own language is English drops the comma that a French hand types,
and makes 3 of 0,03.
"""

from __future__ import annotations

import re
from decimal import Decimal

from django import forms
from django.utils.translation import get_language

from wheal.knowledge.wording import digits

_SPACES = str.maketrans("", "", " \u00a0\u202f")
_THOUSANDS = re.compile(
    r",\d{3}(?!\d)"
)  # 2,400 in English: a thousand or a fraction? It is refused, not guessed


def shown(value: object) -> str:
    """Without idle zeros, with the decimal mark of the reader's language."""
    return "" if value is None or value == "" else digits(Decimal(str(value)), _language())


class DecimalInput(forms.TextInput):
    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: object) -> str | None:
        return shown(value) if isinstance(value, (Decimal, int, float)) else super().format_value(value)


class DecimalField(forms.DecimalField):
    widget = DecimalInput

    def to_python(self, value: object) -> Decimal | None:
        return super().to_python(_with_point(value) if isinstance(value, str) else value)


def _with_point(typed: str) -> str:
    text = typed.translate(_SPACES)
    if _language() != "fr" and _THOUSANDS.search(text):
        return text
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def _language() -> str:
    return (get_language() or "en")[:2]
