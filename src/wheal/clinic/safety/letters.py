"""A letter to each person of a recall, in that person's language. Printed, never sent from here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import formats, timezone, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wheal import formulary, frequencies
from wheal.clinic import printing
from wheal.clinic.safety import webs, whom
from wheal.clinic.safety.models import Reach, Recall
from wheal.clinic.stock.models import Lot
from wheal.knowledge import Knowledge

TYPST = Path(__file__).parent / "typst"
Json = dict[str, object]


def pdf(recall: Recall, people: Sequence[Reach], known: Knowledge) -> bytes:
    """A page for each. Fonts are those that Typst carries; text goes in as data, never as code."""
    days = _days(recall)
    data: Json = {
        "title": "",
        "language": "en",
        "paper": "us-letter" if recall.clinic.jurisdiction == "US" else "a4",
        "clinic": {
            "name": recall.clinic.name, "address": recall.clinic.address, "phone": recall.clinic.phone,
        },
        "letters": [_letter(recall, each, days.get(each.patient_id, Days()), known) for each in people],
    }  # fmt: skip
    return printing.pdf(TYPST / "letters.typ", data)


@dataclass(frozen=True, slots=True)
class Days:
    """`given`: in a signed record. `prepared`: drawn up and not signed, or of another lot by an amendment."""

    given: tuple[date, ...] = ()
    prepared: tuple[date, ...] = ()


def _days(recall: Recall) -> dict[int, Days]:
    given: dict[int, set[date]] = defaultdict(set)
    prepared: dict[int, set[date]] = defaultdict(set)
    for patient, day, was_given in _of_lot(recall.lot) if recall.lot else _of_what_was_met(recall):
        (given if was_given else prepared)[patient].add(day)
    return {
        patient: Days(tuple(sorted(given[patient])), tuple(sorted(prepared[patient] - given[patient])))
        for patient in given.keys() | prepared.keys()
    }


def _of_lot(lot: Lot) -> Iterator[tuple[int, date, bool]]:
    for one in webs.of_lots([lot]).patients:
        for session in one.sessions:
            yield one.id, session.day, session.signed and any(mix.injected_ul for mix in session.mixes)


def _of_what_was_met(recall: Recall) -> Iterator[tuple[int, date, bool]]:
    met = whom.met(recall.clinic, recall.exposure, recall.since)
    for patient, was, signed_at in met.values_list("patient", "was", "signed_at"):
        yield patient, recall.clinic.day_of(was), signed_at is not None


def _letter(recall: Recall, reach: Reach, days: Days, known: Knowledge) -> Json:
    patient = reach.patient
    language = patient.language if patient.language in known.texts_held else "en"
    with translation.override(language):
        head, why = _about_lot(recall, days, known, language) if recall.lot else _about_list(days)
        drill = _("This is a drill. Nobody is to be told.") if recall.is_drill else ""
        return {
            "language": language,
            "to": str(patient),
            "day": formats.date_format(timezone.localdate(), "DATE_FORMAT"),
            "head": drill or head,
            "paragraphs": [
                *why,
                _("Please call us, even if you feel well: %(phone)s.")
                % {"phone": recall.clinic.phone or recall.clinic.name},
                _("Take this letter along to any doctor whom you see."),
            ],
            "flags_title": _("Call at once, day or night"),
            "flags": _flags([recall.lot.product.substance] if recall.lot else [], language, known),
        }  # fmt: skip


def _about_lot(recall: Recall, days: Days, known: Knowledge, language: str) -> tuple[str, list[str]]:
    """What is not in a signed record is not said to have been given."""
    about = {"substance": known.name(recall.lot.product.substance, language), "lot": recall.lot.number}
    told = []
    if days.given:
        words = ngettext(
            "At your treatment of %(days)s we used %(substance)s of lot %(lot)s. This lot has been called back.",
            "At your treatments of %(days)s we used %(substance)s of lot %(lot)s. This lot has been called back.",
            len(days.given),
        )
        told.append(words % {**about, "days": _listed(days.given)})
    if days.prepared:
        words = _(
            "For %(days)s a syringe with %(substance)s of lot %(lot)s was prepared for you. This lot has been called "
            "back. Our record does not show for certain that you received it: please ask us."
        )
        told.append(words % {**about, "days": _listed(days.prepared)})
    head = (
        _("A product that you received has been called back")
        if days.given
        else _("A product that was prepared for you has been called back")
    )
    return head, [*told, _("Having received this lot does not mean that you are ill.")]


def _about_list(days: Days) -> tuple[str, list[str]]:
    """It names nothing and nobody: the cause is suspected, not found."""
    told = [
        (_("You were treated here: %(days)s."), days.given),
        (_("A treatment was prepared for you here: %(days)s."), days.prepared),
    ]
    return _("Please call us about your treatment"), [
        *(words % {"days": _listed(some)} for words, some in told if some),
        _(
            "Some people who were treated here had a reaction. We are looking for the cause, "
            "and ask everybody who may have met it."
        ),
        _("This letter does not mean that you are ill."),
    ]


def _listed(days: Sequence[date]) -> str:
    return get_text_list([formats.date_format(day, "DATE_FORMAT") for day in days], _("and"))


def _flags(substances: Sequence[str], language: str, known: Knowledge) -> list[str]:
    told = formulary.aftercare_told("red_flag", substances, None, known)
    return [frequencies.of_aftercare(name, known.aftercare[name], language, known) for name in told]
