"""The safety officer and the administrator read the audit of their clinic, and nobody else."""

import csv
import io
import json
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

import people
from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.models import Event, NightlyJob
from wheal.clinic.audit.verifying import WORDS, Broken, in_words
from wheal.clinic.patients.audit_words import APPS, EVENTS
from wheal.clinic.patients.views_audit import _unknown_links
from wheal.clinic.people import actions
from wheal.clinic.people.models import Role

AUDIT = "/audit/"


def shown(client, **filters: object) -> list[str]:
    answer = client.get(AUDIT, filters)
    assert answer.status_code == 200
    return [row["event"].what for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("who", "status"),
    [("sam", 200), ("ada", 200), ("alice", 403), ("bob", 403), ("nora", 403), ("dora", 403)],
)
def test_who_may_read_it(client, request, who, status) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(AUDIT).status_code == status


def test_it_shows_openings_and_refusals_of_this_clinic_only(client, sam, bob, patient, charlie) -> None:
    client.force_login(bob)
    client.get(f"/patients/{patient.pk}/")
    client.get(AUDIT)
    client.force_login(sam)
    assert {"patients.record_opened", "people.request_refused"} <= set(shown(client))
    client.force_login(charlie)
    theirs = Event.objects.filter(clinic_id=charlie.memberships.get().clinic_id)
    assert "patients.record_opened" not in theirs.values_list("what", flat=True)


def test_filters_narrow_one_another(client, sam, bob, alice, patient) -> None:
    for person in (alice, bob):
        client.force_login(person)
        client.get(f"/patients/{patient.pk}/")
    client.get(AUDIT)
    client.force_login(sam)
    assert shown(client, person=bob.pk, what="patients.record_opened") == ["patients.record_opened"]
    assert set(shown(client, patient=patient.number)) == {
        "patients.patient_registered",
        "patients.record_opened",
    }
    assert set(shown(client, refused="on")) == {"people.request_refused"}
    assert shown(client, patient="99999") == []


def test_it_is_paged(client, sam, clinic, alice) -> None:
    for number in range(60):
        people.patient(clinic, alice, family_name=f"Number{'abcdefghij'[number % 10]}{number}")
    client.force_login(sam)
    first, second = (client.get(AUDIT, {"page": page}).context for page in (1, 2))
    assert first["has_older"]
    assert {row["event"].pk for row in first["rows"]}.isdisjoint(row["event"].pk for row in second["rows"])


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "1000"])
def test_a_page_that_does_not_exist_breaks_nothing(client, sam, page) -> None:
    client.force_login(sam)
    assert client.get(AUDIT, {"page": page}).status_code == 200


def test_coming_and_going_stands_in_the_audit_of_each_clinic_where_one_works(
    client, alice, ada, charlie
) -> None:
    elsewhere = charlie.memberships.get().clinic
    actions.join(user=alice, clinic=elsewhere, role="assistant", by=charlie)
    client.post("/accounts/login/", {"login": "alice", "password": people.PASSWORD})
    came = Event.objects.filter(what="people.logged_in").values_list("clinic_id", flat=True)
    assert set(came) == {elsewhere.pk, ada.memberships.get().clinic_id}


def test_the_administrator_sees_numbers_and_the_safety_officer_names(client, ada, sam, patient) -> None:
    client.force_login(ada)
    page = client.get(AUDIT).content.decode()
    assert patient.number in page
    assert "RIVERA" not in page
    client.force_login(sam)
    assert "RIVERA" in client.get(AUDIT).content.decode()


def test_whose_log_in_it_was_is_told_where_nobody_is_known_or_somebody_else_did_it(client, ada, nora) -> None:
    client.post("/accounts/login/", {"login": "nora", "password": "guessed"})
    actions.give_temporary_password(
        user=nora, clinic=nora.memberships.get().clinic, password="nine dull lamps", by=ada
    )
    client.post("/accounts/login/", {"login": "nora", "password": "nine dull lamps"})
    client.force_login(ada)
    told = [(row["event"].what, row["colleague"]) for row in client.get(AUDIT).context["rows"]]
    assert ("people.login_refused", nora.shown_name) in told
    assert ("people.password_given", nora.shown_name) in told
    assert ("people.logged_in", "") in told, "whoever did it stands beside it already"
    assert nora.shown_name in {row["Colleague"] for row in table(client)}


