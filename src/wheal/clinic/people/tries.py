"""How often a password may be tried: from one address, and on one device on which somebody has logged in before.

Whoever guesses fills the count of their own address and of no device that is known, so that nobody at a clinic is kept
out by somebody else on its network. Counted in the memory of each worker; tries at one name are counted in the audit
(`log_ins.shut_until`), by the device where that person has logged in on it before. How many: `ACCOUNT_RATE_LIMITS`.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from wheal.clinic.people.models import User

COOKIE = "__Host-wheal-known" if settings.HTTPS else "wheal-known"
SALT = "wheal: somebody has logged in here"
KNOWN_FOR = timedelta(days=180)
MOST = 40
"""People whom one device knows: whoever logged in there last."""


def take_one(request: HttpRequest) -> ratelimit.RateLimitUsage | None:
    """None where there were too many within the minute. Given back by the library where the password is right."""
    device = _device(request)
    return ratelimit.consume(
        request,
        app="allauth.account",
        action="tried_on_a_known_device" if device else "tried_from_an_address",
        key=device,
    )


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """A log-in of this person worked here, with all that it asked for. It names nobody to who reads it, and opens
    nothing."""
    device = _device(request) or secrets.token_hex(16)
    mark = _mark(device, user)
    others = [each for each in _known(request)[1:] if each != mark]
    response.set_signed_cookie(
        COOKIE,
        ".".join([device, *others[-MOST + 1 :], mark]),
        salt=SALT,
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known(request: HttpRequest) -> bool:
    return _device(request) is not None


def device_of(request: HttpRequest, user: User) -> str:
    """The mark of this device, where this person has logged in on it before; "" where they have not."""
    device, *marks = _known(request) or [""]
    mark = _mark(device, user)
    return mark if mark in marks else ""


def _mark(device: str, user: User) -> str:
    return salted_hmac(SALT, f"{device} {user.pk}", algorithm="sha256").hexdigest()[:16]


def _device(request: HttpRequest) -> str | None:
    return next(iter(_known(request)), None)


def _known(request: HttpRequest) -> list[str]:
    """The device, and a mark of each person who has logged in on it."""
    held = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KNOWN_FOR)
    return held.split(".") if held else []
