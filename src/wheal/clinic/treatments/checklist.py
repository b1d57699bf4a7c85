"""The time-out before the needle: said aloud, one tap each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ITEMS = {
    "person": _("The patient has said their name and date of birth"),
    "allergies": _("Allergies read aloud and confirmed by the patient"),
    "unchanged": _(
        "Asked today: nothing has changed since the history — pregnancy, illness, medicines, injections elsewhere"
    ),
    "site": _("The area is shown by the patient, free of infection and marked"),
    "asepsis": _("Hands, skin and surfaces are prepared; everything opened is sterile"),
    "water": _("Only sterile water or saline touches skin, syringe and injector: no tap water"),
    "lots": _("Lot numbers and expiry dates read aloud from the containers"),
}


def left(ticked: dict[str, object]) -> list[str]:
    return [item for item in ITEMS if ticked.get(item) is not True]


def shown(ticked: dict[str, object]) -> dict[str, object]:
    """As the pages show it: before the first needle, and once more before the signature."""
    items = [
        {"code": code, "words": words, "done": ticked.get(code) is True} for code, words in ITEMS.items()
    ]
    return {"items": items, "left": len(left(ticked))}
