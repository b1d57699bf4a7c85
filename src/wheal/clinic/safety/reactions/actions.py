"""All that writes about a reaction. Keyword-only, one transaction each, the audit row inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.safety.reactions import places
from wheal.clinic.safety.reactions.models import Correction, FollowUp, Place, Reaction, Tie
from wheal.clinic.treatments.models import Session
from wheal.events import flags, follow_up
from wheal.knowledge import Knowledge

MOST_PLACES = 40


class ReactionRefused(Exception):
    """Carries `reason`, a code that the page puts into words, and the field that it is about."""

    def __init__(self, reason: str, about: str = "") -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about


@dataclass(frozen=True, slots=True)
class NewReaction:
    kind: str
    onset: date | None  # None: a red flag that did not wait for a day
    onset_is_about: bool = False
    description: str = ""
    treatment: str = ""
    warnings: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    grade: int | None = None
    sessions: Sequence[Session] = ()
    places: Sequence[places.NewPlace] = field(default=())
    due_on: date | None = None


@transaction.atomic
def record(*, patient: Patient, new: NewReaction, by: User | None, known: Knowledge) -> Reaction:
    """`by` is None where the patient reports it. Raises ReactionRefused.

    kind_unknown, onset_to_come, onset_before_birth, recorded_already, not_this_patient, after_the_onset,
    due_in_the_past, too_many_places.
    """
    clinic, now = patient.clinic, timezone.now()
    today = clinic.day_of(now)
    _refuse(patient, new, today, known, by_the_clinic=by is not None)
    found = flags.raised(kind=new.kind, warnings=new.warnings, signs=new.signs, known=known)
    urgency = flags.urgency_of(found)
    made = Reaction.objects.create(
        clinic=clinic,
        patient=patient,
        source=Reaction.Source.STAFF if by else Reaction.Source.PATIENT,
        reported_on=today,
        recorded_at=now,
        recorded_by=by,
        recorded_kind=new.kind,
        recorded_onset=new.onset,
        onset_is_about=new.onset_is_about,
        warnings=sorted(new.warnings),
        signs=sorted(new.signs),
        description=new.description.strip(),
        treatment=new.treatment.strip(),
        flags=[flag.name for flag in found],
        urgency=urgency,
        knowledge_version=known.version,
        knowledge_digest=known.digest,
        kind=new.kind,
        onset=new.onset,
        grade=new.grade,
        due_on=new.due_on or follow_up.first_due(urgency, today),
    )
    _tie(made, new)
    audit.record(
        by=by,
        what="safety.reaction_recorded",
        subject=made,
        clinic=clinic,
        patient=patient,
        detail={"kind": new.kind, "source": made.source, "flags": made.flags},
        fixes=[Reaction.objects.filter(pk=made.pk), made.ties.all(), made.places.all()],
    )
    return made


def _refuse(
    patient: Patient, new: NewReaction, today: date, known: Knowledge, *, by_the_clinic: bool
) -> None:
    until = new.onset or today
    same = patient.reactions.standing().filter(
        source=Reaction.Source.STAFF, recorded_kind=new.kind, recorded_onset=new.onset
    )
    refused = {
        ("kind_unknown", "kind"): new.kind not in known.vocabulary.event_kinds,
        ("onset_to_come", "onset"): until > today,
        ("onset_before_birth", "onset"): until < patient.birth_date,
        ("due_in_the_past", "due_on"): new.due_on is not None and new.due_on < today,
        ("not_this_patient", "sessions"): any(each.patient_id != patient.pk for each in new.sessions),
        ("after_the_onset", "sessions"): any(places.day_of(each) > until for each in new.sessions),
        ("too_many_places", "places"): len(new.places) > MOST_PLACES,
        ("recorded_already", "kind"): by_the_clinic and same.exists(),
    }
    for (reason, about), holds in refused.items():
        if holds:
            raise ReactionRefused(reason, about)


def _tie(made: Reaction, new: NewReaction) -> None:
    """To the sessions named, and to those of whose passes a place was tapped."""
    tapped = [place.drawn.session for place in new.places if place.drawn]
    named = {session.pk: session for session in [*new.sessions, *tapped]}
    Tie.objects.bulk_create(Tie(reaction=made, session=session) for session in named.values())
    Place.objects.bulk_create(place.of(made) for place in new.places)


@transaction.atomic
def follow(*, reaction: Reaction, new: FollowUp, is_physician: bool, by: User) -> FollowUp:
    """Writes what was found; the reaction then stands as this says. Raises ReactionRefused.

    `new` is not saved yet. The worst grade stays; a physician who writes has looked.
    withdrawn, unknown_code, to_come, before_it_began, due_in_the_past.
    """
    reaction = _locked(reaction)
    if reaction.withdrawn_at:
        raise ReactionRefused("withdrawn")
    if new.course not in follow_up.COURSES:
        raise ReactionRefused("unknown_code", "course")
    today = reaction.clinic.day_of()
    if new.on > today:
        raise ReactionRefused("to_come", "on")
    if new.on < reaction.counted_from:
        raise ReactionRefused("before_it_began", "on")
    if new.due_on and new.due_on < today:
        raise ReactionRefused("due_in_the_past", "due_on")
    is_over = new.course in follow_up.OVER
    new.reaction, new.written_by, new.by_physician = reaction, by, is_physician
    new.due_on = None if is_over else new.due_on or follow_up.next_due(new.course, today)
    new.save(force_insert=True)
    reaction.course, reaction.due_on = new.course, new.due_on
    reaction.over_on = new.on if is_over else None
    reaction.grade = max(filter(None, (reaction.grade, new.grade)), default=None)
    if is_physician and reaction.looked_at is None:
        reaction.looked_at = new.written_at
    if reaction.read_at is None:
        reaction.read_at = new.written_at
    reaction.save(update_fields=["course", "due_on", "over_on", "grade", "looked_at", "read_at"])
    _note(reaction, "reaction_followed", by, fixes=[FollowUp.objects.filter(pk=new.pk)], course=new.course)
    return new


@transaction.atomic
def read(*, reaction: Reaction, by: User) -> None:
    """Somebody of the clinic has read what a patient reported."""
    reaction = _locked(reaction)
    if reaction.is_unread:
        reaction.read_at = timezone.now()
        reaction.save(update_fields=["read_at"])
        _note(reaction, "report_read", by)


@transaction.atomic
def correct(
    *,
    reaction: Reaction,
    corrects: str,
    should_be: str,
    reason: str,
    is_physician: bool,
    by: User,
    known: Knowledge,
) -> Correction:
    """What was recorded stays; from now on the corrected kind or first day counts. Raises ReactionRefused.

    A kind that raises a red flag more waits for a physician again, unless one made the correction.

    reason_missing, kind_unknown, nothing_changed, day_unreadable, onset_to_come, onset_before_birth.
    """
    if not reason.strip():
        raise ReactionRefused("reason_missing", "reason")
    reaction = _locked(reaction)
    was = _corrected(reaction, corrects, should_be.strip(), known)
    if _flag_anew(reaction, known) and not is_physician:
        reaction.looked_at = None
    made = Correction.objects.create(
        reaction=reaction,
        corrects=corrects,
        was=was,
        should_be=should_be.strip(),
        reason=reason.strip(),
        made_by=by,
    )
    reaction.save(update_fields=["kind", "onset", "withdrawn_at", "flags", "urgency", "looked_at"])
    _note(
        reaction, "reaction_corrected", by, fixes=[Correction.objects.filter(pk=made.pk)], corrects=corrects
    )
    return made


def _flag_anew(reaction: Reaction, known: Knowledge) -> bool:
    """Whether the kind as it now stands raises a flag that was not raised before."""
    found = flags.raised(kind=reaction.kind, warnings=reaction.warnings, signs=reaction.signs, known=known)
    before, names = set(reaction.flags), [flag.name for flag in found]
    reaction.flags, reaction.urgency = names, flags.urgency_of(found)
    return bool(set(names) - before)


def _corrected(reaction: Reaction, corrects: str, should_be: str, known: Knowledge) -> str:
    """Changes the reaction and tells what stood before."""
    if corrects == "kind":
        if should_be not in known.vocabulary.event_kinds:
            raise ReactionRefused("kind_unknown", "should_be")
        was, reaction.kind = reaction.kind, should_be
    elif corrects == "onset":
        was = reaction.onset.isoformat() if reaction.onset else ""
        reaction.onset = _day(reaction, should_be)
    elif corrects == "withdrawn":
        was, reaction.withdrawn_at = "", reaction.withdrawn_at or timezone.now()
    else:
        return ""
    if was == should_be and corrects != "withdrawn":
        raise ReactionRefused("nothing_changed", "should_be")
    return was


def _day(reaction: Reaction, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as problem:
        raise ReactionRefused("day_unreadable", "should_be") from problem
    if day > reaction.clinic.day_of():
        raise ReactionRefused("onset_to_come", "should_be")
    if day < reaction.patient.birth_date:
        raise ReactionRefused("onset_before_birth", "should_be")
    return day


def _locked(reaction: Reaction) -> Reaction:
    return (
        Reaction.objects.select_for_update(of=("self",))
        .select_related("clinic", "patient")
        .get(pk=reaction.pk)
    )


def _note(reaction: Reaction, what: str, by: User, fixes: Sequence[object] = (), **detail: object) -> None:
    audit.record(
        by=by,
        what=f"safety.{what}",
        subject=reaction,
        clinic=reaction.clinic,
        patient=reaction.patient,
        detail=detail,
        fixes=fixes,
    )
