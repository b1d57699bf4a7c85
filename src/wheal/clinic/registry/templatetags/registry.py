"""Shares of the registry in words."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.utils.translation import pgettext as _p

from wheal.clinic.registry import releases
from wheal.clinic.templatetags.wheal import named
from wheal.measures.answers import Line
from wheal.measures.releasing import Band, Told

register = template.Library()
GTIN: Final = re.compile(r"\d{7,14}")  # without the zeros before it
NO_BREAK: Final = "\N{NO-BREAK SPACE}"


@register.filter
def words(group: str) -> str:
    """Of a protocol each substance by its name; of a product without a name its code; else of a code, or what it is."""
    if GTIN.fullmatch(group):
        return f"GTIN{NO_BREAK}{group}"
    return " + ".join(str(named(part)) for part in group.split("+"))


@register.filter
def month(named: str) -> str:
    """Of 2026-01: January 2026."""
    return date_format(date.fromisoformat(f"{named}-01"), "YEAR_MONTH_FORMAT")


@register.filter
def grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def percent(share: float, rounding: str = ROUND_HALF_EVEN) -> str:
    """As many places as small shares need."""
    value = Decimal(share) * 100
    places = 0 if value >= 10 or not value else 1 if value >= 1 else 2 if value >= Decimal("0.1") else 3
    return f"{number_format(value.quantize(Decimal(1).scaleb(-places), rounding))}{NO_BREAK}%"


@register.filter
def percent_up(share: float) -> str:
    """Where it is the most that may be."""
    return percent(share, ROUND_CEILING)


@register.filter
def share_words(line: Line) -> str:
    if not line.is_known:
        return _("not known yet")
    if line.bound is not None and line.unjudged != 0:
        return _("none that was judged so; at most %(most)s") % {"most": percent_up(line.bound)}
    if line.bound is not None:
        return _("none; at most %(most)s") % {"most": percent_up(line.bound)}
    between = _between(line.low, line.high)
    return between if line.share is None else f"{percent(line.share)} ({between})"


@register.filter
def in_words(line: Line) -> str:
    if not line.is_known:
        return _("Not known yet.")
    count = _("1 to 4") if line.count is None else grouped(line.count)
    said = {"count": count, "of": grouped(line.of), "share": share_words(line)}
    return (
        ngettext("%(count)s of %(of)s person: %(share)s.", "%(count)s of %(of)s people: %(share)s.", line.of)
        % said
    )


def _between(low: float, high: float) -> str:
    """An interval is never made narrower by its rounding."""
    return _("%(low)s to %(high)s") % {
        "low": percent(low, ROUND_FLOOR),
        "high": percent_up(high),
    }


@register.filter
def told_share(line: Told) -> str:
    if not line.is_known:
        return _("not known yet")
    if not line.count.most:
        return _("at most %(most)s") % {"most": percent_up(line.high)}
    return _between(line.low, line.high)


@register.filter
def band(told: Band) -> str:
    if not told.most:
        return _p("a count", "none")
    return _("%(least)s to %(most)s") % {"least": grouped(told.least), "most": grouped(told.most)}


@register.simple_tag
def counts_for_everybody() -> str:
    """Where everybody reads what was counted; empty where nothing is told yet."""
    return releases.where()


@register.filter
def told(number: int | Band | None) -> str:
    """Of people: small numbers are not told exactly, and to everybody none is."""
    if isinstance(number, Band):
        return grouped(0) if not number.most else band(number)
    return _("1 to 4") if number is None else grouped(number)


@register.filter
def waiting_words(line: Line | Told, weeks: int) -> str:
    """Of those whose weeks are not over: how many, and what was seen of them so far."""
    if line.waiting in (0, Band(0, 0)):
        return ""
    said = {"waiting": told(line.waiting), "so_far": told(line.so_far), "weeks": weeks}
    if line.of == Band(0, 0):
        return (
            _(
                "The %(weeks)s weeks of too few are over to tell them apart. Of %(waiting)s so far: %(so_far)s."
            )
            % said
        )
    if line.of == 0:
        return _("The %(weeks)s weeks of fewer than 5 are over. Of %(waiting)s so far: %(so_far)s.") % said
    return _("And %(waiting)s who are still in their %(weeks)s weeks, of whom so far: %(so_far)s.") % said


@register.filter
def unjudged_words(line: Line | Told, weeks: int) -> str:
    """Of people with a reaction that nobody graded, or (where no weeks are looked at) whom nobody measured again; empty
    where there are none."""
    if line.unjudged in (0, Band(0, 0)):
        return ""
    if not weeks:
        return _("The upper end counts all who were not measured.")
    return _("Not judged: %(number)s. The upper end takes them for cases.") % {"number": told(line.unjudged)}
