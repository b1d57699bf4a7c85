"""Every figure that patients read names how many were counted, so that its interval can be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from wheal.knowledge.alternatives import Alternative
from wheal.knowledge.check_sources import only_general_knowledge
from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem
from wheal.knowledge.records import Count, Harm, Substance


def problems(known: Knowledge) -> Iterator[Problem]:
    for name, harm in known.harms.items():
        yield from _harm(f"events/{name}.toml", harm)
        yield from _counts(known, f"events/{name}.toml", "counts", f"harm.{name}", harm.counts)
        for code in sorted(set(harm.unless) - set(known.substances)):
            yield Problem(f"events/{name}.toml", "unless", f"the substance {code!r} is not held")
    for name, held in known.aftercare.items():
        yield from _named(known, f"aftercare/{name}.toml", "harms", held.harms)
    for name, way in known.alternatives.items():
        yield from _alternative(known, name, way)
    for name, substance in known.substances.items():
        yield from _rules(known, name, substance)


def _rules(known: Knowledge, name: str, substance: Substance) -> Iterator[Problem]:
    """What a rule tells the clinician of a harm, the consent of a plan with this substance tells the patient."""
    file = f"substances/{name}.toml"
    for at, rule in enumerate(substance.rules):
        yield from _named(known, file, f"rules.{at}.harms", rule.harms)
        for code in rule.harms:
            harm = known.harms.get(code)
            if harm and harm.substances and name not in harm.substances:
                yield Problem(file, f"rules.{at}.harms", f"the harm {code!r} is not told of this substance")


def _alternative(known: Knowledge, name: str, way: Alternative) -> Iterator[Problem]:
    file = f"alternatives/{name}.toml"
    groups = {"purposes": known.vocabulary.purposes, "areas": known.areas, "substances": known.substances}
    for key, held in groups.items():
        for code in getattr(way, key):
            if code not in held:
                yield Problem(file, key, f"{code!r} is not held")
    for aspect, told in way.told().items():
        if told is None:
            continue
        yield from _named(known, file, f"{aspect}.harms", told.harms)
        yield from _counts(known, file, f"{aspect}.counts", f"alternative.{name}.{aspect}", told.counts)
        if told.certainty != "not_applicable" and only_general_knowledge(known, told.sources):
            yield Problem(
                file, f"{aspect}.sources", "only general knowledge (grade D): leave it out as not known"
            )


def _named(known: Knowledge, file: str, key: str, harms: Iterable[str]) -> Iterator[Problem]:
    for harm in harms:
        if harm not in known.harms:
            yield Problem(file, key, f"the harm {harm!r} is not held")


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


def _counts(known: Knowledge, file: str, key: str, text: str, held: Mapping[str, Count]) -> Iterator[Problem]:
    """Counts that can be, and each a placeholder of the wording."""
    for name, one in held.items():
        if not 0 <= one.count <= one.of or one.of < 1:
            yield Problem(file, f"{key}.{name}", f"{one.count} of {one.of} cannot be")
        for language, words in known.texts_held.items():
            if f"{{{name}}}" not in str(words.get(text, "")):
                yield Problem(file, f"{key}.{name}", f"the wording in {language!r} does not tell this count")
