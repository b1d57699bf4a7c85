"""The administrator admits people, keeps their credentials, and lets them go."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from django.utils import timezone

import people
from wheal.clinic.audit.models import Event
from wheal.clinic.people import actions
from wheal.clinic.people.models import Credential, Membership, Role, User
from wheal.clinic.treatments.staff import staff_of

NEW = {
    "first_name": "Nadia",
    "last_name": "Newcomer",
    "username": "nadia",
    "password": "a needle in a haystack",
    "role": "nurse",
    "language": "fr",
}


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


def member(user: User) -> Membership:
    return user.memberships.get(ended_at=None)


@pytest.mark.parametrize("who", ["alice", "bob", "nora", "dora", "sam"])
@pytest.mark.parametrize("path", ["/people/", "/people/new/", "/people/clinic/"])
def test_only_the_administrator_sees_the_pages_and_each_refusal_is_audited(
    client, request, who, path
) -> None:
    client.force_login(request.getfixturevalue(who))
    answer = client.get(path)
    assert answer.status_code == 403
    assert "Administrator" in answer.content.decode()
    refusal = Event.objects.first()
    assert (refusal.what, refusal.refused, refusal.detail["path"]) == ("people.request_refused", True, path)


def test_a_new_person_can_log_in_and_must_change_the_temporary_password(as_ada, client) -> None:
    answer = as_ada.post("/people/new/", NEW)
    assert answer.status_code == 302
    nadia = User.objects.get(username="nadia")
    assert member(nadia).role == Role.NURSE
    as_ada.logout()
    client.post("/accounts/login/", {"login": "nadia", "password": NEW["password"]})
    assert client.get("/patients/").url == "/accounts/password/change/"
    passwords = {
        "oldpassword": NEW["password"],
        "password1": "my own long secret",
        "password2": "my own long secret",
    }
    client.post("/accounts/password/change/", passwords)
    nadia.refresh_from_db()
    assert (nadia.password_is_temporary, nadia.password_ends_at) == (False, None)
    assert client.get("/patients/").status_code == 200


def test_a_temporary_password_ends_by_itself_and_says_so(as_ada, client) -> None:
    as_ada.post("/people/new/", NEW)
    nadia = User.objects.get(username="nadia")
    assert timedelta(days=6) < nadia.password_ends_at - timezone.now() <= timedelta(days=7)
    assert "Temporary password, until" in as_ada.get("/people/").content.decode()
    User.objects.filter(pk=nadia.pk).update(password_ends_at=timezone.now())
    assert "Temporary password, over" in as_ada.get("/people/").content.decode()
    as_ada.logout()
    answer = client.post("/accounts/login/", {"login": "nadia", "password": NEW["password"]})
    assert "The temporary password is over" in answer.content.decode()
    assert (Event.objects.first().what, Event.objects.first().refused) == ("people.password_over", True)
    assert not client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("username", "ALICE", "already has this user name"),
        ("password", "short", "too short"),
        ("password", "nadia newcomer", "too similar"),
        ("username", "na dia", "valid username"),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said(as_ada, alice, field, typed, words) -> None:
    answer = as_ada.post("/people/new/", NEW | {field: typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.filter(first_name="Nadia").exists()


def test_a_leaver_sees_nothing_more_and_stays_in_the_record(as_ada, client, alice, patient) -> None:
    as_ada.post(f"/people/{member(alice).pk}/end/")
    alice.refresh_from_db()
    assert alice.memberships.get().ended_at
    client.force_login(alice)
    assert client.get(f"/patients/{patient.pk}/").status_code == 403
    assert patient.created_by == alice


def test_a_leaver_can_come_back(as_ada, alice, ada, clinic) -> None:
    actions.end_membership(membership=member(alice), by=ada)
    actions.join(user=alice, clinic=clinic, role=Role.PHYSICIAN, by=ada)
    assert alice.memberships.count() == 2


def test_the_last_administrator_can_neither_leave_nor_change_role(as_ada, ada) -> None:
    as_ada.post(f"/people/{member(ada).pk}/end/")
    answer = as_ada.post(f"/people/{member(ada).pk}/", {"first_name": "A", "last_name": "B", "role": "nurse"})
    assert answer.status_code == 422
    assert member(ada).role == Role.ADMINISTRATOR


def both(ada: User) -> Membership:
    """Ada as the physician of her own practice, who administers it too."""
    actions.change_member(
        membership=member(ada),
        first_name="Ada",
        last_name="Example",
        role=Role.PHYSICIAN,
        administers=True,
        by=ada,
    )
    return member(ada)


def test_one_account_treats_and_administers(as_ada, ada, patient) -> None:
    both(ada)
    for path in ("/people/", "/audit/", f"/patients/{patient.pk}/", f"/patients/{patient.pk}/history/"):
        assert as_ada.get(path).status_code == 200, path
    assert "Physician, also administers" in as_ada.get("/people/").content.decode()
    assert "Physician, also administers" in as_ada.get("/people/me/").content.decode()


def test_who_treats_and_administers_is_what_the_law_calls_a_physician(ada, clinic) -> None:
    both(ada)
    assert staff_of(clinic.pk).practitioner(ada.pk).role == "physician"


def test_administering_beside_a_role_is_given_taken_and_audited(as_ada, alice) -> None:
    form = {"first_name": "Alice", "last_name": "Example", "role": "physician"}
    as_ada.post(f"/people/{member(alice).pk}/", form | {"administers": "on"})
    assert member(alice).administers
    given = Event.objects.filter(what="people.member_changed").first().detail
    assert (given["was"]["administers"], given["administers"]) == (False, True)
    as_ada.post(f"/people/{member(alice).pk}/", form)
    assert not member(alice).administers


def test_a_new_person_may_administer_beside_the_role(as_ada, client) -> None:
    as_ada.post("/people/new/", NEW | {"administers": "on"})
    nadia = member(User.objects.get(username="nadia"))
    assert (nadia.role, nadia.administers) == (Role.NURSE, True)
    assert Event.objects.filter(what="people.member_admitted").first().detail == {
        "role": "nurse",
        "administers": True,
    }


@pytest.mark.parametrize("form", [{"role": "nurse"}, {"role": "physician"}, None])
def test_the_last_who_administers_beside_another_role_stays_so(as_ada, ada, form) -> None:
    path = f"/people/{both(ada).pk}/" + ("" if form else "end/")
    as_ada.post(path, {"first_name": "A", "last_name": "B", **(form or {})})
    assert member(ada).administers


def test_an_administrator_may_leave_once_somebody_else_administers_beside_their_role(
    as_ada, ada, alice
) -> None:
    form = {"first_name": "Alice", "last_name": "Example", "role": "physician", "administers": "on"}
    as_ada.post(f"/people/{member(alice).pk}/", form)
    as_ada.post(f"/people/{member(ada).pk}/end/")
    assert ada.memberships.get().ended_at


def test_the_database_knows_no_administrator_who_does_not_administer(ada) -> None:
    with pytest.raises(IntegrityError, match="an_administrator_administers"):
        Membership.objects.filter(user=ada).update(administers=False)


def test_several_credentials_are_recorded_one_after_the_other(as_ada, bob) -> None:
    path = f"/people/{member(bob).pk}/credentials/new/"
    form = {"kind": "licence", "number": "L-7", "valid_until": "2031-01-31", "another": "1"}
    assert as_ada.post(path, form).url == path
    assert "L-7" in as_ada.get(path).content.decode()


def test_who_also_treats_stays_a_physician_in_a_clinic_they_found(as_ada, ada) -> None:
    both(ada)
    form = {"name": "Second", "jurisdiction": "FR", "time_zone": "Europe/Paris", "language": "fr"}
    as_ada.post("/people/clinic/new/", form)
    second = ada.memberships.get(clinic__name="Second")
    assert (second.role, second.administers) == (Role.PHYSICIAN, True)


def test_a_member_of_another_clinic_is_not_found(as_ada, charlie) -> None:
    for path in ("", "end/", "password/", "credentials/new/"):
        assert as_ada.post(f"/people/{member(charlie).pk}/{path}", NEW).status_code == 404


def test_a_credential_is_recorded_and_withdrawn_and_stays_visible(as_ada, bob) -> None:
    form = {"kind": "licence", "number": "L-7", "valid_until": "2031-01-31"}
    assert as_ada.post(f"/people/{member(bob).pk}/credentials/new/", form).status_code == 302
    held = Credential.objects.get(user=bob)
    assert bob.as_practitioner("assistant").credentials[0].valid_until.isoformat() == "2031-01-31"
    as_ada.post(f"/people/credentials/{held.pk}/withdraw/")
    assert bob.as_practitioner("assistant").credentials == ()
    assert "L-7" in as_ada.get(f"/people/{member(bob).pk}/").content.decode()


def test_a_credential_of_another_clinic_cannot_be_withdrawn(as_ada, charlie) -> None:
    held = charlie.credentials.first()
    assert as_ada.post(f"/people/credentials/{held.pk}/withdraw/").status_code == 404


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, "expired"), (0, "ends_soon"), (60, "ends_soon"), (61, "valid"), (None, "not_known")],
)
def test_what_ends_soon_is_shown_first(as_ada, bob, ada, clinic, days, state) -> None:
    today = timezone.localdate(timezone=ZoneInfo(clinic.time_zone))
    until = None if days is None else today + timedelta(days=days)
    actions.record_credential(user=bob, clinic=clinic, kind="licence", number="", valid_until=until, by=ada)
    warned = as_ada.get("/people/").context["warned"]
    assert [row["state"] for row in warned] == ([] if state == "valid" else [state])


def test_a_temporary_password_is_refused_for_somebody_who_also_works_elsewhere(
    as_ada, alice, ada, french_clinic
) -> None:
    actions.join(user=alice, clinic=french_clinic, role=Role.PHYSICIAN, by=ada)
    answer = as_ada.post(
        f"/people/{member_here(alice, ada).pk}/password/", {"password": "a needle in a haystack"}
    )
    assert answer.status_code == 422
    alice.refresh_from_db()
    assert alice.check_password(people.PASSWORD)


def member_here(user: User, administrator: User) -> Membership:
    return user.memberships.get(clinic=member(administrator).clinic, ended_at=None)


def test_one_more_clinic_is_founded_and_colleagues_join_it(as_ada, ada, alice) -> None:
    form = {"name": "Second", "jurisdiction": "FR", "time_zone": "Europe/Paris", "language": "fr"}
    as_ada.post("/people/clinic/new/", form)
    second = ada.memberships.get(clinic__name="Second").clinic
    assert as_ada.get("/people/").context["clinic"] == second
    as_ada.post("/people/join/", {"colleague": alice.pk, "role": "physician"})
    assert alice.memberships.filter(clinic=second, ended_at=None).exists()


def test_only_people_of_ones_own_clinics_can_be_let_in(as_ada, charlie) -> None:
    as_ada.post("/people/join/", {"colleague": charlie.pk, "role": "physician"})
    assert charlie.memberships.count() == 1


def test_the_clinic_is_corrected_by_its_administrator(as_ada, clinic) -> None:
    form = {
        "name": "New name",
        "jurisdiction": "US",
        "time_zone": "America/Chicago",
        "language": "en",
        "phone": "1",
    }
    assert as_ada.post("/people/clinic/", form).status_code == 302
    clinic.refresh_from_db()
    assert (clinic.name, clinic.time_zone) == ("New name", "America/Chicago")


def test_the_list_needs_few_queries(as_ada, clinic, django_assert_max_num_queries) -> None:
    for name in ("Gil", "Hal", "Ina", "Jon"):
        people.person(name, Role.PHYSICIAN, clinic)
    with django_assert_max_num_queries(8):
        as_ada.get("/people/")
