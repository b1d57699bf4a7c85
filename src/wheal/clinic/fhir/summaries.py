"""One patient's summary, gathered from the record."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.fhir import streams
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.patients.answers import patient_facts
from wheal.clinic.patients.models import Patient
from wheal.fhir import ips
from wheal.fhir.datatypes import Json, reference
from wheal.fhir.elements import references
from wheal.fhir.matching import Criterion

LISTS = {"AllergyIntolerance": "allergies", "MedicationStatement": "medications", "Condition": "conditions"}
ALSO = ("Procedure", "MedicationAdministration", "Observation", "Flag")
POINTED_TO = ("Practitioner", "Medication", "Substance", "Location", "Device")
DEPTH = 3  # a pass, its mix, the lot, its substance


def summary(patient: Patient, telling: Telling) -> Json:
    """The passport of a patient as an IPS document."""
    whose = next(_all("Patient", patient, telling))
    author = next(
        iter(streams.by_id(KINDS["Organization"], [str(patient.clinic_id)], telling, None).values())
    )
    listed = [each for kind in (*LISTS, *ALSO) for each in _all(kind, patient, telling) if _is_current(each)]
    listed += _of_nothing(patient, listed)
    title = _("Treatment passport of %(name)s") % {"name": patient}
    others = _others(listed, telling)
    return ips.document(whose, author, listed, others, timezone.now(), title, telling.zone)


def _all(kind: str, patient: Patient, telling: Telling) -> Iterator[Json]:
    path = KINDS[kind].patient_path
    of = Criterion("patient", "reference", (path,), ("Patient",), "", (str(patient.pk),))
    found = streams.stream([streams.Wanted(KINDS[kind], (of,))], telling, None)
    return (told for told, _place in found if told is not None)


def _is_current(told: Json) -> bool:
    """Of measures those that stand; of flags those that are up."""
    if told["resourceType"] == "Flag":
        return bool(told["status"] == "active")
    return told.get("status") != "entered-in-error"


def _of_nothing(patient: Patient, listed: list[Json]) -> Iterator[Json]:
    last = patient.histories.completed().select_related("patient").first()
    facts = patient_facts(last) if last else None
    there = {each["resourceType"] for each in listed}
    for kind, group in LISTS.items():
        if kind not in there:
            is_settled = facts is not None and getattr(facts, group) is not None
            yield ips.said_of_nothing(kind, reference("Patient", patient.pk), is_settled=is_settled)


def _others(listed: list[Json], telling: Telling) -> list[Json]:
    found: list[Json] = []
    for _step in range(DEPTH):
        wanted = streams.referenced([*listed, *found], references([*listed, *found]))
        fresh = [
            told
            for kind, identities in wanted.items()
            if kind in POINTED_TO
            for told in streams.by_id(KINDS[kind], identities, telling, None).values()
        ]
        if not fresh:
            break
        found += fresh
    return found
