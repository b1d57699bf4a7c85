"""Every address of the site, found in its URL table, with somebody of the demo to whom it shows something.

`python -m browser.addresses` makes the demo in WHEAL_DATA and prints what each named address answers, as JSON:
`{"name": {"kind": "page" | "piece" | "file" | "redirect" | "not for looking", "path": …, "by": user name}}`.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import django
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

WORDS = {
    "resource": ["Patient"],
    "area": ["submental"],
    "code": ["FR"],
    "name": ["deoxycholic_acid"],
    "form": ["medwatch", "mss"],
    "kind": ["screen"],
    "purpose": ["pages"],
    "key": ["x"],
    "secret": ["x"],
    "uidb36": ["1"],
}
ASKS = {
    "appointments:visit": "?patient=1",
    "appointments:new": "?patient=1",
    **dict.fromkeys(("quotes:money-csv", "quotes:quotes-csv"), "?first=2026-01-01&last=2026-12-31"),
    "followup:strip": "?first=2020-01-01&last=2030-12-31",
}  # pages that show nothing without a question
HAS_MOST_TO_READ = "Mockingham"
NUMBERS = [str(number) for number in range(1, 9)]  # rows that are tried for one that answers
OF_ONE_PATIENT = [str(number) for number in range(1, 60)]  # among everybody's
WHO = ("alice", "sam", "ada", "", "patient")  # "" nobody; the patient has a link


def named(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from named(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif each.name:
            yield f"{space}{each.name}", each


def names() -> list[str]:
    return sorted(dict(named()))


def paths(name: str, pattern: URLPattern) -> Iterator[str]:
    asked = pattern.pattern.converters or dict.fromkeys(pattern.pattern.regex.groupindex)
    numbers = OF_ONE_PATIENT if name.startswith("portal:") else NUMBERS
    words = WORDS | {"code": ["infection_by_clinic"]} if name.startswith("registry:") else WORDS
    offers = [words.get(each) or numbers for each in asked]
    for values in product(*offers):
        try:
            yield reverse(name, kwargs=dict(zip(asked, values, strict=True))) + ASKS.get(name, "")
        except NoReverseMatch:
            return


def kind_of(response: object) -> str:
    assert response.status_code < 500
    if response.status_code == 405:
        return "not for looking"
    if response.status_code in (301, 302):
        return "redirect"
    if response.status_code not in (200, 422):
        return ""
    if "html" not in response.headers["Content-Type"]:
        return "file"
    return "page" if b"<!doctype html>" in response.content[:200].lower() else "piece"


def answer_of(name: str, pattern: URLPattern, clients: dict[str, object]) -> dict[str, str]:
    """The best that anybody is shown: a page, before anything else."""
    found: dict[str, str] = {}
    for who, client in clients.items():
        if name.startswith(("links:", "portal:")) and who != "patient":
            continue
        for path in paths(name, pattern):
            response = client.get(path)
            if response.status_code == 403:
                break  # whichever row it is
            kind = kind_of(response)
            if kind in ("page", "piece", "file", "not for looking"):
                return {"kind": kind, "path": path, "by": who}
            if kind and not found:
                found = {"kind": kind, "path": path, "by": who}
    return found


def clients(door: dict[str, object]) -> dict[str, object]:
    from django.test import Client

    from wheal.clinic.demo_log_ins import PASSWORD

    made = {who: Client(raise_request_exception=False) for who in WHO}
    for who, client in made.items():
        if who == "patient":
            client.post(door["path"], door)
        elif who:
            client.post("/accounts/login/", {"login": who, "password": PASSWORD})
    return made


def door_of_a_link() -> dict[str, object]:
    """The link to the own pages of the patient of the demo who has most to read, and the birth date that opens it."""
    from wheal.clinic.patients import links
    from wheal.clinic.patients.models import Link

    link = Link.objects.filter(purpose="pages", patient__family_name__iexact=HAS_MOST_TO_READ).latest("pk")
    born = link.patient.birth_date
    path = reverse("links:door", args=[links.token(link)])
    return {"path": path, "day": born.day, "month": born.month, "year": born.year}


def what_the_patient_reports(phone: object, door: str) -> None:
    """The demo's own report came by another patient's link."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    answer = phone.post(f"{door}report/send/", {"signs": "bruised", "onset": yesterday.isoformat()})
    assert answer.status_code == 302, answer.content.decode()


