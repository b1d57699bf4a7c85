"""What may happen afterwards, as a consent tells it: by what it comes from, and where nobody counted, that too.

A figure of one thing is never told as one of another: what a product holds is counted under its own name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from wheal import formulary, frequencies
from wheal.consent_terms import Terms
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Harm

_USUAL: Final = ("redness", "swelling", "bruising", "pain")  # what any needle may leave behind


def common(terms: Terms, language: str, known: Knowledge) -> Iterator[str]:
    """What often happens, then whose redness, swelling, bruises and pain nobody counted."""
    yield from _by_cause(terms, language, known, rare=False)
    yield from _of_what_is_held(terms, language, known)
    for missing, names in _uncounted(terms, known).items():
        reactions = [known.text(f"consent.harms.reaction.{kind}", language) for kind in missing]
        yield from (
            "",
            known.text(
                "consent.harms.not_counted",
                language,
                substances=_names(names, language, known),
                reactions=", ".join(reactions),
            ),
        )
    if any(known.harms[name].of_100 is not None for name in told(terms.substances, terms.purpose, known)):
        yield from ("", known.text("consent.harms.note", language))


def rare(terms: Terms, language: str, known: Knowledge) -> Iterator[str]:
    yield from _by_cause(terms, language, known, rare=True)
    none_held = [name for name in terms.substances if not formulary.harms_of(name, known)]
    if none_held:
        names = _names(none_held, language, known)
        yield from ("", known.text("consent.rare.none_held", language, substances=names))
    yield from ("", known.text("consent.rare.no_rate", language))


def told(substances: Iterable[str], purpose: str, known: Knowledge) -> tuple[str, ...]:
    """Every harm of which a consent speaks, those of what a product holds included."""
    names = tuple(substances)
    held = [name for code, inside in _held_in(names, known) for name, _ in _counted(inside, known)]
    return tuple(dict.fromkeys([*formulary.harms_told(names, purpose, known), *held]))


def _by_cause(terms: Terms, language: str, known: Knowledge, *, rare: bool) -> Iterator[str]:
    """First what any injection may do, then each substance by name, or those of the plan that share it."""
    causes: dict[tuple[str, ...], list[str]] = {(): []}
    for name in formulary.harms_told(terms.substances, terms.purpose, known):
        harm = known.harms[name]
        if harm.rare is rare:
            cause = tuple(code for code in terms.substances if code in harm.substances)
            causes.setdefault(cause, []).append(name)
    for cause, names in causes.items():
        if names:
            lead = _names(cause, language, known) if cause else known.text("consent.harms.any", language)
            yield from _group(known.text("consent.harms.of", language, cause=lead), names, language, known)


def _of_what_is_held(terms: Terms, language: str, known: Knowledge) -> Iterator[str]:
    for code, inside in _held_in(terms.substances, known):
        harms = [name for name, _ in _counted(inside, known)]
        if harms:
            lead = known.text(
                "consent.harms.of_what_it_holds",
                language,
                substance=_names([code], language, known),
                held=_names([inside], language, known),
                areas=", ".join(known.text(f"area.{it}", language) for it in known.substances[inside].areas),
            )
            yield from _group(lead, harms, language, known)


def _group(lead: str, names: Iterable[str], language: str, known: Knowledge) -> Iterator[str]:
    yield from ("", lead, "")
    yield from (f"- {frequencies.of_harm(name, known.harms[name], language, known)}" for name in names)


def _held_in(substances: tuple[str, ...], known: Knowledge) -> Iterator[tuple[str, str]]:
    """What is inside a substance of the plan and not in the plan by itself."""
    for code in substances:
        yield from ((code, it) for it in known.substances[code].contains if it not in substances)


def _counted(substance: str, known: Knowledge) -> list[tuple[str, Harm]]:
    """Its reactions that a clinic can name and of which a study says how often they came."""
    return [
        (name, harm)
        for name, harm in formulary.harms_of(substance, known)
        if harm.of_100 is not None and harm.kinds and not harm.rare
    ]


def _uncounted(terms: Terms, known: Knowledge) -> dict[tuple[str, ...], list[str]]:
    """By what is missing: the substances of which no figure of it is held."""
    found: dict[tuple[str, ...], list[str]] = {}
    for code in terms.substances:
        held = {kind for _, harm in _counted(code, known) for kind in harm.kinds}
        missing = tuple(kind for kind in _USUAL if kind not in held)
        if missing:
            found.setdefault(missing, []).append(code)
    return found


def _names(substances: Iterable[str], language: str, known: Knowledge) -> str:
    return ", ".join(known.text(f"substance.{code}.name", language) for code in substances)
