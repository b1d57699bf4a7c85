"""What happened after a session, what was found at signing, what must not be missed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from html import escape
from typing import Final, NamedTuple

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils import formats, translation
from django.utils.translation import gettext as _

from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling, numbers
from wheal.clinic.fhir.resources.patients import CODE, STATUS, by_patient, of_patient
from wheal.clinic.fhir.resources.people import place_reference, practitioner_reference
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P
from wheal.clinic.safety.models import (
    TAKEN_BACK,
    Assessment,
    Correction,
    FollowUp,
    Reach,
    Reaction,
    Tie,
)
from wheal.clinic.safety.reactions.models import newest
from wheal.clinic.treatments.models import Session
from wheal.events import flags, seriousness
from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import Json, concept, day, held, instant, period, reference, resource, with_meta

COURSES = {
    "better": ("recovering", "Recovering"), "unchanged": ("ongoing", "Ongoing"), "worse": ("ongoing", "Ongoing"),
    "resolved": ("resolved", "Resolved"), "resolved_with_marks": ("resolvedWithSequelae", "Resolved with Sequelae"),
    "fatal": ("fatal", "Fatal"), "not_known": ("unknown", "Unknown"),
}  # fmt: skip
GRADES = {1: ("mild", "Mild"), 2: ("moderate", "Moderate"), 3: ("severe", "Severe"), 4: ("severe", "Severe")}
R5: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AdverseEvent"
"""What AdverseEvent has since R5, as FHIR lets R4 say it: `.status`, which nobody may overlook, and `.note`."""
SEVERITIES = {"stop": "high", "refer": "high", "caution": "moderate", "info": "low"}


def _reactions(clinic: Clinic) -> QuerySet[Reaction]:
    return (
        Reaction.objects.filter(clinic=clinic)
        .select_related("patient", "clinic", "recorded_by")
        .prefetch_related(Prefetch("ties", Tie.objects.standing().order_by("pk")), Prefetch("assessments",
            Assessment.objects.all()), "places", Prefetch("follow_ups", FollowUp.objects.order_by("pk")), _CORRECTIONS)
        .order_by()
    )  # fmt: skip


_CORRECTIONS: Final = Prefetch("corrections", Correction.objects.select_related("made_by").order_by("pk"))


def _event(row: Reaction, telling: Telling) -> Iterator[Json]:
    """One that was recorded by mistake stays under its id, for what vanishes would stand in every copy for good."""
    told = _mistaken(row, telling) if row.withdrawn_at else _standing(row, telling)
    later = [each.made_at for each in (*row.assessments.all(), *row.corrections.all())]
    yield with_meta(told, max([row.recorded_at, *later, *(each.written_at for each in row.follow_ups.all())]))


def _mistaken(row: Reaction, telling: Telling) -> Json:
    """Nothing that could be read, found or counted as a reaction."""
    with translation.override(telling.language):
        words = _("Recorded by mistake: this is no reaction of the patient")
    return resource(
        "AdverseEvent", row.pk, modifierExtension=[{"url": f"{R5}.status", "valueCode": "entered-in-error"}],
        actuality="actual", event=concept(text=words), subject=of_patient(row.patient),
        recordedDate=instant(row.recorded_at),
        text=_paragraphs([words, *(each.text for each in _corrected(row, telling))]),
        extension=_notes(row, telling), location=place_reference(row.clinic),
        recorder=practitioner_reference(row.recorded_by) or of_patient(row.patient),
    )  # fmt: skip


def _standing(row: Reaction, telling: Telling) -> Json:
    """Severity, seriousness and cause only as somebody judged them."""
    judged = newest(row.assessments.all())
    return resource(
        "AdverseEvent", row.pk, actuality="actual", extension=_notes(row, telling),
        event=terms.coded("event_kinds", row.kind, telling.known, telling.language), subject=of_patient(row.patient),
        date=_onset(row), text=_in_words(row, telling), detected=day(row.reported_on),
        recordedDate=instant(row.recorded_at),
        seriousness=_seriousness(judged, row),
        severity=terms.hl7("adverse-event-severity", *GRADES[row.grade]) if row.grade in GRADES else None,
        outcome=terms.hl7("adverse-event-outcome", *COURSES[row.course]), location=place_reference(row.clinic),
        recorder=practitioner_reference(row.recorded_by) or of_patient(row.patient),
        suspectEntity=[_suspect(tie, judged, telling) for tie in row.ties.all()],
    )  # fmt: skip


def _seriousness(judged: Assessment | None, row: Reaction) -> Json | None:
    """None where nobody judged it, and where a grade or a course implies what the judgement does not say: neither is
    the same as not serious."""
    if judged is None:
        return None
    grade = judged.grade or row.grade
    if not judged.serious and seriousness.contradictions(grade=grade, course=row.course, criteria=()):
        return None
    code = "Serious" if judged.serious else "Non-serious"
    return terms.hl7("adverse-event-seriousness", code, code)


def _onset(row: Reaction) -> str | None:
    """Of one that is only about known the month: the day stands in the words, as about."""
    if row.onset is None:
        return None
    return f"{row.onset:%Y-%m}" if row.onset_is_about else day(row.onset)


def _in_words(row: Reaction, telling: Telling) -> Json | None:
    """What FHIR has no element for: as it was described, where, the signs, what was done, and how it went on."""
    known, language = telling.known, telling.language
    rows = [row.description]
    if row.onset and row.onset_is_about:
        rows.append(f"≈ {_on(row.onset, telling)}")
    rows.append(", ".join(terms.worded("signs", each, known, language) for each in row.signs))
    areas = dict.fromkeys(each.area for each in row.places.all())
    rows.append(", ".join(terms.worded("areas", each, known, language) for each in areas))
    rows.append(row.treatment)
    for each in row.follow_ups.all():
        parts = [part.strip() for part in (each.note, each.treatment, each.samples) if part.strip()]
        rows += [f"{_on(each.on, telling)}: {' · '.join(parts)}"] if parts else []
    return _paragraphs([*rows, *(each.text for each in _corrected(row, telling))])


def _on(which: date, telling: Telling) -> str:
    with translation.override(telling.language):
        return formats.date_format(which, "DATE_FORMAT")


class _Said(NamedTuple):
    by: Correction
    text: str


def _corrected(row: Reaction, telling: Telling) -> list[_Said]:
    """Each correction in words, with who and when; as it stands beside the reaction in the record."""
    with translation.override(telling.language):
        return [_Said(each, _correction(each, telling)) for each in row.corrections.all()]


def _correction(row: Correction, telling: Telling) -> str:
    on = formats.date_format(row.made_at.astimezone(telling.zone), "DATE_FORMAT")
    parts = [_("Corrected afterwards"), on, row.made_by.shown_name, row.corrects_words, _change(row, telling)]
    return f"{' · '.join(part for part in parts if part)} ({row.reason})"


def _change(row: Correction, telling: Telling) -> str:
    if row.corrects == "withdrawn":
        return ""
    if row.corrects == "kind":
        was, now = (
            terms.worded("event_kinds", each, telling.known, telling.language)
            for each in (row.was, row.should_be)
        )
    elif row.corrects in ("onset", "sessions"):
        was, now = (
            ", ".join(formats.date_format(each, "DATE_FORMAT") for each in days)
            for days in (row.days_were, row.days_should_be)
        )
    else:
        return row.should_be
    return f"{was or '—'} → {now or '—'}"


def _notes(row: Reaction, telling: Telling) -> list[Json]:
    """For programs, what the text says for people."""
    return [
        {"url": f"{R5}.note", "valueAnnotation": held(
            authorReference=practitioner_reference(each.by.made_by), time=instant(each.by.made_at), text=each.text)}
        for each in _corrected(row, telling)
    ]  # fmt: skip


def _paragraphs(rows: Iterable[str]) -> Json | None:
    lines = "".join(f"<p>{escape(each)}</p>" for each in rows if each.strip())
    if not lines:
        return None
    return {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{lines}</div>'}


def _suspect(tie: Tie, judged: Assessment | None, telling: Telling) -> Json:
    causality = []
    if judged and judged.who_umc:
        causality = [{"assessment": terms.coded("who_umc", judged.who_umc, telling.known, telling.language)}]
    return held(instance=reference("Procedure", tie.session_id), causality=causality)


def _judged(clinic: Clinic) -> QuerySet[Session]:
    rows = Session.objects.filter(clinic=clinic, signed_at__isnull=False)
    return rows.select_related("patient", "signed_by").defer("document").order_by()


def _issues(row: Session, telling: Telling) -> Iterator[Json]:
    """What the judgement found as the session stood at signing, and the physician's reason to go on."""
    for place, found in enumerate((row.judgement or {}).get("findings", [])):
        message = found["message"].get(telling.language) or found["message"]["en"]
        reason = found["severity"] == "refer" and row.reason.strip()
        told = resource(
            "DetectedIssue", f"{row.pk}-{place}", status="final",
            code=concept([{"system": canonical.system("findings"), "code": found["code"]}], message),
            severity=SEVERITIES.get(found["severity"]), patient=of_patient(row.patient),
            identifiedDateTime=instant(row.signed_at), author=practitioner_reference(row.signed_by),
            implicated=[reference("Procedure", row.pk), *_about(found, telling)], detail=message,
            evidence=_evidence(found, telling),
            mitigation=[
                held(action=concept(text=row.reason), date=instant(row.signed_at),
                    author=practitioner_reference(row.signed_by))
            ] if reason else [],
        )  # fmt: skip
        yield with_meta(told, row.signed_at)


