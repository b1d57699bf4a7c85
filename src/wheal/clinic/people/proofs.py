"""A signature asks for a proof of who signs, where the last one is too long ago."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time

from allauth.account.internal.flows.reauthentication import suspend_request
from django.http import HttpRequest, HttpResponse
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
