"""A device keeps, encrypted, what could not be sent yet. What opens it is held here, per person and device.

It lives from the first page after a log-in to the log-out. A log-in that ended by itself leaves it: whoever logs in
again on the same device finds there what they had typed.
"""

from __future__ import annotations

import re
import secrets

from django.db import transaction

from wheal.clinic.people import sealing
from wheal.clinic.people.actions import record_about
from wheal.clinic.people.models import DeviceKey, User

NAME = re.compile(r"[0-9a-f-]{36}")  # as a device names itself


class DeviceRefused(ValueError):
    """No device calls itself so."""


@transaction.atomic
def secret_of(*, device: str, by: User) -> bytes:
    """32 bytes from the row and the site's own secret: a copy of the database alone opens no device."""
    if not NAME.fullmatch(device):
        raise DeviceRefused(device)
    row, new = DeviceKey.objects.get_or_create(
        user=by, device=device, defaults={"secret": secrets.token_urlsafe(32)}
    )
    if new:
        record_about(user=by, by=by, what="people.device_key_made")
    return sealing.derived(sealing.DEVICES, row.secret.encode())


@transaction.atomic
def forget_device(*, device: str, by: User) -> None:
    """At log-out. What the device may still hold of this person can be read by nobody from now on."""
    if DeviceKey.objects.filter(user=by, device=device).delete()[0]:
        record_about(user=by, by=by, what="people.device_key_deleted")
