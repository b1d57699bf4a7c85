"""Agreeing to count together, and the keys that this makes."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.registry.models import KEYS, Enrolment
from wheal.measures.deidentifying import Hiding

SECRET = 32  # bytes of each of the two keys


class NotAgreed(Exception):
    """This clinic has no enrolment, or has one already."""


@transaction.atomic
def agree(*, clinic: Clinic, by: User) -> Enrolment:
    """Nothing is sent by this: the next night, or `send`, does."""
    Clinic.objects.select_for_update().get(pk=clinic.pk)  # two at a time would both find none
    if Enrolment.objects.standing().filter(clinic=clinic).exists():
        raise NotAgreed(f"{clinic} has agreed already")
    with vault.current().all_or_none() as put:
        kept = put([secrets.token_bytes(2 * SECRET)], about=KEYS)
        made = Enrolment.objects.create(
            clinic=clinic,
            name=f"clinic-{secrets.token_hex(6)}",
            keys=kept.name,
            agreed_at=timezone.now(),
            agreed_by=by,
        )
        audit.record(by=by, what="registry.agreed", clinic=clinic, detail={"name": made.name})
    return made


def keys(made: Enrolment) -> tuple[Hiding, Ed25519PrivateKey]:
    held = vault.current().read(made.keys, about=KEYS)
    return Hiding(held[:SECRET]), Ed25519PrivateKey.from_private_bytes(held[SECRET:])


def public_key(made: Enrolment) -> str:
    """By which a registry elsewhere knows this clinic."""
    return keys(made)[1].public_key().public_bytes_raw().hex()
