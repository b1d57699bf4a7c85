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


def named(told: Mapping[str, Any], caller: Caller) -> tuple[str, str]:
    """Kind and id of "Patient/12", also below the address of this server; of another's, or in other words, ("", "")."""
    literal = told.get("reference", "")
    local = literal.removeprefix(f"{caller.base}/") if caller.base else literal
    kind, _slash, identity = local.partition("/")
    return (kind, identity) if identity and "/" not in identity else ("", "")


def key_of(told: Mapping[str, Any], kind: str, caller: Caller, path: str, prefix: str = "") -> str:
    """The id in "Patient/12". Raises Refused for whatever else it says: the number of a patient of another server is
    somebody else's number here."""
    found, identity = named(told, caller)
    number = identity.removeprefix(prefix)
    if found != kind or identity != prefix + number or number.startswith("0") or not numbers([number]):
        words = f"{told.get('reference', '')!r} is no {kind} of this record"
        raise refused(422, "value", words, f"{path}.reference")
    return number


def patient(told: Mapping[str, Any] | None, caller: Caller, path: str) -> Patient:
    if told is None:
        raise refused(422, "required", "it does not say whose it is", path)
    key = key_of(told, "Patient", caller, path)
    seen = Patient.objects.filter(clinic=caller.clinic, pk=key).select_related("clinic").first()
    if seen is None or caller.patient not in (None, seen.pk):
        raise refused(
            422, "not-found", f"there is no Patient/{key} that this caller may see", f"{path}.reference"
        )
    return seen


def practitioner(told: Mapping[str, Any], caller: Caller, path: str) -> User:
    key = key_of(told, "Practitioner", caller, path)
    works = User.objects.filter(memberships__clinic=caller.clinic, memberships__ended_at=None, pk=key).first()
    if works is None:
        raise refused(422, "not-found", f"Practitioner/{key} does not work here", f"{path}.reference")
    return works


def thing(told: Mapping[str, Any], kind: str, caller: Caller, path: str) -> Thing:
    key = key_of(told, kind, caller, path, "room-" if kind == "Location" else "")
    held = Thing.objects.filter(clinic=caller.clinic, pk=key, retired_at=None).first()
    if held is None or (held.kind == "room") != (kind == "Location"):
        raise refused(422, "not-found", f"there is no {kind}/{key} here", f"{path}.reference")
    return held
