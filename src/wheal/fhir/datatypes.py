"""The data types of FHIR as JSON. What is not known is left out; an empty list or text never stands for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from wheal.quantities import Quantity

Json = dict[str, Any]
UCUM: Final = "http://unitsofmeasure.org"
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def held(**elements: object) -> Json:
    """A JSON object of those elements that say something. A trailing underscore is for words of Python: `class_`."""
    return {
        name.rstrip("_"): value
        for name, value in elements.items()
        if value is not None and value not in ("", [], {})
    }


def resource(kind: str, identity: object, **elements: object) -> Json:
    return {"resourceType": kind, "id": str(identity)} | held(**elements)


def number(value: Decimal) -> int | float:
    """As JSON writes it: the shortest that reads back the same."""
    return int(value) if value == value.to_integral_value() else float(value)


def quantity(value: Decimal, unit: str) -> Json:
    """`unit`: a UCUM code."""
    return {"value": number(value), "unit": unit, "system": UCUM, "code": unit}


def ratio(amount: Quantity) -> Json:
    """A strength: "10 mg/mL" is 10 mg in 1 mL."""
    above, _slash, below = amount.unit.code.partition("/")
    return {"numerator": quantity(amount.value, above), "denominator": quantity(Decimal(1), below or "1")}


def coding(system: str, code: str, display: str = "") -> Json:
    return held(system=system, code=code, display=display)


def concept(codings: Iterable[Json] = (), text: str = "") -> Json:
    return held(coding=list(codings), text=text)


def identifier(system: str, value: str, **more: object) -> Json:
    return held(system=system, value=value, **more)


def reference(kind: str, identity: object, display: str = "") -> Json:
    return held(reference=f"{kind}/{identity}", display=display)


def instant(moment: datetime) -> str:
    """In UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(on: date) -> str:
    return on.isoformat()


def period(start: datetime | date | None, end: datetime | date | None = None) -> Json:
    return held(start=_moment(start), end=_moment(end))


def _moment(at: datetime | date | None) -> str | None:
    if at is None:
        return None
    return instant(at) if isinstance(at, datetime) else day(at)


def name(family: str, given: str, use: str = "official") -> Json:
    return held(use=use, family=family, given=given.split(), text=f"{given} {family}".strip())


def telecom(system: str, value: str) -> list[Json]:
    return [{"system": system, "value": value}] if value else []


def extension(url: str, kind: str, value: object) -> Json:
    """`kind`: the type as it ends the name of the element, such as "Code" or "Quantity"."""
    return {"url": url, f"value{kind}": value}


def absent(reason: str) -> Json:
    """In the place of an element that is required and whose value is not known or not given out."""
    return {"extension": [extension(ABSENT, "Code", reason)]}


def with_meta(told: Json, updated: datetime | None, *profiles: str) -> Json:
    """The version is of the content: who reads the same twice finds the same, whichever way it was asked."""
    version = sha256(repr(sorted_deeply(told)).encode()).hexdigest()[:16]
    meta = held(
        versionId=version,
        lastUpdated=instant(updated) if updated else None,
        profile=[each for each in profiles if each],
    )
    return {"resourceType": told["resourceType"], "id": told["id"], "meta": meta} | told


def sorted_deeply(value: object) -> object:
    if isinstance(value, Mapping):
        return sorted((key, sorted_deeply(inner)) for key, inner in value.items())
    return [sorted_deeply(inner) for inner in value] if isinstance(value, list) else value
