"""The text that is read and signed about photographs, made from the knowledge's wording."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from wheal.clinic.patients.models import Patient
from wheal.knowledge import Knowledge
from wheal.photography import PURPOSES


def text(patient: Patient, language: str, known: Knowledge, agreed_to: Collection[str] | None = None) -> str:
    """Markdown. With `agreed_to`: as it is kept, each purpose with what was chosen."""

    def said(key: str, **figures: object) -> str:
        return known.text(f"photograph_consent.{key}", language, **figures)

    parts = [
        f"# {said('title')}",
        said(
            "parties",
            patient=f"{patient.given_names} {patient.family_name}",
            birth_date=patient.birth_date,
            clinic=patient.clinic.name,
        ),
        said("free"),
        said("why"),
    ]
    for purpose in PURPOSES:
        parts += [f"## {said(f'purpose.{purpose}.name')}", said(f"purpose.{purpose}.text")]
        if agreed_to is not None:
            parts.append(f"- {said('agreed' if purpose in agreed_to else 'not_agreed')}")
    parts += [f"## {said('withdrawal.name')}", said("withdrawal.text"), said("kept")]
    return "\n\n".join(parts) + "\n"


def digest(patient: Patient, language: str, known: Knowledge) -> str:
    """Of the text as it stands on the screen."""
    return sha256(text(patient, language, known).encode()).hexdigest()
