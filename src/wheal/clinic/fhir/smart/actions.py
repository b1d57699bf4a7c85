"""What registers programs, ends them, and writes down what they were given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from jwcrypto.common import JWException
from jwcrypto.jwk import JWKSet
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Application, Grant, IDToken, RefreshToken

from wheal.clinic.audit import actions as audit
from wheal.clinic.fhir.bulk import actions as bulk
from wheal.clinic.fhir.models import Assertion, Program
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.fhir.smart.granting import LAUNCHES
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.fhir import scopes

_PRIVATE: Final = {"d", "p", "q", "dp", "dq", "qi", "k"}


class ProgramRefused(Exception):
    """Carries `reason`: scopes, kinds, addresses, keys, private_key; and `what` is meant, of kinds."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason)
        self.reason, self.what = reason, what


@dataclass(frozen=True, slots=True)
class NewProgram:
    """`keeps_a_secret`: of an app that runs on a server of its own."""

    name: str
    kind: str
    scopes: str
    addresses: str = ""
    launch_url: str = ""
    jwks: str = ""
    keeps_a_secret: bool = False


@transaction.atomic
def register(*, clinic: Clinic, new: NewProgram, by: User) -> tuple[Program, str]:
    """The row, and the secret to show once ("" where it has none). Raises ProgramRefused."""
    keys = _keys(new)
    _check_scopes(new)
    if new.kind == Program.Kind.APP and not _are_sound(new.addresses):
        raise ProgramRefused("addresses")
    secret = generate_client_secret() if new.keeps_a_secret else ""
    is_app = new.kind == Program.Kind.APP
    application = Application.objects.create(
        name=new.name, client_secret=secret, hash_client_secret=bool(secret),
        redirect_uris=" ".join(new.addresses.split()) if is_app else "",
        client_type=Application.CLIENT_PUBLIC if is_app and not (secret or keys) else Application.CLIENT_CONFIDENTIAL,
        algorithm=Application.RS256_ALGORITHM if is_app else Application.NO_ALGORITHM,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE if is_app else
        Application.GRANT_CLIENT_CREDENTIALS,
    )  # fmt: skip
    program = Program.objects.create(
        clinic=clinic, application=application, name=new.name, kind=new.kind, scopes=" ".join(_of_records(new)),
        launch_url=new.launch_url, jwks=keys, registered_by=by,
    )  # fmt: skip
    detail = {"name": new.name, "kind": new.kind, "scopes": program.scopes}
    audit.record(by=by, what="fhir.program_registered", subject=program, clinic=clinic, detail=detail)
    return program, secret


def _check_scopes(new: NewProgram) -> None:
    levels = {"app": {"patient", "user"}, "service": {"system"}}[new.kind]
    parsed = [scopes.parse(each) for each in _of_records(new)]
    if not parsed or any(each is None or each.level not in levels for each in parsed):
        raise ProgramRefused("scopes")
    if others := [each.kind for each in parsed if each and each.kind not in ("*", *KINDS)]:
        raise ProgramRefused("kinds", ", ".join(dict.fromkeys(others)))


def _of_records(new: NewProgram) -> list[str]:
    """An app may always ask how it is opened and who it is; what is registered is the most that it sees."""
    asked = new.scopes.split()
    return [each for each in asked if each not in LAUNCHES] if new.kind == Program.Kind.APP else asked


def _are_sound(addresses: str) -> bool:
    """In the clear to this very machine alone."""
    listed = addresses.split()
    return bool(listed) and all(_is_sound(each) for each in listed)


def _is_sound(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or is_here) and "#" not in address


def _keys(new: NewProgram) -> dict[str, Any]:
    if not new.jwks.strip():
        if new.kind == Program.Kind.SERVICE:
            raise ProgramRefused("keys")
        return {}
    try:
        told = json.loads(new.jwks)
        listed = list(JWKSet.from_json(json.dumps(told)))
    except (ValueError, TypeError, JWException) as problem:
        raise ProgramRefused("keys") from problem
    if not listed or any(_PRIVATE & each.keys() for each in told["keys"]):
        raise ProgramRefused("private_key" if listed else "keys")
    return told


