"""Whom the pages tell to call: nothing until an administrator of the clinic has confirmed a number."""

import pytest
from django.db import IntegrityError, transaction

import people
from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import Clinic, Role

pytestmark = pytest.mark.django_db
PAGE, AT = "/people/clinic/", "/people/clinic/emergency-number/"


@pytest.fixture
def keeper(clinic, client):
    user = people.person("Keeper", Role.ADMINISTRATOR, clinic)
    client.force_login(user)
    return user


def shown(answer) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_the_number_of_the_official_text_is_offered_and_set_only_when_confirmed(
    client, clinic, keeper
) -> None:
    page = shown(client.get(PAGE))
    assert 'value="911"' in page
    assert "Public Law 106-81" in page
    assert "None is set" in page
    assert "No emergency number is set." in shown(client.get("/emergency/"))
    refused = client.post(AT, {"call-number": "911"})
    assert refused.status_code == 422
    assert "Confirm the number" in shown(refused)
    assert client.post(AT, {"call-number": "9 1 1", "call-confirmed": "on"}).url == PAGE
    clinic.refresh_from_db()
    assert (clinic.emergency_number, clinic.emergency_number_confirmed_by) == ("9 1 1", keeper)
    assert 'href="tel:911"' in shown(client.get("/emergency/"))
    assert Event.objects.filter(what="people.emergency_number_confirmed").exists()


@pytest.mark.parametrize("typed", ["", "the fire brigade", "911;ext=2", "0" * 21])
def test_what_cannot_be_dialled_is_refused(client, clinic, keeper, typed) -> None:
    assert client.post(AT, {"call-number": typed, "call-confirmed": "on"}).status_code == 422
    clinic.refresh_from_db()
    assert clinic.emergency_number == ""


@pytest.mark.parametrize("how", ["taken back", "another country"])
def test_it_goes_with_its_country_or_when_it_is_taken_back(client, clinic, keeper, how) -> None:
    client.post(AT, {"call-number": "911", "call-confirmed": "on"})
    if how == "taken back":
        client.post(AT, {"take_back": "1"})
    else:
        moved = {"name": "Moved", "jurisdiction": "FR", "time_zone": "Europe/Paris", "language": "fr"}
        assert client.post(PAGE, moved).status_code == 302
    clinic.refresh_from_db()
    assert (clinic.emergency_number, clinic.emergency_number_confirmed_at) == ("", None)


def test_the_database_holds_no_number_that_nobody_confirmed(clinic) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Clinic.objects.filter(pk=clinic.pk).update(emergency_number="911")


def test_a_stranger_reads_the_numbers_by_country_and_no_clinic(client, clinic, keeper) -> None:
    client.post(AT, {"call-number": "911", "call-confirmed": "on"})
    with_one = client.get("/emergency/worker.js").content
    client.logout()
    page = shown(client.get("/emergency/"))
    assert 'href="tel:911"' in page
    assert clinic.name not in page
    client.force_login(keeper)
    client.post(AT, {"take_back": "1"})
    assert client.get("/emergency/worker.js").content != with_one, (
        "a device would keep the number that was taken back"
    )
