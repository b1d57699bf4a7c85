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


def proof_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What was sent waits while a password, a code or a passkey is asked for, and is then taken as if sent anew."""

    @wraps(view)
    def proven(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if log_ins.proved_lately(request, time()):
            return view(request, *args, **named)
        return suspend_request(request, reverse("account_reauthenticate"))

    return proven


def proof_required_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What was sent is thrown away, and the page opened again after the proof: a password must not wait there."""

    @wraps(view)
    def proven(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if log_ins.proved_lately(request, time()):
            return view(request, *args, **named)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")

    return proven


def factor_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """To send what changes somebody else's way in: what was sent waits, as above, until a second factor is shown."""

    @wraps(view)
    def proven(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if request.method != "POST" or log_ins.proved_by_a_factor(request, time()):
            return view(request, *args, **named)
        return suspend_request(request, _asks_for_a_factor(request))

    return proven


def factor_required_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Before the page opens: what was sent holds a password, which must not wait there."""

    @wraps(view)
    def proven(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if log_ins.proved_by_a_factor(request, time()):
            return view(request, *args, **named)
        return redirect(f"{_asks_for_a_factor(request)}?{urlencode({'next': request.path})}")

    return proven


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
