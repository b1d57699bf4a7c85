"""The closed condition language of data files: true, false or unknown, in Kleene's three-valued logic.

    compile({"all": [{"plan": "area", "is": "submental"}, {"condition": "dysphagia"}]})(facts)

A condition is a table with one of: answer, condition, allergy, medication, plan, mix, mix_count, mix_only, vehicle,
all, any, not. Unknown never counts as false: the verdict then names the facts that are missing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

Answer = bool | int | Decimal | str | None
LISTED: Final = {"condition": "conditions", "allergy": "allergies", "medication": "medications"}
ANSWERS: Final = (
    "pregnant", "breastfeeding", "sex", "age_years", "bmi", "weight_kg", "height_cm", "area_cm2", "depth_mm",
    "spacing_cm",
)  # fmt: skip
PLANNED: Final = ("purpose", "area", "technique", "prepared_by", "jurisdiction")
NOT_KNOWN: Final = "not_known"
_DERIVED: Final = {"bmi": ("weight_kg", "height_cm")}
_COMPARED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "below": operator.lt,
    "above": operator.gt,
    "at_least": operator.ge,
    "at_most": operator.le,
}


class ConditionError(ValueError):
    """A table that is not a condition; the text says why."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known. None, or absent from a mapping, means not known."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    conditions: frozenset[str] | None = None
    allergies: frozenset[str] | None = None
    medications: frozenset[str] | None = None
    plan: Mapping[str, str | None] = field(default_factory=dict)
    substances: frozenset[str] = frozenset()
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The substances of the mix in each group that it touches."""
    vehicles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What each substance of the mix is dissolved in, as far as the products that bring it say."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`abouts`: the codes that made it true, facts of the patient before substances."""

    truth: bool | None
    missing: frozenset[str] = frozenset()
    abouts: tuple[str, ...] = ()
    weight: int = 0

    @property
    def about(self) -> str | None:
        return self.abouts[0] if self.abouts else None


class Mention(NamedTuple):
    """A code that a condition names, for the cross-check of the knowledge."""

    kind: Literal["answer", "condition", "allergy", "medication", "plan", "mix", "vehicle"]
    name: str
    code: str = ""


Check = Callable[[Facts], Verdict]
_TRUE: Final = Verdict(True)
_FALSE: Final = Verdict(False)
_OF_THE_MIX, _OF_THE_PATIENT = 1, 2


def compile(table: Mapping[str, Any]) -> Check:
    """The check that a table means. An empty table is always true. Raises ConditionError."""
    if not isinstance(table, Mapping):
        raise ConditionError(f"a condition is a table, not {table!r}")
    if not table:
        return lambda facts: _TRUE
    heads = [head for head in _MAKERS if head in table]
    if len(heads) != 1:
        raise ConditionError(f"a condition has exactly one of {', '.join(_MAKERS)}; this has {sorted(table)}")
    return _MAKERS[heads[0]](table)


_NAMED: Final[tuple[Literal["condition", "allergy", "medication", "vehicle"], ...]] = (
    "condition", "allergy", "medication", "vehicle",
)  # fmt: skip


def mentions(table: Mapping[str, Any]) -> Iterable[Mention]:
    """Every code that a sound condition names."""
    for below in [*table.get("all", ()), *table.get("any", ()), *([table["not"]] if "not" in table else ())]:
        yield from mentions(below)
    if "answer" in table:
        yield Mention("answer", table["answer"])
    if "plan" in table:
        yield from (Mention("plan", table["plan"], code) for code in _codes(table.get("in", table.get("is"))))
    for code in [
        *_codes(table.get("mix", ())),
        *_codes(table.get("mix_only", ())),
        *_codes(table.get("of", ())),
    ]:
        yield Mention("mix", "", code)
    for kind in _NAMED:
        yield from (Mention(kind, "", code) for code in _codes(table.get(kind, ())) if code != NOT_KNOWN)


def _codes(value: object) -> tuple[str, ...]:
    codes = (value,) if isinstance(value, str) else value
    if not isinstance(codes, Sequence) or not all(isinstance(code, str) for code in codes):
        raise ConditionError(f"{value!r} is neither a code nor a list of codes")
    return tuple(codes)


def _only(table: Mapping[str, Any], *allowed: str) -> None:
    if unknown := sorted(set(table) - set(allowed)):
        raise ConditionError(f"{', '.join(unknown)} has no place beside {allowed[0]}")


def _comparisons(table: Mapping[str, Any]) -> list[tuple[Callable[[Any, Any], bool], Decimal]]:
    found = []
    for word, compare in _COMPARED.items():
        if word in table:
            if isinstance(table[word], bool) or not isinstance(table[word], (int, Decimal)):
                raise ConditionError(f"{word} takes a number, not {table[word]!r}")
            found.append((compare, Decimal(table[word])))
    return found


def _answer(table: Mapping[str, Any]) -> Check:
    _only(table, "answer", "is", *_COMPARED)
    name = table["answer"]
    if name not in ANSWERS:
        raise ConditionError(f"{name!r} is not an answer; the answers are {', '.join(ANSWERS)}")
    compared = _comparisons(table)
    if bool(compared) == ("is" in table):
        raise ConditionError(f"the answer {name!r} needs either is or {', '.join(_COMPARED)}")
    wanted = table.get("is")
    holds = Verdict(True, abouts=(name,), weight=_OF_THE_PATIENT)

    def check(facts: Facts) -> Verdict:
        value = facts.answers.get(name)
        if value is None:
            return Verdict(None, _missing(name, facts))
        true = all(test(value, bound) for test, bound in compared) if compared else value == wanted
        return holds if true else _FALSE

    return check


