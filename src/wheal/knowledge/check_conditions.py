"""Every code that a condition names is held, and a question offers it."""

from __future__ import annotations

from collections.abc import Iterator

from wheal.conditions import LISTED, Mention, mentions
from wheal.knowledge.check_sources import only_general_knowledge, rules
from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem
from wheal.knowledge.records import Condition, Rule

_ASKED = ("pregnant", "breastfeeding")


def problems(known: Knowledge) -> Iterator[Problem]:
    for file, key, rule in rules(known):
        yield from _rule(known, file, key, rule)
    for name, substance in known.substances.items():
        for country, status in substance.status.items():
            yield from _condition(known, f"substances/{name}.toml", f"status.{country}.when", status.when)
    for name, question in known.questions.items():
        yield from _condition(known, f"questions/{name}.toml", "ask_if", question.ask_if)


def mixable(known: Knowledge) -> set[str]:
    """Substances and groups of them."""
    groups = {group for substance in known.substances.values() for group in substance.groups_in_rules}
    return {*known.substances, *groups}


def _rule(known: Knowledge, file: str, key: str, rule: Rule) -> Iterator[Problem]:
    yield from _condition(known, file, f"{key}when", rule.when)
    if rule.since and rule.until and rule.since > rule.until:
        yield Problem(file, f"{key}until", "the rule ends before it begins")
    if not rule.question and only_general_knowledge(known, rule.sources):
        yield Problem(
            file, f"{key}sources", "only general knowledge (grade D): this can be a question, no rule"
        )
    if rule.question and rule.severity == "stop":
        yield Problem(file, f"{key}severity", "a question to the clinician cannot be a stop")


def _condition(known: Knowledge, file: str, key: str, condition: Condition) -> Iterator[Problem]:
    held = _held(known)
    answered = {question.fills for question in known.questions.values()}
    for mention in mentions(condition):
        group = mention.name or mention.kind
        if mention.code and mention.code not in held[group]:
            yield Problem(file, key, f"the {group} {mention.code!r} is not held")
        elif mention.kind in LISTED and not _offered(known, mention):
            yield Problem(file, key, f"no question offers the {mention.kind} {mention.code!r}")
        elif mention.name in _ASKED and mention.name not in answered:
            yield Problem(file, key, f"no question fills the answer {mention.name!r}")


def _offered(known: Knowledge, mention: Mention) -> bool:
    fills = LISTED[mention.kind]
    return any(it.fills == fills and mention.code in it.codes for it in known.questions.values())


def _held(known: Knowledge) -> dict[str, set[str]]:
    words = known.vocabulary
    return {
        "condition": set(words.conditions),
        "allergy": {*words.allergies, *known.substances},
        "medication": set(words.medications),
        "purpose": set(words.purposes),
        "prepared_by": set(words.prepared_by),
        "area": set(known.areas),
        "technique": set(known.techniques),
        "jurisdiction": set(known.jurisdictions),
        "mix": mixable(known),
        "vehicle": set(words.vehicles),
    }
