"""How often a password may be tried: from one address, and on one device on which somebody has logged in before.

Whoever guesses fills the count of their own address and of no device that is known, so that nobody at a clinic is kept
out by somebody else on its network. Counted in the memory of each worker; tries at one name are counted in the audit
(`log_ins.shut_until`). How many: `ACCOUNT_RATE_LIMITS`.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "__Host-wheal-known" if settings.HTTPS else "wheal-known"
SALT = "wheal: somebody has logged in here"
KNOWN_FOR = timedelta(days=180)


def take_one(request: HttpRequest) -> ratelimit.RateLimitUsage | None:
    """None where there were too many within the minute. Given back by the library where the password is right."""
    device = _device(request)
    return ratelimit.consume(
        request,
        app="allauth.account",
        action="tried_on_a_known_device" if device else "tried_from_an_address",
        key=device,
    )


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """A log-in worked here. It names nobody, and opens nothing."""
    response.set_signed_cookie(
        COOKIE,
        _device(request) or secrets.token_hex(16),
        salt=SALT,
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known(request: HttpRequest) -> bool:
    return _device(request) is not None


def _device(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(COOKIE, default=None, salt=SALT, max_age=KNOWN_FOR)
