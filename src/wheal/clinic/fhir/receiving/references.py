"""Whom and what a resource that came in points to: rows of this clinic, or a refusal that names the path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wheal.clinic.equipment.models import Thing
from wheal.clinic.fhir.access import Caller
from wheal.clinic.fhir.kinds import numbers
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.fhir.outcomes import refused


def key_of(told: Mapping[str, Any], kind: str, path: str, prefix: str = "") -> str:
    """The id in "Patient/12". Raises Refused for whatever else it says."""
    literal = told.get("reference", "")
    name, _slash, identity = literal.rpartition("/")
    if name.rpartition("/")[2] != kind or not numbers([identity.removeprefix(prefix)]):
        raise refused(422, "value", f"{literal!r} is no {kind} of this record", f"{path}.reference")
    return identity.removeprefix(prefix)


def patient(told: Mapping[str, Any] | None, caller: Caller, path: str) -> Patient:
    if told is None:
        raise refused(422, "required", "it does not say whose it is", path)
    key = key_of(told, "Patient", path)
    seen = Patient.objects.filter(clinic=caller.clinic, pk=key).select_related("clinic").first()
    if seen is None or caller.patient not in (None, seen.pk):
        raise refused(
            422, "not-found", f"there is no Patient/{key} that this caller may see", f"{path}.reference"
        )
    return seen


def practitioner(told: Mapping[str, Any], caller: Caller, path: str) -> User:
    key = key_of(told, "Practitioner", path)
    works = User.objects.filter(memberships__clinic=caller.clinic, memberships__ended_at=None, pk=key).first()
    if works is None:
        raise refused(422, "not-found", f"Practitioner/{key} does not work here", f"{path}.reference")
    return works


def thing(told: Mapping[str, Any], kind: str, caller: Caller, path: str) -> Thing:
    key = key_of(told, kind, path, "room-" if kind == "Location" else "")
    held = Thing.objects.filter(clinic=caller.clinic, pk=key, retired_at=None).first()
    if held is None or (held.kind == "room") != (kind == "Location"):
        raise refused(422, "not-found", f"there is no {kind}/{key} here", f"{path}.reference")
    return held
