"""Every address of the URL table, as every role, of the own clinic and of another one: who may, who is refused, who
finds nothing; and whether what shows something of a patient left an event that names them.

A new page is here by itself. One that asks for no permission fails until it says below why it needs none, and so does
one that shows a patient and leaves no event. All is asked once; what was answered is looked at from each side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, resolve
from django.utils import timezone
from django.utils.html import escape

import people
import roles
from browser.addresses import named, paths
from wheal.clinic import demo, vault
from wheal.clinic.appointments.models import OF_PATIENTS, Waiting
from wheal.clinic.audit import whose
from wheal.clinic.audit.models import Event
from wheal.clinic.equipment.models import Thing
from wheal.clinic.fhir.models import HealthLink
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import Clinic, Invitation, Membership, Role, User
from wheal.clinic.people.permissions import ALLOWED
from wheal.clinic.safety.models import Declaration, Notice, PatientReport, Reaction, ReportPhotograph, Sent
from wheal.clinic.safety.reporting.models import about as of_a_report
from wheal.clinic.stock.models import Lot, Product, Transfer
from wheal.clinic.treatments.models import Consent, Protocol, Session

FOR_WHOEVER_LOGS_IN = {
    "people:choose-clinic", "people:other-clinic", "people:me", "people:second-factor", "people:told",
    "people:device-key",
    "people:end-log-in",
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
    "passport:": "decrypts a health link in the browser; the page itself holds no record: clinic/fhir/test_reading",
    "fhir:revoke": "a program gives its own token back",
    "account_": "the accounts library: log-in and one's own password",
    "mfa_": "one's own second factor",
}


NO_PATIENT = {
    "stock:": "lots, containers, places and deliveries",
    "equipment:": "rooms and devices",
    "formulary:": "the knowledge",
    "people:": "who works here",
    "registry:": "counts",
    "operations:": "the machine",
    "audit:state": "whether the audit is whole",
    "programs:list": "programs", "programs:end": "programs",
    "treatments:protocols": "recipes", "treatments:write-protocol": "recipes",
    "treatments:retire-protocol": "recipes",
    "treatments:stands": "whether an open page is behind: who saved last, and nothing of the record",
    "quotes:prices": "prices", "quotes:retire-tax": "prices", "quotes:retire-package": "prices",
    "breakglass:badge": "a number", "breakglass:waiting": "a number",
    "safety:across": "counts of other clinics",
    "safety:notice": "the lots that a notice names",
}  # fmt: skip
TOLD_BY_WHAT = {
    "safety:lot", "safety:lot-csv", "safety:lot-pdf", "safety:thing", "safety:thing-csv", "safety:thing-pdf",
    "safety:practitioner", "safety:practitioner-csv", "safety:practitioner-pdf",
    "safety:product", "safety:product-csv", "safety:product-pdf",
    "safety:recall", "safety:recall-csv", "safety:letters", "safety:alarm", "safety:alarm-csv",
    "followup:due-csv", "quotes:money-csv", "quotes:quotes-csv",
}  # fmt: skip
"""The event says which lot, recall or days the list is of, and that says whom."""
OF_THE_DAY = {
    "treatments:day", "appointments:calendar", "appointments:of-day",
    "patients:search", "audit:list", "audit:table",
}  # fmt: skip
"""Shown without an event that names anybody; why is told in docs/reference/protection.md."""
NO_READING = {*NO_PATIENT, *TOLD_BY_WHAT, *OF_THE_DAY}
BESIDE = {"patients.link_given"}  # done by the GET besides: a paper for a patient bears a link
OF_ONE_PERSON = {"breakglass:end", "breakglass:record"}
"""An emergency access is whose it is, and nobody else's of the clinic either: tests/clinic/breakglass."""
EMPTY_IN_THE_DEMO = {"appointments:left-open"}  # nobody has left, and so nobody is shown


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


def two_clinics_with_years_behind_them() -> None:
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
    a_report_with_a_photograph(Reaction.objects.filter(clinic=clinic, report=None).first(), report.link)
    other = Clinic.objects.exclude(pk=clinic.pk).earliest("pk")
    Transfer.objects.create(sender=other, receiver=clinic, sent_at=timezone.now(), sent_by=by)
    leaflet = vault.current().put([b"%PDF-1.7"], about="stock.label")
    Product.objects.filter(clinic=clinic).update(label_file=leaflet.name)


def a_report_with_a_photograph(reaction: Reaction, link: Link) -> None:
    patient = reaction.patient
    kept = {
        kind: vault.current().put([b"picture"], about=of_a_report(kind, patient.pk)).name
        for kind in ("picture", "thumb")
    }
    draft = PatientReport.objects.create(patient=patient, link=link)
    ReportPhotograph.objects.create(
        pk=1, report=draft, link=link, width=10, height=10, size=7, sha256="0" * 64, **kept
    )
    draft.reaction, draft.sent_at = reaction, timezone.now()
    draft.save()


