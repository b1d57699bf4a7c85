"""What a program may be given: no more than it was registered for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from django.core import signing
from oauth2_provider.scopes import BaseScopes

from wheal.clinic.fhir.models import Program
from wheal.clinic.people.models import Clinic, Membership, User
from wheal.fhir import scopes

WHO: Final = ("openid", "fhirUser")  # who it was that gave leave
LAUNCHES: Final = ("launch", "launch/patient", "offline_access", "online_access", *WHO)
KEPT: Final = ("offline_access", "online_access")  # with a refresh token
FOR: Final = (
    "wheal-patient/"  # beside the scopes of a token: whose record it was opened for; no client can ask for it
)
_FOR: Final = re.compile(rf"{FOR}\d{{1,18}}$")
SIGNER: Final = signing.TimestampSigner(salt="fhir.launch")
LAUNCH_FOR: Final = 300  # seconds between opening a program from here and its asking for leave


class Scopes(BaseScopes):
    """The library asks here; what may be given is said by `grantable`."""

    def get_all_scopes(self) -> dict[str, str]:
        return _Named()

    def get_available_scopes(self, application=None, request=None, *args, **kwargs) -> list[str]:
        return list(LAUNCHES)

    def get_default_scopes(self, application=None, request=None, *args, **kwargs) -> list[str]:
        return []


class _Named(dict):
    def __missing__(self, scope: str) -> str:
        return scope


def grantable(program: Program, scope: str) -> bool:
    if scope in LAUNCHES:
        return program.kind == Program.Kind.APP
    wanted = scopes.parse(scope)
    if wanted is None:
        return False
    held = [each for each in scopes.of(program.scopes.split()) if each.level == wanted.level]
    return all(scopes.allow(held, wanted.kind, letter) for letter in wanted.letters)


def works(user: User, clinic: Clinic) -> Membership | None:
    """As whom somebody who gave leave works there today."""
    return Membership.objects.filter(user=user, clinic=clinic, ended_at=None, user__is_active=True).first()


def is_of_a_patient(scope: str) -> bool:
    return _FOR.match(scope) is not None


def granted(program: Program, asked: Iterable[str]) -> list[str]:
    """Of what was asked, in its order; the rest is left out, as SMART has it."""
    found = (each for scope in asked for each in _granted(program, scope))
    return list(dict.fromkeys(found))


def _granted(program: Program, scope: str) -> list[str]:
    """As it was asked for, or the narrower ones that are held of it."""
    if grantable(program, scope):
        return [scope]
    wanted = scopes.parse(scope)
    return scopes.within(wanted, scopes.of(program.scopes.split())) if wanted else []


def needs_a_patient(asked: Iterable[str], launch: str = "") -> bool:
    """Whether it is for one record alone, whatever else is asked for beside it. `launch`: what the program shows."""
    return bool(launch) or any(
        scope in ("launch", "launch/patient") or scope.startswith("patient/") or is_of_a_patient(scope)
        for scope in asked
    )


def patient_of(given: Iterable[str]) -> int | None:
    """None where it is nobody's, and where it is not one person's."""
    found = {int(scope.removeprefix(FOR)) for scope in given if is_of_a_patient(scope)}
    return found.pop() if len(found) == 1 else None


def renewed(asked: Iterable[str], original: Iterable[str]) -> list[str]:
    """What a renewal for less asks for: for whom a leave was given, and that it may be renewed, belongs to the leave
    and is never less."""
    stays = (scope for scope in original if is_of_a_patient(scope) or scope in KEPT)
    return list(dict.fromkeys([*asked, *stays]))


def opened(given: Iterable[str]) -> tuple[scopes.Scope, ...]:
    """Nothing where it is for one record and does not say for whose: never everybody's instead."""
    texts = list(given)
    return () if needs_a_patient(texts) and patient_of(texts) is None else scopes.of(texts)


def launch_of(program: Program, patient: int) -> str:
    """What the program shows when it asks for leave: for whose record it was opened from here."""
    return SIGNER.sign(f"{program.pk}.{patient}")


def launched_for(program: Program, launch: str) -> int | None:
    """None where it is not ours, of another program, or too old."""
    try:
        key, _dot, patient = SIGNER.unsign(launch, max_age=LAUNCH_FOR).partition(".")
    except signing.BadSignature:
        return None
    return int(patient) if key == str(program.pk) else None
