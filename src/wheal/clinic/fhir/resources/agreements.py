"""What was planned, and what the patient agreed to."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from django.db.models import QuerySet

from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling
from wheal.clinic.fhir.resources.patients import STATUS, by_patient, of_patient
from wheal.clinic.fhir.resources.people import organization_reference, practitioner_reference
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P
from wheal.clinic.photographs.models import PhotographConsent
from wheal.clinic.treatments.models import Consent, Plan
from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import (
    Json,
    concept,
    held,
    identifier,
    instant,
    period,
    reference,
    resource,
    with_meta,
)


def _plans(clinic: Clinic) -> QuerySet[Plan]:
    return (
        Plan.objects.filter(patient__clinic=clinic)
        .exclude(purpose="")
        .select_related("patient", "created_by")
        .order_by()
    )


def _care_plan(row: Plan, telling: Telling) -> Iterator[Json]:
    known, language = telling.known, telling.language
    substances = [
        reference("Substance", canonical.as_id(each), known.name(each, language)) for each in row.substances
    ]
    words = ", ".join(each["display"] for each in substances)
    detail = held(
        kind="ServiceRequest", code=terms.coded("techniques", row.technique, known,
            language) if row.technique else None,
        status="completed" if row.closed_at else "in-progress",
        scheduledTiming={"repeat": {"count": row.sessions}} if row.sessions else None, description=words,
    )  # fmt: skip
    told = resource(
        "CarePlan", row.pk, status="completed" if row.closed_at else "active", intent="plan",
        category=[terms.coded("purposes", row.purpose, known, language)],
        title=terms.worded("areas", row.area, known, language) if row.area else None, subject=of_patient(row.patient),
        period=period(row.created_at, row.closed_at), created=instant(row.created_at),
        author=practitioner_reference(row.created_by), activity=[{"detail": detail}],
        note=[{"text": row.note}] if row.note.strip() else [],
    )  # fmt: skip
    yield with_meta(told, max(row.saved_at, row.closed_at or row.saved_at))


def _consents(clinic: Clinic) -> QuerySet[Consent]:
    held_by = Consent.objects.filter(plan__patient__clinic=clinic)
    return held_by.select_related("plan__patient__clinic", "withdrawal").order_by()


def _consent(row: Consent, _telling: Telling) -> Iterator[Json]:
    withdrawn = getattr(row, "withdrawal", None)
    told = _agreed(f"treatment-{row.pk}", row, row.plan.patient, "treatment", withdrawn is not None)
    told["provision"] = {
        "type": "permit",
        "data": [{"meaning": "related", "reference": reference("CarePlan", row.plan_id)}],
    }
    yield with_meta(told, withdrawn.withdrawn_at if withdrawn else row.signed_at)


def _photograph_consents(clinic: Clinic) -> QuerySet[PhotographConsent]:
    held_by = PhotographConsent.objects.filter(patient__clinic=clinic).select_related("patient__clinic")
    return held_by.prefetch_related("withdrawals").order_by()


def _photograph_consent(row: PhotographConsent, _telling: Telling) -> Iterator[Json]:
    """Each purpose stands until it is withdrawn; the consent, while one stands."""
    withdrawn = {each.purpose: each.withdrawn_at for each in row.withdrawals.all()}
    standing = [each for each in row.purposes if each not in withdrawn]
    told = _agreed(f"photographs-{row.pk}", row, row.patient, "patient-privacy", not standing)
    if standing:
        told["provision"] = {
            "type": "permit", "code": [terms.plain("photograph-purposes", canonical.as_id(each),
                each) for each in standing]
        }  # fmt: skip
    yield with_meta(told, max([row.signed_at, *withdrawn.values()]))


def _agreed(
    identity: str, row: Consent | PhotographConsent, patient: object, scope: str, is_over: bool
) -> Json:
    text = b64encode(row.text.encode()).decode()
    return resource(
        "Consent", identity, status="inactive" if is_over else "active", scope=terms.hl7("consentscope", scope),
        category=[concept([terms.loinc("59284-0", "Consent Document")])], patient=of_patient(patient),
        dateTime=instant(row.signed_at), organization=[organization_reference(patient.clinic)],
        sourceAttachment={"contentType": "text/markdown", "language": row.language, "data": text},
        identifier=[identifier(f"{canonical.BASE}/NamingSystem/signed-text-digest", row.digest)],
        policyRule=concept(text="The text that was signed"),
        verification=[{"verified": True, "verificationDate": instant(row.signed_at)}],
    )  # fmt: skip


KINDS = (
    Kind(
        "CarePlan", P.CHART_READ, (Source(_plans, _care_plan, patient="patient", updated=("saved_at",
            "closed_at"), date="created_at"),),
        by_patient("subject") | STATUS | {
            "category": Parameter("token", ("category",)), "date": Parameter("date", ("period",)),
            "intent": Parameter("token", ("intent",)),
        }, patient_path="subject",
    ),
    Kind(
        "Consent", P.CHART_READ,
        (
            Source(_consents, _consent, "treatment", patient="plan__patient", date="signed_at"),
            Source(_photograph_consents, _photograph_consent, "photographs", patient="patient", date="signed_at"),
        ),
        by_patient("patient") | STATUS | {
            "date": Parameter("date", ("dateTime",)), "scope": Parameter("token", ("scope",)),
            "category": Parameter("token", ("category",)),
        }, patient_path="patient",
    ),
)  # fmt: skip
