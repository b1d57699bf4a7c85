"""A rate as a sentence: "3 of 120: 2.5 % (between 0.51 % and 7.2 %)", "0 of 120: at most 2.5 %". Never a bare zero."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wheal.events.rates import Rate
from wheal.frequencies import of_observed
from wheal.knowledge import Knowledge


def said(rate: Rate | None, known: Knowledge) -> str:
    """The bounds are rounded outward, so that what is called the most is never less than it."""
    if rate is None:
        return _("nobody treated: no rate")
    return of_observed(rate.seen, rate.of, (get_language() or "en")[:2], known)
