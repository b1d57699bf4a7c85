"""Filters of the pages of follow-up: changes with their sign, tenths."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import get_language

from wheal.knowledge.wording import digits

register = template.Library()


def _language() -> str:
    return (get_language() or "en")[:2]


@register.filter
def tenth(value: float) -> str:
    """1.2; in French 1,2."""
    return digits(round(Decimal(value), 1) + 0, _language())


@register.filter
def signed(value: Decimal | float, unit: str = "") -> str:
    """+1.2 kg, −0.4 kg, 0 kg: a change, to a tenth, with a true minus."""
    rounded = round(Decimal(value), 1) + 0
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    told = sign + digits(abs(rounded), _language())
    return f"{told}\u00a0{unit}" if unit else told
