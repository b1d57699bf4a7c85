"""The letter to the own doctor: what is planned and what is asked, nothing more. In the patient's language."""

from __future__ import annotations

from pathlib import Path

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from wheal.clinic import printing
from wheal.clinic.preparing.models import Letter
from wheal.knowledge import Knowledge

TYPST = Path(__file__).parent / "typst"
Json = dict[str, object]


def letter_pdf(letter: Letter, known: Knowledge) -> bytes:
    return printing.pdf(TYPST / "letter.typ", letter_data(letter, known))


def letter_data(letter: Letter, known: Knowledge) -> Json:
    patient, language = letter.plan.patient, letter.language
    clinic = patient.clinic
    with translation.override(language), timezone.override(clinic.time_zone):
        return {
            "title": _("Letter to the own doctor"),
            "language": language,
            "paper": "us-letter" if clinic.jurisdiction == "US" else "a4",
            "clinic": {"name": clinic.name, "address": clinic.address, "phone": clinic.phone},
            "footer": _("Written with the agreement of the patient."),
            "to": [letter.doctor.name, *letter.doctor.address.splitlines()],
            "day": formats.date_format(timezone.localtime(letter.made_at), "DATE_FORMAT"),
            "words": {"planned": _("What is planned"), "asked": _("What we ask you")},
            "opening": _(
                "Your patient is planning a treatment with us and has agreed that we write to you about it."
            ),
            "facts": _facts(letter, known, language),
            "asked": letter.asked,
            "closing": [
                _("If you know of anything that stands against this treatment, please tell us before it."),
                _("Please answer in writing, or call us: %(phone)s.") % {"phone": clinic.phone or clinic.name},
            ],
            "signed": letter.made_by.shown_name,
        }  # fmt: skip


def _facts(letter: Letter, known: Knowledge, language: str) -> list[list[str]]:
    patient = letter.plan.patient
    substances = ", ".join(known.name(code, language) for code in letter.substances)
    rows = [
        [_("Patient"), f"{patient}, {formats.date_format(patient.birth_date, 'DATE_FORMAT')}"],
        [_("Where"), known.name(letter.area, language)],
        [_("Substances to be injected"), substances],
    ]
    return [*rows, [_("Sessions planned"), str(letter.sessions)]] if letter.sessions else rows
