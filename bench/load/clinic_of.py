"""The clinic that is played: its people, the sessions of today, and who is logged in."""

from __future__ import annotations

import random
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench import clinic, sessions
from bench.sign import prove

TO_SIGN = 400
LOG_INS = 12


@dataclass
class Played:
    patients: list[int]
    drafts: deque[dict[str, int]]  # of today: session, pass, version of its points, practitioner
    to_sign: deque[int]
    cookies: list[str]
    token: str
    names: list[str]
    draw: random.Random = field(default_factory=lambda: random.Random(4))


def made(patients: int, visits: int) -> Played:
    from django.utils import timezone

    from wheal.clinic.treatments.models import Session

    bench = clinic.made(patients=patients)
    sessions.many(bench, visits)
    draw = random.Random(5)
    some, before = draw.sample(bench.patients, TO_SIGN), timezone.now() - timedelta(days=1)
    waiting = sessions.drafts(bench, some, [before] * TO_SIGN)
    mine = {row.pk for row in waiting}
    today = (
        Session.objects.filter(signed_at=None)
        .exclude(pk__in=mine)
        .order_by("-planned_for")[: sessions.TODAY - 1]
    )
    return Played(
        patients=[one.pk for one in draw.sample(bench.patients, min(5000, patients))],
        drafts=deque(_draft(row) for row in today),
        to_sign=deque(sorted(mine)),
        cookies=[_logged_in(bench.physician) for _ in range(LOG_INS)],
        token=secrets.token_hex(16),
        names=[f"{one.family_name[:4]} {one.given_names[:3]}" for one in draw.sample(bench.patients, 500)],
    )


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
