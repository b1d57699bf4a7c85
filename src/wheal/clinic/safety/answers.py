"""`wheal trace`: one document in, one answer out, from a clinic's data."""

from __future__ import annotations

import json
from typing import Any

from wheal import tracing
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients.models import Patient
from wheal.clinic.safety import webs
from wheal.clinic.treatments.models import Mix
from wheal.reading import Malformed


def answer_line(data: bytes) -> bytes:
    """The answer to one document, or the error that says what is wrong with it: JSON without a line end."""
    try:
        said = _answer(*tracing.read_question(data))
    except Malformed as problem:
        said = problem.as_json()
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _answer(kind: str, asked: tracing.LotAsked | int) -> dict[str, Any]:
    if isinstance(asked, tracing.LotAsked):
        lots = list(webs.lots_asked(asked))
        if not lots:
            raise Malformed("not_held", "lot", "no lot of this number is held")
        return {"lot": _asked(asked), **tracing.as_json(webs.of_lots(lots))}
    if kind == "patient":
        patient = Patient.objects.filter(pk=asked).first()
        if patient is None:
            raise Malformed("not_held", "patient", "no patient of this id is held")
        return {"patient": str(asked), **tracing.as_json(webs.of_patient(patient))}
    if kind in tracing.THINGS:
        thing = Thing.objects.filter(pk=asked, kind=kind).first()
        if thing is None:
            raise Malformed("not_held", kind, f"no {kind} of this id is held")
        return {kind: str(asked), **tracing.as_json(webs.of_thing(thing))}
    mix = Mix.objects.filter(pk=asked).first()
    if mix is None:
        raise Malformed("not_held", "mix", "no mix of this id is held")
    return {"mix": str(asked), **tracing.as_json(webs.of_mix(mix))}


def _asked(asked: tracing.LotAsked) -> dict[str, str]:
    return {"gtin": asked.gtin, "number": asked.number} if asked.gtin else {"number": asked.number}