def meant(name: str) -> dict[str, object]:
    """What a form says that means nothing without it: a row of the own clinic, beside the one in the address."""
    clinic = Clinic.objects.get(pk=1)
    lot = {"lot": Lot.objects.filter(product__clinic=clinic).first().pk}
    ways = {
        "appointments:offer": lambda: {"waiting": waiting(clinic).pk},
        "photographs:give-out": lambda: {"purpose": "record"},
        "treatments:draw": lambda: lot,
        "treatments:draw-scanned": lambda: lot,
        "treatments:from-protocol": lambda: {"protocol": Protocol.objects.filter(clinic=clinic).first().pk},
        "treatments:name-thing": lambda: {"thing": Thing.objects.filter(clinic=clinic).first().pk},
        "treatments:withdraw-consent": lambda: {
            "consent": Consent.objects.filter(plan__patient=Session.objects.get(pk=1).patient_id).first().pk
        },
    }
    return ways[name]() if name in ways else {}


def waiting(clinic: Clinic) -> Waiting:
    today, patient = timezone.localdate(), Patient.objects.filter(clinic=clinic).first()
    return Waiting.objects.get_or_create(
        clinic=clinic, patient=patient, kind=OF_PATIENTS[0][0], minutes=30, first=today, last=today,
        defaults={"added_by": User.objects.get(username="alice")},
    )[0]  # fmt: skip


def at_a_new_clinic() -> dict[str, Client]:
    """One of each role at a clinic that has nothing yet; and nobody."""
    clinic = people.clinic("Newly opened")
    return {"": Client(raise_request_exception=False), **{role: member(role, clinic) for role in Role}}


def member(role: str, clinic: Clinic) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(people.person(f"new-{role}-{clinic.pk}", role, clinic))
    return client


@pytest.fixture
def newcomers(db) -> dict[str, Client]:
    return at_a_new_clinic()


@dataclass(frozen=True, slots=True)
class Answered:
    name: str
    role: str
    method: str
    path: str
    code: int
    is_own: bool
    events: tuple[tuple[str, frozenset[int]], ...] = ()  # what, and whom it names
    shown: frozenset[int] = frozenset()  # whose names stand in it

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.name}) as {self.role or 'nobody'}: {self.code}"

    @property
    def is_shown(self) -> bool:
        return self.method == "GET" and self.code in (200, 422)


@pytest.fixture
def answers(db) -> list[Answered]:
    """What every address answered to every role."""
    two_clinics_with_years_behind_them()
    return [*from_a_new_clinic(), *from_their_own()]


def from_a_new_clinic() -> Iterator[Answered]:
    clients = at_a_new_clinic()
    for name, pattern in GUARDED.items():
        for path in islice(paths(name, pattern), 1):
            for role, client in clients.items():
                may = bool(role) and pattern.callback.permission in ALLOWED[role]
                yield Answered(name, role, "GET", path, client.get(path).status_code, False)
                if may:  # the guard is before the method: who may not is asked once
                    yield Answered(name, role, "POST", path, client.post(path).status_code, False)


def from_their_own() -> Iterator[Answered]:
    """The first row of the own clinic that answers, to each role; what is written by it is taken back."""
    clinic = Clinic.objects.get(pk=1)
    clients = {role: member(role, clinic) for role in Role}
    names = {each.pk: str(escape(str(each))) for each in Patient.objects.filter(clinic=clinic)}
    for name, pattern in GUARDED.items():
        holders = [role for role in Role if pattern.callback.permission in ALLOWED[role]]
        found = own_row(name, pattern, clients[holders[0]])
        for role in Role if found else ():
            yield taken_back(name, role, clients[role], *found, names)


def own_row(name: str, pattern: URLPattern, client: Client) -> tuple[str, str] | None:
    for path in paths(name, pattern):
        for method in ("GET", "POST"):
            with transaction.atomic():
                code = asked(client, name, method, path).status_code
                transaction.set_rollback(True)
            if code not in (404, 405):
                return method, path
            if code == 404:
                break
    return None


def asked(client: Client, name: str, method: str, path: str) -> HttpResponse:
    return client.get(path) if method == "GET" else client.post(path, meant(name))


def taken_back(
    name: str, role: str, client: Client, method: str, path: str, names: dict[int, str]
) -> Answered:
    last = Event.objects.first().pk
    with transaction.atomic():
        response = asked(client, name, method, path)
        text = response.getvalue().decode("utf-8", "ignore")
        events = tuple(
            (each.what, frozenset({each.patient_id} - {None} | whose.told(each.detail)))
            for each in Event.objects.filter(pk__gt=last).order_by("pk")
        )
        transaction.set_rollback(True)
    shown = frozenset(pk for pk, words in names.items() if words in text)
    return Answered(name, role, method, path, response.status_code, True, events, shown)


