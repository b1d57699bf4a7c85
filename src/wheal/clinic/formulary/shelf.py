"""The list of substances: a row each, what the law says here at a glance, and the search among them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from wheal import formulary
from wheal.formulary import Sign
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Use:
    """A substance for one purpose: lawful here, and how strong the evidence is; "" where none is held."""

    purpose: str
    law: Sign
    certainty: str


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    words: str
    kind: str
    uses: tuple[Use, ...]
    has_limit: bool
    sought: str  # folded: every name in every language, and the code


@lru_cache(maxsize=64)
def rows(country: str, language: str, on: date, known: Knowledge) -> tuple[Row, ...]:
    """By name, as the language sorts them. The same for everybody in a country on a day."""
    found = (_row(name, country, language, on, known) for name in known.substances)
    return tuple(sorted(found, key=lambda row: folded(row.words)))


def _row(name: str, country: str, language: str, on: date, known: Knowledge) -> Row:
    held = known.substances[name]
    return Row(
        name=name,
        words=known.name(name, language),
        kind=held.kind,
        uses=tuple(use(name, purpose, country, on, known) for purpose in known.vocabulary.purposes),
        has_limit=bool(held.limits),
        sought=folded(" ".join(_names(name, known))),
    )


def use(name: str, purpose: str, country: str, on: date, known: Knowledge) -> Use:
    law = formulary.sign_of(name, purpose=purpose, country=country, on=on, known=known)
    evidence = known.substances[name].evidence.get(purpose)
    return Use(purpose, law, evidence.certainty if evidence else "")


def _names(name: str, known: Knowledge) -> list[str]:
    keys = (f"substance.{name}.name", f"substance.{name}.short")
    held = [texts[key] for texts in known.texts_held.values() for key in keys if key in texts]
    return [*held, name.replace("_", " ")]


def matching(all_rows: tuple[Row, ...], words: str, kind: str) -> list[Row]:
    """Those that hold every word that was typed, in any language, accents or not."""
    wanted = folded(words).split()
    return [row for row in all_rows if kind in ("", row.kind) and all(word in row.sought for word in wanted)]


def folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
