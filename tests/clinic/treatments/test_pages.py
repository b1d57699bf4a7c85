"""Who sees which page, at how many queries, and that nothing is opened without a trace."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.treatments.conftest import again, as_
from wheal.clinic.audit.models import Event
from wheal.clinic.treatments import actions

STEPS = ("screen", "plan", "consent", "mix", "inject", "check", "sign")


def addresses(session) -> list[str]:
    steps = [f"/sessions/{session.pk}/{step}/" for step in STEPS]
    papers = [f"/sessions/{session.pk}/{name}.pdf" for name in ("record", "aftercare", "consent")]
    return [
        *steps,
        *papers,
        f"/timeline/{session.patient_id}/",
        f"/sessions/{session.pk}/inject/guard",
        f"/sessions/{session.pk}/stands",
    ]


def test_every_page_opens_before_and_after_signing(ready, alice, known):
    client = as_(alice)
    for step in STEPS:
        assert client.get(f"/sessions/{ready.pk}/{step}/").status_code == 200, step
    actions.sign_off(session=ready, by=alice, known=known)
    for address in addresses(ready):
        assert client.get(address).status_code == 200, address


def test_every_page_opens_for_a_session_that_has_nothing_yet(booked, alice):
    client = as_(alice)
    for step in STEPS:
        assert client.get(f"/sessions/{booked.pk}/{step}/").status_code == 200, step


def test_no_title_carries_a_name_into_the_history_of_the_browser(ready, alice):
    client = as_(alice)
    pages = [*(f"/sessions/{ready.pk}/{step}/" for step in STEPS), f"/patients/{ready.patient_id}/"]
    titles = [
        client.get(page).content.decode().partition("<title>")[2].partition("</title>")[0] for page in pages
    ]
    assert all(f"no. {ready.patient.number}" in title for title in titles), titles
    assert not [title for title in titles if "rivera" in title.casefold()]


def test_every_page_speaks_french(ready, alice):
    alice.language = "fr"
    alice.save()
    client = as_(alice, "fr")
    client.cookies["django_language"] = "fr"
    for step in STEPS:
        page = client.get(f"/sessions/{ready.pk}/{step}/").content.decode()
        assert 'lang="fr"' in page
        assert "Go on to" not in page


def test_a_session_goes_on_where_it_stands(booked, ready, alice):
    assert as_(alice).get(f"/sessions/{ready.pk}/").url.endswith("/sign/")


@pytest.mark.parametrize("who", ["charlie"])
def test_another_clinic_finds_nothing(signed, request, who):
    client = as_(request.getfixturevalue(who))
    for address in addresses(signed):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/sessions/{signed.pk}/arrive").status_code == 404


def test_the_front_desk_sees_who_comes_and_nothing_clinical(ready, dora):
    client = as_(dora)
    page = client.get("/").content.decode()
    assert "RIVERA Maria" in page
    assert "Missing" not in page
    assert f"/sessions/{ready.pk}/sign/" not in page
    for address in addresses(ready):
        assert client.get(address).status_code == 403, address
    assert Event.objects.filter(what="people.request_refused", refused=True).count() == len(addresses(ready))


def test_an_assistant_prepares_and_does_not_sign(ready, bob):
    client = as_(bob)
    assert client.get(f"/sessions/{ready.pk}/mix/").status_code == 200
    assert "Sign and fix this session" not in client.get(f"/sessions/{ready.pk}/sign/").content.decode()
    assert client.post(f"/sessions/{ready.pk}/sign/off").status_code == 403
    assert not again(ready).is_signed


def test_opening_a_record_is_written_down(ready, alice, patient):
    as_(alice).get(f"/sessions/{ready.pk}/plan/")
    event = Event.objects.first()
    assert (event.what, event.patient_id, event.detail) == (
        "treatments.record_opened",
        patient.pk,
        {"part": "plan"},
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_step_asks_fewer_than_twelve_queries(ready, alice, step):
    client = as_(alice)
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(f"/sessions/{ready.pk}/{step}/")
    # the bench asks for protocols too, the consent for credentials and the quote
    most = {"mix": 13, "consent": 14}.get(step, 12)
    assert len(asked) < most, [query["sql"][:120] for query in asked]


def test_a_signed_session_asks_fewer_than_sixteen_queries(signed, alice):
    client = as_(alice)
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/sessions/{signed.pk}/sign/")
    assert len(asked) < 16, [query["sql"][:120] for query in asked]


def test_the_day_asks_the_same_few_queries_for_many_visits(clinic, patient, alice):
    client = as_(alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/").status_code == 200
        return len(asked)

    one = [actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), by=alice)] and count()
    for _more in range(20):
        actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), by=alice)
    assert count() == one < 12


def test_the_timeline_asks_the_same_few_queries_for_many_sessions(signed, clinic, patient, alice):
    client = as_(alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/timeline/{patient.pk}/").status_code == 200
        return len(asked)

    before = count()
    for _more in range(5):
        actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), by=alice)
    assert count() == before < 12


def test_the_day_shows_the_clinics_own_day_and_any_other(clinic, patient, alice):
    tomorrow = timezone.now() + timedelta(days=1)
    actions.book(clinic=clinic, patient=patient, planned_for=tomorrow, room="Blue room", by=alice)
    client = as_(alice)
    assert "Nobody is booked for this day" in client.get("/").content.decode()
    with timezone.override(clinic.time_zone):
        on = timezone.localdate(tomorrow).isoformat()
    page = client.get(f"/?on={on}").content.decode()
    assert "Blue room" in page
    assert "Missing: history, plan, consent, lots, points, checks" in page
    assert client.get("/?on=nonsense").status_code == 200


def test_a_visit_is_booked_from_the_page(clinic, patient, dora, alice):
    client = as_(dora)
    assert client.get(f"/calendar/visit/?patient={patient.pk}").status_code == 200
    answer = client.post(
        "/calendar/visit/",
        {"patient": patient.pk, "day": "2030-01-02", "time": "09:30", "room": "1", "practitioner": alice.pk},
    )
    assert answer.url == "/?on=2030-01-02"
    assert "09:30" in client.get(answer.url).content.decode()


def test_a_visit_is_not_booked_for_a_stranger(patient, charlie):
    assert as_(charlie).get(f"/calendar/visit/?patient={patient.pk}").status_code == 404


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01", "yesterday", ""])
def test_a_day_on_which_nobody_can_come_shows_today(alice, clinic, on):
    page = as_(alice).get("/", {"on": on})
    assert page.status_code == 200
    assert page.context["on"] == timezone.localdate(timezone.now(), ZoneInfo(clinic.time_zone))


@pytest.mark.parametrize("signature", ["[[[1e999,1]]]", "[" * 20_000])
def test_what_is_no_drawing_is_refused_with_words(planned, alice, signature):
    client = as_(alice)
    digest = client.get(f"/sessions/{planned.pk}/consent/").context["digest"]
    answer = client.post(
        f"/sessions/{planned.pk}/consent/give",
        {"digest": digest, "language": "en", "signed_name": "Maria Rivera", "signature": signature},
    )
    assert answer.status_code == 422


def test_a_number_that_is_none_finds_no_consent(ready, alice):
    answer = as_(alice).post(f"/sessions/{ready.pk}/consent/withdraw", {"consent": "abc"})
    assert answer.status_code == 404


def test_a_signed_session_does_not_say_that_its_doses_are_still_to_come(signed, alice):
    page = as_(alice).get(f"/sessions/{signed.pk}/inject/").content.decode()
    assert "40 points" in page
    assert "as soon as there is a mix" not in page


def inject_state(session, alice) -> str:
    steps = as_(alice).get(f"/sessions/{session.pk}/inject/").context["steps"]
    return next(each.state for each in steps if each.code == "inject")


def test_points_are_complete_only_where_they_are_judged_and_their_mix_may_be_given(ready, alice):
    assert inject_state(ready, alice) == "complete"
    ready.passes.update(depth_mm=None)
    assert inject_state(ready, alice) == "draft"
    ready.passes.update(depth_mm=6)
    ready.plan.purpose = ""
    ready.plan.save()
    assert inject_state(ready, alice) == "refused"  # the consent was to another plan


def test_points_of_a_mix_that_is_empty_are_not_complete(ready, alice):
    ready.mixes.get().components.all().delete()
    assert inject_state(ready, alice) != "complete"


def test_the_first_point_is_now_only_once_the_time_out_was_said_and_a_time_that_was_is_typed(ready, alice):
    """The prompt stands above the points, with its items, until all are said."""
    actions.tick(session=ready, item="water", done=False, by=alice)
    at = f"/sessions/{ready.pk}/inject/"
    assert "Time-out before the first needle: 1 left to say" in as_(alice).get(at).content.decode()
    refused = as_(alice).post(f"{at}save", {"now": "1"})
    assert (refused.status_code, again(ready).inject_at) == (422, ready.inject_at)
    assert "First say the time-out" in refused.content.decode()
    as_(alice).post(f"{at}save", {"inject_at": "2026-01-05 10:00"})
    actions.tick(session=ready, item="water", done=True, by=alice)
    assert as_(alice).post(f"{at}save", {"now": "1"}).status_code == 302
    assert again(ready).inject_at is not None