def _about(found: Json, telling: Telling) -> list[Json]:
    """The substance that it speaks of, where it is one."""
    about = found.get("about", "")
    if about not in telling.known.substances:
        return []
    return [reference("Substance", canonical.as_id(about), telling.known.name(about, telling.language))]


def _evidence(found: Json, telling: Telling) -> list[Json]:
    """By which source; of one that the knowledge no longer has, its name alone."""
    named = [found.get("source")]
    sources = telling.known.sources
    cited = [
        (each, sources[each].cited(telling.language) if each in sources else "") for each in named if each
    ]
    return [{"code": [terms.plain("sources", each, words or each)]} for each, words in cited]


def _called(clinic: Clinic) -> QuerySet[Reach]:
    rows = Reach.objects.filter(recall__clinic=clinic, recall__is_drill=False)
    taken_back = Max("attempts__made_at", filter=Q(attempts__status=TAKEN_BACK))
    rows = rows.annotate(taken_back_at=taken_back)
    return rows.select_related("patient", "recall__lot__product", "recall__opened_by").order_by()


def _recalled(row: Reach, _telling: Telling) -> Iterator[Json]:
    """Up until the person was told, or the recall was closed."""
    words = f"{row.recall.lot or row.recall.called}: {row.recall.reason}"
    ended = row.settled_at or row.recall.closed_at
    told = _flag(f"recall-{row.pk}", row.patient, "recalled-product", words, row.recall.opened_at, ended)
    told["author"] = practitioner_reference(row.recall.opened_by)
    yield with_meta(told, _last(row.recall.opened_at, row.joined_at, row.taken_back_at, ended))


