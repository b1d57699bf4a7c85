"""Pages at 10,000 patients and 50,000 sessions: queries, server time, and the same queries by the bare driver."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bench import clinic, sessions
from bench.timing import Timing, timed

PATIENTS, SESSIONS, RUNS = 10_000, 50_000, 60
MOST_QUERIES, MOST_MS = 12, 60  # the targets
STEPS = ("screen", "plan", "consent", "mix", "inject", "check", "sign")


def run() -> None:
    with clinic.scratch():
        from django.test import Client

        begun = time.perf_counter()
        bench = clinic.made(patients=PATIENTS)
        sessions.many(bench, SESSIONS)
        print(
            f"{PATIENTS:,} patients and {SESSIONS:,} sessions written in {time.perf_counter() - begun:.0f} s\n"
        )
        print(
            f"{'page':22} queries   median    99th      raw   targets: below {MOST_QUERIES} queries and {MOST_MS} ms"
        )
        browser = Client()
        browser.force_login(bench.physician)
        for name, path in _pages().items():
            _measure(name, path, browser)


def _pages() -> dict[str, str]:
    """Those of today: a person with earlier sessions, and the draft of the visit."""
    from wheal.clinic.treatments.models import Session

    draft = Session.objects.filter(signed_at=None).order_by("-pk").first()
    signed = Session.objects.filter(signed_at__isnull=False).order_by("-pk").first()
    person = draft.patient
    return {
        "day list": "/",
        "another day": f"/?on={signed.planned_for:%Y-%m-%d}",
        "patient": f"/patients/{person.pk}/",
        "timeline": f"/timeline/{person.pk}/",
        "screening": f"/patients/{person.pk}/screening/",
        "history": f"/patients/{person.pk}/history/",
        **{step: f"/sessions/{draft.pk}/{step}/" for step in STEPS},
        "dose guard": f"/sessions/{draft.pk}/inject/guard",
        "signed session": f"/sessions/{signed.pk}/sign/",
        "search by name": "/patients/search/?q=elder+map",
        "search by birth date": f"/patients/search/?q={person.birth_date:%Y-%m-%d}",
        "search by number": f"/patients/search/?q={person.number[:3]}",
        "stock": "/stock/",
    }


def _measure(name: str, path: str, browser: Any) -> None:
    statements = _statements(lambda: browser.get(path))
    assert browser.get(path).status_code == 200, path
    server = timed(lambda: browser.get(path), RUNS)
    raw = _raw(statements)
    is_met = len(statements) < MOST_QUERIES and server.ms < MOST_MS
    print(
        f"{name:22} {len(statements):7} {server.ms:8.1f} {server.p99_ms:8.1f} {raw.ms:8.2f} ms   "
        f"{'met' if is_met else 'MISSED'}",
        flush=True,
    )


def _statements(work: Callable[[], Any]) -> list[str]:
    """All that one request asks of the database, as it was sent."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        work()
    held = [query["sql"] for query in caught.captured_queries]
    return [sql for sql in held if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]


def _raw(statements: list[str]) -> Timing:
    """The reads of the page by the driver alone, every row fetched."""
    connection = clinic.raw()
    reads = [sql for sql in statements if sql.startswith("SELECT")]

    def ask() -> None:
        for sql in reads:
            connection.execute(sql).fetchall()

    ask()
    answer = timed(ask, RUNS)
    connection.close()
    return answer
