"""What is held of a substance, put together for people who look it up. No case is judged here, and nothing of
what the judgements decide is decided again: which limit holds and what the law says is asked of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol, get_args

from wheal import lawfulness, screening
from wheal.conditions import Facts, mentions
from wheal.findings import FACT_MISSING, Finding, in_order
from wheal.knowledge import Knowledge
from wheal.knowledge.charts import DangerZone
from wheal.knowledge.notes import Note, Subject
from wheal.knowledge.records import Compatibility, Condition, Harm, Limit, LimitCode, Rule
from wheal.knowledge.said_when import codes_of_the_patient
from wheal.reach import sorted_out

Sign = Literal["clear", "caution", "refer", "stop", "unknown", "by_area"]
ANY_OTHER: Final = "*"
_NOT_HELD: Final = "status_not_held"


class _Cited(Protocol):
    @property
    def sources(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class LimitText:
    """One text's figure. `holds`: sessions of the country are compared with it, somewhere on the body."""

    limit: Limit
    holds: bool
    borrowed: bool  # a label of elsewhere that holds as a ceiling, for want of one of the country


@dataclass(frozen=True, slots=True)
class LimitTexts:
    """Every figure held of one kind, those that hold first. `differ`: the texts do not agree."""

    code: LimitCode
    texts: tuple[LimitText, ...]

    @property
    def differ(self) -> bool:
        return len({text.limit.amount for text in self.texts}) > 1

    @property
    def is_least(self) -> bool:
        return self.code.startswith("min_")


@dataclass(frozen=True, slots=True)
class Partner:
    """A rule on sharing a syringe, from the side of one substance. `others` are substances, groups or "*"."""

    name: str
    pair: Compatibility
    others: tuple[str, ...]
    is_first: bool  # the substance is on the side that the wording calls {about}
    by_any: bool = False  # only as one of all: the rule is of the other, with whatever it meets


def limits_of(substance: str, *, country: str, on: date, known: Knowledge) -> tuple[LimitTexts, ...]:
    held = known.substances[substance].limits
    sorted_by_area = [sorted_out(known, substance, country, frozenset((area,)), on) for area in known.areas]
    holding = [limit for here, _, _ in sorted_by_area for limit in here]
    borrowed = [limit for _, foreign, _ in sorted_by_area for limit in foreign]
    texts = [LimitText(it, it in holding, it in holding and it in borrowed) for it in held]
    texts.sort(key=lambda text: not text.holds)
    codes = dict.fromkeys(limit.code for limit in held)
    return tuple(LimitTexts(code, tuple(it for it in texts if it.limit.code == code)) for code in codes)


def mixing_of(substance: str, known: Knowledge) -> Iterator[Partner]:
    named = {substance, *known.substances[substance].groups}
    for name, pair in known.compatibility.items():
        for mine, others, is_first in ((pair.a, pair.b, True), (pair.b, pair.a, False)):
            apart = tuple(code for code in others if code != substance)
            if apart and (named.intersection(mine) or ANY_OTHER in mine):
                yield Partner(name, pair, apart, is_first, by_any=not named.intersection(mine))
                break


def law_of(substance: str, *, purpose: str, country: str, on: date, known: Knowledge) -> tuple[Finding, ...]:
    """What the law of a country says of it for a purpose, alone in the mix, the area not yet known."""
    plan = {"purpose": purpose, "jurisdiction": country, "area": None, "technique": None, "prepared_by": None}
    alone = frozenset((substance,))
    nothing = frozenset[str]()
    given = Facts({}, nothing, nothing, nothing, plan, alone, known.members(alone))
    own = [rule for rule in known.substances[substance].rules if is_of_the_plan(rule)]
    return in_order(
        [
            *lawfulness.check(given, on=on, known=known),
            *screening.screen(own, given, on=on, known=known, substance=substance),
            *screening.screen(known.jurisdictions[country].rules, given, on=on, known=known),
        ]
    )


def sign_of(substance: str, *, purpose: str, country: str, on: date, known: Knowledge) -> Sign:
    """The same at a glance. "by_area": it depends on where it is injected.

    A substance that no source puts into or under the skin is a physician's to decide, whatever its status.
    """
    held = known.substances[substance]
    findings = law_of(substance, purpose=purpose, country=country, on=on, known=known)
    codes = {finding.code for finding in findings}
    severities = {finding.severity for finding in findings if finding.code != _NOT_HELD}
    if "stop" in severities:
        return "stop"
    if "refer" in severities or not held.routes:
        return "refer"
    if _NOT_HELD in codes:
        return "unknown"
    if FACT_MISSING in codes or held.areas:
        return "by_area"
    return "caution" if "caution" in severities else "clear"


