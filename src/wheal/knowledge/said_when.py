"""Conditions told to people: `{ answer = "age_years", below = 18 }` is "Age below 18". Wording: `when.*`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wheal.conditions import LISTED, NOT_KNOWN
from wheal.knowledge.known import Knowledge

_COMPARED: Final = ("below", "above", "at_least", "at_most")


def said_when(table: Mapping[str, Any], language: str, known: Knowledge) -> str:
    """The whole condition. An empty one holds always."""
    words = _Teller(language, known).told(table) if table else known.text("when.always", language)
    return words[:1].upper() + words[1:]


def codes_of_the_patient(table: Mapping[str, Any]) -> tuple[str, ...]:
    """What of a person can make it true: conditions, allergies, medicines, answers. Not what would excuse it."""
    return tuple(dict.fromkeys(_codes(table)))


def _codes(table: Mapping[str, Any]) -> Iterator[str]:
    for below in [*table.get("all", ()), *table.get("any", ())]:
        yield from _codes(below)
    for head in LISTED:
        yield from _listed(table.get(head, ()))
    if "answer" in table:
        yield table["answer"]


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, slots=True)
class _Teller:
    language: str
    known: Knowledge

    def told(self, table: Mapping[str, Any], *, inside: bool = False) -> str:
        for head, tell in _TOLD.items():
            if head in table:
                return tell(self, table, inside)
        raise KeyError(str(table))

    def joined(self, parts: list[str], word: str, inside: bool) -> str:
        text = self.known.text(f"when.{word}", self.language).join(parts)
        return f"({text})" if inside and len(parts) > 1 else text

    def named(self, value: Any) -> str:
        """One or another: "a, b or c"."""
        *others, last = [self.known.name(code, self.language) for code in _listed(value)]
        return self.joined([", ".join(others), last], "or", inside=False) if others else last

    def text(self, piece: str, **figures: Any) -> str:
        return self.known.text(f"when.{piece}", self.language, **figures)


def _group(teller: _Teller, table: Mapping[str, Any], inside: bool) -> str:
    head, word = ("all", "and") if "all" in table else ("any", "or")
    return teller.joined([teller.told(child, inside=True) for child in table[head]], word, inside)


def _not(teller: _Teller, table: Mapping[str, Any], inside: bool) -> str:
    return teller.text("not", what=teller.told(table["not"]))


def _compared(teller: _Teller, table: Mapping[str, Any], fact: str) -> str:
    told = [teller.text(word, fact=fact, limit=table[word]) for word in _COMPARED if word in table]
    return teller.joined(told, "and", inside=False)


def _answer(teller: _Teller, table: Mapping[str, Any], inside: bool) -> str:
    fact, wanted = teller.named(table["answer"]), table.get("is")
    if isinstance(wanted, bool):
        return teller.text("yes" if wanted else "no", fact=fact)
    return _compared(teller, table, fact) if wanted is None else teller.text("is", fact=fact, value=wanted)


def _of(head: str) -> Callable[[_Teller, Mapping[str, Any], bool], str]:
    return lambda teller, table, inside: teller.text(head, codes=teller.named(table[head]))


def _plan(teller: _Teller, table: Mapping[str, Any], inside: bool) -> str:
    name = table["plan"]
    part = teller.text("jurisdiction") if name == "jurisdiction" else teller.named(name)
    return teller.text("plan", part=part, codes=teller.named(table.get("in", table.get("is"))))


def _count(teller: _Teller, table: Mapping[str, Any], inside: bool) -> str:
    return _compared(teller, table, teller.text("products"))


def _vehicle(teller: _Teller, table: Mapping[str, Any], inside: bool) -> str:
    """Whether nobody said it, or in what."""
    if table["vehicle"] == NOT_KNOWN:
        return teller.text("vehicle_not_known")
    return teller.text("vehicle", codes=teller.named(table["vehicle"]))


_TOLD: Final[dict[str, Callable[[_Teller, Mapping[str, Any], bool], str]]] = {
    "all": _group,
    "any": _group,
    "not": _not,
    "answer": _answer,
    "condition": _of("condition"),
    "allergy": _of("allergy"),
    "medication": _of("medication"),
    "plan": _plan,
    "mix": _of("mix"),
    "mix_only": _of("mix_only"),
    "mix_count": _count,
    "vehicle": _vehicle,
}