def secrets_of_the_calendar() -> dict[str, list[str]]:
    """Of a calendar for another program, of an invitation, and of the link in a reminder."""
    from wheal.clinic.appointments import feed_secrets, reminding
    from wheal.clinic.appointments.models import Appointment, Feed

    reminded = Appointment.objects.filter(patient__isnull=False).earliest("pk")
    stop = reminding.SIGNER.sign(reminded.patient_id)
    return {
        "secret": [feed_secrets.opened(Feed.objects.earliest("pk")), secret_of_an_invitation()],
        "stop": [stop],
    }


def secret_of_an_invitation() -> str:
    from wheal.clinic.people import invitations
    from wheal.clinic.people.models import User

    ada = User.objects.get(username="ada")
    person = invitations.Invited("vera@example.org", "Vera", "Visiting", "nurse", False, "en")
    return invitations.invite(clinic=ada.memberships.get().clinic, person=person, by=ada)[1]


def what_the_demo_lacks(by: object) -> None:
    """A notice, a recall as a drill, a report to an authority, a parcel on its way: as Alice would enter them."""
    from wheal.clinic.people.models import Clinic
    from wheal.clinic.stock.models import Lot

    hers = Lot.objects.filter(product__clinic__memberships__user__username="alice")
    lot = hers.filter(unopened__gt=1, recalled_at=None).latest("pk")
    words = f"Recall of lot {lot.number}, by order of an invented agency."
    other = Clinic.objects.exclude(pk=lot.product.clinic_id).earliest("pk")
    entered = {
        "/safety/notices/new/": {"sender": "Invented agency", "reference": "2026-1", "text": words},
        f"/safety/lots/{lot.pk}/recall/": {"reason": words, "is_drill": "on"},
        "/safety/reactions/1/declare/": {},
        "/stock/transfers/new/": {"receiver": other.pk, f"lot_{lot.pk}": 1},
    }
    for path, fields in entered.items():
        answer = by.post(path, fields)
        assert answer.status_code == 302, (path, answer.content.decode())


def states() -> dict[str, str]:
    """The seven steps of sessions that stand differently, by words: the walk itself sees one of each."""
    from wheal.clinic.treatments.models import Session

    held = Session.objects.filter(clinic__jurisdiction="US")
    open_ones = held.filter(signed_at=None, cancelled_at=None)
    found = {
        "begun": open_ones.exclude(passes=None).first(),
        "not begun": open_ones.filter(passes=None).last(),
        "cancelled": held.exclude(cancelled_at=None).first(),
    }
    steps = ("screen", "plan", "consent", "mix", "inject", "check", "sign")
    return {
        f"{state}, {step}": f"/sessions/{session.pk}/{step}/"
        for state, session in found.items()
        for step in steps
        if session is not None
    }


def main() -> None:
    os.environ["WHEAL_HOSTS"] = "testserver"
    django.setup()
    from django.core.management import call_command

    from wheal.clinic import demo, rubbish

    rubbish.settle()
    logging.disable()
    call_command("migrate", verbosity=0)
    demo.build()
    door = door_of_a_link()
    WORDS["text"] = [door["path"].split("/")[-2]]
    WORDS.update(secrets_of_the_calendar())
    seen = clients(door)
    what_the_demo_lacks(seen["alice"])
    what_the_patient_reports(seen["patient"], door["path"])
    found = {name: answer_of(name, pattern, seen) for name, pattern in dict(named()).items()}
    print(json.dumps({**found, "patient": door, "states": states()}))


if __name__ == "__main__":
    main()
