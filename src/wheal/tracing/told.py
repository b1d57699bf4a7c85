"""A web as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wheal.tracing.records import MixTraced, SessionTraced, Web


def as_json(found: Web) -> dict[str, Any]:
    """`lots` and `patients`, each with what it carried, and `counts`. Ids are text; no names, no birth dates."""
    numbers = {lot.id: lot.number for lot in found.lots}
    return {
        "lots": [lot.as_json() for lot in found.lots],
        "patients": [
            {"patient": str(of), "sessions": [_session(session, numbers) for session in sessions]}
            for of, _person, sessions in found.patients
        ],
        "counts": {key: _number(value) for key, value in found.counts.items()},
    }


def _session(session: SessionTraced, numbers: Mapping[int, str]) -> dict[str, Any]:
    of, day, signed, practitioner, mixes, things, clinic = session
    told = {
        "session": str(of),
        "date": day.isoformat(),
        "signed": signed,
        "practitioner": practitioner,
        "clinic": clinic,
        "mixes": [_mix_told(mix, numbers) for mix in mixes],
    }
    if things:
        told["things"] = [each.as_json() for each in things]
    return told


def _mix_told(mix: MixTraced, numbers: Mapping[int, str]) -> dict[str, Any]:
    of, label, lots, containers, drawn_ul, passes, injected_ul, corrected = mix
    told = {
        "mix": str(of),
        "label": label,
        "lots": [numbers[lot] for lot in lots],
        "containers": [str(each) for each in containers],
        "drawn_ml": drawn_ul / 1000,
        "injected_ml": injected_ul / 1000,
        "passes": [
            {
                "pass": str(it), "area": area, "technique": technique, "points": points, "volume_ml": volume_ul / 1000
            }
            for it, _mix, area, technique, points, volume_ul in passes
        ],
    }  # fmt: skip
    return {**told, "corrected": True} if corrected else told


def _number(value: int | Decimal) -> int | float:
    return value if isinstance(value, int) else float(value)
