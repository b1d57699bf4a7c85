"""Every clinical statement names a source, and every source named is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from wheal.knowledge.countries import Jurisdiction
from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem
from wheal.knowledge.records import HandlingRules, Rule, Substance

Citation = tuple[str, str, tuple[str, ...]]
"""File, key, sources named there."""
OWN_RULE = "wheal_rule"
"""The source of what follows from the facts alone; see `wheal.findings`."""


class _Cited(Protocol):
    @property
    def sources(self) -> tuple[str, ...]: ...


def problems(known: Knowledge) -> Iterator[Problem]:
    if OWN_RULE not in known.sources:
        yield Problem("sources.toml", OWN_RULE, "this source is mandatory: what follows from the facts alone")
    for file, key, named in citations(known):
        if not named:
            yield Problem(file, key, "at least one source is needed")
        for source in named:
            if source not in known.sources:
                yield Problem(file, key, f"the source {source!r} is not in sources.toml")


def only_general_knowledge(known: Knowledge, sources: tuple[str, ...]) -> bool:
    """Whether nothing better than grade D stands behind a statement."""
    grades = [known.sources[source].grade for source in sources if source in known.sources]
    return bool(grades) and all(grade == "D" for grade in grades)


def rules(known: Knowledge) -> Iterator[tuple[str, str, Rule]]:
    """Every rule with the file and the key where it stands."""
    for name, rule in known.screening.items():
        yield f"screening/{name}.toml", "", rule
    for folder, held in (("substances", known.substances), ("jurisdictions", known.jurisdictions)):
        for name, record in held.items():
            for at, rule in enumerate(record.rules):
                yield f"{folder}/{name}.toml", f"rules.{at}.", rule


def citations(known: Knowledge) -> Iterator[Citation]:
    yield from ((file, f"{key}sources", rule.sources) for file, key, rule in rules(known))
    for name, substance in known.substances.items():
        yield from _of_substance(f"substances/{name}.toml", substance)
    for name, country in known.jurisdictions.items():
        yield from _of_country(f"jurisdictions/{name}.toml", country)
    for folder, held in _records(known).items():
        yield from ((f"{folder}/{name}.toml", "sources", record.sources) for name, record in held.items())
    yield from _of_alternatives(known)
    for name, emergency in known.emergencies.items():
        for dose in emergency.doses:
            yield f"emergencies/{name}.toml", f"doses.{dose.code}.sources", dose.sources
    yield from _of_codes(known)
    for file, _holder, zone in known.danger_zones:
        yield file, f"danger_zones.{zone.code}", zone.sources
    yield from _of_handling(known.handling)


def _records(known: Knowledge) -> dict[str, Mapping[str, _Cited]]:
    return {
        "mixing": known.compatibility,
        "techniques": known.techniques,
        "evidence": known.claims,
        "events": known.harms,
        "aftercare": known.aftercare,
        "emergencies": known.emergencies,
        "signs": {name: sign for name, sign in known.signs.items() if sign.is_red_flag},
        "samples": known.samples,
        "notes": known.notes,
        "schedules": known.schedules,
        "trials": known.trials,
        "measures": {name: it for name, it in known.measures.items() if it.sources},
        "instruments": {name: it for name, it in known.instruments.items() if it.agreement or it.sources},
    }


def _of_substance(file: str, substance: Substance) -> Iterator[Citation]:
    yield file, "sources", substance.sources
    yield from ((file, f"limits.{at}.sources", limit.sources) for at, limit in enumerate(substance.limits))
    yield from ((file, f"status.{country}.sources", it.sources) for country, it in substance.status.items())
    yield from ((file, f"evidence.{use}.sources", it.sources) for use, it in substance.evidence.items())
    yield from ((file, f"holds.{it.code}.sources", it.sources) for it in substance.holds)
    yield from ((file, f"same_units.{it.unit}.sources", it.sources) for it in substance.same_units)
    for key in ("ph", "osmolality"):
        measured = enumerate(getattr(substance, key))
        yield from ((file, f"{key}.{at}.sources", it.sources) for at, it in measured)


def _of_alternatives(known: Knowledge) -> Iterator[Citation]:
    for name, way in known.alternatives.items():
        file = f"alternatives/{name}.toml"
        yield from ((file, f"{aspect}.sources", told.sources) for aspect, told in way.told().items() if told)


def _of_handling(handling: HandlingRules) -> Iterator[Citation]:
    for key in ("beyond_use", "multi_dose", "single_dose", "max_products", "expiry"):
        yield "mixing/handling.toml", f"{key}_sources", getattr(handling, f"{key}_sources")
    if handling.osmolality_least is not None:
        yield "mixing/handling.toml", "osmolality_sources", handling.osmolality_sources


def _of_codes(known: Knowledge) -> Iterator[Citation]:
    for group, held in known.standard.items():
        yield from (("codes.toml", f"{group}.{code}.sources", it.sources) for code, it in held.items())


def _of_country(file: str, country: Jurisdiction) -> Iterator[Citation]:
    yield from ((file, f"roles.{role}.sources", law.sources) for role, law in country.roles.items())
    if not country.chairside_mixing or country.chairside_sources:
        yield file, "chairside_sources", country.chairside_sources
    if country.quote_from:
        yield file, "quote_sources", country.quote_sources
    if country.reflection_days:
        yield file, "reflection_sources", country.reflection_sources
    if country.nothing_owed_in_reflection:
        yield file, "nothing_owed_sources", country.nothing_owed_sources
    yield from ((file, f"duties.{duty.id}.sources", duty.sources) for duty in country.duties)
    yield from (
        (file, f"emergency_numbers.{it.number}.sources", it.sources) for it in country.emergency_numbers
    )
