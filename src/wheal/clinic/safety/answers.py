"""`wheal trace`: one document in, one answer out, from a clinic's data."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic_core import to_json

from wheal import tracing
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety import webs
from wheal.clinic.stock.models import Product
from wheal.clinic.treatments.models import Mix
from wheal.reading import Malformed


def answer_line(data: bytes) -> bytes:
    """The answer to one document, or the error that says what is wrong with it: JSON without a line end."""
    try:
        return to_json(_answer(*tracing.read_question(data)))
    except Malformed as problem:
        said = problem.as_json()
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _answer(kind: str, asked: tracing.LotAsked | int) -> dict[str, Any]:
    if isinstance(asked, tracing.LotAsked):
        held = webs.of_lot_asked(asked)
        if held is None:
            raise Malformed("not_held", "lot", "no lot of this number is held")
        return {"lot": _asked(asked), **tracing.as_json(held)}
    found = _WEBS[kind](asked)
    if found is None:
        raise Malformed("not_held", kind, f"no {kind} of this id is held")
    return {kind: str(asked), **tracing.as_json(found)}


def _patient(pk: int) -> tracing.Web | None:
    patient = Patient.objects.filter(pk=pk).first()
    return webs.of_patient(patient) if patient else None


def _mix(pk: int) -> tracing.Web | None:
    mix = Mix.objects.filter(pk=pk).first()
    return webs.of_mix(mix) if mix else None


def _practitioner(pk: int) -> tracing.Web | None:
    user = User.objects.filter(pk=pk, memberships__isnull=False).first()
    return webs.of_practitioner(user, clinics=Clinic.objects.all()) if user else None


def _product(pk: int) -> tracing.Web | None:
    product = Product.objects.filter(pk=pk).first()
    return webs.of_product(product, clinics=Clinic.objects.all()) if product else None


def _thing(kind: str, pk: int) -> tracing.Web | None:
    thing = Thing.objects.filter(pk=pk, kind=kind).first()
    return webs.of_thing(thing) if thing else None


_WEBS: dict[str, Callable[[int], tracing.Web | None]] = {
    "patient": _patient,
    "mix": _mix,
    "practitioner": _practitioner,
    "product": _product,
    **{kind: partial(_thing, kind) for kind in tracing.THINGS},
}


def _asked(asked: tracing.LotAsked) -> dict[str, str]:
    return {"gtin": asked.gtin, "number": asked.number} if asked.gtin else {"number": asked.number}