def of_a_row(path: str) -> bool:
    return "<int:" in str(resolve(path.split("?")[0]).route)


def may(answer: Answered) -> bool:
    return bool(answer.role) and GUARDED[answer.name].callback.permission in ALLOWED[answer.role]


def test_the_reference_tells_who_may_what() -> None:
    assert roles.PAGE.read_text("utf-8") == roles.page()


def who_may_not_is_refused_who_may_is_not_and_nobody_finds_what_is_of_another_clinic(
    answers: list[Answered],
) -> None:
    foreign = [answer for answer in answers if not answer.is_own]
    assert [str(answer) for answer in foreign if not right(answer)] == []
    assert len(foreign) > 1500


def rows_of_the_own_clinic_open_to_who_may_and_to_nobody_else(answers: list[Answered]) -> None:
    own = [answer for answer in answers if answer.is_own]
    assert [str(answer) for answer in own if not right(answer)] == []
    numbered = {name for name, pattern in GUARDED.items() if of_a_row(next(paths(name, pattern)))}
    assert numbered - {answer.name for answer in own} == OF_ONE_PERSON


def what_shows_a_patient_leaves_one_event_that_names_them(answers: list[Answered]) -> None:
    """Of each address one GET by each role that may. Of a row it is one event, which names somebody; of a list whoever
    is named on the page is named in the event."""
    wrong = []
    for answer in answers:
        if answer.is_own and answer.is_shown and may(answer) and not listed(answer.name, NO_READING):
            named = [whom for what, whom in answer.events if whom and what not in BESIDE]
            if answer.shown - frozenset().union(*named):
                wrong.append(f"{answer}: shows {sorted(answer.shown)}, names {named}")
            elif of_a_row(answer.path) and len(named) != (answer.name not in EMPTY_IN_THE_DEMO):
                wrong.append(f"{answer}: {answer.events}")
    assert wrong == []


def what_needs_no_event_of_its_own_needs_none_still(answers: list[Answered]) -> None:
    """Each exception is an address that exists, and of those that show no patient none names one."""
    names = [name for name, _pattern in named()]
    assert [each for each in NO_READING if not any(listed(name, {each}) for name in names)] == []
    bare = [
        str(answer) for answer in answers
        if answer.is_own and answer.shown and may(answer) and listed(answer.name, NO_PATIENT)
    ]  # fmt: skip
    assert bare == []
    silent = Counter(
        answer.name for answer in answers
        if answer.is_own and answer.is_shown and may(answer) and answer.name in TOLD_BY_WHAT and not answer.events
    )  # fmt: skip
    assert silent == {}


LOOKED_AT = (
    who_may_not_is_refused_who_may_is_not_and_nobody_finds_what_is_of_another_clinic,
    rows_of_the_own_clinic_open_to_who_may_and_to_nobody_else,
    what_shows_a_patient_leaves_one_event_that_names_them,
    what_needs_no_event_of_its_own_needs_none_still,
)


def test_every_address_as_every_role_of_the_own_clinic_and_of_another(answers, subtests) -> None:
    """One test, since to ask takes a minute."""
    for look in LOOKED_AT:
        with subtests.test(look.__name__):
            look(answers)


def test_pages_for_programs_open_to_nobody_who_logs_in(newcomers) -> None:
    wrong = []
    for name, pattern in named():
        if permission_of(pattern).startswith(A_TOKEN):
            for role, client in newcomers.items():
                cache.clear()  # who is refused again and again is not even answered
                if (code := client.get(next(paths(name, pattern))).status_code) != 401:
                    wrong.append(f"{name} as {role or 'nobody'}: {code}")
    assert wrong == []


def right(answer: Answered) -> bool:
    if not answer.role:
        return answer.code == 302  # to the log-in
    if not may(answer):
        return answer.code == 403
    if not answer.is_own:
        return answer.code in ((404, 405) if of_a_row(answer.path) else (200, 302, 404, 405, 422))
    return answer.code in (200, 204, 302, 409, 422)  # 409, 422: what was sent says too little


def test_an_administrator_beside_another_role_may_what_both_may(newcomers) -> None:
    user = User.objects.get(username__startswith=f"new-{Role.NURSE}")
    Membership.objects.filter(user=user).update(administers=True)
    assert newcomers[Role.NURSE].get("/people/").status_code == 200
    assert newcomers[Role.NURSE].get("/patients/new/").status_code == 200
