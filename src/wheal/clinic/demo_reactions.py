"""What happened after the demo's sessions: some reactions over, one overdue, and two that the watch holds together."""

from __future__ import annotations

from datetime import timedelta

from wheal import bodymap, knowledge
from wheal.clinic.demo_sessions import Room, clock_at
from wheal.clinic.patients import link_actions
from wheal.clinic.people.models import User
from wheal.clinic.safety import actions as recalls
from wheal.clinic.safety.models import FollowUp, Reaction, Sighting
from wheal.clinic.safety.reactions import actions, judging
from wheal.clinic.safety.reactions.actions import NewReaction
from wheal.clinic.safety.reactions.judging import NewAssessment
from wheal.clinic.safety.reactions.places import NewPlace
from wheal.clinic.safety.reporting import actions as reporting
from wheal.clinic.safety.watching import actions as watching
from wheal.clinic.treatments.models import Session


def demo_reactions(us: Room, fr: Room) -> None:
    _over(us)
    _held_together(us)
    _overdue(fr)


def _last(room: Room, family_name: str, given_names: str) -> Session:
    patient = room.patient(family_name, given_names)
    return patient.sessions.filter(signed_at__isnull=False).order_by("-planned_for").first()


def _recorded(session: Session, new: NewReaction, by: User) -> Reaction:
    made = actions.record(patient=session.patient, new=new, by=by, known=knowledge.current())
    watching.judge(made)
    return made


def _over(room: Room) -> None:
    """A bruise that was gone after nine days: judged, and expected by the label."""
    session = _last(room, "Testwell", "Grace")
    begun, gone_at = room.moment(-49, 9), room.moment(-40, 9)
    with clock_at(begun):
        new = NewReaction("bruising", begun.date(), description="Blue under the chin, not painful.", grade=1,
                          sessions=[session])  # fmt: skip
        made = _recorded(session, new, room.assistant)
    with clock_at(gone_at):
        gone = FollowUp(on=(begun + timedelta(days=9)).date(), course="resolved", grade=1, note="Gone.")
        actions.follow(reaction=made, new=gone, is_physician=True, by=room.physician)
        answers = {
            "after_it": "yes",
            "better_on_stopping": "not_known",
            "other_causes": "no",
            "objective": "yes",
        }
        told = NewAssessment(grade=1, naranjo=answers, who_umc="probable", linked="no")
        judging.assess(reaction=made, new=told, by=room.physician, known=knowledge.current())


def _held_together(room: Room) -> None:
    """A lump found at a visit, and three days later a report from a phone after a session with the same lot."""
    drawn = _last(room, "Samplewood", "Harold").passes.first()
    begun, seen_at, again = (room.moment(days, 12) for days in (-8, -5, 2))
    place = NewPlace(drawn.area, bodymap.unpack_points(drawn.points)[3], drawn)
    with clock_at(seen_at):
        new = NewReaction(
            "suspected_infection", begun.date(), description="Two firm lumps of 8 mm, red and warm, not soft.",
            grade=2, places=[place],
        )  # fmt: skip
        made = _recorded(drawn.session, new, room.assistant)
        note = "Seen; nothing to puncture yet."
        seen = FollowUp(on=seen_at.date(), course="unchanged", note=note, due_on=again.date())
        actions.follow(reaction=made, new=seen, is_physician=True, by=room.physician)
    susan, onset, sent_at = (
        room.patient("Placeholder", "Susan"),
        room.moment(-6, 0).date(),
        room.moment(-2, 20),
    )
    with clock_at(sent_at):
        link = link_actions.give(patient=susan, purpose="report", by=room.desk)
        answers = {"signs": ["discharge_or_abscess", "painful"], "onset": onset.isoformat(), "onset_is_about": True,
                   "areas": ["submental"], "words": "A sore spot that weeps since the weekend."}  # fmt: skip
        report = reporting.send(link=link, answers=answers, known=knowledge.current())
        seen = watching.judge(report.reaction)
    if seen:
        _called(room, seen)


def _called(room: Room, seen: Sighting) -> None:
    """A physician, for it takes one, calls whoever met the first suspect that is no lot: one is told, one not."""
    first = next(row for row in seen.suspects if row["kind"] != "lot")
    exposure = str(first["kind"]), str(first["id"])
    with clock_at(room.moment(-1, 9)):
        asked = "Two with a sore spot: ask everybody who was treated with it."
        made = watching.call(alarm=seen.alarm, exposure=exposure, note=asked, by=room.physician).recall
    tries = (("no_answer", ""), ("reached", "Well, nothing to see."))
    for hour, (reach, (status, note)) in enumerate(zip(made.people.all(), tries, strict=False), start=10):
        with clock_at(room.moment(-1, hour)):
            recalls.note_attempt(reach=reach, status=status, note=note, by=room.physician)


def _overdue(room: Room) -> None:
    session = _last(room, "Exemplaire", "Élodie")
    begun, due = room.moment(-15, 0).date(), room.moment(-7, 0).date()
    with clock_at(room.moment(-14, 10)):
        new = NewReaction("swelling", begun, description="Joues gonflées le soir.", grade=1, sessions=[session],
                          due_on=due)  # fmt: skip
        _recorded(session, new, room.assistant)