def test_links_that_lead_to_no_patient_are_counted_for_a_day_where_the_audit_is_read(client, sam) -> None:
    client.force_login(sam)
    assert "no patient" not in client.get(AUDIT).content.decode()
    cache.clear()
    for made_up in ("nonsense", "1-2.3"):
        Client().get(f"/p/{made_up}/")
    audit.record(
        by=None, what="patients.link_refused", refused=True, detail={"reason": "unreadable"}, clinic=None,
        subject=None, patient=None,
    )  # fmt: skip
    assert "3 links that lead to no patient were refused" in client.get(AUDIT).content.decode()
    later = timezone.now() + timedelta(hours=25)
    with patch.object(timezone, "now", lambda: later):
        assert _unknown_links() == 0


def test_few_queries_however_many_events(client, sam, patient, django_assert_max_num_queries) -> None:
    client.force_login(sam)
    with django_assert_max_num_queries(11):
        client.get(AUDIT)


def test_days_are_those_of_the_clinic_and_a_whole_app_can_be_chosen(client, sam, bob, patient) -> None:
    client.force_login(bob)
    client.get(f"/patients/{patient.pk}/")
    client.force_login(sam)
    today, tomorrow = people.today(), people.today() + timedelta(days=1)
    assert "patients.record_opened" in shown(client, first=today, last=today)
    assert shown(client, first=tomorrow) == []
    assert set(shown(client, what="patients.")) == {"patients.patient_registered", "patients.record_opened"}


def test_it_is_taken_along_as_a_table_with_the_same_filters_and_that_is_told(
    client, sam, ada, patient
) -> None:
    client.force_login(sam)
    told = client.get(f"{AUDIT}audit.csv", {"patient": patient.number}).content.decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(told)))
    assert head[:3] == ["When", "Who", "What"]
    assert [(row[1], row[4], row[5]) for row in rows] == [("Alice Example", patient.number, "RIVERA Maria")]
    assert shown(client)[0] == "audit.rows_taken"
    client.force_login(ada)
    assert "RIVERA" not in client.get(f"{AUDIT}audit.csv").content.decode()


def test_details_are_words_and_not_json(client, sam, ada, bob) -> None:
    member = bob.memberships.get()
    actions.change_member(membership=member, first_name="Bob", last_name="Example", role="nurse", by=ada)
    client.force_login(sam)
    page = client.get(AUDIT, {"what": "people.member_changed"}).content.decode()
    assert "role: Nurse; before: administers no, name changed no, role Assistant" in page


@pytest.mark.parametrize(
    "filters", [{"what": "people.nonsense"}, {"first": "yesterday"}, {"person": "99999"}]
)
def test_a_filter_that_is_not_known_is_refused_in_words_and_shows_nothing(
    client, sam, clinic, filters
) -> None:
    audit.record(by=sam, what="people.clinic_changed", clinic=clinic)
    client.force_login(sam)
    for address in (AUDIT, f"{AUDIT}audit.csv"):
        answer = client.get(address, filters)
        told = answer.content.decode()
        assert answer.status_code == 422
        assert "A filter is not one of those that there are, so nothing is shown" in told
        assert 'class="errorlist"' in told
        assert "clinic changed</" not in told.replace("</option>", "")
    assert "audit.rows_taken" not in Event.objects.values_list("what", flat=True)


def table(client, **filters: object) -> list[dict[str, str]]:
    told = client.get(f"{AUDIT}audit.csv", filters).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(told)))


ACCEPTED = {
    "event": 12, "events": 10, "whole": True, "accepted": "the clock was wrong", "found": 1,
    "passed_over": [Broken("cut", "audit.event 14").as_kept()],
}  # fmt: skip
CUT = "audit.event 14 is no longer there, nor what may have followed it: the end of the audit was cut off."


@pytest.fixture
def elsewhere(french_clinic):
    """The safety officer of another clinic, who reads English."""
    sara = people.person("Sara", Role.SAFETY_OFFICER, french_clinic)
    sara.language = "en"
    sara.save()
    return sara


@pytest.fixture
def of_the_site(db) -> None:
    audit.record(by=None, what="audit.checkpoint_noted", detail={"event": 3, "whole": True})
    audit.record(by=None, what="audit.checkpoint_noted", detail=ACCEPTED)
    audit.record(by=None, what="audit.guards_put_back", detail={"triggers": ["audit_event_refuses_update"]})
    audit.record(by=None, what="registry.released", detail={"clinics_at_least": 5})