def is_of_the_plan(rule: Rule) -> bool:
    """A rule of one country, one that asks only what is planned, or a stop for all: the patient plays no part."""
    kinds = {mention.kind for mention in mentions(rule.when)}
    for_all = rule.severity == "stop" and kinds <= {"mix"} and "mix_only" not in rule.when
    return bool(rule.jurisdictions) or kinds == {"plan"} or for_all


def bears_on(rule: Rule, substance: str, known: Knowledge) -> bool:
    """Whether a rule of a country names the substance, names none, or counts whatever is in the mix."""
    named = {mention.code for mention in mentions(rule.when) if mention.kind == "mix"}
    own = (substance, *known.substances[substance].groups_in_rules)
    return not named or bool(named.intersection(own)) or _counts(rule.when)


def _counts(table: Condition) -> bool:
    below = [*table.get("all", ()), *table.get("any", ()), *([table["not"]] if "not" in table else ())]
    return "mix_count" in table or any(_counts(child) for child in below)


def about_of(rule: Rule, substance: str = "") -> tuple[str, ...]:
    """What the wording of a rule calls {about}: its facts of the patient, else the substance."""
    if rule.about:
        return (rule.about,)
    return codes_of_the_patient(rule.when) or (substance or rule.code,)


def notes_of(substance: str, known: Knowledge) -> tuple[tuple[str, Note], ...]:
    """What sources say of doing it with this substance, in the order in which it is told."""
    return _in_order((name, note) for name, note in known.notes.items() if substance in note.substances)


def notes_of_all(known: Knowledge) -> tuple[tuple[str, Note], ...]:
    return _in_order(known.notes.items())


def _in_order(notes: Iterable[tuple[str, Note]]) -> tuple[tuple[str, Note], ...]:
    subjects = get_args(Subject)
    return tuple(sorted(notes, key=lambda it: (subjects.index(it[1].subject), it[1].order, it[0])))


def harms_told(substances: Iterable[str], purpose: str, known: Knowledge) -> tuple[str, ...]:
    """Those of any of the substances and those of every injection, in the order in which they are told."""
    named = set(substances)
    told = [
        name
        for name, harm in known.harms.items()
        if (not harm.substances or named & set(harm.substances))
        and (not harm.purposes or purpose in harm.purposes)
        and not named & set(harm.unless)
    ]
    return tuple(sorted(told, key=lambda name: (known.harms[name].order, name)))


def aftercare_told(
    kind: str, substances: Iterable[str], purpose: str | None, known: Knowledge
) -> tuple[str, ...]:
    """What of this kind is told after any of the substances and after every injection, in order.

    `purpose` None: whatever it was done for.
    """
    named = set(substances)
    told = [
        (held.order, name)
        for name, held in known.aftercare.items()
        if held.kind == kind
        and (not held.substances or named & set(held.substances))
        and (purpose is None or not held.purposes or purpose in held.purposes)
    ]
    return tuple(name for _order, name in sorted(told))


def harms_of(substance: str, known: Knowledge) -> tuple[tuple[str, Harm], ...]:
    told = [(name, harm) for name, harm in known.harms.items() if substance in harm.substances]
    return tuple(sorted(told, key=lambda item: item[1].order))


def zones_of(substance: str, known: Knowledge) -> tuple[DangerZone, ...]:
    """The danger zones that are this substance's own, each once, on however many charts it is drawn."""
    own = (zone for _file, _holder, zone in known.danger_zones if substance in zone.substances)
    return tuple({zone.code: zone for zone in own}.values())


def cited(substance: str, known: Knowledge) -> tuple[str, ...]:
    """Every source that anything said of it rests on, the best first.

    What the rule of another says of whatever it meets is told, with its sources, on the page of that other.
    """
    held = known.substances[substance]
    statements: list[_Cited] = [held, *held.limits, *held.rules]
    statements += [*held.status.values(), *held.evidence.values()]
    statements += [*held.holds, *held.ph, *held.osmolality, *held.same_units]
    statements += [note for _, note in notes_of(substance, known)]
    statements += [partner.pair for partner in mixing_of(substance, known) if not partner.by_any]
    statements += zones_of(substance, known)
    statements += [
        rule for law in known.jurisdictions.values() for rule in law.rules if bears_on(rule, substance, known)
    ]
    statements += [harm for _, harm in harms_of(substance, known)]
    return in_rank({source for it in statements for source in it.sources}, known)


def in_rank(sources: Iterable[str], known: Knowledge) -> tuple[str, ...]:
    return tuple(sorted(sources, key=lambda it: (known.sources[it].grade, known.sources[it].cite.casefold())))
