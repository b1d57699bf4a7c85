"""The points of a pass as an extension of MedicationAdministration, and its definition.

FHIR has nowhere to put forty places on a drawn body. The charts are those of the knowledge; x and y are millimetres on
the chart, x to the right of the picture and y down, from its upper left corner as the areas' outlines are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from wheal.fhir import canonical
from wheal.fhir.datatypes import Json, number, quantity
from wheal.fhir.datatypes import extension as simple

TENTHS: Final = Decimal(10)


@dataclass(frozen=True, slots=True)
class Laid:
    """`at`: in tenths of a millimetre, as they are kept."""

    area: str
    chart: str
    side: str
    pattern: str
    spacing_cm: Decimal | None
    depth_mm: Decimal | None
    volume_ml: Decimal | None
    at: Sequence[tuple[int, int]]


def extension(laid: Laid) -> Json:
    parts: list[Json] = [simple("area", "Code", canonical.as_id(laid.area))]
    if laid.chart:
        parts.append(simple("chart", "Code", canonical.as_id(laid.chart)))
    if laid.side:
        parts.append(simple("side", "Code", laid.side))
    parts.append(simple("pattern", "Code", laid.pattern))
    for url, value, unit in (
        ("spacing", laid.spacing_cm, "cm"), ("depth", laid.depth_mm, "mm"), ("volume", laid.volume_ml, "mL"),
    ):  # fmt: skip
        if value is not None:
            parts.append(simple(url, "Quantity", quantity(value.normalize(), unit)))
    parts.append(simple("count", "PositiveInt", len(laid.at)))
    parts += [{"url": "point", "extension": [_edge("x", x), _edge("y", y)]} for x, y in laid.at]
    return {"url": canonical.POINTS, "extension": parts}


def _edge(url: str, tenths: int) -> Json:
    return simple(url, "Decimal", number(Decimal(tenths) / TENTHS))


_PARTS: Final[tuple[tuple[str, int, str, str, str], ...]] = (
    ("area", 1, "1", "code", "Area of the body, of Wheal's areas"),
    ("chart", 0, "1", "code", "Chart that the points are drawn on; absent: the first of the area"),
    ("side", 0, "1", "code", "left or right; absent: both, or not said"),
    ("pattern", 1, "1", "code", "square, hexagonal, line or free"),
    ("spacing", 0, "1", "Quantity", "Asked of the grid, in cm"),
    ("depth", 0, "1", "Quantity", "Of the needle, in mm"),
    ("volume", 0, "1", "Quantity", "Of each point, in mL"),
    ("count", 1, "1", "positiveInt", "How many points"),
)


def definition() -> Json:
    elements: list[Json] = [
        {"id": "Extension", "path": "Extension", "short": "The points of one pass", "min": 0, "max": "1"},
        {
            "id": "Extension.extension", "path": "Extension.extension", "min": 3, "max": "*",
            "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "closed"},
        },
    ]  # fmt: skip
    for name, least, most, kind, words in _PARTS:
        elements += _slice("Extension.extension", name, least, most, words)
        elements.append(_value("Extension.extension", name, kind))
    elements += _slice("Extension.extension", "point", 1, "*", "One point; x and y in mm on the chart")
    for edge in ("x", "y"):
        elements += _slice("Extension.extension:point.extension", edge, 1, "1", f"{edge} in mm")
        elements.append(_value("Extension.extension:point.extension", edge, "decimal"))
    elements.append({"id": "Extension.url", "path": "Extension.url", "fixedUri": canonical.POINTS})
    return {
        "resourceType": "StructureDefinition", "id": "injection-points", "url": canonical.POINTS, "version": "1.0.0",
        "name": "InjectionPoints", "title": "Points of an injection pass", "status": "active", "experimental": False,
        "publisher": "Wheal", "fhirVersion": "4.0.1", "kind": "complex-type", "abstract": False, "type": "Extension",
        "description": "Where each injection of a pass was placed on the chart of an area, how deep and how much.",
        "context": [{"type": "element", "expression": "MedicationAdministration"}],
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension", "derivation": "constraint",
        "differential": {"element": elements},
    }  # fmt: skip


def _slice(parent: str, name: str, least: int, most: str, words: str) -> list[Json]:
    path = _path(parent)
    whole: dict[str, Any] = {
        "id": f"{parent}:{name}", "path": path, "sliceName": name, "short": words, "min": least, "max": most,
    }  # fmt: skip
    return [whole, {"id": f"{parent}:{name}.url", "path": f"{path}.url", "fixedUri": name}]


def _value(parent: str, name: str, kind: str) -> Json:
    path = _path(parent)
    return {
        "id": f"{parent}:{name}.value[x]", "path": f"{path}.value[x]", "min": 1, "max": "1", "type": [{"code": kind}],
    }  # fmt: skip


def _path(identity: str) -> str:
    return ".".join(part.partition(":")[0] for part in identity.split("."))