@pytest.mark.parametrize("who", ["sam", "ada", "elsewhere"])
def test_what_is_of_the_whole_site_is_read_at_every_clinic_on_the_page_and_in_its_table(
    client, request, of_the_site, who
) -> None:
    client.force_login(request.getfixturevalue(who))
    rows = client.get(AUDIT).context["rows"]
    site = [row["event"].what for row in rows if row["is_of_the_site"]]
    assert site == ["registry.released", "audit.guards_put_back", *["audit.checkpoint_noted"] * 2]
    page = client.get(AUDIT).content.decode()
    for words in (
        "whole site</span>",
        "audit_event_refuses_update",
        "accepted because: the clock was wrong",
        CUT,
    ):
        assert words in page
    taken = [row for row in table(client) if row["Of the whole site"] == "whole site"]
    assert [row["Code"] for row in taken] == site
    assert CUT in taken[2]["Details"]
    assert taken[2]["What"] == "findings of a reading accepted at the server, with a reason"


def test_acceptances_alone_can_be_asked_for_and_every_app_that_writes_has_its_group(
    client, sam, of_the_site
) -> None:
    client.force_login(sam)
    (row,) = client.get(AUDIT, {"what": "audit.checkpoint_accepted"}).context["rows"]
    assert row["event"].detail["accepted"] == "the clock was wrong"
    assert "registry.released" in shown(client, what="registry.")
    assert {what.partition(".")[0] for what in EVENTS} == APPS.keys()


def test_events_of_the_site_lie_among_the_clinics_own_in_their_order_over_the_pages(
    client, sam, clinic
) -> None:
    for _ in range(40):
        audit.record(by=sam, what="people.clinic_changed", clinic=clinic)
        audit.record(by=None, what="audit.checkpoint_noted", detail={"whole": False})
    client.force_login(sam)
    read = [
        row["event"].pk for page in (1, 2, 3) for row in client.get(AUDIT, {"page": page}).context["rows"]
    ]
    assert read[:80] == sorted(read[:80], reverse=True)
    assert len(set(read)) == len(read) >= 80
    assert set(shown(client, person=sam.pk)) == {"people.clinic_changed", "people.member_admitted"}


def test_other_clinics_people_and_patients_stay_theirs(client, sam, alice, charlie, of_the_site) -> None:
    """Of what was written without a clinic: tries by names that nobody bears, keys of devices by an earlier version."""
    audit.record(by=charlie, what="people.device_key_made", subject=charlie)
    audit.record(by=alice, what="people.device_key_made", subject=alice)
    audit.record(by=None, what="people.login_refused", refused=True)
    audit.record(by=None, what="registry.taken", detail={"name": "Another clinic"})
    client.force_login(sam)
    assert "people.login_refused" not in shown(client)
    assert "registry.taken" not in shown(client)
    (made,) = client.get(AUDIT, {"what": "people.device_key_made"}).context["rows"]
    assert (made["event"].by, made["is_of_the_site"]) == (alice, False)


STATE = "/audit/state/"


@pytest.mark.parametrize("who", ["sam", "ada", "elsewhere"])
def test_an_acceptance_is_told_with_its_reason_and_what_was_gone_at_every_clinic(
    client, request, of_the_site, who
) -> None:
    client.force_login(request.getfixturevalue(who))
    for fragment in (STATE, f"{STATE}?brief=1"):
        told = client.get(fragment).content.decode()
        for words in ("somebody at the server had the record counted as whole", "“the clock was wrong”", CUT,
                      "1 thing was accepted so"):  # fmt: skip
            assert words in told
    assert "But for what was accepted, above." in client.get(STATE).content.decode()


def test_an_acceptance_leaves_the_first_page_after_a_month_and_the_audit_never(client, sam) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    with patch.object(Event._meta.get_field("at"), "_get_default", lambda: long_ago):
        audit.record(by=None, what="audit.checkpoint_noted", detail=ACCEPTED)
    client.force_login(sam)
    assert client.get(f"{STATE}?brief=1").content.decode().strip() == ""
    assert "the clock was wrong" in client.get(STATE).content.decode()


def test_an_acceptance_of_an_earlier_version_is_told_by_its_reason_and_in_french(client, sam) -> None:
    audit.record(by=None, what="audit.checkpoint_noted", detail={"whole": True, "accepted": "une copie"})
    sam.language = "fr"
    sam.save()
    client.force_login(sam)
    told = client.get(STATE).content.decode()
    assert "« une copie »" in told.replace("\u00a0", " ").replace("\u202f", " ")
    assert "n’a pas été conservé" in told
    page = client.get(AUDIT).content.decode()
    assert "site entier</span>" in page
    assert "registre" in page.lower()


