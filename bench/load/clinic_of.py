"""The clinic that is played: its people, the sessions of today, and who is logged in."""

from __future__ import annotations

import random
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench import clinic, sessions
from bench.large.build import group
from bench.large.bulk import bulk
from bench.large.scale import Scale
from bench.load import pictures
from bench.sign import prove

TO_SIGN = 400
LOG_INS = 12
INTERVAL = timedelta(days=90)  # who came lately may not be treated yet, and a dose of the day counts together


@dataclass
class Played:
    patients: list[int]
    drafts: deque[dict[str, int]]  # of today: session, pass, version of its points, practitioner
    to_sign: deque[int]
    cookies: list[str]
    token: str
    names: list[str]
    photographed: list[int]  # people
    photographs: list[int]
    draw: random.Random = field(default_factory=lambda: random.Random(4))


def made(patients: int) -> Played:
    """Built where the database is empty, and found there the next time. Five signed sessions of each patient."""
    from django.db import connection

    from wheal.clinic.patients.models import Patient

    if not Patient.objects.exists():
        group(Scale(patients / 200_000, in_one=True), bulk())
        clinic.join("bench1")
        if (
            connection.vendor == "sqlite"
        ):  # the site never asks for statistics, and what they say of empty columns misleads
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE sqlite_stat1")
    return _found(clinic.found("bench1", 5000), random.Random(5))


def _found(bench: clinic.Bench, draw: random.Random) -> Played:
    from django.utils import timezone

    from wheal.clinic.treatments.models import Session

    now = timezone.now()  # wherever the day is that they were made on
    open_ones = Session.objects.filter(signed_at=None).order_by("pk")
    if not open_ones.exists():
        sessions.drafts(bench, draw.sample(bench.patients, sessions.TODAY), [now] * sessions.TODAY)
    today = list(open_ones[: sessions.TODAY])
    Session.objects.filter(pk__in=[row.pk for row in today]).update(planned_for=now, arrived_at=now)
    photographed, photographs = pictures.photographed(bench, draw)
    return Played(
        patients=[one.pk for one in bench.patients],
        drafts=deque(_draft(row) for row in today),
        to_sign=deque(_to_sign(bench, draw)),
        cookies=[_logged_in(bench.physician) for _ in range(LOG_INS)],
        token=secrets.token_hex(16),
        names=[f"{one.family_name[:4]} {one.given_names[:3]}" for one in bench.patients[:500]],
        photographed=photographed,
        photographs=photographs,
    )


def _to_sign(bench: clinic.Bench, draw: random.Random) -> list[int]:
    """Of yesterday, as many as a run may sign."""
    from django.utils import timezone

    from wheal.clinic.treatments.models import Session

    yesterday = timezone.now() - timedelta(days=1)
    planned = Session.objects.filter(planned_for__gt=timezone.now() - INTERVAL)
    lately = set(planned.values_list("patient", flat=True))
    may_come = [one for one in bench.patients if one.pk not in lately]
    made = sessions.drafts(bench, draw.sample(may_come, TO_SIGN), [yesterday] * TO_SIGN)
    return sorted(row.pk for row in made)


def _draft(row: Any) -> dict[str, int]:
    one = row.passes.get()
    return {
        "session": row.pk,
        "pass": one.pk,
        "version": one.draft_version,
        "practitioner": row.practitioner_id,
    }


def _logged_in(user: Any) -> str:
    from django.conf import settings
    from django.test import Client

    browser = Client()
    browser.force_login(user)
    prove(browser, user)
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)
