"""Cross-checks: every code, source and wording that the knowledge names is held, every amount fits its limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from wheal.conditions import Mention, mentions
from wheal.knowledge import wordings
from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem
from wheal.knowledge.records import Condition, Limit, LimitCode, Rule, Substance
from wheal.quantities import Quantity, Unit, UnknownUnit

_LIMIT_UNITS: dict[LimitCode, tuple[str, ...]] = {
    "dose_per_session": ("{dose}",),
    "dose_per_day": ("{dose}", "mL"),
    "dose_per_kg": ("{dose}/kg",),
    "dose_per_area": ("{dose}/cm2",),
    "dose_per_point": ("{dose}",),
    "volume_per_session": ("mL",),
    "volume_per_point": ("mL",),
    "points_per_session": ("{points}",),
    "min_spacing": ("cm",),
    "min_interval": ("d", "mo"),
    "max_sessions": ("{sessions}",),
}


def problems(known: Knowledge) -> Iterator[Problem]:
    """All that is wrong between files; what is wrong inside one file has been told already."""
    if not known.version:
        yield Problem("VERSION", "", "the version is missing")
    yield from _sources(known)
    for file, key, rule in rules(known):
        yield from _rule(known, file, key, rule)
    for substance_id, substance in known.substances.items():
        yield from _substance(known, f"substances/{substance_id}.toml", substance)
    yield from _mixing(known)
    yield from _questions(known)
    yield from _places(known)
    yield from _jurisdictions(known)
    yield from wordings.problems(known)


def rules(known: Knowledge) -> Iterator[tuple[str, str, Rule]]:
    """Every rule with the file and key where it stands."""
    for name, rule in known.screening.items():
        yield f"screening/{name}.toml", "", rule
    for name, substance in known.substances.items():
        yield from (
            (f"substances/{name}.toml", f"rules.{at}.", rule) for at, rule in enumerate(substance.rules)
        )
    for name, country in known.jurisdictions.items():
        yield from (
            (f"jurisdictions/{name}.toml", f"rules.{at}.", rule) for at, rule in enumerate(country.rules)
        )


def _sources(known: Knowledge) -> Iterator[Problem]:
    for file, key, named in _cited(known):
        if not named:
            yield Problem(file, key, "at least one source is needed")
        for source in named:
            if source not in known.sources:
                yield Problem(file, key, f"the source {source!r} is not in sources.toml")


def _cited(known: Knowledge) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for file, key, rule in rules(known):
        yield file, f"{key}sources", rule.sources
    for name, substance in known.substances.items():
        file = f"substances/{name}.toml"
        yield file, "sources", substance.sources
        yield from (
            (file, f"limits.{at}.sources", limit.sources) for at, limit in enumerate(substance.limits)
        )
        yield from (
            (file, f"status.{country}.sources", it.sources) for country, it in substance.status.items()
        )
        yield from (
            (file, f"evidence.{purpose}.sources", it.sources) for purpose, it in substance.evidence.items()
        )
    for folder, held in _plainly_cited(known):
        yield from ((f"{folder}/{name}.toml", "sources", record.sources) for name, record in held.items())
    for name, area in known.areas.items():
        yield from (
            (f"areas/{name}.toml", "danger_zones.sources", zone.sources) for zone in area.danger_zones
        )
    for name, country in known.jurisdictions.items():
        file = f"jurisdictions/{name}.toml"
        yield from ((file, f"roles.{role}.sources", law.sources) for role, law in country.roles.items())
        if not country.chairside_mixing or country.chairside_sources:
            yield file, "chairside_sources", country.chairside_sources
        if country.quote_from:
            yield file, "quote_sources", country.quote_sources
        if country.reflection_days:
            yield file, "reflection_sources", country.reflection_sources
    clocks = known.handling
    for key in ("beyond_use", "multi_dose", "single_dose", "max_products", "expiry"):
        yield "mixing/handling.toml", f"{key}_sources", getattr(clocks, f"{key}_sources")


def _plainly_cited(known: Knowledge) -> Iterable[tuple[str, Mapping[str, wordings.Cited]]]:
    return (
        ("mixing", known.compatibility),
        ("techniques", known.techniques),
        ("evidence", known.claims),
        ("events", known.harms),
        ("aftercare", known.aftercare),
    )


def _rule(known: Knowledge, file: str, key: str, rule: Rule) -> Iterator[Problem]:
    yield from _condition(known, file, f"{key}when", rule.when)
    yield from _countries(known, file, f"{key}jurisdictions", rule.jurisdictions)
    if rule.since and rule.until and rule.since > rule.until:
        yield Problem(file, f"{key}until", "the rule ends before it begins")
    if not rule.question and _unverified(known, rule.sources):
        yield Problem(
            file, f"{key}sources", "only general knowledge (grade D): this can be a question, no rule"
        )
    if rule.question and rule.severity == "stop":
        yield Problem(file, f"{key}severity", "a question to the clinician cannot be a stop")


def _unverified(known: Knowledge, sources: tuple[str, ...]) -> bool:
    grades = [known.sources[source].grade for source in sources if source in known.sources]
    return bool(grades) and all(grade == "D" for grade in grades)


def _condition(known: Knowledge, file: str, key: str, condition: Condition) -> Iterator[Problem]:
    held = _held(known)
    answered = {question.fills for question in known.questions.values()}
    for mention in mentions(condition):
        if mention.code and mention.code not in held[_group(mention)]:
            yield Problem(file, key, f"the {_group(mention)} code {mention.code!r} is not held")
        if mention.kind in ("condition", "allergy", "medication"):
            yield from _offered(known, file, key, mention)
        elif mention.name in ("pregnant", "breastfeeding") and mention.name not in answered:
            yield Problem(file, key, f"no question fills the answer {mention.name!r}")


def _offered(known: Knowledge, file: str, key: str, mention: Mention) -> Iterator[Problem]:
    fills = {"condition": "conditions", "allergy": "allergies", "medication": "medications"}[mention.kind]
    if not any(it.fills == fills and mention.code in it.codes for it in known.questions.values()):
        yield Problem(file, key, f"no question offers the {mention.kind} {mention.code!r}")


def _group(mention: Mention) -> str:
    return mention.name if mention.kind == "plan" else mention.kind


def _held(known: Knowledge) -> dict[str, set[str]]:
    words = known.vocabulary
    groups = {group for substance in known.substances.values() for group in substance.groups}
    return {
        "condition": set(words.conditions),
        "allergy": set(words.allergies),
        "medication": set(words.medications),
        "purpose": set(words.purposes),
        "prepared_by": set(words.prepared_by),
        "area": set(known.areas),
        "technique": set(known.techniques),
        "jurisdiction": set(known.jurisdictions),
        "mix": set(known.substances) | groups,
    }


def _countries(known: Knowledge, file: str, key: str, countries: Iterable[str]) -> Iterator[Problem]:
    for country in countries:
        if len(country) != 2 or not country.isupper():
            yield Problem(file, key, f"{country!r} is no ISO 3166 code of a country")


def _substance(known: Knowledge, file: str, substance: Substance) -> Iterator[Problem]:
    if not substance.limits and not substance.no_limit_published:
        yield Problem(file, "limits", "there is no limit, and no_limit_published is not set")
    if substance.limits and substance.no_limit_published:
        yield Problem(file, "no_limit_published", "this is set, yet limits are held")
    for at, limit in enumerate(substance.limits):
        yield from _limit(known, file, f"limits.{at}.", limit, substance)
    for country, status in substance.status.items():
        yield from _condition(known, file, f"status.{country}.when", status.when)
    yield from _countries(known, file, "status", substance.status)
    for area in substance.areas:
        if area not in known.areas:
            yield Problem(file, "areas", f"the area {area!r} is not held")
    for at, strength in enumerate(substance.strengths):
        if not _fits(strength, (f"{substance.measured_in}/mL",)):
            yield Problem(
                file, f"strengths.{at}", f"{strength!r} is not so much {substance.measured_in} a mL"
            )
    for purpose in substance.evidence:
        if purpose not in known.vocabulary.purposes:
            yield Problem(file, f"evidence.{purpose}", "this purpose is not held")


def _limit(known: Knowledge, file: str, key: str, limit: Limit, substance: Substance) -> Iterator[Problem]:
    wanted = tuple(unit.replace("{dose}", substance.measured_in) for unit in _LIMIT_UNITS[limit.code])
    if limit.amount.unit.dimension not in {Unit.parse(unit).dimension for unit in wanted}:
        yield Problem(file, f"{key}max", f"{limit.max!r} is not in {' or '.join(wanted)}")
    if limit.amount.value <= 0:
        yield Problem(file, f"{key}max", "a limit is more than zero")
    if not limit.jurisdictions and limit.kind != "clinic":
        yield Problem(file, f"{key}jurisdictions", "it must be said whose text this is")
    yield from _countries(known, file, f"{key}jurisdictions", limit.jurisdictions)
    for area in limit.areas:
        if area not in known.areas:
            yield Problem(file, f"{key}areas", f"the area {area!r} is not held")
    if _unverified(known, limit.sources):
        yield Problem(file, f"{key}sources", "only general knowledge (grade D): this cannot be a limit")


def _fits(text: str, units: tuple[str, ...]) -> bool:
    try:
        return Quantity.parse(text).unit.dimension in {Unit.parse(unit).dimension for unit in units}
    except (ValueError, UnknownUnit):
        return False


def _mixing(known: Knowledge) -> Iterator[Problem]:
    mixable = _held(known)["mix"] | {"*"}
    for name, pair in known.compatibility.items():
        for key, codes in (("a", pair.a), ("b", pair.b)):
            for code in codes:
                if code not in mixable:
                    yield Problem(f"mixing/{name}.toml", key, f"the substance {code!r} is not held")
        if not pair.question and _unverified(known, pair.sources):
            yield Problem(
                f"mixing/{name}.toml", "sources", "only general knowledge (grade D): make it a question"
            )


def _questions(known: Knowledge) -> Iterator[Problem]:
    words = known.vocabulary
    groups = {"conditions": words.conditions, "allergies": words.allergies, "medications": words.medications}
    for name, question in known.questions.items():
        file = f"questions/{name}.toml"
        yield from _condition(known, file, "ask_if", question.ask_if)
        if (question.kind == "codes") != bool(question.codes):
            yield Problem(file, "codes", 'codes belong to a question of kind "codes", and it needs some')
        for code in question.codes:
            if code not in groups.get(question.fills, ()):
                yield Problem(file, "codes", f"{code!r} is no code of {question.fills!r}")


def _places(known: Knowledge) -> Iterator[Problem]:
    for name, area in known.areas.items():
        for key, outline in [
            ("outline", area.outline),
            *((zone.code, zone.outline) for zone in area.danger_zones),
        ]:
            if len(outline) < 3:
                yield Problem(f"areas/{name}.toml", key, "an outline has at least three corners")
        for zone in area.danger_zones:
            for code in zone.substances:
                if code not in known.substances:
                    yield Problem(f"areas/{name}.toml", zone.code, f"the substance {code!r} is not held")
    for name, technique in known.techniques.items():
        least, most = technique.depth_min_mm, technique.depth_max_mm
        if least is not None and most is not None and least > most:
            yield Problem(f"techniques/{name}.toml", "depth_min_mm", "this is deeper than depth_max_mm")


def _jurisdictions(known: Knowledge) -> Iterator[Problem]:
    words = known.vocabulary
    for name, country in known.jurisdictions.items():
        file = f"jurisdictions/{name}.toml"
        yield from _countries(known, file, "", [name])
        for role, law in country.roles.items():
            if role not in words.roles:
                yield Problem(file, f"roles.{role}", "this role is not held")
            for kind in law.credentials:
                if kind not in words.credential_kinds:
                    yield Problem(file, f"roles.{role}.credentials", f"the credential {kind!r} is not held")
    if any(
        value <= Decimal(0) for value in (known.handling.beyond_use_hours, known.handling.multi_dose_days)
    ):
        yield Problem("mixing/handling.toml", "", "a clock is more than zero")