ALTERED = Broken("unfollowed", "audit.event 10").as_kept()


def a_night(**outcome: object) -> None:
    now = timezone.now()
    NightlyJob.objects.create(
        name="verify", next_at=now + timedelta(hours=12), begun_at=now, ended_at=now, outcome=outcome
    )


@pytest.mark.parametrize("who", ["sam", "ada"])
def test_an_altered_audit_is_told_on_the_first_page_and_on_the_audit_to_who_reads_it(
    client, db, request, who
) -> None:
    audit.record(by=None, what="audit.checkpoint_noted", detail={"whole": True})
    a_night(wrong=1, first=[ALTERED])
    client.force_login(request.getfixturevalue(who))
    for page, fragment in (("/", f"{STATE}?brief=1"), (AUDIT, STATE)):
        assert fragment in client.get(page).content.decode()
        told = client.get(fragment).content.decode()
        for words in ("was altered behind the pages", "last read and found whole on", "audit.event 10 does not follow",
                      "1 thing is wrong", "wheal verify", 'role="alert"'):  # fmt: skip
            assert words in told


def test_it_is_told_in_french(client, sam) -> None:
    a_night(wrong=2, first=[ALTERED, Broken("unguarded", "audit_event").as_kept()])
    sam.language = "fr"
    sam.save()
    client.force_login(sam)
    told = client.get(STATE).content.decode()
    for words in (
        "a été modifié hors des pages",
        "audit.event 10 ne fait pas suite",
        "audit_event n’est plus protégé",
    ):
        assert words in told
    assert "does not follow" not in told


@pytest.mark.parametrize("kind", WORDS)
def test_whatever_a_reading_finds_is_kept_as_data_and_told_in_both_languages(kind) -> None:
    kept = json.loads(json.dumps(Broken(kind, "audit.event 7", "2026-11-22 01:00").as_kept()))
    assert kept == {"kind": kind, "where": "audit.event 7", "at": "2026-11-22 01:00"}
    with translation.override("en"):
        english = in_words(kept)
    with translation.override("fr"):
        french = in_words(kept)
    assert english.startswith(("audit.event 7 ", "Up to audit.event 7 "))
    assert french.startswith(("audit.event 7 ", "Jusqu’à audit.event 7,"))
    assert english != french
    assert ("2026-11-22 01:00 UTC" in english) is ("2026-11-22 01:00 UTC" in french) is (kind == "forgotten")


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("audit.event 10 was altered after it was fixed.", "audit.event 10 was altered after it was fixed."),
        ({"kind": "swapped", "where": "audit.event 10"}, "audit.event 10: swapped"),
    ],
)
def test_what_a_night_of_another_version_kept_is_told_too(client, sam, kept, told) -> None:
    a_night(wrong=1, first=[kept])
    client.force_login(sam)
    assert told in client.get(STATE).content.decode()


def test_a_whole_audit_says_when_it_was_read_and_on_the_first_page_nothing(client, sam) -> None:
    client.force_login(sam)
    assert "Not yet held against its digests" in client.get(STATE).content.decode()
    audit.record(by=None, what="audit.checkpoint_noted", detail={"whole": True})
    a_night(events=3, rows=1, all=True)
    assert "Read and found whole on" in client.get(STATE).content.decode()
    assert client.get(f"{STATE}?brief=1").content.decode().strip() == ""


def test_a_reading_that_was_missed_does_not_reassure(client, sam) -> None:
    a_night(events=3)
    NightlyJob.objects.update(ended_at=timezone.now() - timedelta(days=3))
    client.force_login(sam)
    assert "is not known" in client.get(f"{STATE}?brief=1").content.decode()


def test_what_a_night_found_is_told_until_everything_was_read_and_found_whole(client, sam) -> None:
    a_night(wrong=1, first=[ALTERED])
    client.force_login(sam)
    audit.record(by=None, what="audit.checkpoint_noted", detail={"whole": False})
    assert "was altered" in client.get(STATE).content.decode()
    audit.record(by=None, what="audit.checkpoint_noted", detail={"whole": True})
    assert "was altered" not in client.get(STATE).content.decode()


def test_the_administrator_finds_the_page_of_the_state_in_the_menu(client, ada, sam) -> None:
    client.force_login(ada)
    assert 'href="/status/"' in client.get("/").content.decode()
    client.force_login(sam)
    assert 'href="/status/"' not in client.get("/").content.decode()