def _last(*moments: datetime | None) -> datetime:
    return max(each for each in moments if each is not None)


READ_LATER: Final = "read_today"
"""Raises no flag: it is read on the day."""


def _red_flags(clinic: Clinic) -> QuerySet[Reaction]:
    """With those that raised one before their kind was corrected, or may have."""
    other_kind = Correction.objects.filter(reaction=OuterRef("pk"), corrects="kind")
    return (
        Reaction.objects.filter(clinic=clinic)
        .filter((~Q(flags=[]) & ~Q(urgency=READ_LATER)) | Exists(other_kind))
        .select_related("patient")
        .prefetch_related(_CORRECTIONS)
        .order_by()
    )


def _red_flag(row: Reaction, telling: Telling) -> Iterator[Json]:
    """Of what was recorded by mistake, or as a kind that it was not, it was raised in error: said, not left out."""
    corrected = list(row.corrections.all())
    raised = row.flags if row.urgency != READ_LATER else []
    is_mistaken = bool(row.withdrawn_at) or not raised
    signs = raised or _raised_before(row, corrected, telling)
    if not signs:
        return
    words = ", ".join(terms.worded("signs", sign, telling.known, telling.language) for sign in signs)
    last = _last(row.recorded_at, row.looked_at, *(each.made_at for each in corrected))
    told = _flag(f"reaction-{row.pk}", row.patient, "red-flag", words, row.recorded_at,
        (row.withdrawn_at or last) if is_mistaken else row.looked_at)  # fmt: skip
    yield with_meta(told | ({"status": "entered-in-error"} if is_mistaken else {}), last)


def _raised_before(row: Reaction, corrected: Iterable[Correction], telling: Telling) -> list[str]:
    """By the kind that it was last recorded as before one that raises none."""
    kinds = [each.was for each in corrected if each.corrects == "kind"]
    for kind in reversed(kinds):
        found = flags.raised(kind=kind, warnings=row.warnings, signs=row.signs, known=telling.known)
        if found and flags.urgency_of(found) != READ_LATER:
            return [flag.name for flag in found]
    return []


def _flag(identity: str, patient: object, code: str, words: str, since: object, until: object) -> Json:
    return resource(
        "Flag", identity, status="inactive" if until else "active", category=[terms.hl7("flag-category", "safety",
            "Safety")],
        code=terms.plain("flags", code, words), subject=of_patient(patient), period=period(since, until),
    )  # fmt: skip


def _after(sessions: Iterable[int]) -> Q:
    return Q(pk__in=Tie.objects.standing().filter(session__in=sessions).values("reaction"))


KINDS = (
    Kind(
        "AdverseEvent", P.CHART_READ,
        (Source(_reactions, _event, patient="patient", narrow={
            "substance": lambda values: _after(numbers(values))
        }),),
        by_patient("subject") | {
            "event": Parameter("token", ("event",)), "date": Parameter("date", ("date",)),
            "seriousness": Parameter("token", ("seriousness",)), "severity": Parameter("token", ("severity",)),
            "actuality": Parameter("token", ("actuality",)),
            "substance": Parameter("reference", ("suspectEntity.instance",), ("Procedure",)),
        }, patient_path="subject",
    ),
    Kind(
        "DetectedIssue", P.CHART_READ,
        (Source(_judged, _issues, patient="patient", date="signed_at", updated=("signed_at",), narrow={
            "implicated": lambda values: Q(pk__in=numbers(values))
        }),),
        by_patient("patient") | CODE | {
            "identified": Parameter("date", ("identifiedDateTime",)),
            "implicated": Parameter("reference", ("implicated",), ("Procedure",)),
            "author": Parameter("reference", ("author",), ("Practitioner",)),
        }, patient_path="patient",
    ),
    Kind(
        "Flag", P.CHART_READ,
        (
            Source(_called, _recalled, "recall", patient="patient"),
            Source(_red_flags, _red_flag, "reaction", patient="patient"),
        ),
        by_patient("subject") | STATUS | {
            "date": Parameter("date", ("period",)), "code": Parameter("token", ("code",)),
        }, patient_path="subject",
    ),
)  # fmt: skip