@transaction.atomic
def forget(**whose: object) -> bool:
    """What was given opens nothing from now on; whether any of it still did. A token is kept as one that has run out:
    whoever shows it again is known by it, and stands in the audit."""
    now = timezone.now()
    Grant.objects.filter(**whose).delete()
    held = AccessToken.objects.filter(**whose, expires__gt=now).update(expires=now)
    AccessToken.objects.filter(**whose).update(id_token=None)
    held += RefreshToken.objects.filter(**whose, revoked=None).update(revoked=now)
    IDToken.objects.filter(**whose).delete()
    return held > 0


@transaction.atomic
def hand_back(*, application: Application, digest: str) -> None:
    """By the program itself: a token, and with it what was given together with it."""
    held = RefreshToken.objects.filter(application=application)
    refresh = held.filter(Q(token_checksum=digest) | Q(access_token__token_checksum=digest)).values("pk")
    tokens = AccessToken.objects.filter(application=application, expires__gt=timezone.now())
    tokens.filter(Q(token_checksum=digest) | Q(refresh_token__in=refresh)).update(expires=timezone.now())
    held.filter(pk__in=list(refresh), revoked=None).update(revoked=timezone.now())


@transaction.atomic
def use_up(*, application: Application, code: str) -> bool:
    """A code, when a token is given for it. False where that was done before. It is kept for a day, as one that has run
    out: whoever shows it again is found out."""
    now, held = timezone.now(), Grant.objects.filter(application=application)
    held.filter(expires__lt=now - timedelta(days=1)).delete()
    return bool(held.filter(code=code, expires__gt=now).update(expires=now))


@transaction.atomic
def end_what_came_of(*, grant: Grant) -> None:
    """Its code was shown a second time: whoever had it first may have been a thief. What was given for it ends."""
    came = {"application": grant.application, "user": grant.user, "created__gte": grant.created}
    if not forget(**came):
        return
    program = grant.application.program
    detail = {"reason": "code", "program": program.name}
    audit.record(
        by=grant.user, what="fhir.leave_taken_back", subject=program, clinic=program.clinic, detail=detail
    )


@transaction.atomic
def end(*, program: Program, by: User) -> None:
    """It opens nothing from now on: what it was given is taken back, and files that wait for it go."""
    if not Program.objects.filter(pk=program.pk, ended_at=None).update(ended_at=timezone.now(), ended_by=by):
        return
    forget(application=program.application)
    bulk.sweep(program=program)
    audit.record(by=by, what="fhir.program_ended", subject=program, clinic=program.clinic)


@transaction.atomic
def take_back(*, program: Program, by: User) -> None:
    """The leave that this person gave ends at once, with the files that were written under it; what others gave
    stands."""
    forget(application=program.application, user=by)
    bulk.sweep(program=program, asked_by=by)
    audit.record(by=by, what="fhir.leave_taken_back", subject=program, clinic=program.clinic)


@transaction.atomic
def note_leave(*, program: Program, given: list[str], patient: int | None, by: User) -> None:
    audit.record(
        by=by, what="fhir.leave_given", subject=program, clinic=program.clinic,
        patient=Patient(pk=patient) if patient else None, detail={"scopes": given},
    )  # fmt: skip


def take_assertion(program: Program, number: str, until: datetime) -> bool:
    """False where it was taken before. What has run out is swept away."""
    Assertion.objects.filter(until__lt=timezone.now()).delete()
    if not 0 < len(number) <= 200:
        return False
    try:
        with transaction.atomic():
            Assertion.objects.create(program=program, number=number, until=until)
    except IntegrityError:
        return False
    audit.record(by=None, what="fhir.token_given", subject=program, clinic=program.clinic)
    return True
