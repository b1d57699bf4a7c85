"""A resource in one line, for people who read a summary without a program: what, how much, of which lot, and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any, Final
from zoneinfo import ZoneInfo

from wheal.fhir.matching import day_of

Resource = Mapping[str, Any]
_UTC: Final = ZoneInfo("UTC")
_WHEN: Final = ("performedDateTime", "effectiveDateTime", "recordedDate")
_SHORTER: Final = {"85354-9": "Blood pressure", "mm[Hg]": "mmHg"}
"""What LOINC and UCUM write for programs, as people write it."""


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Wording:
    """Of the English words of a line and of a summary, of figures ("0.3") and of days ("2026-10-07", "2026-10"), in the
    language of who reads."""

    words: Callable[[str], str] = _as_it_is
    number: Callable[[str], str] = _as_it_is
    day: Callable[[str], str] = _as_it_is

    def __call__(self, english: str) -> str:
        return self.words(english)


def words(told: Resource, found: Mapping[str, Resource] | None = None, zone: ZoneInfo = _UTC) -> str:
    """`found`: what it may point to, by "Medication/mix-3". `zone`: whose day a moment in UTC is told as."""
    return " · ".join((*_undone(told, "not done"), *_parts(told, found or {}, zone, Wording())))


def line(told: Resource, found: Mapping[str, Resource], zone: ZoneInfo, wording: Wording) -> str:
    """With all that must be read beside it: how bad, what it does, how much is taken, what was corrected, who says."""
    if told["resourceType"] == "AdverseEvent":
        return " · ".join(each for each in _happened(told, zone, wording) if each)
    undone = _undone(told, wording("not injected"))
    return " · ".join((*undone, *_parts(told, found, zone, wording), *_beside(told, wording)))


def _undone(told: Resource, words: str) -> tuple[str, ...]:
    """It stands first, for whatever follows was only meant to be."""
    return (words,) if told.get("status") == "not-done" else ()


def _parts(told: Resource, found: Mapping[str, Resource], zone: ZoneInfo, wording: Wording) -> Iterator[str]:
    if told["resourceType"] == "MedicationAdministration":
        parts = [*_injected(told, found, wording)]
    else:
        parts = [
            wording(_called(told.get("code") or told.get("medicationCodeableConcept") or {})),
            _value(told, wording),
        ]
    return (each for each in (*parts, wording.day(day_of(_when(told), zone))) if each)


def day_in(told: Resource) -> str:
    """The element with the day by which it is told; "" where it has none. Of an event never the day of its record."""
    names = ("date",) if told["resourceType"] == "AdverseEvent" else _WHEN
    return next((name for name in names if name in told), "")


def _when(told: Resource) -> str:
    if name := day_in(told):
        return str(told[name])
    spans = told.get("effectivePeriod") or (told.get("period") if told["resourceType"] == "Flag" else None)
    return str((spans or {}).get("start", ""))


_INACTIVE: Final = ("inactive", "resolved", "completed", "stopped", "on-hold", "not-taken")


def _beside(told: Resource, wording: Wording) -> Iterator[str]:
    states = [each.get("code", "") for each in told.get("clinicalStatus", {}).get("coding", [])]
    if told["resourceType"] == "MedicationStatement":
        states.append(told.get("status", ""))
    yield from (wording(each) for each in states if each in _INACTIVE)
    if any(each.get("code") == "refuted" for each in told.get("verificationStatus", {}).get("coding", [])):
        yield wording("refuted")
    if criticality := told.get("criticality"):
        yield f"{wording('criticality')}: {wording(criticality)}"
    for each in told.get("reaction", []):
        shown = ", ".join(_called(one) for one in each.get("manifestation", []))
        yield f"{wording('reaction')}: {shown}"
    if told["resourceType"] == "MedicationStatement":
        yield from (each["text"] for each in told.get("dosage", []) if each.get("text"))
    yield from (each["text"] for each in told.get("note", []) if each.get("text"))


_PARAGRAPH: Final = re.compile(r"<p>(.*?)</p>", re.DOTALL)


def _happened(told: Resource, zone: ZoneInfo, wording: Wording) -> Iterator[str]:
    """A reaction: since when or when it was told of, how bad, how it went on, and what was written of it."""
    yield _called(told.get("event", {}))
    if told.get("date"):
        yield wording.day(day_of(str(told["date"]), zone))
    elif told.get("detected"):
        yield f"{wording('told of on')} {wording.day(day_of(str(told['detected']), zone))}"
    if "serious" in _codes(told.get("seriousness", {})):
        yield wording("serious reaction")
    yield wording(_called(told.get("severity", {})))
    if "unknown" in _codes(told.get("outcome", {})):
        yield wording("outcome not known")
    elif outcome := _called(told.get("outcome", {})):
        yield f"{wording('outcome')}: {wording(outcome)}"
    yield from (unescape(each) for each in _PARAGRAPH.findall(told.get("text", {}).get("div", "")))


def _codes(concept: Resource) -> set[str]:
    return {str(each.get("code", "")).lower() for each in concept.get("coding", [])}


def _called(concept: Resource) -> str:
    for each in concept.get("coding", []):
        if each.get("code") in _SHORTER:
            return _SHORTER[each["code"]]
    return str(
        concept.get("text") or next((each.get("display", "") for each in concept.get("coding", [])), "")
    )


def _value(told: Resource, wording: Wording) -> str:
    if parts := told.get("component"):
        amounts = [each["valueQuantity"] for each in parts if "valueQuantity" in each]
        same = {each.get("unit") for each in amounts}
        if len(same) == 1:
            return f"{'/'.join(_figure(each, wording) for each in amounts)} {_unit(same.pop())}"
        return ", ".join(_amount(each, wording) for each in amounts)
    if "valueQuantity" in told:
        return _amount(told["valueQuantity"], wording)
    return wording(_called(told.get("valueCodeableConcept", {})))


def _amount(quantity: Resource, wording: Wording) -> str:
    return f"{_figure(quantity, wording)} {_unit(quantity.get('unit'))}".strip()


def _figure(quantity: Resource, wording: Wording) -> str:
    return wording.number(str(quantity["value"])) if "value" in quantity else ""


def _unit(unit: str | None) -> str:
    """A grade has none: UCUM's 1 beside a 3 would be read as 31."""
    return "" if unit == "1" else _SHORTER.get(unit or "", unit or "")


