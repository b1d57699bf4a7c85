"""A resource in one line, for people who read a summary without a program: what, how much, of which lot, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from wheal.fhir.matching import span

Resource = Mapping[str, Any]
_WHEN: Final = ("performedDateTime", "effectiveDateTime", "recordedDate")
_SHORTER: Final = {"85354-9": "Blood pressure", "mm[Hg]": "mmHg"}
"""What LOINC and UCUM write for programs, as people write it."""


def words(told: Resource, found: Mapping[str, Resource] | None = None, zone: ZoneInfo | None = None) -> str:
    """`found`: what it may point to, by "Medication/mix-3". `zone`: in which its day is told; else as it is written."""
    if told["resourceType"] == "MedicationAdministration":
        parts = [*_injected(told, found or {})]
    else:
        parts = [_called(told.get("code") or told.get("medicationCodeableConcept") or {}), _value(told)]
    when = next(
        (told[name] for name in _WHEN if name in told), told.get("effectivePeriod", {}).get("start", "")
    )
    return " · ".join(each for each in (*parts, _day(str(when), zone)) if each)


def _day(when: str, zone: ZoneInfo | None) -> str:
    if zone is None or "T" not in when:
        return when[:10]
    return span(when, zone)[0].astimezone(zone).date().isoformat()


def _called(concept: Resource) -> str:
    for each in concept.get("coding", []):
        if each.get("code") in _SHORTER:
            return _SHORTER[each["code"]]
    return str(
        concept.get("text") or next((each.get("display", "") for each in concept.get("coding", [])), "")
    )


def _value(told: Resource) -> str:
    if parts := told.get("component"):
        amounts = [each["valueQuantity"] for each in parts if "valueQuantity" in each]
        same = {each.get("unit") for each in amounts}
        if len(same) == 1:
            return f"{'/'.join(str(each['value']) for each in amounts)} {_unit(same.pop())}"
        return ", ".join(_amount(each) for each in amounts)
    if "valueQuantity" in told:
        return _amount(told["valueQuantity"])
    return _called(told.get("valueCodeableConcept", {}))


def _amount(quantity: Resource) -> str:
    return f"{quantity.get('value', '')} {_unit(quantity.get('unit'))}".strip()


def _unit(unit: str | None) -> str:
    return _SHORTER.get(unit or "", unit or "")


def _injected(told: Resource, found: Mapping[str, Resource]) -> Iterator[str]:
    dose = told.get("dosage", {})
    yield str(dose.get("site", {}).get("text", ""))
    yield _amount(dose.get("dose", {}))
    mix = found.get(told.get("medicationReference", {}).get("reference", ""), {})
    volumes: dict[str, list[Resource]] = {}
    for each in mix.get("ingredient", []):
        named = str(
            each.get("itemReference", {}).get("display") or _called(each.get("itemCodeableConcept", {}))
        )
        volumes.setdefault(named, []).append(each.get("strength", {}).get("numerator", {}))
    yield _composed(volumes, _amount(mix.get("amount", {}).get("numerator", {})))


def _composed(volumes: Mapping[str, list[Resource]], whole: str) -> str:
    """Of one product its name and lot; of several, how much of each went into the whole that was drawn up."""
    if len(volumes) < 2:
        return next(iter(volumes), "")
    return f"of a mix of {whole}: " + ", ".join(
        f"{named} {_sum(amounts)}" for named, amounts in volumes.items()
    )


def _sum(amounts: list[Resource]) -> str:
    """Several containers of one lot are one line; where units differ, each is told."""
    units = {each.get("unit") for each in amounts}
    if len(units) == 1 and all("value" in each for each in amounts):
        total = sum((Decimal(str(each["value"])) for each in amounts), Decimal(0))
        return f"{total.normalize():f} {_unit(units.pop())}"
    return " + ".join(_amount(each) for each in amounts)
