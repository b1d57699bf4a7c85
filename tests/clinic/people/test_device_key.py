"""What opens the entries that a device keeps: one for each person and device, until they log out there."""

import pytest

from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import DeviceKey

PHONE, TABLET = "0c9d6f1e-7d0b-4a2e-9a55-2f1f8d0a7c11", "5a1b9c1a-11c2-4be1-8d55-7f1f8d0a7c12"


def secret(client, device: str = TABLET) -> str:
    return client.post("/people/me/device-key/", {"device": device}).json()["secret"]


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def test_a_stranger_is_told_that_nobody_is_logged_in(client, clinic) -> None:
    answer = client.post("/people/me/device-key/", {"device": TABLET})
    assert (answer.status_code, answer.json()) == (401, {})


def test_each_person_and_each_device_has_a_secret_of_its_own(as_alice, bob) -> None:
    on_the_tablet, on_the_phone = secret(as_alice), secret(as_alice, PHONE)
    assert secret(as_alice) == on_the_tablet != on_the_phone
    as_alice.force_login(bob)
    assert secret(as_alice) not in (on_the_tablet, on_the_phone)


def test_a_log_in_that_ended_by_itself_leaves_the_secret_and_a_log_out_deletes_it(as_alice, alice) -> None:
    before, elsewhere = secret(as_alice), secret(as_alice, PHONE)
    as_alice.cookies.clear()
    as_alice.force_login(alice)
    assert secret(as_alice) == before
    as_alice.post("/accounts/logout/", {"device": TABLET})
    assert list(DeviceKey.objects.values_list("device", flat=True)) == [PHONE]
    as_alice.force_login(alice)
    assert secret(as_alice) != before
    assert secret(as_alice, PHONE) == elsewhere
    assert Event.objects.filter(what="people.device_key_deleted").count() == 1


def test_the_database_alone_does_not_hold_it(as_alice) -> None:
    assert secret(as_alice) != DeviceKey.objects.get().secret
    assert not Event.objects.filter(detail__icontains=TABLET).exists()


@pytest.mark.parametrize("device", ["", "me", "x" * 36, TABLET + "0"])
def test_a_device_without_a_name_gets_nothing(as_alice, device: str) -> None:
    assert as_alice.post("/people/me/device-key/", {"device": device}).status_code == 422
    assert not DeviceKey.objects.exists()


def test_an_answer_that_leads_on_says_that_the_form_arrived_and_a_refusal_does_not(as_alice) -> None:
    answer = as_alice.post("/people/me/", {"language": "fr", "kept_as": "consent-7"})
    assert answer.cookies["wheal-arrived"].value == "consent-7"
    answer = as_alice.post("/people/me/", {"language": "tlh", "kept_as": "consent-7"})
    assert "wheal-arrived" not in answer.cookies
    answer = as_alice.post("/people/me/", {"language": "fr", "kept_as": "a; domain=elsewhere"})
    assert "wheal-arrived" not in answer.cookies
