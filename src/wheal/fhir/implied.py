"""Of which system a plain code is: its element takes codes of one list alone (R4 4.0.1, required bindings), so that
none is written beside it and a search may name it all the same."""

from __future__ import annotations

from typing import Final

_PUBLISHED: Final = "http://hl7.org/fhir/publication-status"
_EVENT: Final = "http://hl7.org/fhir/event-status"
_BOOLEAN: Final = "http://terminology.hl7.org/CodeSystem/special-values"

SYSTEMS: Final = {
    "AdverseEvent.actuality": "http://hl7.org/fhir/adverse-event-actuality",
    "Appointment.status": "http://hl7.org/fhir/appointmentstatus",
    "AuditEvent.outcome": "http://terminology.hl7.org/CodeSystem/audit-event-outcome",
    "CarePlan.intent": "http://hl7.org/fhir/request-intent",
    "CarePlan.status": "http://hl7.org/fhir/request-status",
    "CodeSystem.status": _PUBLISHED,
    "Consent.status": "http://hl7.org/fhir/consent-state-codes",
    "Device.status": "http://hl7.org/fhir/device-status",
    "DocumentReference.status": "http://hl7.org/fhir/document-reference-status",
    "Flag.status": "http://hl7.org/fhir/flag-status",
    "Group.actual": _BOOLEAN,
    "Group.type": "http://hl7.org/fhir/group-type",
    "Location.status": "http://hl7.org/fhir/location-status",
    "Media.status": _EVENT,
    "Medication.status": "http://hl7.org/fhir/CodeSystem/medication-status",
    "MedicationAdministration.status": "http://terminology.hl7.org/CodeSystem/medication-admin-status",
    "MedicationStatement.status": "http://hl7.org/fhir/CodeSystem/medication-statement-status",
    "Observation.status": "http://hl7.org/fhir/observation-status",
    "Patient.active": _BOOLEAN,
    "Patient.gender": "http://hl7.org/fhir/administrative-gender",
    "Practitioner.active": _BOOLEAN,
    "PractitionerRole.active": _BOOLEAN,
    "Procedure.status": _EVENT,
    "Questionnaire.status": _PUBLISHED,
    "QuestionnaireResponse.status": "http://hl7.org/fhir/questionnaire-answers-status",
    "StructureDefinition.status": _PUBLISHED,
    "Substance.status": "http://hl7.org/fhir/substance-status",
}
NO_SYSTEM: Final = {"_id", "email", "phone", "lot-number", "version", "udi-di"}
"""Parameters of words that are no codes."""