def _injected(told: Resource, found: Mapping[str, Resource], wording: Wording) -> Iterator[str]:
    dose = told.get("dosage", {})
    yield str(dose.get("site", {}).get("text", ""))
    yield _amount(dose.get("dose", {}), wording)
    mix = found.get(told.get("medicationReference", {}).get("reference", ""), {})
    volumes: dict[str, list[Resource]] = {}
    for each in mix.get("ingredient", []):
        named = _lot(each, found, wording)
        volumes.setdefault(named, []).append(each.get("strength", {}).get("numerator", {}))
    yield _composed(volumes, _amount(mix.get("amount", {}).get("numerator", {}), wording), wording)
    yield from (each["actor"]["display"] for each in told.get("performer", []) if "display" in each["actor"])


def _lot(ingredient: Resource, found: Mapping[str, Resource], wording: Wording) -> str:
    """Product and lot, what it holds and until when it may be used."""
    pointed = ingredient.get("itemReference", {})
    named = str(pointed.get("display") or _called(ingredient.get("itemCodeableConcept", {})))
    lot = found.get(pointed.get("reference", ""), {})
    number = lot.get("batch", {}).get("lotNumber", "")
    if number and named.endswith(f" {number}"):
        named = f"{named.removesuffix(number)}{wording('lot')} {number}"
    more = [
        f"{_held(each)} {_strength(each.get('strength', {}), wording)}".strip()
        for each in lot.get("ingredient", [])
    ]
    if expires := lot.get("batch", {}).get("expirationDate"):
        more.append(f"{wording('expires')} {wording.day(str(expires))}")
    return f"{named} ({', '.join(more)})" if more else named


def _held(ingredient: Resource) -> str:
    return str(ingredient.get("itemReference", {}).get("display") or "")


def _strength(ratio: Resource, wording: Wording) -> str:
    above, below = ratio.get("numerator", {}), ratio.get("denominator", {})
    whole = "" if below.get("value") == 1 else f"{_figure(below, wording)} "
    per = f"/{whole}{_unit(below.get('unit'))}" if below.get("unit") not in (None, "1") else ""
    return f"{_amount(above, wording)}{per}"


def _composed(volumes: Mapping[str, list[Resource]], whole: str, wording: Wording) -> str:
    """Of one product its name and lot; of several, how much of each went into the whole that was drawn up."""
    if len(volumes) < 2:
        return next(iter(volumes), "")
    return f"{wording('of a mix of')} {whole}: " + ", ".join(
        f"{named} {_sum(amounts, wording)}" for named, amounts in volumes.items()
    )


def _sum(amounts: list[Resource], wording: Wording) -> str:
    """Several containers of one lot are one line; where units differ, each is told."""
    units = {each.get("unit") for each in amounts}
    if len(units) == 1 and all("value" in each for each in amounts):
        total = sum((Decimal(str(each["value"])) for each in amounts), Decimal(0))
        return f"{wording.number(f'{total.normalize():f}')} {_unit(units.pop())}"
    return " + ".join(_amount(each, wording) for each in amounts)
