"""A device keeps, encrypted, what could not be sent yet. What opens it is held here, per person and device.

It lives from the first page after a log-in to the log-out. A log-in that ended by itself leaves it: whoever logs in
again on the same device finds there what they had typed.
"""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import DeviceKey, User

COOKIE = "wheal-device"
COOKIE_AGE = 400 * 24 * 3600  # as long as browsers allow; it names the device and opens nothing


def device_of(request: HttpRequest) -> str:
    """The name that this device was given; a new one where it has none, or none that is ours."""
    held = request.COOKIES.get(COOKIE, "")
    return held if len(held) == 43 and held.isascii() else secrets.token_urlsafe(32)


def name_device(response: HttpResponse, device: str) -> None:
    response.set_cookie(
        COOKIE,
        device,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@transaction.atomic
def secret_of(*, device: str, by: User) -> bytes:
    """32 bytes from the row and the site's own secret: a copy of the database alone does not open a device."""
    row, new = DeviceKey.objects.get_or_create(
        user=by, device=device, defaults={"secret": secrets.token_urlsafe(32)}
    )
    if new:
        audit.record(by=by, what="people.device_key_made", subject=by)
    salt, info = row.secret.encode(), b"wheal: what a device keeps"
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(settings.SECRET_KEY.encode())


@transaction.atomic
def forget_device(*, device: str, by: User) -> None:
    """At log-out. What a device still holds of this person cannot be read from now on, by nobody."""
    if DeviceKey.objects.filter(user=by, device=device).delete()[0]:
        audit.record(by=by, what="people.device_key_deleted", subject=by)
