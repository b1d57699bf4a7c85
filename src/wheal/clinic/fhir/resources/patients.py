"""Who is treated, and their histories as they were answered."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Q, QuerySet, Subquery

from wheal.clinic.audit.models import Event
from wheal.clinic.fhir.kinds import Kind, Narrow, Parameter, Rows, Source, Tell, Telling
from wheal.clinic.fhir.resources import outside
from wheal.clinic.fhir.resources.people import (
    TOKEN_ID,
    author_reference,
    naming,
    organization_reference,
)
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P
from wheal.fhir import canonical, questionnaires
from wheal.fhir.datatypes import (
    Json,
    concept,
    day,
    identifier,
    instant,
    name,
    reference,
    resource,
    telecom,
    with_meta,
)

WRITTEN = ("patients.patient_registered", "patients.patient_corrected", "patients.patient_forgotten")
FORGOTTEN = "—"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"


def of_patient(row: Patient) -> Json:
    return reference("Patient", row.pk)


def profile(telling: Telling, which: str, of: Patient) -> str:
    """Claimed where it is the law's, in the United States, and what it points to is of its profile too."""
    is_claimed = telling.clinic.jurisdiction == "US" and of.family_name != FORGOTTEN
    return f"{US_CORE}/us-core-{which}" if is_claimed else ""


def _patients(clinic: Clinic) -> QuerySet[Patient]:
    """With when their names were last written, as the audit says."""
    written = Event.objects.filter(patient_id=OuterRef("pk"), what__in=WRITTEN).order_by("-id")
    return (
        Patient.objects.filter(clinic=clinic)
        .select_related("clinic")
        .annotate(written_at=Subquery(written.values("at")[:1]))
    )


def patient(row: Patient, telling: Telling) -> Iterator[Json]:
    """Of somebody forgotten the number and the year of birth are left."""
    is_forgotten = row.family_name == FORGOTTEN
    told = resource(
        "Patient", row.pk,
        identifier=[identifier(naming("patients", row.clinic_id), row.number, use="usual")], active=True,
        name=[] if is_forgotten else [name(row.family_name, row.given_names)],
        telecom=[*telecom("phone", row.phone), *telecom("email", row.email)], gender=row.sex,
        birthDate=f"{row.birth_date:%Y}" if is_forgotten else day(row.birth_date),
        communication=[{"language": concept([{"system": "urn:ietf:bcp:47", "code": row.language}]), "preferred": True}],
        managingOrganization=organization_reference(row.clinic),
    )  # fmt: skip
    yield with_meta(told, row.written_at or row.created_at, profile(telling, "patient", row))


def histories(clinic: Clinic) -> QuerySet[History]:
    completed = History.objects.completed().filter(patient__clinic=clinic)
    rows = completed.select_related("patient__clinic", "completed_by__service_token").order_by()
    return outside.known_outside(rows, "QuestionnaireResponse")


def filled_in(row: History) -> str:
    """When it was told: the moment, or the day alone where another system says no more."""
    return row.filled_in or instant(row.completed_at)


def _response(row: History, telling: Telling) -> Iterator[Json]:
    told = resource(
        "QuestionnaireResponse", row.pk, identifier=outside.told(row),
        questionnaire=f"{canonical.QUESTIONNAIRE}|{row.knowledge_version}", status="completed",
        subject=of_patient(row.patient), authored=filled_in(row),
        author=author_reference(row.completed_by), source=of_patient(row.patient),
        item=questionnaires.items(row.answers, telling.known, telling.language),
    )  # fmt: skip
    yield with_meta(told, row.completed_at)


def by_patient(path: str) -> dict[str, Parameter]:
    one = Parameter("reference", (path,), ("Patient",))
    return {"patient": one} | ({"subject": one} if path == "subject" else {}) | TOKEN_ID | {
        "_lastUpdated": Parameter("date", ("meta.lastUpdated",))
    }  # fmt: skip


def _told(rows: Rows, tell: Tell, **narrow: Narrow) -> tuple[Source, ...]:
    at = "completed_at"
    return (Source(rows, tell, patient="patient", date=at, updated=(at,), narrow=narrow),)


CODE = {"code": Parameter("token", ("code",))}
STATUS = {"status": Parameter("token", ("status",))}
KINDS = (
    Kind(
        "Patient", P.PATIENT_FIND,
        (
            Source(
                _patients, patient, patient="pk", updated=("written_at",), date="birth_date", is_moment=False,
                narrow={
                    "identifier": lambda values: Q(number__in=values),
                    "gender": lambda values: Q(sex__in=values), "email": lambda values: Q(email__in=values),
                },
            ),
        ),
        TOKEN_ID | {
            "identifier": Parameter("token", ("identifier",)), "birthdate": Parameter("date", ("birthDate",)),
            "name": Parameter("string", ("name",)), "family": Parameter("string", ("name.family",)),
            "given": Parameter("string", ("name.given",)), "gender": Parameter("token", ("gender",)),
            "email": Parameter("token", ("telecom:email.value",)), "phone": Parameter("token",
                ("telecom:phone.value",)),
            "active": Parameter("token", ("active",)), "language": Parameter("token", ("communication.language",)),
            "organization": Parameter("reference", ("managingOrganization",), ("Organization",)),
            "_lastUpdated": Parameter("date", ("meta.lastUpdated",)),
        }, patient_path="id",
    ),
    Kind(
        "QuestionnaireResponse", P.CHART_READ, _told(histories, _response,
            identifier=outside.narrow("QuestionnaireResponse")),
        by_patient("subject") | STATUS | {
            "identifier": Parameter("token", ("identifier",)), "authored": Parameter("date", ("authored",)),
            "questionnaire": Parameter("uri", ("questionnaire",)),
            "author": Parameter("reference", ("author",), ("Practitioner",)),
            "source": Parameter("reference", ("source",), ("Patient",)),
        }, writes=("create",), write_permission=P.HISTORY_WRITE, patient_path="subject",
    ),
)  # fmt: skip
