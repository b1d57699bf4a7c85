"""Every figure that patients read names how many were counted, so that its interval can be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem
from wheal.knowledge.records import Count, Harm


def problems(known: Knowledge) -> Iterator[Problem]:
    for name, harm in known.harms.items():
        yield from _harm(f"events/{name}.toml", harm)
        yield from counts(known, f"events/{name}.toml", "counts", f"harm.{name}", harm.counts)
    for name, held in known.aftercare.items():
        for harm_named in held.harms:
            if harm_named not in known.harms:
                yield Problem(f"aftercare/{name}.toml", "harms", f"the harm {harm_named!r} is not held")


def _harm(file: str, harm: Harm) -> Iterator[Problem]:
    for of_100, of, key in (
        (harm.of_100, harm.of, "of"),
        (harm.of_100_comparison, harm.of_comparison, "of_comparison"),
    ):
        if (of_100 is None) != (of is None):
            yield Problem(
                file, key, "a figure out of 100 and the number of those who were counted go together"
            )
        if of_100 is not None and not 0 <= of_100 <= Decimal(100):
            yield Problem(file, "of_100", "out of 100 there are 0 to 100")
        if of is not None and of < 1:
            yield Problem(file, key, "nobody was counted")
    if harm.of_100 is None and harm.of_100_comparison is not None:
        yield Problem(file, "of_100", "a comparison needs what it is compared with")


def counts(known: Knowledge, file: str, key: str, text: str, held: Mapping[str, Count]) -> Iterator[Problem]:
    """Counts that can be, and each a placeholder of the wording."""
    for name, one in held.items():
        if not 0 <= one.count <= one.of or one.of < 1:
            yield Problem(file, f"{key}.{name}", f"{one.count} of {one.of} cannot be")
        for language, words in known.texts_held.items():
            if f"{{{name}}}" not in str(words.get(text, "")):
                yield Problem(file, f"{key}.{name}", f"the wording in {language!r} does not tell this count")
