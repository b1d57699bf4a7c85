"""A letter to each person of a recall, in that person's language. Printed, never sent from here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from wheal import formulary, frequencies
from wheal.clinic import printing
from wheal.clinic.safety import webs, whom
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


def _dates(recall: Recall) -> dict[int, list[date]]:
    if recall.lot:
        found = webs.of_lots([recall.lot])
        return {one.id: [session.day for session in one.sessions] for one in found.patients}
    days: dict[int, list[date]] = defaultdict(list)
    for patient, was in whom.met(recall.clinic, recall.exposure, recall.since).values_list("patient", "was"):
        days[patient].append(recall.clinic.day_of(was))
    return days


def _letter(recall: Recall, reach: Reach, days: Sequence[date], known: Knowledge) -> Json:
    patient = reach.patient
    language = patient.language if patient.language in known.texts_held else "en"
    with translation.override(language):
        told = ", ".join(formats.date_format(day, "DATE_FORMAT") for day in sorted(set(days)))
        head, why = _of_lot(recall, told, known, language) if recall.lot else _of_list(told)
        drill = [_("This is a drill. Nobody is to be told.")] if recall.is_drill else []
        return {
            "language": language,
            "to": str(patient),
            "day": formats.date_format(timezone.localdate(), "DATE_FORMAT"),
            "head": head,
            "paragraphs": [
                *drill,
                *why,
                _("Please call us, even if you feel well: %(phone)s.")
                % {"phone": recall.clinic.phone or recall.clinic.name},
                _("Take this letter along to any doctor whom you see."),
            ],
            "flags_title": _("Call at once, day or night"),
            "flags": _flags([recall.lot.product.substance] if recall.lot else [], language, known),
        }  # fmt: skip


def _of_lot(recall: Recall, days: str, known: Knowledge, language: str) -> tuple[str, list[str]]:
    substance = known.name(recall.lot.product.substance, language)
    return _("A product that you received has been called back"), [
        _(
            "On %(days)s we treated you with %(substance)s. "
            "The lot that was used, number %(lot)s, has been called back."
        )
        % {"days": days, "substance": substance, "lot": recall.lot.number},
        _("Having received this lot does not mean that you are ill."),
    ]


def _of_list(days: str) -> tuple[str, list[str]]:
    """It names nothing and nobody: the cause is suspected, not found."""
    return _("Please call us about your treatment"), [
        _("On %(days)s you were treated here.") % {"days": days},
        _(
            "Some people who were treated here had a reaction. We are looking for the cause, "
            "and ask everybody who may have met it."
        ),
        _("This letter does not mean that you are ill."),
    ]


def _flags(substances: Sequence[str], language: str, known: Knowledge) -> list[str]:
    told = formulary.aftercare_told("red_flag", substances, None, known)
    return [frequencies.of_aftercare(name, known.aftercare[name], language, known) for name in told]
