"""Words that whoever guesses passwords of a clinic tries first: what stands beside them has to be long enough."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from wheal.clinic.people.models import Clinic, User

WORDS: Final = (
    "wheal", "mesotherapy", "mesotherapie", "lipolysis", "lipolyse", "injection", "clinic", "clinique", "cabinet",
    "praxis", "patient", "doctor", "docteur", "physician", "medecin", "nurse", "infirmiere", "admin", "password",
    "motdepasse", "azerty", "qwerty",
)  # fmt: skip
LEAST: Final = 8  # characters beside them
DIFFERENT: Final = 5  # characters, however long it is


class OwnWords:
    """Also the names of the clinics that are kept here."""

    def validate(self, password: str, user: User | None = None) -> None:
        left = _plain(password)
        if len(set(left)) < DIFFERENT:
            raise ValidationError(
                _("These are the same few characters again and again. Use at least five different ones."),
                code="repeated",
            )
        names = _plain(" ".join(Clinic.objects.values_list("name", flat=True)))
        for word in sorted({*WORDS, *re.findall(r"\w{4,}", names)}, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEAST:
            raise ValidationError(
                _("This is little more than words that anybody would try here. Add others to it."),
                code="own_words",
            )

    def get_help_text(self) -> str:
        return _("Not the name of the clinic or of its trade with a number after it.")


def _plain(text: str) -> str:
    """Without accents and capitals."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
