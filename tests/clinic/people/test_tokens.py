"""Another program shows a token: of one clinic, for what its scopes name, until it ends; and nothing else opens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from wheal.clinic.audit.models import Event
from wheal.clinic.people import token_actions, tokens
from wheal.clinic.people.models import ServiceToken
from wheal.clinic.people.tokens import Scope

READ = Scope.RECORDS_READ


@pytest.fixture(autouse=True)
def _nobody_was_refused_yet() -> None:
    cache.clear()


@tokens.token_required(READ)
def records(request: HttpRequest) -> HttpResponse:
    """Any page for programs."""
    return JsonResponse(
        {
            "clinic": request.clinic.pk,
            "by": request.user.pk,
            "stock": tokens.may(request, Scope.STOCK_READ),
        }
    )


@pytest.fixture
def made(clinic, ada) -> tuple[ServiceToken, str]:
    return token_actions.make(clinic=clinic, name="Laboratory", scopes=[READ], days=90, by=ada)


def asked(shown: str = "", method: str = "get") -> HttpResponse:
    headers = {"Authorization": shown} if shown else {}
    return records(getattr(RequestFactory(), method)("/fhir/Patient", headers=headers))


def test_a_token_opens_its_clinic_as_an_account_of_its_own_that_nobody_logs_in_with(made, clinic) -> None:
    token, text = made
    answer = asked(f"Bearer {text}")
    assert answer.status_code == 200
    assert token.account.pk == int(re.search(rb'"by": (\d+)', answer.content)[1])
    assert f'"clinic": {clinic.pk}'.encode() in answer.content
    assert b'"stock": false' in answer.content
    assert not token.account.is_active
    assert not token.account.has_usable_password()
    assert not token.account.memberships.exists()


def test_only_the_digest_is_kept_and_the_audit_does_not_hold_the_secret(made) -> None:
    token, text = made
    secret = text.rpartition("_")[2] if "_" not in text[-43:] else text[-43:]
    held = str(list(ServiceToken.objects.values())) + str(list(Event.objects.values()))
    assert secret not in held
    assert token.digest in held


def altered(text: str) -> str:
    return text[:-1] + ("A" if text[-1] != "A" else "B")


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        (lambda text: "", 401, "none"),
        (lambda text: "Basic YWxpY2U6eA==", 401, "none"),
        (lambda text: f"Bearer {text} more", 401, "none"),
        (lambda text: f"Bearer {altered(text)}", 401, "unknown"),
        (lambda text: f"Bearer wheal_{'0' * 16}_{text[-43:]}", 401, "unknown"),
    ],
)
def test_without_the_right_token_nothing_opens(made, how, status, reason) -> None:
    answer = asked(how(made[1]))
    assert answer.status_code == status
    assert reason.encode() in answer.content
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="wheal", error="invalid_token"')


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, 401, "expired"),
        ({"scopes": ["stock.read"]}, 403, "scope"),
    ],
)
def test_one_that_ended_or_lacks_the_scope_is_refused_and_the_clinic_can_read_it(
    made, clinic, change, status, reason
) -> None:
    token, text = made
    ServiceToken.objects.filter(pk=token.pk).update(**change)
    answer = asked(f"Bearer {text}")
    assert (answer.status_code, reason.encode() in answer.content) == (status, True)
    event = Event.objects.first()
    assert (event.what, event.refused, event.clinic_id) == ("people.token_refused", True, clinic.pk)
    assert event.detail == {"reason": reason, "scope": "records.read", "path": "/fhir/Patient"}


def test_a_revoked_one_is_refused_from_that_moment_and_revoking_twice_is_told_once(made, ada) -> None:
    token, text = made
    assert asked(f"Bearer {text}", "post").status_code == 200, "no cookie, so no CSRF token is asked for"
    for _time in range(2):
        token_actions.revoke(token=token, by=ada)
    assert asked(f"Bearer {text}").status_code == 401
    assert Event.objects.filter(what="people.token_revoked").count() == 1


def test_when_it_was_used_is_written_once_a_minute(made, django_assert_num_queries) -> None:
    token, text = made
    with django_assert_num_queries(2):
        asked(f"Bearer {text}")
    with django_assert_num_queries(1):
        asked(f"Bearer {text}")
    token.refresh_from_db()
    assert timezone.now() - token.used_at < timedelta(minutes=1)


def test_who_tries_again_and_again_is_no_longer_written_down(db) -> None:
    codes = [asked(f"Bearer wheal_{'0' * 16}_{'x' * 43}").status_code for _time in range(25)]
    assert codes == [401] * 20 + [429] * 5
    assert Event.objects.filter(what="people.token_refused").count() == 20


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"name": "  "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
    ],
)
def test_none_is_made_without_a_name_a_known_scope_and_an_end(clinic, ada, wrong, reason) -> None:
    said = {"name": "Laboratory", "scopes": [READ], "days": 90} | wrong
    with pytest.raises(token_actions.TokenNotMade, match=reason):
        token_actions.make(clinic=clinic, by=ada, **said)
    assert not ServiceToken.objects.exists()


def test_the_administrator_makes_one_sees_it_once_and_ends_it(client, ada) -> None:
    client.force_login(ada)
    said = {"name": "Registry", "scopes": ["calendar.read"], "days": 30}
    page = client.post("/people/tokens/new/", said).content.decode()
    text = re.search(r"wheal_[0-9a-f]{16}_[\w-]{43}", page)[0]
    token = ServiceToken.objects.get()
    assert token.key in client.get("/people/tokens/").content.decode()
    assert text not in client.get("/people/tokens/").content.decode()
    assert client.post("/people/tokens/new/", said | {"scopes": []}).status_code == 422
    client.post(f"/people/tokens/{token.pk}/revoke/")
    assert "1 whose access has ended" in client.get("/people/tokens/").content.decode()
    assert asked(f"Bearer {text}").status_code == 401


def test_making_one_asks_for_a_fresh_proof(client, ada, settings) -> None:
    settings.PROVEN_FOR = 60
    client.force_login(ada)
    answer = client.post("/people/tokens/new/", {"name": "R", "scopes": ["calendar.read"], "days": 30})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not ServiceToken.objects.exists()


def test_a_token_of_another_clinic_is_not_found(client, charlie, made) -> None:
    client.force_login(charlie)
    charlie.memberships.update(role="administrator", administers=True)
    assert client.post(f"/people/tokens/{made[0].pk}/revoke/").status_code == 404


def test_its_account_does_not_log_in(made, client) -> None:
    name = made[0].account.username
    Client().post("/accounts/login/", {"login": name, "password": ""})
    assert client.post("/accounts/login/", {"login": name, "password": "x"}).status_code == 200
    assert "_auth_user_id" not in client.session
