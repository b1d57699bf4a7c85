"""The forms of authorities as paper: what goes into each field, in the order in which it is asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typst

from wheal.clinic.safety.authorities.models import Declaration
from wheal.reports.sheet import Section

CLINIC = Path(__file__).parents[2]
HEADS = {
    "medwatch": (
        "en",
        "Content for Form FDA 3500 (MedWatch, voluntary reporting)",
        "Type it into FDA's form or its reporting portal. This sheet is not the form itself, and nothing has been sent "
        "by it.",
        "DRAFT",
    ),
    "french": (
        "fr",
        "Déclaration d’effet indésirable : contenu à reporter",
        "À saisir sur le portail de signalement ou à reporter sur le formulaire cerfa 10011, adressé au CRPV. "
        "Cette feuille n’est pas le formulaire et rien n’a été envoyé.",
        "BROUILLON",
    ),
}


def pdf(declaration: Declaration, form: str, sections: Sequence[Section]) -> bytes:
    """Fonts are those that Typst carries; text goes in as data, never as code."""
    language, title, note, draft = HEADS[form]
    data = {
        "language": language,
        "title": title,
        "note": note,
        "draft": "" if declaration.is_finished else draft,
        "number": declaration.number,
        "paper": "us-letter" if form == "medwatch" else "a4",
        "sections": [{"title": one.title, "rows": [list(row) for row in one.rows]} for one in sections],
    }
    made = typst.compile(
        CLINIC / "safety" / "typst" / "declaration.typ",
        root=CLINIC,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(made)
