"""Conditions, allergies and medicines as they were told: each of its own day, under one name from history to history,
and what was said elsewhere in its own words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Prefetch, QuerySet
from django.utils import formats, translation
from django.utils.translation import gettext as _

from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Tell, Telling
from wheal.clinic.fhir.resources.patients import CODE, STATUS, by_patient, of_patient, profile
from wheal.clinic.fhir.resources.people import practitioner_reference
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.patients.standing import Standing, standing
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P
from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import Json, absent, coding, concept, day, held, instant, with_meta
from wheal.fhir.datatypes import resource as resource_of

PREFIX = "patient"
CRITICALITIES = ("low", "high", "unable-to-assess")
TAKEN = ("active", "completed", "intended", "stopped", "on-hold", "unknown", "not-taken")
LISTED = {"AllergyIntolerance": "allergies", "MedicationStatement": "medications", "Condition": "conditions"}


def asked(clinic: Clinic) -> QuerySet[Patient]:
    """With all of their histories, the draft with them."""
    every = History.objects.select_related("completed_by__service_token", "patient").order_by("pk")
    there = History.objects.filter(patient=OuterRef("pk"))
    return (
        Patient.objects.filter(Exists(there), clinic=clinic)
        .select_related("clinic")
        .annotate(told_at=Max("histories__saved_at"))
        .prefetch_related(Prefetch("histories", every))
        .order_by()
    )


def told(row: Patient, kind: str, telling: Telling) -> Iterator[tuple[Standing, Json]]:
    for each in standing(row.histories.all(), telling.known):
        if each.group == LISTED[kind]:
            with translation.override(telling.language):
                resource = _TELL[kind](row, each, telling)
            yield each, resource


def _allergy(row: Patient, each: Standing, telling: Telling) -> Json:
    more = _more(each)
    criticality = next((text for what, text in more if what == "criticality" and text in CRITICALITIES), None)
    reactions = [{"manifestation": [{"text": text}]} for what, text in more if what == "reaction"]
    told = resource_of(
        "AllergyIntolerance", _identity(row, each),
        clinicalStatus=terms.hl7("allergyintolerance-clinical", "inactive" if _is_over(each) else "active"),
        verificationStatus=terms.hl7("allergyintolerance-verification", _verified(each)),
        code=_called(each, telling), criticality=criticality, patient=of_patient(row), recordedDate=_when(each),
        recorder=practitioner_reference(each.by), asserter=of_patient(row) if each.at else None,
        reaction=reactions, note=_notes(each, telling, ("reaction", *(["criticality"] if criticality else []))),
    )  # fmt: skip
    return with_meta(told, each.changed_at)


def _condition(row: Patient, each: Standing, telling: Telling) -> Json:
    """As the person told it: nobody of the clinic diagnosed it."""
    is_inactive = _is_over(each) or "past" in each.code.split("_")
    told = resource_of(
        "Condition", _identity(row, each),
        clinicalStatus=terms.hl7("condition-clinical", "inactive" if is_inactive else "active"),
        verificationStatus=terms.hl7("condition-ver-status", _verified(each)),
        category=[terms.hl7("condition-category", "problem-list-item", "Problem List Item")],
        code=_called(each, telling), subject=of_patient(row), recordedDate=_when(each),
        recorder=practitioner_reference(each.by), asserter=of_patient(row) if each.at else None,
        note=_notes(each, telling),
    )  # fmt: skip
    which = profile(telling, "condition-problems-health-concerns", row)
    return with_meta(told, each.changed_at, which if _is_of_icd(told) else "")


def _is_of_icd(told: Json) -> bool:
    """The profile wants a code of its own value set where there is one; a code of ours alone claims nothing."""
    return any(each.get("system") == canonical.ICD10CM for each in told["code"].get("coding", []))


def _medication(row: Patient, each: Standing, telling: Telling) -> Json:
    when = _when(each)
    told = resource_of(
        "MedicationStatement", _identity(row, each), status=_taken(each),
        medicationCodeableConcept=_called(each, telling), subject=of_patient(row), effectiveDateTime=when,
        dateAsserted=when, informationSource=of_patient(row) if each.at else None,
        dosage=[{"text": text} for what, text in _more(each) if what == "dosage"],
        note=_notes(each, telling, ("dosage",)),
    )  # fmt: skip
    if when is None:
        told["_effectiveDateTime"] = absent("unknown")
    return with_meta(told, each.changed_at)


def _taken(each: Standing) -> str:
    """Of elsewhere as it was said there; "unknown" where it was said in words alone, or as over, and nobody asked."""
    if each.over_at:
        return "completed"
    if each.own is None or each.at:
        return "active"
    there = next((text for what, text in each.own.more if what == "status" and text in TAKEN), None)
    return there or ("active" if each.own.becomes in ("answer", "other", "unasked") else "unknown")


_TELL = {"AllergyIntolerance": _allergy, "Condition": _condition, "MedicationStatement": _medication}


def _identity(row: Patient, each: Standing) -> str:
    return f"{PREFIX}-{row.pk}-{canonical.as_id(each.name)}"


def _is_over(each: Standing) -> bool:
    return each.over_at is not None or bool(
        each.own and each.at is None and each.own.becomes in ("over", "denied")
    )


def _verified(each: Standing) -> str:
    is_denied = each.own and each.own.becomes == "denied"
    return "refuted" if is_denied else "unconfirmed"


def _when(each: Standing) -> str | None:
    """When it was said: to the moment where it was here."""
    if each.at:
        return instant(each.at)
    return day(each.day) if each.day else None


def _called(each: Standing, telling: Telling) -> Json:
    """Our code first where there is one; the codes that it had elsewhere go on as they came."""
    statements = (each.own,) if each.own else each.statements
    codings, words = [], each.own.words if each.own else ""
    if each.code:
        ours = terms.coded(each.group, each.code, telling.known, telling.language)
        codings, words = ours["coding"], words or ours["text"]
    for statement in statements:
        for system, code, shown in statement.codes:
            if not any((one.get("system"), one["code"]) == (system, code) for one in codings):
                codings.append(coding(system, code, shown))
    return concept(codings, words)


def _more(each: Standing) -> list[tuple[str, str]]:
    statements = (each.own,) if each.own else each.statements
    return [(what, text) for one in statements for what, text in one.more if text]


def _notes(each: Standing, telling: Telling, elsewhere: tuple[str, ...] = ()) -> list[Json]:
    """`elsewhere`: what stands in an element of its own."""
    rows = list(_sources(each, telling))
    statements = (each.own,) if each.own else each.statements
    shown = (*elsewhere, *(["code"] if any(one.codes for one in statements) else []))
    rows += [text if what == "note" else f"{what}: {text}" for what, text in _more(each) if what not in shown]
    if each.over_at:
        rows.append(_("Denied when it was asked on %(day)s") % {"day": _shown(each.over_at, telling)})
    return [held(text=text) for text in dict.fromkeys(rows)]


def _sources(each: Standing, telling: Telling) -> Iterator[str]:
    if each.where is not None and each.at is None:
        yield _said_elsewhere(each.where, each.day)
        if not each.is_asked:
            yield _("Nobody has asked about it here yet")
    for one in (each.own,) if each.own and each.at else each.statements:
        yield f"{_said_elsewhere(one.where, one.day)}: {one.words}"


def _said_elsewhere(where: str, on: object) -> str:
    parts = [where, formats.date_format(on, "DATE_FORMAT") if on else ""]
    return " · ".join([_("Said elsewhere"), *(part for part in parts if part)])


def _shown(moment: datetime, telling: Telling) -> str:
    return str(formats.date_format(moment.astimezone(telling.zone), "DATE_FORMAT"))


def _source(kind: str) -> tuple[Source, ...]:
    def tell(row: Patient, telling: Telling) -> Iterator[Json]:
        return (resource for _each, resource in told(row, kind, telling))

    one: Tell = tell
    return (Source(asked, one, PREFIX, patient="pk", updated=("told_at",)),)


KINDS = (
    Kind(
        "Condition", P.CHART_READ, _source("Condition"),
        by_patient("subject") | CODE | {
            "clinical-status": Parameter("token", ("clinicalStatus",)),
            "verification-status": Parameter("token", ("verificationStatus",)),
            "category": Parameter("token", ("category",)), "recorded-date": Parameter("date", ("recordedDate",)),
        }, patient_path="subject",
    ),
    Kind(
        "AllergyIntolerance", P.CHART_READ, _source("AllergyIntolerance"),
        by_patient("patient") | CODE | {
            "clinical-status": Parameter("token", ("clinicalStatus",)),
            "verification-status": Parameter("token", ("verificationStatus",)), "date": Parameter("date",
                ("recordedDate",)),
        }, patient_path="patient",
    ),
    Kind(
        "MedicationStatement", P.CHART_READ, _source("MedicationStatement"),
        by_patient("subject") | STATUS | {
            "code": Parameter("token", ("medicationCodeableConcept",)), "effective": Parameter("date",
                ("effectiveDateTime",)),
        }, patient_path="subject",
    ),
)  # fmt: skip
