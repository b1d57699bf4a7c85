"""Agreeing to count together, and the keys that this makes."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.registry.models import KEYS, SHIFTS, Enrolment, Shifts
from wheal.measures.deidentifying import Hiding

SECRET = 32  # bytes of each key


class NotAgreed(Exception):
    """This clinic has no enrolment, or has one already."""


@transaction.atomic
def agree(*, clinic: Clinic, by: User) -> Enrolment:
    """Nothing is sent by this: the next night, or `send`, does."""
    Clinic.objects.select_for_update().get(pk=clinic.pk)  # two at a time would both find none
    if Enrolment.objects.standing().filter(clinic=clinic).exists():
        raise NotAgreed(f"{clinic} has agreed already")
    with vault.current().all_or_none() as put:
        _shifts(clinic, put)
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
    shifts = vault.current().read(shifts_of(made.clinic).secret, about=SHIFTS)
    return Hiding(_held(made)[:SECRET], days=shifts), signing_key(made)


def signing_key(made: Enrolment) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_held(made)[SECRET:])


def public_key(made: Enrolment) -> str:
    """By which a registry elsewhere knows this clinic."""
    return signing_key(made).public_key().public_bytes_raw().hex()


@transaction.atomic
def shifts_of(clinic: Clinic) -> Shifts:
    if found := Shifts.objects.filter(clinic=clinic).first():
        return found
    Clinic.objects.select_for_update().get(pk=clinic.pk)
    with vault.current().all_or_none() as put:
        return _shifts(clinic, put)


def _shifts(clinic: Clinic, put: Callable[..., vault.Kept]) -> Shifts:
    """Made once. Who agreed before clinics had one keeps that of the enrolment, by which its days were sent."""
    if found := Shifts.objects.filter(clinic=clinic).first():
        return found
    held = (each for each in clinic.enrolments.order_by("-pk") if vault.current().holds(each.keys))
    before = next(held, None)
    secret = _held(before)[:SECRET] if before else secrets.token_bytes(SECRET)
    return Shifts.objects.create(
        clinic=clinic, secret=put([secret], about=SHIFTS).name, made_at=timezone.now()
    )


def _held(made: Enrolment) -> bytes:
    return vault.current().read(made.keys, about=KEYS)
