"""Shares of the registry in words."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from wheal.clinic.templatetags.wheal import named
from wheal.measures.answers import Line

register = template.Library()
GTIN: Final = re.compile(r"\d{7,14}")  # without the zeros before it
NARROW: Final = "\N{NO-BREAK SPACE}"


@register.filter
def words(group: str) -> str:
    """Of a protocol each substance by its name; of a product without a name its code; else of a code, or what it is."""
    if GTIN.fullmatch(group):
        return f"GTIN{NARROW}{group}"
    return " + ".join(str(named(part)) for part in group.split("+"))


@register.filter
def month(named: str) -> str:
    """Of 2026-01: January 2026."""
    return date_format(date.fromisoformat(f"{named}-01"), "YEAR_MONTH_FORMAT")


@register.filter
def grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def percent(share: float) -> str:
    """As many places as small shares need."""
    value = share * 100
    places = 0 if value >= 10 else 1 if value >= 1 else 2 if value >= 0.1 else 3
    return f"{number_format(value, places)}\N{NO-BREAK SPACE}%"


@register.filter
def share_words(line: Line) -> str:
    if line.bound is not None:
        return _("none; at most %(most)s") % {"most": percent(line.bound)}
    between = _("%(low)s to %(high)s") % {"low": percent(line.low), "high": percent(line.high)}
    return between if line.share is None else f"{percent(line.share)} ({between})"
