"""A reaction is recorded once and fixed; what is found later, judged or corrected stands beside it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

import people
from clinic.treatments.conftest import SQUARE
from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.verifying import verify
from wheal.clinic.safety.models import FollowUp, Reaction
from wheal.clinic.safety.reactions import actions, judging, tying
from wheal.clinic.safety.reactions.actions import NewReaction, ReactionRefused
from wheal.clinic.safety.reactions.board import board
from wheal.clinic.safety.reactions.judging import NewAssessment
from wheal.clinic.safety.reactions.places import NewPlace
from wheal.clinic.treatments import actions as treatments


@pytest.fixture
def abscess(signed, alice, known) -> Reaction:
    drawn = signed.passes.get()
    new = NewReaction(
        kind="abscess",
        onset=people.today(),
        description="Red, warm, soft in the middle",
        grade=2,
        places=[NewPlace("submental", (203, 248), drawn)],
    )
    return actions.record(patient=signed.patient, new=new, by=alice, known=known)


def test_it_is_tied_to_the_session_and_the_point_that_was_tapped(abscess, signed):
    assert abscess.ties.get().session == signed
    place = abscess.places.get()
    assert (place.area, place.point, place.away_mm) == ("submental", SQUARE.index((200, 250)), Decimal("0.4"))


def test_a_red_flag_waits_for_a_physician_and_is_asked_for_the_next_day(abscess):
    assert (abscess.flags, abscess.urgency) == (["discharge_or_abscess"], "doctor_now")
    assert abscess.waits_for_a_physician
    assert abscess.due_on == abscess.clinic.day_of() + timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "a curse"}, "kind_unknown"),
        ({"onset": timedelta(days=1)}, "onset_to_come"),
        ({"onset": date(1980, 1, 1)}, "onset_before_birth"),
        ({"due_on": timedelta(days=-1)}, "due_in_the_past"),
        ({"places": [NewPlace("submental")] * 41}, "too_many_places"),
    ],
)
def test_what_cannot_be_is_refused_by_name(patient, alice, known, change, reason):
    new = {"kind": "bruising", "onset": people.today()} | change
    new = {
        key: people.today() + value if isinstance(value, timedelta) else value for key, value in new.items()
    }
    with pytest.raises(ReactionRefused, match=reason):
        actions.record(patient=patient, new=NewReaction(**new), by=alice, known=known)
    assert not Reaction.objects.exists()


def test_a_session_of_somebody_else_or_after_the_onset_is_refused(signed, clinic, alice, known):
    other = people.patient(clinic, alice, family_name="Other")
    with pytest.raises(ReactionRefused, match="not_this_patient"):
        actions.record(
            patient=other, new=NewReaction("pain", people.today(), sessions=[signed]), by=alice, known=known
        )
    earlier = NewReaction("pain", people.today() - timedelta(days=9), sessions=[signed])
    with pytest.raises(ReactionRefused, match="after_the_onset"):
        actions.record(patient=signed.patient, new=earlier, by=alice, known=known)


def test_the_same_reaction_is_not_recorded_twice_by_the_clinic(abscess, alice, known):
    with pytest.raises(ReactionRefused, match="recorded_already"):
        actions.record(
            patient=abscess.patient, new=NewReaction("abscess", people.today()), by=alice, known=known
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE safety_reaction SET description = 'nothing'",
        "UPDATE safety_reaction SET recorded_kind = 'bruising'",
        "DELETE FROM safety_reaction",
        "UPDATE safety_place SET x = 1",
        "DELETE FROM safety_tie",
    ],
)
def test_what_was_recorded_is_fixed_by_the_database(abscess, sql):
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_it_is_followed_until_it_is_over_and_the_worst_grade_stays(abscess, bob, alice):
    first = FollowUp(on=people.today(), course="worse", grade=3, note="larger")
    actions.follow(reaction=abscess, new=first, is_physician=False, by=bob)
    abscess.refresh_from_db()
    assert (abscess.course, abscess.grade, abscess.looked_at) == ("worse", 3, None)
    last = FollowUp(on=people.today(), course="resolved_with_marks", grade=1, samples="pus: M. abscessus")
    actions.follow(reaction=abscess, new=last, is_physician=True, by=alice)
    abscess.refresh_from_db()
    assert (abscess.over_on, abscess.due_on, abscess.grade, abscess.is_open) == (
        people.today(),
        None,
        3,
        False,
    )
    assert abscess.looked_at is not None
    assert [each.course for each in abscess.follow_ups.all()] == ["worse", "resolved_with_marks"]


def test_what_was_over_and_comes_back_is_open_again(abscess, alice):
    for course in ("resolved", "worse"):
        actions.follow(
            reaction=abscess, new=FollowUp(on=people.today(), course=course), is_physician=True, by=alice
        )
    abscess.refresh_from_db()
    assert abscess.is_open
    assert abscess.due_on == abscess.clinic.day_of() + timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"on": timedelta(days=1)}, "to_come"),
        ({"on": timedelta(days=-1)}, "before_it_began"),
        ({"due_on": timedelta(days=-1)}, "due_in_the_past"),
    ],
)
def test_a_follow_up_that_cannot_be_is_refused(abscess, alice, change, reason):
    new = FollowUp(
        **{"on": people.today(), "course": "better"}
        | {key: people.today() + by for key, by in change.items()}
    )
    with pytest.raises(ReactionRefused, match=reason):
        actions.follow(reaction=abscess, new=new, is_physician=True, by=alice)
    assert not abscess.follow_ups.exists()


def test_a_corrected_kind_counts_from_now_on_and_the_first_one_stays_readable(abscess, sam, known):
    made = actions.correct(
        reaction=abscess, corrects="kind", should_be="bruising", reason="Clear on the second look",
        is_physician=False, by=sam, known=known,
    )  # fmt: skip
    abscess.refresh_from_db()
    assert (made.was, abscess.kind, abscess.recorded_kind, abscess.flags) == (
        "abscess",
        "bruising",
        "abscess",
        [],
    )


def test_a_correction_that_raises_a_flag_waits_for_a_physician_again(signed, sam, alice, known):
    bruise = actions.record(
        patient=signed.patient, new=NewReaction("bruising", people.today()), by=alice, known=known
    )
    actions.follow(
        reaction=bruise, new=FollowUp(on=people.today(), course="unchanged"), is_physician=True, by=alice
    )
    actions.correct(
        reaction=bruise, corrects="kind", should_be="abscess", reason="Pus today", is_physician=False, by=sam,
        known=known,
    )  # fmt: skip
    bruise.refresh_from_db()
    assert bruise.waits_for_a_physician
    assert bruise.urgency == "doctor_now"


@pytest.mark.parametrize(
    ("corrects", "should_be", "reason", "refused"),
    [
        ("kind", "bruising", " ", "reason_missing"),
        ("kind", "a curse", "x", "kind_unknown"),
        ("kind", "abscess", "x", "nothing_changed"),
        ("onset", "yesterday", "x", "day_unreadable"),
        ("onset", "2199-01-01", "x", "onset_to_come"),
        ("onset", "1900-01-01", "x", "onset_before_birth"),
    ],
)
def test_a_correction_says_what_and_why(abscess, sam, known, corrects, should_be, reason, refused):
    with pytest.raises(ReactionRefused, match=refused):
        actions.correct(
            reaction=abscess, corrects=corrects, should_be=should_be, reason=reason, is_physician=True, by=sam,
            known=known,
        )  # fmt: skip


def test_the_judgement_counts_naranjo_and_says_what_the_label_expects(abscess, alice, known):
    new = NewAssessment(
        grade=3, serious=("hospital",), naranjo={"after_it": "yes", "other_causes": "no", "objective": "not_known"},
        who_umc="possible", linked="yes",
    )  # fmt: skip
    made = judging.assess(reaction=abscess, new=new, by=alice, known=known)
    assert (made.points, made.band, made.expected) == (4, "possible", "published")
    abscess.refresh_from_db()
    assert abscess.grade == 3
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        abscess.assessments.update(who_umc="certain")


@pytest.mark.parametrize(
    "new",
    [
        NewAssessment(serious=("bad luck",)),
        NewAssessment(who_umc="sure"),
        NewAssessment(linked="perhaps"),
        NewAssessment(grade=6),
        NewAssessment(naranjo={"after_it": "maybe"}),
    ],
)
def test_a_judgement_with_an_unknown_code_is_refused_whole(abscess, alice, known, new):
    with pytest.raises(ReactionRefused, match="unknown_code"):
        judging.assess(reaction=abscess, new=new, by=alice, known=known)
    assert not abscess.assessments.exists()


def test_every_fixed_row_is_named_by_the_audit(abscess, alice, known):
    """`wheal verify` finds nothing to complain of."""
    judging.assess(reaction=abscess, new=NewAssessment(grade=2), by=alice, known=known)
    actions.follow(
        reaction=abscess, new=FollowUp(on=people.today(), course="better"), is_physician=True, by=alice
    )
    audit.record(by=alice, what="people.logged_in")
    assert verify().broken == ()


def test_a_visit_cannot_be_taken_out_from_under_a_reaction(abscess, signed, alice):
    with pytest.raises(treatments.DraftRefused):
        treatments.cancel(session=signed, by=alice)


def test_what_is_over_waits_on_the_board_until_a_physician_has_looked(abscess, sam, alice):
    over = FollowUp(on=people.today(), course="resolved")
    actions.follow(reaction=abscess, new=over, is_physician=False, by=sam)
    assert board(abscess.clinic, people.today()).for_a_physician == [abscess]
    again = FollowUp(on=people.today(), course="resolved")
    actions.follow(reaction=abscess, new=again, is_physician=True, by=alice)
    assert board(abscess.clinic, people.today()).waiting == 0


def test_a_death_that_is_not_ticked_as_serious_is_no_judgement(abscess, alice, known):
    actions.follow(
        reaction=abscess, new=FollowUp(on=people.today(), course="fatal"), is_physician=True, by=alice
    )
    with pytest.raises(ReactionRefused, match="seriousness_contradicted"):
        judging.assess(reaction=abscess, new=NewAssessment(grade=5), by=alice, known=known)
    judging.assess(reaction=abscess, new=NewAssessment(grade=5, serious=("death",)), by=alice, known=known)


def test_nothing_more_is_written_to_what_was_recorded_by_mistake(abscess, alice, known):
    actions.correct(
        reaction=abscess, corrects="withdrawn", should_be="", reason="Wrong patient", is_physician=True, by=alice,
        known=known,
    )  # fmt: skip
    with pytest.raises(ReactionRefused, match="withdrawn"):
        actions.follow(
            reaction=abscess, new=FollowUp(on=people.today(), course="better"), is_physician=True, by=alice
        )
    with pytest.raises(ReactionRefused, match="withdrawn"):
        judging.assess(reaction=abscess, new=NewAssessment(grade=2), by=alice, known=known)


def test_a_course_that_nobody_knows_is_refused(abscess, alice):
    with pytest.raises(ReactionRefused, match="unknown_code"):
        actions.follow(
            reaction=abscess, new=FollowUp(on=people.today(), course="cursed"), is_physician=True, by=alice
        )


def test_a_report_without_a_session_is_tied_once_somebody_knows(signed, alice, bob, known):
    """A shock during the session is recorded before anybody can sign it."""
    new = NewReaction(kind="anaphylaxis", onset=people.today())
    made = actions.record(patient=signed.patient, new=new, by=bob, known=known)
    assert not made.ties.exists()
    assert judging.expectation(made, known).standing == "not_known"
    tying.tie(reaction=made, sessions=[signed], reason="It came while the needle was in", by=bob)
    assert [tie.session for tie in made.ties.standing()] == [signed]
    correction = made.corrections.get()
    assert (correction.days_were, correction.days_should_be) == ([], [people.today()])
    assert judging.expectation(made, known).standing != "not_known"
    assert verify().broken == ()


def test_a_wrong_tie_is_taken_back_and_stays_readable(abscess, signed, alice):
    tying.tie(reaction=abscess, sessions=[], reason="It was there before", by=alice)
    assert not abscess.ties.standing().exists()
    assert abscess.ties.get().taken_back_at
    tying.tie(reaction=abscess, sessions=[signed], reason="It was not there before", by=alice)
    assert [tie.session for tie in abscess.ties.standing()] == [signed]
    assert abscess.corrections.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        abscess.ties.update(session=signed.pk + 1)


@pytest.mark.parametrize(("change", "reason"), [({"reason": " "}, "reason_missing"), ({}, "nothing_changed")])
def test_a_tie_that_says_nothing_is_refused(abscess, signed, alice, change, reason):
    with pytest.raises(ReactionRefused) as refused:
        tying.tie(**{"reaction": abscess, "sessions": [signed], "reason": "Why not", "by": alice} | change)
    assert refused.value.reason == reason
