"""What was measured and photographed: figures of follow-up, of the history and of the day of a session."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import QuerySet

from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling
from wheal.clinic.fhir.resources.patients import (
    CODE,
    STATUS,
    by_patient,
    filled_in,
    histories,
    of_patient,
    profile,
)
from wheal.clinic.fhir.resources.people import practitioner_reference
from wheal.clinic.followup.models import Measure
from wheal.clinic.patients.answers import is_earlier
from wheal.clinic.patients.models import History
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.treatments.models import Session
from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import (
    Json,
    coding,
    concept,
    day,
    held,
    instant,
    quantity,
    reference,
    resource,
    with_meta,
)

VITAL = terms.hl7("observation-category", "vital-signs", "Vital Signs")
EXAM = terms.hl7("observation-category", "exam", "Exam")
SURVEY = terms.hl7("observation-category", "survey", "Survey")
WEIGHT = ("29463-7", "Body weight")
HEIGHT = ("8302-2", "Body height")
PULSE = ("8867-4", "Heart rate")
PRESSURE = ("85354-9", "Blood pressure panel with all children optional")
SYSTOLIC = ("8480-6", "Systolic blood pressure")
DIASTOLIC = ("8462-4", "Diastolic blood pressure")
PREGNANCY = ("82810-3", "Pregnancy status")
ANSWERED = {True: ("LA15173-0", "Pregnant"), False: ("LA26683-5", "Not pregnant")}


def _measures(clinic: Clinic) -> QuerySet[Measure]:
    """One that was corrected stays, and says so; one that was taken back was entered in error."""
    rows = Measure.objects.filter(patient__clinic=clinic)
    return rows.select_related("patient", "recorded_by", "replaced_by__recorded_by").order_by()


def _measured(row: Measure, telling: Telling) -> Iterator[Json]:
    if row.value is None:  # it only takes another back
        return
    known, instrument = telling.known, telling.known.instruments.get(row.instrument)
    words = terms.worded("instruments", row.instrument, known, telling.language)
    codes = [coding(canonical.system("instruments"), row.instrument, words)]
    is_weight = row.instrument == "weight"
    if is_weight:
        codes.insert(0, terms.loinc(*WEIGHT))
    later = _replaced_by(row)
    replaces = [reference("Observation", f"measure-{row.replaces_id}")] if row.replaces_id else []
    unit = instrument.unit if instrument else "1"
    told = resource(
        "Observation", f"measure-{row.pk}", status=_status(row), category=[VITAL if is_weight else EXAM],
        code=concept(codes, words), subject=of_patient(row.patient), effectiveDateTime=day(row.on),
        issued=instant(row.recorded_at), performer=[_performer(row)], valueQuantity=quantity(row.value.normalize(),
            unit),
        bodySite=_site(row, telling), method={"text": row.how} if row.how else None,
        note=[_why(each) for each in (row, later) if each and each.reason],
        extension=[
            {"url": "http://hl7.org/fhir/StructureDefinition/observation-replaces",
                "valueReference": each} for each in replaces
        ],
    )  # fmt: skip
    last = later.recorded_at if later else row.recorded_at
    yield with_meta(told, last, profile(telling, "body-weight", row.patient) if is_weight else "")


def _replaced_by(row: Measure) -> Measure | None:
    """What corrects it, or takes it back."""
    return getattr(row, "replaced_by", None)


def _why(row: Measure) -> Json:
    """Why a figure was corrected or taken back, by whom and when."""
    return held(authorReference=_performer(row), time=instant(row.recorded_at), text=row.reason)


def _status(row: Measure) -> str:
    if _replaced_by(row):
        return "entered-in-error"
    return "corrected" if row.replaces_id else "final"


def _performer(row: Measure) -> Json:
    """The patient measured where nobody of the clinic did."""
    return practitioner_reference(row.recorded_by) or of_patient(row.patient)


def _site(row: Measure, telling: Telling) -> Json | None:
    if not row.area:
        return None
    told = terms.coded("areas", row.area, telling.known, telling.language)
    told["text"] = " · ".join(each for each in (told["text"], row.side, row.site) if each)
    return told


def _answered(row: History, telling: Telling) -> Iterator[Json]:
    """Figures that were told or measured on that day; those of earlier days are told of the history of their own.
    Not known is told as not known."""
    given = {
        question.fills if question.fills != "record" else name: row.answers[name]
        for name, question in telling.known.questions.items()
        if name in row.answers
    }
    at, by = filled_in(row), practitioner_reference(row.completed_by)
    for name, standard, unit, which in (
        ("weight_kg", WEIGHT, "kg", "body-weight"), ("height_cm", HEIGHT, "cm", "body-height"), ("pulse", PULSE,
            "/min", "heart-rate"),
    ):  # fmt: skip
        if (value := _number(given.get(name))) is not None:
            told = _vital(f"history-{row.pk}-{canonical.as_id(name)}", standard, row.patient, at, by)
            told |= {"valueQuantity": quantity(value, unit)}
            yield with_meta(told, row.completed_at, profile(telling, which, row.patient))
    yield from _pressure(row, given, telling, by)
    if "pregnant" in given and not is_earlier(given["pregnant"]) and row.patient.sex == "female":
        yield with_meta(_pregnancy(row, given["pregnant"], by), row.completed_at)


def _number(answer: object) -> Decimal | None:
    return Decimal(answer).normalize() if isinstance(answer, str) else None


def _vital(identity: str, standard: tuple[str, str], patient: object, at: str, by: Json | None) -> Json:
    return resource(
        "Observation", identity, status="final", category=[VITAL], code=concept([terms.loinc(*standard)], standard[1]),
        subject=of_patient(patient), effectiveDateTime=at, performer=[by] if by else [],
    )  # fmt: skip


def _pressure(row: History, given: dict[str, object], telling: Telling, by: Json | None) -> Iterator[Json]:
    figures = [(SYSTOLIC, _number(given.get("blood_pressure_systolic"))),
               (DIASTOLIC, _number(given.get("blood_pressure_diastolic")))]  # fmt: skip
    if all(value is None for _standard, value in figures):
        return
    told = _vital(f"history-{row.pk}-blood-pressure", PRESSURE, row.patient, filled_in(row), by)
    unknown = terms.hl7("data-absent-reason", "unknown", "Unknown")
    told["component"] = [
        {"code": concept([terms.loinc(*standard)], standard[1])}
        | ({"dataAbsentReason": unknown} if value is None else {"valueQuantity": quantity(value, "mm[Hg]")})
        for standard, value in figures
    ]
    yield with_meta(told, row.completed_at, profile(telling, "blood-pressure", row.patient))


def _pregnancy(row: History, answer: object, by: Json | None) -> Json:
    told = _vital(f"history-{row.pk}-pregnant", PREGNANCY, row.patient, filled_in(row), by) | {
        "category": [SURVEY]
    }
    if isinstance(answer, bool):
        return told | {"valueCodeableConcept": concept([terms.loinc(*ANSWERED[answer])])}
    return told | {"dataAbsentReason": terms.hl7("data-absent-reason", "asked-unknown", "Asked But Unknown")}


def _weighed(clinic: Clinic) -> QuerySet[Session]:
    rows = Session.objects.filter(clinic=clinic, signed_at__isnull=False, weight_kg__isnull=False)
    return rows.select_related("patient", "signed_by").defer("judgement", "document", "given").order_by()


def _weight_of_the_day(row: Session, telling: Telling) -> Iterator[Json]:
    by = practitioner_reference(row.signed_by)
    told = _vital(
        f"session-{row.pk}-weight", WEIGHT, row.patient, instant(row.inject_at or row.signed_at), by
    )
    told |= {
        "partOf": [reference("Procedure", row.pk)],
        "valueQuantity": quantity(row.weight_kg.normalize(), "kg"),
    }
    yield with_meta(told, row.signed_at, profile(telling, "body-weight", row.patient))


def _photographs(clinic: Clinic) -> QuerySet[Photograph]:
    rows = Photograph.objects.filter(patient__clinic=clinic, deleted_at=None)
    return rows.select_related("patient", "added_by").order_by()


def _media(row: Photograph, telling: Telling) -> Iterator[Json]:
    """That it was taken, of what and when. The picture itself leaves the record only by somebody's hand."""
    content = held(
        contentType="image/jpeg", size=row.size, title=terms.worded("poses", row.pose, telling.known, telling.language),
        creation=day(row.taken_on),
    )  # fmt: skip
    told = resource(
        "Media", row.pk, status="completed", type=terms.hl7("media-type", "image", "Image"),
        view=terms.coded("poses", row.pose, telling.known, telling.language), subject=of_patient(row.patient),
        createdDateTime=day(row.taken_on), issued=instant(row.added_at), operator=practitioner_reference(row.added_by),
        width=row.width, height=row.height, content=content,
    )  # fmt: skip
    yield with_meta(told, row.added_at)


KINDS = (
    Kind(
        "Observation", P.CHART_READ,
        (
            Source(_measures, _measured, "measure", patient="patient", date="on", is_moment=False),
            Source(histories, _answered, "history", patient="patient", date="completed_at",
                updated=("completed_at",)),
            Source(_weighed, _weight_of_the_day, "session", patient="patient", date="inject_at",
                updated=("signed_at",)),
        ),
        by_patient("subject") | CODE | STATUS | {
            "category": Parameter("token", ("category",)), "date": Parameter("date", ("effectiveDateTime",)),
            "performer": Parameter("reference", ("performer",), ("Practitioner", "Patient")),
            "part-of": Parameter("reference", ("partOf",), ("Procedure",)),
        }, patient_path="subject",
    ),
    Kind(
        "Media", P.CHART_READ,
        (Source(_photographs, _media, patient="patient", date="taken_on", is_moment=False, updated=("added_at",)),),
        by_patient("subject") | STATUS | {
            "created": Parameter("date", ("createdDateTime",)), "type": Parameter("token", ("type",)),
            "view": Parameter("token", ("view",)), "operator": Parameter("reference", ("operator",), ("Practitioner",)),
        }, patient_path="subject",
    ),
)  # fmt: skip
