"""Every address of the URL table, as every role and from another clinic: who may, who is refused, who finds nothing.

A new page is here by itself. One that asks for no permission fails until it says below why it needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, resolve
from django.utils import timezone

import people
import roles
from browser.addresses import named, paths
from wheal.clinic import demo
from wheal.clinic.fhir.models import HealthLink
from wheal.clinic.people.models import Clinic, Invitation, Membership, Role, User
from wheal.clinic.people.permissions import ALLOWED
from wheal.clinic.safety.models import Declaration, Notice, PatientReport, Reaction, Sent
from wheal.clinic.stock.models import Product

FOR_WHOEVER_LOGS_IN = {
    "people:choose-clinic", "people:me", "people:second-factor", "people:device-key", "people:end-log-in",
    "people:end-other-log-ins", "programs:mine", "programs:take-back",  # one's own
    "formulary:",  # the knowledge, which is no clinic's
}  # fmt: skip
OPEN = {
    "people:setup": "the first visit, with a code from the console",
    "people:invited": "the link of an invitation, before there is an account",
    "set_language": "a switch",
    "treatments:worker": "a script",
    "treatments:doorkeeper": "a script",
    "treatments:away": "what a device shows without a connection; it holds no record",
    "operations:live": "for machines: this process answers; it holds no record",
    "operations:ready": "for machines: the database answers; it holds no record",
    "operations:metrics": "for machines: counts, for a token or from this machine alone (clinic/test_operations.py)",
    "emergency:": "an emergency waits for no log-in; it shows no record",
    "links:": "the door of a signed link, with the birth date",
    "registry:public": "counts for everybody, in bands; it names no clinic and no person",
    "registry:letter": "clinics of other servers show their signature: clinic/registry/test_elsewhere.py",
    "registry:part": "the same",
    "fhir:metadata": "what the interface can do; it holds no record",
    "fhir:smart-configuration": "where programs ask; it holds no record",
    "fhir:openid-configuration": "where programs ask who somebody is; it holds no record",
    "fhir:keys": "the public half of the key under what programs are told; it holds no record",
    "fhir:token": "programs show a code, a secret or a signature: clinic/fhir/test_smart",
    "shl:": "the door of a health link: what it shows is encrypted, and its key is in the link",
    "fhir:revoke": "a program gives its own token back",
    "account_": "the accounts library: log-in and one's own password",
    "mfa_": "one's own second factor",
}


A_TOKEN = "token:"  # pages for other programs: see clinic/people/test_tokens.py
A_KIND = "fhir:"  # by the kind of resource: clinic/fhir has its matrix
A_LINK = "link:"  # pages of a patient's own, behind that door: clinic/portal has their matrix
A_SECRET = (
    "secret address",
    "link of a reminder",
)  # of the calendar, for no log-in: clinic/appointments tests them


def permission_of(pattern: URLPattern) -> str:
    return str(getattr(pattern.callback, "permission", ""))


def listed(name: str, among: object) -> bool:
    return any(name == each or (each[-1] in ":_" and name.startswith(each)) for each in among)


GUARDED = {
    name: pattern
    for name, pattern in named()
    if permission_of(pattern) and not permission_of(pattern).startswith((A_TOKEN, A_KIND, A_LINK, *A_SECRET))
}


def test_every_page_asks_for_a_permission_or_says_why_not() -> None:
    bare = [name for name, pattern in named() if not permission_of(pattern)]
    assert [name for name in bare if not listed(name, {*OPEN, *FOR_WHOEVER_LOGS_IN})] == []
    assert len(GUARDED) > 100


@pytest.fixture
def two_clinics_with_years_behind_them(db) -> None:
    """A row of everything that a page is about: where none is there, that nobody finds it says nothing."""
    demo.build()
    clinic, by = Clinic.objects.get(pk=1), User.objects.get(username="alice")
    soon = timezone.now() + timedelta(days=7)
    report = PatientReport.objects.first()
    Declaration.objects.create(
        pk=1, clinic=clinic, reaction=Reaction.objects.filter(clinic=clinic).first(), started_by=by
    )
    Notice.objects.create(pk=1, clinic=clinic, sender="Maker", text="Lot US01-A", kept_by=by)
    Sent.objects.create(
        pk=1, declaration_id=1, form="medwatch", way="post", to="FDA", on=timezone.localdate(), written_by=by
    )
    Invitation.objects.create(
        pk=1,
        clinic=clinic,
        email="v@example.org",
        role=Role.NURSE,
        digest="0" * 64,
        made_by=by,
        expires_at=soon,
    )
    HealthLink.objects.create(
        pk=1, patient=report.patient, secret="s" * 43, name="Mine", made_by=by, expires_at=soon
    )
    Product.objects.filter(clinic=clinic).update(label_file="l")


@pytest.fixture
def newcomers(db) -> dict[str, Client]:
    """One of each role at a clinic that has nothing yet; and nobody."""
    clinic = people.clinic("Newly opened")
    clients = {"": Client(raise_request_exception=False)}
    for role in Role:
        user = people.person(f"new-{role}", role, clinic)
        clients[role] = Client(raise_request_exception=False)
        clients[role].force_login(user)
    return clients


def asked(client: Client, path: str, may: bool) -> Iterator[tuple[str, int]]:
    """The guard is before the method: who may not is asked once."""
    yield "GET", client.get(path).status_code
    if may:
        yield "POST", client.post(path).status_code


def test_the_reference_tells_who_may_what() -> None:
    assert roles.PAGE.read_text("utf-8") == roles.page()


def test_who_may_not_is_refused_who_may_is_not_and_nobody_finds_what_is_of_another_clinic(
    two_clinics_with_years_behind_them, newcomers
) -> None:
    wrong, seen = [], 0
    for name, pattern in GUARDED.items():
        first = list(islice(paths(name, pattern), 1))
        for role, client in newcomers.items():
            may = bool(role) and pattern.callback.permission in ALLOWED[role]
            for path in first:
                for method, code in asked(client, path, may):
                    seen += 1
                    if not right(
                        code, may=may, role=role, of_a_row="<int:" in str(resolve(path.split("?")[0]).route)
                    ):
                        wrong.append(f"{method} {path} as {role or 'nobody'}: {code}")
    assert wrong == []
    assert seen > 1500


def test_pages_for_programs_open_to_nobody_who_logs_in(newcomers) -> None:
    wrong = []
    for name, pattern in named():
        if permission_of(pattern).startswith(A_TOKEN):
            for role, client in newcomers.items():
                cache.clear()  # who is refused again and again is not even answered
                if (code := client.get(next(paths(name, pattern))).status_code) != 401:
                    wrong.append(f"{name} as {role or 'nobody'}: {code}")
    assert wrong == []


def right(code: int, *, may: bool, role: str, of_a_row: bool) -> bool:
    if not role:
        return code == 302  # to the log-in
    if not may:
        return code == 403
    return code in ((404, 405) if of_a_row else (200, 302, 404, 405, 422))


def test_an_administrator_beside_another_role_may_what_both_may(newcomers) -> None:
    user = User.objects.get(username=f"new-{Role.NURSE}")
    Membership.objects.filter(user=user).update(administers=True)
    assert newcomers[Role.NURSE].get("/people/").status_code == 200
    assert newcomers[Role.NURSE].get("/patients/new/").status_code == 200
