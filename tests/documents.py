"""JSON documents changed at dotted paths: "plan.mix.components.0.volume_ml"."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Mapping
from typing import Any

CLEAN: dict[str, Any] = {
    "jurisdiction": "US",
    "date": "2026-11-22",
    "patient": {
        "birth_date": "1984-05-02",
        "sex": "female",
        "weight_kg": 62,
        "height_cm": 168,
        "pregnant": False,
        "breastfeeding": False,
        "allergies": [],
        "conditions": [],
        "medications": [],
    },
    "practitioner": {
        "role": "physician",
        "credentials": [
            {"kind": "licence", "valid_until": "2027-01-31"},
            {"kind": "mesotherapy_certificate", "valid_until": "2028-06-30"},
        ],
    },
    "previous_sessions": [
        {"date": "2026-10-10", "area": "chin", "substances": {"dissolvine": {"value": 80, "unit": "mg"}}}
    ],
    "plan": {
        "purpose": "fat",
        "area": "chin",
        "area_cm2": 40,
        "technique": "point",
        "depth_mm": 6,
        "mix": {
            "prepared_at": "2026-11-22T09:00:00Z",
            "inject_at": "2026-11-22T09:20:00Z",
            "prepared_by": "pharmacy",
            "components": [
                {
                    "substance": "dissolvine",
                    "concentration": {"value": 10, "unit": "mg/mL"},
                    "volume_ml": 8.0,
                    "container": {"kind": "single_dose", "opened_at": "2026-11-22T09:00:00Z"},
                    "lot": {"number": "A1", "expires": "2027-01-01", "recalled": False},
                }
            ],
        },
        "points": {"count": 40, "volume_ml": 0.2, "spacing_cm": 1.0},
    },
}
"""A case of the invented knowledge against which nothing is said."""


def component(substance: str, amount: float, unit: str, volume_ml: float) -> dict[str, Any]:
    """One with a sound lot and container."""
    sound = CLEAN["plan"]["mix"]["components"][0]
    strength = {"value": amount, "unit": unit}
    return {**sound, "substance": substance, "concentration": strength, "volume_ml": volume_ml}


def changed(
    document: Mapping[str, Any], sets: Mapping[str, Any] | None = None, removes: Iterable[str] = ()
) -> dict[str, Any]:
    """A copy with values set and fields removed. Raises KeyError where there is no such path."""
    made: dict[str, Any] = copy.deepcopy(dict(document))
    for path, value in (sets or {}).items():
        above, last = _reach(made, path)
        if isinstance(above, list) and int(last) == len(above):
            above.append(_plain(value))
        else:
            above[_step(above, last)] = _plain(value)
    for path in removes:
        above, last = _reach(made, path)
        del above[_step(above, last)]
    return made


def _reach(document: Any, path: str) -> tuple[Any, str]:
    *way, last = path.split(".")
    for step in way:
        document = document[_step(document, step)]
    return document, last


def _step(above: Any, step: str) -> Any:
    return int(step) if isinstance(above, list) else step


def _plain(value: Any) -> Any:
    """TOML's dates as JSON writes them."""
    return value.isoformat() if isinstance(value, (datetime.date, datetime.datetime)) else value
