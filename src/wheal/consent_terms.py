"""What a patient agrees to, and whether what is about to be done was agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from wheal.quantities import plain

MANDATORY: Final = ("purpose", "area", "technique", "substances", "sessions", "price", "currency")
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed to. `price` is of the whole course."""

    purpose: str
    area: str
    technique: str
    substances: tuple[str, ...]
    sessions: int | None
    price: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Parties:
    patient: str
    birth_date: date
    clinic: str
    jurisdiction: str
    phone: str
    practitioner: str
    credentials: tuple[
        str, ...
    ] = ()  # kinds of licence and training of the practitioner that are valid on the day
    quote: tuple[str, date] | None = None  # its number, and the day on which the patient received it


def missing(terms: Terms) -> tuple[str, ...]:
    """What must be settled before anybody can agree to it. A price of nothing is a price; an unknown one is not."""
    return tuple(name for name in MANDATORY if getattr(terms, name) in (None, "", ()))


def as_json(terms: Terms) -> Json:
    return {
        "purpose": terms.purpose,
        "area": terms.area,
        "technique": terms.technique,
        "substances": list(terms.substances),
        "sessions": terms.sessions,
        "price": None if terms.price is None else plain(terms.price),
        "currency": terms.currency,
    }


def not_covered(
    signed: Mapping[str, object], terms: Terms, *, substances: Iterable[str] = (), areas: Iterable[str] = ()
) -> tuple[str, ...]:
    """What the signed text did not say: changed terms by name, then substances and areas about to be injected.

    Leaving out a substance that was agreed to is covered; adding one, or changing anything else, is not.
    """
    now = as_json(terms)
    changed = [name for name in MANDATORY if name != "substances" and now[name] != signed.get(name)]
    told = signed.get("substances")
    agreed = told if isinstance(told, list) else []
    added = [name for name in (*terms.substances, *substances) if name not in agreed]
    elsewhere = [area for area in areas if area != signed.get("area") and area != terms.area]
    return tuple(dict.fromkeys([*changed, *added, *elsewhere]))
