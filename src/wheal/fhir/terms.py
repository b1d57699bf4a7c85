"""Codes of the vocabulary as FHIR writes them: Wheal's own first, then the free standard codes that mean the same."""

from __future__ import annotations

from wheal.fhir import canonical
from wheal.fhir.datatypes import Json, coding, concept
from wheal.knowledge import Knowledge


def coded(group: str, code: str, known: Knowledge, language: str) -> Json:
    """A code that stands for several of a standard is written with its own alone: it says no more than it knows."""
    words = worded(group, code, known, language)
    codings = [coding(canonical.system(group), code, words)]
    standard = known.standard.get(group, {}).get(code)
    if standard is not None and len(standard.codes) == 1:
        codings.append(coding(canonical.STANDARD[standard.system], standard.codes[0], standard.called))
    return concept(codings, words)


def worded(group: str, code: str, known: Knowledge, language: str) -> str:
    """An allergy may name a substance, which has its own name; a sign is called as it is asked."""
    spoken = language if language in known.texts_held else "en"
    one = f"{group.rstrip('s')}.{code}"
    for key in (f"code.{group}.{code}", one, f"{one}.name", f"{one}.ask"):
        if key in known.texts_held[spoken]:
            return known.text(key, spoken)
    return known.name(code, spoken)


def plain(group: str, code: str, words: str) -> Json:
    """Of the site's own words, such as the state of something."""
    return concept([coding(canonical.system(group), code, words)], words)


def hl7(system: str, code: str, display: str = "") -> Json:
    return concept([coding(f"{canonical.HL7}/{system}", code, display)])


def loinc(code: str, display: str) -> Json:
    return coding(canonical.LOINC, code, display)
