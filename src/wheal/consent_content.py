"""Whether what a consent told is still what is known: a digest over the statements that its text was made of.

What counts, for the plan's substances, purpose, area and country, in the language that was read: what the law says of
the plan, how each substance stands in it and how sure its evidence is, every harm with its figures, the ways to go
beside it, and the country's duties. What does not count: sources (a better one changes nothing that was told), headings
and fixed phrases, the order of things, warning signs (the sheet tells them anew at every session), and all else that is
known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256

from wheal import choices, consent_harms, consent_law
from wheal.choices import Wish
from wheal.consent_text import owed
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Count


@lru_cache(maxsize=512)
def content_digest(wish: Wish, language: str, known: Knowledge) -> str:
    """SHA-256 in hexadecimal. Raises KeyError for a substance or a language that is not held."""
    told = [list(part) for part in (_substances(wish, known), _harms(wish, known), _ways(wish, known))]
    words = {key: known.text(key, language) for part in told for row in part for key in _keys(row, known)}
    words |= {key: known.text(key, language) for key, _ in owed(wish.country, known)}
    words |= {key: known.text(key, language) for key in _law(wish, known)}
    fixed = json.dumps([told, _duties(wish, known), words], sort_keys=True, default=str, ensure_ascii=False)
    return sha256(fixed.encode()).hexdigest()


def _law(wish: Wish, known: Knowledge) -> list[str]:
    found = consent_law.against(wish, known)
    forbidden = ["consent.against.forbidden"] if any(said.forbids for said in found) else []
    return [*forbidden, *(consent_law.key_of(said, known) for said in found)]


def _keys(row: list[object], known: Knowledge) -> Iterator[str]:
    """The wordings of a row: its first entry. A status may go without."""
    keys = row[0] if isinstance(row[0], list) else []
    yield from (key for key in keys if known.has_text(key))


def _substances(wish: Wish, known: Knowledge) -> Iterator[list[object]]:
    for name in sorted(wish.substances):
        held = known.substances[name]
        status, evidence = held.status.get(wish.country), held.evidence.get(wish.purpose)
        keys = [f"told.{name}.{wish.country}"] if status else []
        keys += [f"evidence.{name}.{wish.purpose}"] if evidence else []
        standing = status and [status.standing, status.severity, status.when]
        yield [keys, name, sorted(held.areas), standing, evidence and evidence.certainty]


def _harms(wish: Wish, known: Knowledge) -> Iterator[list[object]]:
    for name in sorted(consent_harms.told(wish.substances, wish.purpose, known)):
        it = known.harms[name]
        figures = [it.of_100, it.of, it.of_100_comparison, it.of_comparison, it.counted, it.rare]
        yield [[f"harm.{name}"], name, *figures, _counts(it.counts)]


def _ways(wish: Wish, known: Knowledge) -> Iterator[list[object]]:
    found = choices.ways(wish, known)
    for name, way in sorted(found.all, key=lambda pair: pair[0]):
        told = {aspect: it for aspect, it in way.told().items() if it is not None}
        facts = [[aspect, it.certainty, _counts(it.counts), it.harms] for aspect, it in told.items()]
        yield [[f"alternative.{name}.{aspect}" for aspect in told], name, facts]


def _counts(counts: Mapping[str, Count]) -> list[list[object]]:
    return [[name, it.count, it.of] for name, it in sorted(counts.items())]


def _duties(wish: Wish, known: Knowledge) -> list[object]:
    country = known.jurisdictions.get(wish.country)
    return [country.quote_from, country.reflection_days] if country else []
