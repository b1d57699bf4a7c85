"""What the law of the country, and what is never done to anybody, says of a plan before somebody agrees to it.

Judged as far as a plan says it: each substance by itself, as long as nobody knows which share a syringe. What only a
mixture breaks is told as that. What hangs on a person, a dose or a product is judged in the session.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from wheal.choices import Wish
from wheal.conditions import Facts
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Rule, Severity


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is said of `substances`. `key`: its wording for the patient. `mixed`: only if they share a
    syringe."""

    key: str
    severity: Severity
    substances: tuple[str, ...]
    sources: tuple[str, ...]
    mixed: bool = False

    @property
    def forbids(self) -> bool:
        return self.severity == "stop" and not self.mixed


def against(wish: Wish, known: Knowledge) -> tuple[Said, ...]:
    """What forbids comes first; the same said of several substances is said once."""
    found: dict[str, list[Said]] = {}
    for name in wish.substances:
        for said in _of(name, wish, known):
            found.setdefault(said.key, []).append(said)
    alone = [_joined(rows) for rows in found.values()]
    return tuple(sorted([*alone, *_of_the_mixture(wish, alone, known)], key=lambda said: not said.forbids))


def forbids(wish: Wish, known: Knowledge) -> tuple[Said, ...]:
    """What leaves nothing to agree to."""
    return tuple(said for said in against(wish, known) if said.forbids)


def worded(said: Said, language: str, known: Knowledge) -> str:
    names = ", ".join(known.text(f"substance.{name}.name", language) for name in said.substances)
    return known.text(key_of(said, known), language, substances=names)


def key_of(said: Said, known: Knowledge) -> str:
    """A rule of a clinic's own folder comes without words for the patient: then it is said that there is one."""
    if known.has_text(said.key):
        return said.key
    kind = "other_mixed" if said.mixed else "other" if said.forbids else "other_doubt"
    return f"consent.against.{kind}"


def _of(name: str, wish: Wish, known: Knowledge) -> Iterator[Said]:
    given, held = _facts([name], wish, known), known.substances[name]
    for rule in _laws(wish, known):
        if _holds(rule, given, wish):
            yield Said(f"consent.against.{rule.code}", rule.severity, (name,), rule.sources)
    mixed = _facts(wish.substances, wish, known)  # what must be diluted may be, by the rest of the plan
    for rule in (*known.screening.values(), *held.rules):
        if rule.severity == "stop" and all(_holds(rule, facts, wish) for facts in (given, mixed)):
            yield Said(f"consent.against.{rule.code}", "stop", (name,), rule.sources)
    status = held.status.get(wish.country)
    if status and status.severity == "stop" and status.check(given).truth:
        yield Said("consent.against.not_lawful", "stop", (name,), status.sources)


def _of_the_mixture(wish: Wish, alone: Iterable[Said], known: Knowledge) -> Iterator[Said]:
    told = {said.key for said in alone}
    given = _facts(wish.substances, wish, known)
    for rule in _laws(wish, known):
        key = f"consent.against.{rule.code}"
        if key not in told and rule.severity == "stop" and _holds(rule, given, wish):
            yield Said(f"{key}_mixed", "stop", tuple(wish.substances), rule.sources, mixed=True)


def _laws(wish: Wish, known: Knowledge) -> tuple[Rule, ...]:
    country = known.jurisdictions.get(wish.country)
    return country.rules if country else ()


def _holds(rule: Rule, given: Facts, wish: Wish) -> bool:
    """Whatever the person: nothing is known of anybody here."""
    applies = not rule.jurisdictions or wish.country in rule.jurisdictions
    return applies and rule.until is None and rule.check(given).truth is True


def _facts(names: Collection[str], wish: Wish, known: Knowledge) -> Facts:
    substances = frozenset(names)
    plan = {"purpose": wish.purpose, "area": wish.area, "jurisdiction": wish.country}
    return Facts(plan=plan, substances=substances, members=known.members(substances))


def _joined(rows: list[Said]) -> Said:
    names = dict.fromkeys(name for said in rows for name in said.substances)
    sources = dict.fromkeys(source for said in rows for source in said.sources)
    return Said(rows[0].key, rows[0].severity, tuple(names), tuple(sources))
