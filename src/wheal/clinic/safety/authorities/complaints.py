"""What an authority would send back, in words: which element, what is wrong, found against limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from wheal.reports.elements import table
from wheal.reports.rules import Code, Problem

WORDS: dict[Code, object] = {
    "missing": gettext_lazy("missing"),
    "too_long": gettext_lazy("%(found)s characters, at most %(limit)s"),
    "not_allowed": gettext_lazy("%(found)s is not one of %(limit)s"),
    "malformed": gettext_lazy("%(found)s is not written as it must be"),
    "in_the_future": gettext_lazy("a day that is still to come"),
    "control_character": gettext_lazy("holds a sign that cannot be printed"),
    "no_reaction": gettext_lazy("no reaction is told"),
    "no_suspect": gettext_lazy("no suspected product is told"),
    "ends_before_it_begins": gettext_lazy("ends before it begins"),
    "not_serious": gettext_lazy(
        "told as expedited, but no criterion of seriousness is ticked in the judgement"
    ),
    "two_meddra_versions": gettext_lazy("two versions of MedDRA: %(found)s"),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    number: str  # of the element in ICH E2B(R3)
    name: str
    place: str
    words: str


def told(problems: Iterable[Problem]) -> list[Complaint]:
    """In the reader's language."""
    french = get_language() == "fr"
    held = table()
    return [
        Complaint(
            one.number,
            held[one.number].fr if french else held[one.number].en,
            _("no. %(place)s") % {"place": " · ".join(map(str, one.at))} if one.at else "",
            str(WORDS[one.code]) % {"found": one.found, "limit": one.limit},
        )
        for one in problems
    ]
