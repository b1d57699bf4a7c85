"""A signature, and what lets somebody in, ask for a proof of who does it, where the last one is too long ago."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import suspend_request
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
