"""The papers of the record, and who vouches for what: documents, provenance, the audit."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from wheal.clinic.audit import whose
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling, numbers
from wheal.clinic.fhir.resources.patients import STATUS, by_patient, histories, of_patient
from wheal.clinic.fhir.resources.people import (
    TOKEN_ID,
    author_reference,
    organization_reference,
    practitioner_reference,
    program_reference,
)
from wheal.clinic.patients.audit_words import EVENTS
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic, Membership
from wheal.clinic.people.permissions import P
from wheal.clinic.treatments.models import Amendment, Consent, Pass, Session
from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import (
    Json,
    coding,
    concept,
    held,
    identifier,
    instant,
    period,
    reference,
    resource,
    with_meta,
)

PROCEDURE_NOTE = terms.loinc("28570-0", "Procedure note")
CONSENT_FORM = terms.loinc("59284-0", "Consent Document")
AUTHOR = terms.hl7("provenance-participant-type", "author", "Author")
PDF = "application/pdf"


def _signed(clinic: Clinic) -> QuerySet[Session]:
    last = Amendment.objects.filter(session=OuterRef("pk")).order_by("-pk").values("made_at")[:1]
    rows = Session.objects.filter(clinic=clinic, signed_at__isnull=False).select_related(
        "patient", "signed_by", "clinic"
    )
    rows = rows.annotate(amended_at=Subquery(last))
    return rows.defer("judgement", "document", "given").order_by()


def _record(row: Session, _telling: Telling) -> Iterator[Json]:
    told = _document(f"session-{row.pk}", PROCEDURE_NOTE, row.patient, row.signed_at, row.clinic)
    told["author"] = [practitioner_reference(row.signed_by)]
    told["context"] = {
        "related": [reference("Procedure", row.pk)],
        "period": period(row.inject_at or row.signed_at),
    }
    yield with_meta(told, row.amended_at or row.signed_at)  # the paper has the amendments on it


def _consents(clinic: Clinic) -> QuerySet[Consent]:
    return (
        Consent.objects.filter(plan__patient__clinic=clinic)
        .select_related("plan__patient__clinic")
        .defer("text")
        .order_by()
    )


def _consent(row: Consent, _telling: Telling) -> Iterator[Json]:
    told = _document(
        f"consent-{row.pk}", CONSENT_FORM, row.plan.patient, row.signed_at, row.plan.patient.clinic
    )
    told["context"] = {"related": [reference("Consent", f"treatment-{row.pk}")]}
    yield with_meta(told, row.signed_at)


def _document(identity: str, kind: Json, patient: Patient, at: object, clinic: Clinic) -> Json:
    """The file is made when it is asked for, at the address of its attachment."""
    return resource(
        "DocumentReference", identity, status="current", docStatus="final", type=concept([kind], kind["display"]),
        subject=of_patient(patient), date=instant(at), custodian=organization_reference(clinic),
        content=[{"attachment": {"contentType": PDF, "url": f"Binary/{identity}", "creation": instant(at)}}],
    )  # fmt: skip


def _vouched(clinic: Clinic) -> QuerySet[Session]:
    return _signed(clinic).prefetch_related(Prefetch("passes", Pass.objects.only("session", "count")))


def _of_session(row: Session, _telling: Telling) -> Iterator[Json]:
    targets = [reference("Procedure", row.pk)]
    targets += [reference("MedicationAdministration", each.pk) for each in row.passes.all() if each.count]
    told = _provenance(
        f"session-{row.pk}", targets, row.signed_at, practitioner_reference(row.signed_by), row.clinic
    )
    if row.record_digest:
        told["entity"] = [
            {"role": "source", "what": {"identifier": identifier(canonical.RECORD_DIGEST, row.record_digest)}}
        ]
    yield with_meta(told, row.signed_at)


def _amendments(clinic: Clinic) -> QuerySet[Amendment]:
    rows = Amendment.objects.filter(session__clinic=clinic).select_related(
        "session__clinic", "session__patient", "made_by", "component"
    )
    rows = rows.prefetch_related(Prefetch("session__passes", Pass.objects.only("session", "count")))
    return rows.defer("session__judgement", "session__document").order_by()


def _of_amendment(row: Amendment, _telling: Telling) -> Iterator[Json]:
    targets = [reference("Procedure", row.session_id)]
    targets += [
        reference("MedicationAdministration", each.pk) for each in row.session.passes.all() if each.count
    ]
    if row.component and row.lot_id:
        targets.append(reference("Medication", f"mix-{row.component.mix_id}"))
    by = practitioner_reference(row.made_by)
    told = _provenance(f"amendment-{row.pk}", targets, row.made_at, by, row.session.clinic)
    told["reason"] = [concept(text=row.reason)]
    yield with_meta(told, row.made_at)


def _of_history(row: History, _telling: Telling) -> Iterator[Json]:
    by = author_reference(row.completed_by)
    targets = [reference("QuestionnaireResponse", row.pk)]
    yield with_meta(
        _provenance(f"history-{row.pk}", targets, row.completed_at, by, row.patient.clinic), row.completed_at
    )


def _provenance(identity: str, targets: list[Json], at: object, by: Json | None, clinic: Clinic) -> Json:
    agent = held(type=AUTHOR, who=by, onBehalfOf=organization_reference(clinic))
    return resource("Provenance", identity, target=targets, recorded=instant(at), agent=[agent])


def _events(clinic: Clinic) -> QuerySet[Event]:
    works_here = Membership.objects.filter(clinic=clinic, user=OuterRef("by"))
    rows = Event.objects.filter(clinic_id=clinic.pk).annotate(is_of_the_clinic=Exists(works_here))
    return rows.select_related("by__service_token").order_by()


def _event(row: Event, telling: Telling) -> Iterator[Json]:
    words = str(EVENTS.get(row.what, row.what))
    patients = [
        {"what": reference("Patient", each), "role": _role("1", "Patient")}
        for each in sorted({row.patient_id} - {None} | whose.told(row.detail))
    ]
    subject = [{"name": f"{row.subject_kind} {row.subject_id}"}] if row.subject_kind else []
    if row.detail.get("resource"):
        subject.append(held(what=_opened(row.detail), name=str(row.detail["resource"])))
    if row.what.startswith("fhir.health_link"):
        subject.append({"name": "Treatment passport (IPS document)"})
    told = resource(
        "AuditEvent", row.pk, type=coding(canonical.system("audit-events"), row.what, words),
        subtype=[coding(canonical.system("audit-apps"), row.what.partition(".")[0])], recorded=instant(row.at),
        outcome="4" if row.refused else "0", outcomeDesc=words, agent=list(_agents(row)),
        source={"site": telling.clinic.name, "observer": organization_reference(telling.clinic)}, entity=[*patients,
            *subject],
    )  # fmt: skip
    yield with_meta(told, row.at)


def _opened(detail: Json) -> Json | None:
    """The one resource that was read."""
    return reference(str(detail["resource"]), detail["id"]) if "id" in detail else None


def _agents(row: Event) -> Iterator[Json]:
    """Who it was, and the program by which they did it; or the program alone, where it acts by itself."""
    person, program = practitioner_reference(row.by), row.detail.get("program")
    if row.by and person is None:
        program = row.by.shown_name
    if person and not row.is_of_the_clinic:  # of another one: told by name
        person = {"type": "Practitioner", "display": row.by.shown_name}
    if person:
        yield {"who": person, "name": row.by.shown_name, "requestor": True}
    if program:
        yield {"who": program_reference(program), "name": program, "requestor": person is None}
    if not person and not program:
        yield {"name": row.detail.get("recipient") or "Nobody of the clinic", "requestor": True}


def _role(code: str, display: str) -> Json:
    return coding(f"{canonical.HL7}/object-role", code, display)


KINDS = (
    Kind(
        "DocumentReference", P.CHART_READ,
        (
            Source(_signed, _record, "session", patient="patient", date="signed_at",
                updated=("signed_at", "amended_at")),
            Source(_consents, _consent, "consent", patient="plan__patient", date="signed_at", updated=("signed_at",)),
        ),
        by_patient("subject") | STATUS | {
            "date": Parameter("date", ("date",)), "type": Parameter("token", ("type",)),
            "author": Parameter("reference", ("author",), ("Practitioner",)),
            "related": Parameter("reference", ("context.related",), ("Procedure", "Consent")),
        }, patient_path="subject",
    ),
    Kind(
        "Provenance", P.CHART_READ,
        (
            Source(_vouched, _of_session, "session", patient="patient", date="signed_at", updated=("signed_at",)),
            Source(_amendments, _of_amendment, "amendment", patient="session__patient", date="made_at",
                updated=("made_at",)),
            Source(histories, _of_history, "history", patient="patient", date="completed_at",
                updated=("completed_at",)),
        ),
        TOKEN_ID | {
            "_lastUpdated": Parameter("date", ("meta.lastUpdated",)), "recorded": Parameter("date", ("recorded",)),
            "target": Parameter("reference", ("target",), ("Procedure", "MedicationAdministration",
                "Medication", "QuestionnaireResponse")),
            "agent": Parameter("reference", ("agent.who",), ("Practitioner",)),
        },
    ),
    Kind(
        "AuditEvent", P.AUDIT_READ, (
            Source(_events, _event, date="at", updated=("at",),
                narrow={"patient": lambda values: whose.is_about(map(int, numbers(values)))}),
        ),
        TOKEN_ID | {
            "_lastUpdated": Parameter("date", ("meta.lastUpdated",)), "date": Parameter("date", ("recorded",)),
            "patient": Parameter("reference", ("entity.what",), ("Patient",)),
            "agent": Parameter("reference", ("agent.who",), ("Practitioner",)),
            "agent-name": Parameter("string", ("agent.name",)), "type": Parameter("token", ("type",)),
            "subtype": Parameter("token", ("subtype",)), "outcome": Parameter("token", ("outcome",)),
        }, needs_everybody=True,
    ),
)  # fmt: skip
