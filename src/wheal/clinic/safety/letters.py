"""A letter to each person of a recall, in that person's language. Printed, never sent from here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from wheal import formulary, frequencies
from wheal.clinic import printing
from wheal.clinic.safety import webs
from wheal.clinic.safety.models import Reach, Recall
from wheal.knowledge import Knowledge

TYPST = Path(__file__).parent / "typst"
Json = dict[str, object]


def pdf(recall: Recall, people: Sequence[Reach], known: Knowledge) -> bytes:
    """A page for each. Fonts are those that Typst carries; text goes in as data, never as code."""
    dates = _dates(recall)
    data: Json = {
        "title": "",
        "language": "en",
        "paper": "us-letter" if recall.clinic.jurisdiction == "US" else "a4",
        "clinic": {
            "name": recall.clinic.name, "address": recall.clinic.address, "phone": recall.clinic.phone,
        },
        "letters": [_letter(recall, each, dates.get(each.patient_id, []), known) for each in people],
    }  # fmt: skip
    return printing.pdf(TYPST / "letters.typ", data)


def _dates(recall: Recall) -> dict[int, list[object]]:
    found = webs.of_lots([recall.lot])
    return {one.id: [session.day for session in one.sessions] for one in found.patients}


def _letter(recall: Recall, reach: Reach, days: Sequence[object], known: Knowledge) -> Json:
    patient = reach.patient
    language = patient.language if patient.language in known.texts_held else "en"
    with translation.override(language):
        told = ", ".join(formats.date_format(day, "DATE_FORMAT") for day in sorted(days))
        substance = known.name(recall.lot.product.substance, language)
        drill = [_("This is a drill. Nobody is to be told.")] if recall.is_drill else []
        return {
            "language": language,
            "to": str(patient),
            "day": formats.date_format(timezone.localdate(), "DATE_FORMAT"),
            "head": _("A product that you received has been called back"),
            "paragraphs": [
                *drill,
                _(
                    "On %(days)s we treated you with %(substance)s. "
                    "The lot that was used, number %(lot)s, has been called back."
                )
                % {"days": told, "substance": substance, "lot": recall.lot.number},
                _(
                    "Having received this lot does not mean that you are ill. "
                    "Please call us, even if you feel well: %(phone)s."
                )
                % {"phone": recall.clinic.phone or recall.clinic.name},
                _("Take this letter along to any doctor whom you see."),
            ],
            "flags_title": _("Call at once, day or night"),
            "flags": _flags(recall.lot.product.substance, language, known),
        }  # fmt: skip


def _flags(substance: str, language: str, known: Knowledge) -> list[str]:
    told = formulary.aftercare_told("red_flag", [substance], None, known)
    return [frequencies.of_aftercare(name, known.aftercare[name], language, known) for name in told]
