"""What the terms of a plan are called, and what a signed paper does not cover, in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from wheal.knowledge import Knowledge

PLAN_WORDS = {
    "purpose": _("purpose"),
    "area": _("area"),
    "technique": _("technique"),
    "substances": _("substances"),
    "sessions": _("number of sessions"),
    "price": _("price"),
    "currency": _("currency"),
}


def term(what: str, language: str, known: Knowledge) -> str:
    """A term of the plan, a substance or an area."""
    with override(language):
        return str(PLAN_WORDS[what]) if what in PLAN_WORDS else known.name(what, language)


def uncovered(what: str, language: str, known: Knowledge) -> str:
    """The sentence of a consent that does not cover it."""
    with override(language):
        said = _now(
            "The signed consent does not cover this: %(what)s. Have the text of the present plan read and signed."
        )
        return said % {"what": term(what, language, known)}
