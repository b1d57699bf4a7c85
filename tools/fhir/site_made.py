"""The demo's clinics in a folder of their own, with programs that are let in, and a server before them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
from jwcrypto.jwk import JWK

TESTS = Path(__file__).parents[2] / "tests"


@dataclass(frozen=True)
class LetIn:
    """`token` reads, `sender` sends too; `key`: file with the private key of the program that acts by itself."""

    token: str
    sender: str
    client_id: str
    key: Path


def make(folder: Path) -> LetIn:
    """Django is set up on it as well: what follows in this process reads the same rows."""
    os.environ |= {"WHEAL_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings"}
    django.setup()
    from django.core.management import call_command

    from wheal.clinic import demo

    call_command("migrate", verbosity=0)
    demo.build()
    return _let_in(folder)


def _let_in(folder: Path) -> LetIn:
    from wheal.clinic.fhir.smart.actions import NewProgram, register
    from wheal.clinic.people import token_actions
    from wheal.clinic.people.models import User
    from wheal.clinic.people.tokens import Scope

    ada = User.objects.get(username="ada")
    clinic = ada.memberships.earliest("pk").clinic
    scopes = (Scope.PATIENTS_READ, Scope.RECORDS_READ, Scope.RECORDS_EXPORT)
    _row, token = token_actions.make(clinic=clinic, name="Clients", scopes=scopes, days=1, by=ada)
    sends = (*scopes[:2], Scope.PATIENTS_WRITE, Scope.RECORDS_WRITE, Scope.CALENDAR_READ)
    _row, sender = token_actions.make(clinic=clinic, name="Examples", scopes=sends, days=1, by=ada)
    key = JWK.generate(kty="EC", crv="P-384", kid="clients", alg="ES384", key_ops=["sign"])
    public = json.loads(key.export_public()) | {"key_ops": ["verify"]}
    service = NewProgram("Warehouse", "service", "system/*.rs", jwks=json.dumps({"keys": [public]}))
    program, _secret = register(clinic=clinic, new=service, by=ada)
    file = folder.with_name(folder.name + ".jwks")
    file.write_text(json.dumps({"keys": [json.loads(key.export_private())]}))
    return LetIn(token, sender, program.application.client_id, file)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of FHIR on a server of its own process."""
    sys.path.insert(0, str(TESTS))
    from serving import Server

    server = Server(folder)
    server.start()
    try:
        server.wait_for_an_answer()
        yield f"{server.address}/fhir"
    finally:
        server.stop()
