"""What an open alarm suspects is said where it is drawn, used and signed, until somebody has concluded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.treatments.conftest import again, as_
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.actions import SignOffRefused
from wheal.clinic.treatments.rejudging import Replay


@pytest.fixture
def suspected_lot(clinic, lot):
    since = timezone.now() - timedelta(days=2)
    actions.suspect(clinic=clinic, alarm=7, since=since, lots=[lot.pk], things=[])
    return lot


def test_a_lot_under_suspicion_is_marked_on_the_bench_and_over_the_map_and_signed_with_a_reason_alone(
    ready, suspected_lot, alice, known
):
    """A physician decides; when the alarm is closed nothing is asked any more."""
    client = as_(alice)
    bench, needle = (client.get(f"/sessions/{ready.pk}/{step}/") for step in ("mix", "inject"))
    assert "under suspicion since" in bench.content.decode()
    assert ("under_suspicion", "refer") in {(row.code, row.severity) for row in needle.context["refers"]}
    assert "is under suspicion since" in client.get(f"/sessions/{ready.pk}/sign/").content.decode()
    with pytest.raises(SignOffRefused, match="reason_missing"):
        actions.sign_off(session=ready, by=alice, known=known)
    actions.clear(alarm=7)
    assert actions.sign_off(session=again(ready), by=alice, known=known).decision == "go"


def test_with_a_reason_it_is_signed_and_comes_out_again_whatever_became_of_the_alarm(
    ready, suspected_lot, alice, known
):
    signed = actions.sign_off(
        session=ready, by=alice, known=known, reason="No other lot; the patient was told."
    )
    assert signed.decision == "refer"
    assert Replay().differences(signed.pk) == []
    actions.clear(alarm=7)
    assert Replay().differences(signed.pk) == []


def test_what_was_signed_before_an_alarm_comes_out_as_it_was_under_it(clinic, signed, lot):
    actions.suspect(clinic=clinic, alarm=7, since=timezone.now(), lots=[lot.pk], things=[])
    assert Replay().differences(signed.pk) == []


def test_a_thing_under_suspicion_is_marked_and_not_taken_as_last_time(clinic, booked, alice):
    """In its group it comes last, and one tap for all leaves it out."""
    chlorhexidine, alcohol = (
        equipment.add_thing(clinic=clinic, thing=equipment.NewThing("disinfectant", name, "1"), by=alice)
        for name in ("Chlorhexidine", "Alcohol")
    )
    before = actions.book(
        clinic=clinic,
        patient=booked.patient,
        planned_for=timezone.now() + timedelta(hours=1),
        practitioner=alice,
        by=alice,
    )
    for thing in (chlorhexidine, alcohol):
        actions.name_thing(session=before, thing=thing, by=alice)
    since = timezone.now()
    actions.suspect(clinic=clinic, alarm=7, since=since, lots=[], things=[chlorhexidine.pk])
    page = as_(alice).get(f"/sessions/{booked.pk}/mix/")
    assert [row.thing for row in page.context["offered"][0][2]] == [alcohol, chlorhexidine]
    assert "under suspicion since" in page.content.decode()
    assert "never named by itself: Chlorhexidine 1." in " ".join(page.content.decode().split())
    assert "All as last time" in page.content.decode()
    actions.as_last_time(session=booked, by=alice)
    assert [row.thing for row in booked.things.all()] == [alcohol]
    page = as_(alice).get(f"/sessions/{booked.pk}/mix/").content.decode()
    assert "never named by itself" in page
    assert "All as last time" not in page, "there is nothing left that it would name"
    actions.name_thing(session=booked, thing=chlorhexidine, by=alice)
    assert "is under suspicion since" in as_(alice).get(f"/sessions/{booked.pk}/mix/").content.decode()