def _missing(name: str, facts: Facts) -> frozenset[str]:
    parts = _DERIVED.get(name, (name,))
    return frozenset(part for part in parts if facts.answers.get(part) is None)


def _listed(head: str) -> Callable[[Mapping[str, Any]], Check]:
    group = LISTED[head]
    read = operator.attrgetter(group)

    def make(table: Mapping[str, Any]) -> Check:
        _only(table, head)
        wanted = frozenset(_codes(table[head]))
        unknown = Verdict(None, frozenset({group}))

        def check(facts: Facts) -> Verdict:
            held = read(facts)
            if held is None:
                return unknown
            if wanted.isdisjoint(held):
                return _FALSE
            return Verdict(True, abouts=tuple(sorted(wanted & held)), weight=_OF_THE_PATIENT)

        return check

    return make


def _plan(table: Mapping[str, Any]) -> Check:
    _only(table, "plan", "is", "in")
    name = table["plan"]
    if name not in PLANNED:
        raise ConditionError(f"{name!r} is no part of a plan; the parts are {', '.join(PLANNED)}")
    if ("is" in table) == ("in" in table):
        raise ConditionError(f"the part {name!r} of a plan needs either is or in")
    wanted = frozenset(_codes(table.get("in", table.get("is"))))
    unknown = Verdict(None, frozenset({name}))

    def check(facts: Facts) -> Verdict:
        value = facts.plan.get(name)
        if value is None:
            return unknown
        return _TRUE if value in wanted else _FALSE

    return check


def _mix(table: Mapping[str, Any]) -> Check:
    _only(table, "mix")
    wanted = frozenset(_codes(table["mix"]))
    nothing = frozenset[str]()

    def check(facts: Facts) -> Verdict:
        held = (wanted & facts.substances).union(*(facts.members.get(group, nothing) for group in wanted))
        return Verdict(True, abouts=tuple(sorted(held)), weight=_OF_THE_MIX) if held else _FALSE

    return check


def _mix_only(table: Mapping[str, Any]) -> Check:
    _only(table, "mix_only")
    allowed = frozenset(_codes(table["mix_only"]))
    return lambda facts: _TRUE if facts.substances <= allowed else _FALSE


def _mix_count(table: Mapping[str, Any]) -> Check:
    _only(table, "mix_count", *_COMPARED)
    compared = _comparisons(table)
    if table["mix_count"] != "products" or not compared:
        raise ConditionError(f'mix_count counts "products" and needs one of {", ".join(_COMPARED)}')
    return lambda facts: (
        _TRUE if all(test(len(facts.substances), bound) for test, bound in compared) else _FALSE
    )


def _vehicle(table: Mapping[str, Any]) -> Check:
    """What a product is dissolved in: of any in the mix, or `of` one substance. "not_known" can be asked for too."""
    _only(table, "vehicle", "of")
    wanted, of = frozenset(_codes(table["vehicle"])), _codes(table.get("of", ()))

    def check(facts: Facts) -> Verdict:
        asked = of or sorted(facts.substances)
        unsaid = frozenset((NOT_KNOWN,))
        held = tuple(code for code in asked if wanted & facts.vehicles.get(code, unsaid))
        return Verdict(True, abouts=held, weight=_OF_THE_MIX) if held else _FALSE

    return check


def _children(table: Mapping[str, Any], head: str) -> tuple[Check, ...]:
    _only(table, head)
    below = table[head]
    if not isinstance(below, (list, tuple)) or not below:
        raise ConditionError(f"{head} takes a list of conditions")
    return tuple(compile(child) for child in below)


def _all(table: Mapping[str, Any]) -> Check:
    children = _children(table, "all")

    def check(facts: Facts) -> Verdict:
        seen = []
        for child in children:
            verdict = child(facts)
            if verdict.truth is False:
                return _FALSE
            seen.append(verdict)
        missing = frozenset[str]().union(*(one.missing for one in seen))
        if any(one.truth is None for one in seen):
            return Verdict(None, missing)
        return max(seen, key=lambda one: one.weight)

    return check


def _any(table: Mapping[str, Any]) -> Check:
    children = _children(table, "any")

    def check(facts: Facts) -> Verdict:
        seen = [verdict for child in children if (verdict := child(facts)).truth is not False]
        true = [one for one in seen if one.truth]
        if true:
            weight = max(one.weight for one in true)
            abouts = {about for one in true if one.weight == weight for about in one.abouts}
            return Verdict(True, abouts=tuple(sorted(abouts)), weight=weight)
        return Verdict(None, frozenset().union(*(one.missing for one in seen))) if seen else _FALSE

    return check


def _not(table: Mapping[str, Any]) -> Check:
    _only(table, "not")
    child = compile(table["not"])

    def check(facts: Facts) -> Verdict:
        verdict = child(facts)
        if verdict.truth is None:
            return verdict
        return _FALSE if verdict.truth else _TRUE

    return check


_MAKERS: Final[dict[str, Callable[[Mapping[str, Any]], Check]]] = {
    "answer": _answer,
    "condition": _listed("condition"),
    "allergy": _listed("allergy"),
    "medication": _listed("medication"),
    "plan": _plan,
    "mix": _mix,
    "mix_only": _mix_only,
    "mix_count": _mix_count,
    "vehicle": _vehicle,
    "all": _all,
    "any": _any,
    "not": _not,
}
