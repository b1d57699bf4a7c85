"""The watch speaks at the second and third linked case; what it said is kept, acted on and concluded."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

import ready
from clinic.safety.outbreak import fell_ill, injected, treated
from wheal.clinic import jobs
from wheal.clinic.audit.verifying import verify
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.equipment.models import Kind
from wheal.clinic.safety.models import Alarm, Exposed, Reaction, Recall, Sighting, Step
from wheal.clinic.safety.reactions import actions as reactions
from wheal.clinic.safety.watching import actions, exposures, looking, naming
from wheal.clinic.safety.watching.actions import AlarmRefused
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Suspicion


@pytest.fixture
def bad(clinic, alice):
    return ready.lot(clinic, alice, "BAD-1")


@pytest.fixture
def sessions(clinic, alice, bad):
    return treated(clinic, alice, bad, 4)


@pytest.fixture
def alarm(sessions, bob) -> Alarm:
    for session in sessions[:3]:
        actions.judge(fell_ill(session, bob))
    return Alarm.objects.get()


def lot_of(bad) -> tuple[str, str]:
    return ("lot", str(bad.pk))


def test_it_watches_at_the_second_case_and_alarms_at_the_third(sessions, bob, bad):
    assert actions.judge(fell_ill(sessions[0], bob)) is None
    second = actions.judge(fell_ill(sessions[1], bob, kind="abscess"))
    assert (second.level, len(second.cases)) == ("watch", 2)
    third = actions.judge(fell_ill(sessions[2], bob, kind="ulcer_or_necrosis"))
    assert (third.level, len(third.cases)) == ("alarm", 3)
    alarm = Alarm.objects.get()
    assert alarm.level == "alarm"
    assert "BAD-1" in {row["name"].rpartition(" ")[2] for row in third.suspects}
    assert verify().broken == ()


def test_what_a_patient_reports_counts_like_what_the_clinic_records(sessions):
    for session in sessions[:3]:
        actions.judge(fell_ill(session, None))
    assert Alarm.objects.get().level == "alarm"


def test_bruises_and_one_patient_twice_raise_nothing(sessions, bob):
    for session in sessions:
        actions.judge(fell_ill(session, bob, kind="bruising"))
    for kind in ("abscess", "nodule", "suspected_infection"):
        actions.judge(fell_ill(sessions[0], bob, kind=kind))
    assert not Alarm.objects.exists()


def test_nothing_is_kept_twice_and_a_case_more_is(alarm, sessions, clinic, bob):
    before = Sighting.objects.count()
    assert actions.look_again(clinic) == []
    assert Sighting.objects.count() == before
    fourth = actions.judge(fell_ill(sessions[3], bob))
    assert len(fourth.cases) == 4
    assert fourth.alarm == alarm


def test_the_nightly_look_finds_what_was_reported_before_the_session_was_known(clinic, alice, bob, bad):
    """Two sessions were signed only after their reactions had been recorded."""
    first, second, third = treated(clinic, alice, bad, 3)
    for session in (first, second, third):
        fell_ill(session, bob)
    assert not Alarm.objects.exists()
    found = actions.look_again(clinic)
    assert [one.level for one in found] == ["watch", "alarm"]
    assert Alarm.objects.get().sightings.count() == 2


def test_one_reaction_is_judged_with_all_that_is_known_on_its_day(alarm, clinic, django_assert_num_queries):
    """Whichever was recorded last, and whenever each began: it says what the look at all of them says last."""
    today, reactions = clinic.day_of(), Reaction.objects.order_by("pk")
    whole = looking.look(clinic, today)
    assert [seen.after.pk for seen in whole] == [reaction.pk for reaction in reactions][1:]
    for reaction in reactions:
        with django_assert_num_queries(6):
            (alone,) = looking.look(clinic, today, only=reaction)
        assert (alone.after, set(alone.notice.patients)) == (reaction, set(whole[-1].notice.patients))
        assert alone.notice.suspects == whole[-1].notice.suspects
        assert set(alone.cases) == set(reactions)


def test_what_the_label_of_a_product_lets_expect_is_told_to_the_watch(clinic, bob, sessions, bad):
    """One read more, and only where somebody had a reaction of a kind that some label tells of."""
    assert looking._promised(clinic, [fell_ill(sessions[0], bob, kind="abscess")]) == {}
    nodule = fell_ill(sessions[1], bob, kind="nodule")
    assert looking._promised(clinic, [nodule])["nodule", ("product", str(bad.product_id))] == 0.13


def test_sessions_long_ago_are_counted_and_those_of_the_ill_are_told(alarm, clinic, sessions):
    """The last of four stayed well."""
    today = clinic.day_of()
    for back, session in enumerate(sessions):
        day = (today - looking.IN_USE).toordinal() - back - 1
        Exposed.objects.filter(session=session).update(day=day)
    ill = {session.patient_id for session in sessions[:3]}
    begin, year = ((today - ago).toordinal() for ago in (looking.HISTORY, looking.IN_USE))
    told = looking._before(clinic, begin, year, ill)
    assert [patient for _day, patient, _met in told] == [it.patient_id for it in reversed(sessions[:3])]
    assert looking._stayed_well(clinic, begin, year, told) == {date.fromordinal(year - 4): 1}
    assert looking._since(clinic, year, today) == []


def test_a_reaction_recorded_by_mistake_no_longer_counts(sessions, bob, alice, known):
    wrong = fell_ill(sessions[0], bob)
    reactions.correct(
        reaction=wrong, corrects="withdrawn", should_be="", reason="Another person of this name", is_physician=True,
        by=alice, known=known,
    )  # fmt: skip
    assert actions.judge(fell_ill(sessions[1], bob)) is None


def test_every_session_is_kept_once_with_all_that_it_met(clinic, alice, bad):
    tap = equipment.add_thing(clinic=clinic, thing=equipment.NewThing(Kind.WATER_POINT, "Tap"), by=alice)
    (session,) = treated(clinic, alice, bad, 1, things=[tap])
    assert exposures.fill(clinic) == 1
    assert exposures.fill(clinic) == 0
    row = Exposed.objects.get()
    assert set(row.met.split()) == {
        f"lot:{bad.pk}", f"product:{bad.product_id}", f"practitioner:{alice.pk}", f"clinic:{clinic.pk}",
        f"water_point:{tap.pk}",
    }  # fmt: skip
    assert (row.session_id, row.day) == (session.pk, clinic.day_of().toordinal())


def test_a_suspect_is_named_with_its_page_and_what_can_be_done(clinic, alice, bad):
    tap = equipment.add_thing(clinic=clinic, thing=equipment.NewThing(Kind.WATER_POINT, "Tap"), by=alice)
    asked = [lot_of(bad), ("water_point", str(tap.pk)), ("practitioner", str(alice.pk)), ("clinic", str(clinic.pk)),
             ("lot", "999999")]  # fmt: skip
    found = naming.names(asked, clinic)
    assert [found[one].label for one in asked] == [
        "Test deoxycholic_acid · BAD-1", "Tap", "Alice Example", "Bridge Street", "—",
    ]  # fmt: skip
    assert found[asked[0]].lot == bad
    assert found[asked[1]].thing == tap


# --- what is done


def test_quarantine_blocks_the_lot_and_is_written_down(alarm, bad, sam):
    actions.quarantine(alarm=alarm, exposure=lot_of(bad), note="Three abscesses", by=sam)
    bad.refresh_from_db()
    assert bad.quarantined_at is not None
    step = alarm.steps.get()
    assert (step.what, step.kind, step.name, step.done_by) == ("quarantined", "lot", str(bad.pk), sam)
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Step.objects.update(note="nothing")


def test_calling_the_exposed_opens_the_recall_with_everybody_on_it(alarm, bad, sam, sessions):
    step = actions.call(alarm=alarm, exposure=lot_of(bad), note="Suspected infections", by=sam)
    assert step.recall == Recall.objects.get()
    assert step.recall.people.count() == len(sessions)
    with pytest.raises(AlarmRefused, match="already_open"):
        actions.call(alarm=alarm, exposure=lot_of(bad), note="Again", by=sam)


def test_a_device_is_stopped_and_a_lot_is_no_device(alarm, clinic, bad, alice, sam):
    gun = equipment.add_thing(clinic=clinic, thing=equipment.NewThing(Kind.DEVICE, "Injector"), by=alice)
    actions.stop(alarm=alarm, exposure=("device", str(gun.pk)), note="", by=sam)
    gun.refresh_from_db()
    assert gun.blocked_at is not None
    for act, exposure, reason in (
        (actions.stop, lot_of(bad), "not_a_thing"),
        (actions.quarantine, ("device", str(gun.pk)), "not_a_lot"),
        (actions.quarantine, ("practitioner", str(alice.pk)), "not_a_lot"),
    ):
        with pytest.raises(AlarmRefused, match=reason):
            act(alarm=alarm, exposure=exposure, note="", by=sam)


@pytest.mark.parametrize(
    ("found", "conclusion", "exposure", "reason"),
    [
        ("perhaps", "x", ("lot", "1"), "unknown_outcome"),
        ("confirmed", " ", ("lot", "1"), "conclusion_missing"),
        ("confirmed", "x", ("", ""), "cause_missing"),
        ("confirmed", "x", ("lot", "1"), "result_missing"),
        ("none", "x", ("", ""), "nothing_done"),
    ],
)
def test_it_is_not_closed_without_a_conclusion_a_cause_and_something_done(
    alarm, sam, found, conclusion, exposure, reason
):
    with pytest.raises(AlarmRefused, match=reason):
        actions.close(alarm=alarm, found=found, conclusion=conclusion, exposure=exposure, by=sam)
    alarm.refresh_from_db()
    assert alarm.closed_at is None


def test_a_closed_alarm_is_fixed_and_the_same_cases_open_no_other(alarm, bad, sam, clinic, sessions, bob):
    assert Suspicion.objects.filter(kind="lot", named=bad.pk, since=alarm.opened_at).exists()
    actions.note(alarm=alarm, what="sampled", note="Vial to the laboratory", exposure=lot_of(bad), by=sam)
    actions.note(
        alarm=alarm, what=Step.What.RESULT, note="Culture: M. abscessus", exposure=lot_of(bad), by=sam
    )
    actions.close(
        alarm=alarm, found="confirmed", conclusion="M. abscessus in the vial", exposure=lot_of(bad), by=sam
    )
    assert not Suspicion.objects.exists()  # on the bench nothing is marked any more
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Alarm.objects.update(conclusion="nothing")
    with pytest.raises(AlarmRefused, match="closed"):
        actions.note(alarm=alarm, what="noted", note="late", by=sam)
    assert actions.look_again(clinic) == []
    again = actions.judge(fell_ill(sessions[3], bob))
    assert again.alarm != alarm
    assert verify().broken == ()


def test_the_nightly_job_looks_at_every_clinic(clinic, french_clinic, alice, bob, bad):
    for session in treated(clinic, alice, bad, 3):
        fell_ill(session, bob)
    assert "watch" in {job.name for job in jobs.TIMETABLE}
    assert actions.nightly() == {"clinics": 2, "seen": 2, "alarms": 1}
    assert actions.nightly() == {"clinics": 2, "seen": 0, "alarms": 0}


def test_a_lot_that_an_amendment_names_is_an_exposure_too(clinic, alice, bad, sessions):
    """Signed as drawn from BAD-1; somebody then says of three that the other box was open."""
    exposures.fill(clinic)
    really = ready.lot(clinic, alice, "REALLY-2")
    for session in sessions[:3]:
        component = session.mixes.get().components.get()
        treatments.amend_lot(component=component, lot=really, reason="The other box was open", by=alice)
    exposures.fill(clinic)
    met = [set(Exposed.objects.get(session=session).met.split()) for session in sessions]
    assert [{f"lot:{bad.pk}", f"lot:{really.pk}"} <= each for each in met] == [True, True, True, False]
    assert exposures.fill(clinic) == 0
    for session in sessions[:3]:
        actions.judge(fell_ill(session, alice))
    assert ("lot", str(really.pk)) in [
        (row["kind"], row["id"]) for row in Alarm.objects.get().last_sighting.suspects
    ]


def test_what_was_not_injected_was_not_met_and_the_room_and_the_water_were(clinic, alice, bad):
    """Until the last word gives a volume again. No amendment says that no needle went in."""
    things = [
        equipment.add_thing(clinic=clinic, thing=equipment.NewThing(kind, f"The {kind}"), by=alice)
        for kind in (Kind.ROOM, Kind.WATER_POINT)
    ]
    other = ready.lot(clinic, alice, "OTHER-2")
    made = treated(clinic, alice, bad, 3, things=things, mixes=(other,))
    exposures.fill(clinic)

    def met() -> list[set[str]]:
        exposures.fill(clinic)
        return [set(row.met.split()) for row in Exposed.objects.order_by("pk")]

    before = met()
    injected("0", [*made[0].mixes.all(), made[1].mixes.get(components__lot=other)], alice)
    nothing, one, both = met()
    assert {word.partition(":")[0] for word in nothing} == {"room", "water_point", "practitioner", "clinic"}
    assert before[1] - one == {f"lot:{other.pk}"}
    assert both == before[2]
    really = ready.lot(clinic, alice, "REALLY-3")
    component = made[0].mixes.get(components__lot=bad).components.get()
    treatments.amend_lot(component=component, lot=really, reason="The other box was open", by=alice)
    assert met()[0] == nothing, "a lot of which nothing was injected was not met, whichever it was"
    injected("2", made[0].mixes.all(), alice)
    assert met() == [before[0] | {f"lot:{really.pk}"}, one, both]


def test_a_lot_of_which_nothing_was_injected_is_no_suspect(clinic, alice, bob, bad):
    other = ready.lot(clinic, alice, "OTHER-2")
    made = treated(clinic, alice, bad, 3, mixes=(other,))
    treated(clinic, alice, ready.lot(clinic, alice, "WELL-3"), 6, first=10)
    injected("0", [session.mixes.get(components__lot=bad) for session in made], alice)
    for session in made:
        actions.judge(fell_ill(session, bob))
    suspects = [(row["kind"], row["id"]) for row in Alarm.objects.get().last_sighting.suspects]
    assert ("lot", str(other.pk)) in suspects
    assert ("lot", str(bad.pk)) not in suspects


def test_redness_after_a_session_in_which_nothing_was_injected_is_late(clinic, alice, bad):
    """Redness soon after an injection is nothing; weeks after the last one it is heard."""
    made = treated(clinic, alice, bad, 1)
    exposures.fill(clinic)
    patients = {session.patient_id for session in made}
    assert list(looking._days_of(patients).values()) == [[clinic.day_of().toordinal()]]
    injected("0", made[0].mixes.all(), alice)
    assert looking._days_of(patients) == {}


def test_redness_with_pus_is_heard_until_somebody_who_looked_says_otherwise(
    sessions, bob, alice, known, clinic
):
    """Recorded by its least sign; the warning that came with it is what the others have."""
    red = reactions.record(
        patient=sessions[0].patient, by=bob, known=known,
        new=reactions.NewReaction(
            kind="redness", onset=clinic.day_of(), sessions=[sessions[0]], warnings=("warning_discharge_or_abscess",)
        ),
    )  # fmt: skip
    for session in sessions[1:3]:
        actions.judge(fell_ill(session, bob))
    assert Alarm.objects.get().level == "alarm"
    assert red.pk in Alarm.objects.get().last_sighting.cases
    reactions.correct(reaction=red, corrects="kind", should_be="bruising", reason="Looked: blood, no pus",
                      is_physician=True, by=alice, known=known)  # fmt: skip
    assert [len(seen.cases) for seen in looking.look(clinic, clinic.day_of())] == [2]


def test_the_cases_of_an_alarm_are_no_background_unless_it_was_chance(alarm, clinic, alice):
    held = list(Reaction.objects.order_by("pk"))
    ill = {str(one.patient_id) for one in held}
    assert looking._prepared(clinic, held)._explained == ill
    actions.note(alarm=alarm, what=Step.What.NOTED, note="Three different germs", by=alice)
    actions.close(alarm=alarm, found=Alarm.Found.NONE, conclusion="Chance", by=alice)
    assert looking._prepared(clinic, held)._by_chance == ill
