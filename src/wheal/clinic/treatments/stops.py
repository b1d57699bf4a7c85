"""A stop of the record, in the shape of the domain's findings."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import override

from wheal.findings import Finding


def stop(code: str, about: str, words: object) -> Finding:
    return Finding(code=code, severity="stop", about=about, message=_both(words), source="")


def _both(words: object) -> dict[str, str]:
    if isinstance(words, dict):
        return words
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            said[language] = str(words)
    return said
