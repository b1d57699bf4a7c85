"""A signature, and what lets somebody in, ask for a proof of who does it, where the last one is too long ago."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wheal.clinic.people import log_ins

View = Callable[..., HttpResponse]


def _guard(is_proven: Callable[[HttpRequest], bool], ask: View) -> Callable[[View], View]:
    def guarded(view: View) -> View:
        @wraps(view)
        def proven(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            return view(request, *args, **named) if is_proven(request) else ask(request)

        return proven

    return guarded


def _lately(request: HttpRequest) -> bool:
    return log_ins.proved_lately(request, time())


def _by_a_factor(request: HttpRequest) -> bool:
    return log_ins.proved_by_a_factor(request, time())


def _first(request: HttpRequest, address: str) -> HttpResponse:
    return redirect(f"{address}?{urlencode({'next': request.path})}")


proof_required = _guard(_lately, lambda request: suspend_request(request, reverse("account_reauthenticate")))
"""What was sent waits while a password, a code or a passkey is asked for, and is then taken as if sent anew."""

proof_required_first = _guard(_lately, lambda request: _first(request, reverse("account_reauthenticate")))
"""What was sent is thrown away, and the page opened again after the proof: a password must not wait there."""

factor_required = _guard(
    lambda request: request.method != "POST" or _by_a_factor(request),
    lambda request: suspend_request(request, _asks_for_a_factor(request)),
)
"""To send what changes somebody else's way in: what was sent waits, as above, until a second factor is shown."""

factor_required_first = _guard(_by_a_factor, lambda request: _first(request, _asks_for_a_factor(request)))
"""Before the page opens: what was sent holds a password, which must not wait there."""


def asks_for_a_proof(address: str) -> bool:
    """Whether this is a page that asks who somebody is."""
    return address.startswith(tuple(reverse(name) for name in ASKING))


ASKING = ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")


def _asks_for_a_factor(request: HttpRequest) -> str:
    """An app's code where there is one, else the key; the library's page of each leads to the other."""
    if settings.SECOND_FACTOR == "nobody":
        return reverse("account_reauthenticate")
    has_an_app = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()
    return reverse("mfa_reauthenticate" if has_an_app else "mfa_reauthenticate_webauthn")
