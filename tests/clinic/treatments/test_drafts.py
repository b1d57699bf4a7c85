"""Drafts: saved as they go, never over another device's, refused with a reason that can be mended."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

import people
from clinic.treatments.conftest import OUTLINE, SQUARE, again, agree, as_, draw
from wheal.clinic.audit.models import Event
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.day import with_what_is_there
from wheal.clinic.treatments.judging import judge
from wheal.clinic.treatments.models import Consent, MixComponent, Plan, Session

pytestmark = pytest.mark.both_engines

PLAN = {
    "purpose": "fat", "area": "submental", "technique": "point_by_point", "substances": ["deoxycholic_acid"],
    "sessions": "4", "price": "1200", "note": "",
}  # fmt: skip


def sent(row, at: int, **other: object) -> dict[str, object]:
    return {
        "pass": row.pk, "version": at, "outline": OUTLINE, "pattern": "square", "spacing_cm": 1, "depth_mm": 6,
        "volume_ml": 0.2, "points": SQUARE[:12], **other,
    }  # fmt: skip


def test_a_plan_saves_itself_and_a_second_device_is_told(booked, alice):
    client = as_(alice)
    first = client.post(f"/sessions/{booked.pk}/plan/save", {**PLAN, "version": 0})
    assert first.json()["version"] == 1
    second = client.post(f"/sessions/{booked.pk}/plan/save", {**PLAN, "price": "1", "version": 0})
    assert second.status_code == 409
    assert again(booked).plan.price == 1200


def test_the_same_plan_sent_again_with_its_old_version_is_no_conflict(booked, alice):
    client = as_(alice)
    client.post(f"/sessions/{booked.pk}/plan/save", {**PLAN, "version": 0})
    again_sent = client.post(f"/sessions/{booked.pk}/plan/save", {**PLAN, "version": 0})
    assert (again_sent.status_code, again_sent.json()["version"]) == (200, 1)


def test_what_cannot_be_read_is_told_and_the_rest_is_saved(planned, alice):
    answer = as_(alice).post(
        f"/sessions/{planned.pk}/plan/save", {**PLAN, "price": "much", "sessions": "3", "version": 1}
    )
    assert answer.json()["errors"]["price"]
    plan = again(planned).plan
    assert (plan.sessions, plan.price) == (3, Decimal(1200))


def test_the_plan_shows_early_what_would_be_refused(booked, alice):
    answer = as_(alice).post(
        f"/sessions/{booked.pk}/plan/save",
        {**PLAN, "substances": ["phosphatidylcholine_deoxycholate"], "version": 0},
    )
    assert "may not be injected in the United States" in answer.json()["pieces"]["plan-judged"]


def test_a_signed_plan_is_replaced_by_a_new_one_when_it_changes(planned, alice, known):
    agree(planned, alice, known)
    first = planned.plan
    as_(alice).post(f"/sessions/{planned.pk}/plan/save", {**PLAN, "sessions": "6", "version": 1})
    plan = again(planned).plan
    assert (plan.pk != first.pk, plan.sessions) == (True, 6)
    first = Plan.objects.get(pk=first.pk)
    assert first.closed_at is not None
    assert first.sessions == 4
    assert Consent.objects.get().plan == first


def test_a_note_after_a_signed_session_begins_a_plan_that_keeps_consent_and_quote(
    signed, clinic, patient, alice, known
):
    first, consent = signed.plan, signed.consent_id
    told = {
        "number": "Q-1",
        "handed_at": timezone.now(),
        "valid_until": people.today(),
        "covers": {},
        "by": alice,
    }
    actions.tell_quote(plan=first, state="accepted", **told)
    when = timezone.now() + timedelta(hours=1)
    later = actions.book(clinic=clinic, patient=patient, planned_for=when, by=alice)
    before = read_chart(again(later))
    for note in ("Latex allergy", "Latex allergy, told at home"):
        sent = {**PLAN, "note": note, "version": again(later).plan.draft_version}
        assert as_(alice).post(f"/sessions/{later.pk}/plan/save", sent).status_code == 200
    row = again(later)
    assert (row.plan.note, row.plan.pk != first.pk, Plan.objects.count()) == (
        "Latex allergy, told at home",
        True,
        2,
    )
    assert (Plan.objects.get(pk=first.pk).note, again(signed).plan) == ("", first)
    after = read_chart(row)
    assert after.consent.pk == before.consent.pk == consent
    assert judge(after, known).refusals == judge(before, known).refusals
    assert with_what_is_there(Session.objects.filter(pk=row.pk)).get().consent_given
    assert row.quoted_facts["state"] == "accepted"
    actions.tell_quote(plan=first, state="withdrawn", **told)
    assert again(later).quoted_facts["state"] == "withdrawn"
    as_(alice).post(
        f"/sessions/{row.pk}/plan/save", {**sent, "sessions": "6", "version": row.plan.draft_version}
    )
    changed = again(later)
    assert not with_what_is_there(Session.objects.filter(pk=row.pk)).get().consent_given
    assert "consent_does_not_cover" in {each.code for each in judge(read_chart(changed), known).refusals}


def test_the_same_plan_saved_again_keeps_its_consent(planned, alice, known):
    agree(planned, alice, known)
    as_(alice).post(f"/sessions/{planned.pk}/plan/save", {**PLAN, "version": 1})
    assert again(planned).plan == planned.plan


def test_points_are_saved_by_the_map_with_the_guard_as_answer(planned, lot, alice, known):
    row = actions.add_pass(session=planned, mix=draw(planned, lot, alice), by=alice, known=known)
    client = as_(alice)
    answer = client.post(
        f"/sessions/{planned.pk}/inject/pass/save", json.dumps(sent(row, 0)), content_type="application/json"
    )
    assert answer.json()["version"] == 1
    assert "24" in answer.json()["guard"]
    row.refresh_from_db()
    assert (row.count, row.total_ml, row.nearest_cm, row.area_cm2) == (
        12,
        Decimal("2.4"),
        Decimal(1),
        Decimal(60),
    )
    late = client.post(
        f"/sessions/{planned.pk}/inject/pass/save",
        json.dumps(sent(row, 0, points=[])),
        content_type="application/json",
    )
    assert late.status_code == 409
    row.refresh_from_db()
    assert row.count == 12


@pytest.mark.parametrize(
    "broken",
    [
        {"points": [[1.5, 2]]}, {"points": "all"}, {"points": [[1, 2, 3]]}, {"volume_ml": -1}, {"volume_ml": "NaN"},
        {"pattern": "spiral"}, {"version": "one"}, {"outline": [[0, 0], [900, 900], [900, 0], [0, 900]]},
        {"outline": [[99999, 0], [0, 0], [0, 9]]},
    ],
)  # fmt: skip
def test_what_the_map_never_sends_is_refused_and_nothing_changed(planned, alice, known, broken):
    row = actions.add_pass(session=planned, by=alice, known=known)
    answer = as_(alice).post(
        f"/sessions/{planned.pk}/inject/pass/save",
        json.dumps(sent(row, 0, **broken)),
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert answer.json()["message"]
    row.refresh_from_db()
    assert (row.count, row.draft_version) == (0, 0)


def test_a_grid_is_laid_by_the_server(planned, alice):
    answer = as_(alice).post(
        f"/sessions/{planned.pk}/inject/grid",
        json.dumps({"outline": OUTLINE, "spacing_cm": 1, "pattern": "square"}), content_type="application/json",
    )  # fmt: skip
    assert len(answer.json()["points"]) == 60
    assert answer.json()["area_cm2"] == 60


def test_a_grid_that_cannot_be_laid_says_why(planned, alice):
    crossed = [[0, 0], [900, 900], [900, 0], [0, 900]]
    answer = as_(alice).post(
        f"/sessions/{planned.pk}/inject/grid",
        json.dumps({"outline": crossed, "spacing_cm": 1, "pattern": "square"}), content_type="application/json",
    )  # fmt: skip
    assert (answer.status_code, "crosses itself" in answer.json()["message"]) == (422, True)


def test_an_expired_or_blocked_lot_is_shown_with_its_reason_and_cannot_be_drawn(
    planned, lot, anaesthetic, alice
):
    Lot.objects.filter(pk=lot.pk).update(expires=people.today() - timedelta(days=2))
    stock.recall(lot=anaesthetic, reason="Called back", by=alice)
    mix = actions.add_mix(session=planned, by=alice)
    client = as_(alice)
    page = client.get(f"/sessions/{planned.pk}/mix/").content.decode()
    assert "Past its expiry date" in page
    assert "Recalled: do not use" in page
    for each in (lot, anaesthetic):
        answer = client.post(f"/sessions/{planned.pk}/mix/{mix.pk}/draw", {"lot": each.pk, "volume_ml": "1"})
        assert answer.status_code == 422
        assert each.number in answer.content.decode()
    assert not MixComponent.objects.exists()
    assert not Container.objects.exists()


def test_a_single_dose_container_serves_one_session(planned, lot, clinic, patient, alice):
    draw(planned, lot, alice, "2")
    other = actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), by=alice)
    mix = actions.add_mix(session=other, by=alice)
    with pytest.raises(actions.LotRefused, match="single-dose"):
        actions.add_component(
            mix=mix, lot=lot, container=Container.objects.get(), volume_ml=Decimal(1), by=alice
        )
    actions.add_component(mix=mix, lot=lot, volume_ml=Decimal(1), by=alice)
    assert Container.objects.count() == 2


def test_no_more_is_drawn_from_a_container_than_it_holds(planned, lot, alice):
    """Vials of 2 mL: 5 mL come from three, and the third gives the 1 mL that it has left and no more."""
    mix = draw(planned, lot, alice, "5")
    assert [row.volume_ml for row in mix.components.all()] == [Decimal(2), Decimal(2), Decimal(1)]
    last = mix.components.last().container
    with pytest.raises(actions.LotRefused, match="1 mL are left"):
        actions.add_component(mix=mix, lot=lot, container=last, volume_ml=Decimal("1.001"), by=alice)
    actions.add_component(mix=mix, lot=lot, container=last, volume_ml=Decimal(1), by=alice)
    assert Container.objects.count() == 3


def test_a_visit_in_which_something_was_drawn_is_not_cancelled(planned, lot, alice):
    draw(planned, lot, alice, "2")
    with pytest.raises(actions.DraftRefused, match="not cancelled"):
        actions.cancel(session=planned, by=alice)
    assert again(planned).cancelled_at is None


def test_who_prepared_a_mix_does_not_check_it(planned, lot, alice, bob):
    mix = draw(planned, lot, alice)
    with pytest.raises(actions.DraftRefused, match="second checker"):
        actions.save_mix(mix=mix, preparer=alice, checker=alice, by=alice)
    assert actions.save_mix(mix=mix, preparer=alice, checker=bob, by=alice).checker == bob


def test_the_checklist_is_one_tap_each(planned, alice):
    client = as_(alice)
    client.post(f"/sessions/{planned.pk}/check/save", {"person": "1", "site": "1"})
    assert again(planned).checklist == {"person": True, "site": True}
    client.post(f"/sessions/{planned.pk}/check/save", {"site": "1"})
    assert again(planned).checklist == {"person": False, "site": True}


def test_a_cancelled_session_is_read_and_not_changed(planned, alice):
    actions.cancel(session=planned, by=alice)
    with pytest.raises(actions.DraftRefused, match="cancelled"):
        actions.tick(session=planned, item="site", done=True, by=alice)
    assert as_(alice).get(f"/sessions/{planned.pk}/plan/").status_code == 200


def test_a_visit_cancelled_by_mistake_comes_back_as_it_was_left(planned, alice):
    actions.cancel(session=planned, by=alice)
    page = as_(alice).get("/").content.decode()
    assert f'action="/sessions/{planned.pk}/restore' in page
    for _twice in range(2):
        as_(alice).post(f"/sessions/{planned.pk}/restore")
    assert again(planned).cancelled_at is None
    assert Event.objects.filter(what="treatments.session_restored").count() == 1
    actions.tick(session=planned, item="site", done=True, by=alice)


def test_the_same_visit_is_not_booked_twice(booked, clinic, patient, alice):
    when = booked.planned_for.astimezone(ZoneInfo(clinic.time_zone))
    with pytest.raises(actions.DraftRefused, match="already"):
        actions.book(clinic=clinic, patient=patient, planned_for=booked.planned_for, by=alice)
    booked.planned_for = when.replace(second=0, microsecond=0)
    booked.save()
    sent = {
        "patient": patient.pk,
        "day": when.date().isoformat(),
        "time": f"{when:%H:%M}",
        "practitioner": alice.pk,
    }
    answer = as_(alice).post("/calendar/visit/", sent)
    assert answer.status_code == 422
    assert "booked for that time already" in answer.content.decode()
    actions.cancel(session=booked, by=alice)
    assert as_(alice).post("/calendar/visit/", sent).status_code == 302


def test_an_arrival_is_noted_once_and_can_be_undone(booked, alice):
    first = actions.arrive(session=booked, by=alice).arrived_at
    assert actions.arrive(session=booked, by=alice).arrived_at == first
    assert actions.undo_arrival(session=booked, by=alice).arrived_at is None


def test_booking_goes_on_with_the_open_plan(planned, clinic, patient, alice):
    again_booked = actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), by=alice)
    assert again_booked.plan == planned.plan
    assert Session.objects.count() == 2


def test_fields_that_stand_alone_are_refused_only_where_two_devices_changed_the_same_one(planned, alice, bob):
    path = f"/sessions/{planned.pk}/screen/save"
    first = as_(bob).post(
        path, {"weight_kg": "61", "was-weight_kg": "", "practitioner": "", "was-practitioner": ""}
    )
    assert first.json()["stands"]["was-weight_kg"] == "61"
    other = {"was-weight_kg": "", "was-practitioner": str(planned.practitioner_id or "")}
    stayed = as_(alice).post(path, {**other, "weight_kg": "", "practitioner": other["was-practitioner"]})
    assert (stayed.status_code, again(planned).weight_kg) == (200, 61)
    late = as_(alice).post(path, {**other, "weight_kg": "75"})
    assert (late.status_code, late.json()["by"], again(planned).weight_kg) == (409, "Bob Example", 61)


@pytest.mark.parametrize(
    ("language", "typed", "shown"), [("fr", "72.4", "72,4"), ("en", "61,2", "61.2"), ("en", "64.0", "64")]
)
def test_what_the_server_writes_in_another_way_is_still_what_this_page_typed(
    planned, alice, language, typed, shown
):
    path, page = f"/sessions/{planned.pk}/screen/save", as_(alice, language)
    who = str(planned.practitioner_id or "")
    sent = {"weight_kg": typed, "was-weight_kg": "", "practitioner": who, "was-practitioner": who}
    for _time in range(2):  # the second time the answer was lost
        answer = page.post(path, sent).json()
        assert (answer["took"]["was-weight_kg"], answer["stands"]["was-weight_kg"]) == (shown, shown)
    untouched = {**sent, "was-weight_kg": shown}
    Session.objects.filter(pk=planned.pk).update(weight_kg=80)
    assert page.post(path, untouched).json()["stands"]["was-weight_kg"] == "80"


def test_ticks_of_two_devices_are_put_together(planned, alice, bob):
    path = f"/sessions/{planned.pk}/check/save"
    as_(alice).post(path, {"was-person": "", "person": "1", "was-water": ""})
    as_(bob).post(path, {"was-person": "", "was-water": "", "water": "1"})
    assert again(planned).checklist == {"person": True, "water": True}


def test_what_cannot_be_read_is_not_taken_and_the_device_is_told_to_keep_it(planned, alice):
    answer = as_(alice).post(f"/sessions/{planned.pk}/screen/save", {"weight_kg": "6o", "was-weight_kg": ""})
    assert (answer.json()["not_taken"], answer.json()["stands"]["was-weight_kg"]) == (True, "")
