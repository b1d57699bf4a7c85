"""The forms of authorities as paper: what goes into each field, in the order in which it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wheal.clinic import printing
from wheal.clinic.safety.authorities.models import Declaration
from wheal.reports.sheet import Section

TYPST = Path(__file__).parents[1] / "typst"
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
    return printing.pdf(TYPST / "declaration.typ", data)
