"""A rate as a sentence: "3 of 120: 2.5 % (0.5 to 7.1 %)", "0 of 120: at most 2.5 %". Never a bare zero."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wheal.events.rates import Rate
from wheal.frequencies import grouped
from wheal.knowledge.wording import digits


def said(rate: Rate | None) -> str:
    if rate is None:
        return _("nobody treated: no rate")
    language = (get_language() or "en")[:2]
    counted = {
        "seen": grouped(rate.seen, language),
        "of": grouped(rate.of, language),
        "most": _of_100(rate.most, language),
    }
    if rate.least is None:
        return _("%(seen)s of %(of)s: at most %(most)s") % counted
    told = counted | {"share": _of_100(rate.share, language), "least": _of_100(rate.least, language)}
    return _("%(seen)s of %(of)s: %(share)s (%(least)s to %(most)s)") % told


def _of_100(share: float, language: str) -> str:
    """To a tenth; what is less, to its first figure, so that the least never reads as nothing."""
    percent = Decimal(share) * 100
    places = 1 if percent >= Decimal("0.1") or not percent else -percent.adjusted()
    return digits(round(percent, places), language) + "\u00a0%"
