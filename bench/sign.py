"""Signing a session of sixty points, beside the same rows inserted raw into SQLite with the same durability."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import clinic, sessions
from bench.timing import Timing, clock

ROUNDS, EACH = 10, 20
TIMES_RAW, REQUEST_MS = 5, 25  # the targets
TABLES = ("treatments_session", "treatments_mix", "treatments_mixcomponent", "treatments_pass", "audit_event")
Row = tuple[str, tuple[Any, ...]]  # an INSERT and its values


def run() -> None:
    with clinic.scratch() as folder:
        from django.test import Client
        from django.utils import timezone

        bench = clinic.made(patients=2 * ROUNDS * EACH)
        now = timezone.now() - timedelta(minutes=1)
        drafts = sessions.drafts(bench, bench.patients, [now] * len(bench.patients))
        browser = Client()
        browser.force_login(bench.physician)
        prove(browser, bench.physician)
        beside = _empty_copy(Path(folder) / "raw.sqlite3")
        actions, requests, raws = [], [], []
        for start in range(0, len(drafts), 2 * EACH):  # in turns, so that all meet the same disk
            by_action, by_request = drafts[start : start + EACH], drafts[start + EACH : start + 2 * EACH]
            actions += [_timed(_sign, bench, row) for row in by_action]
            requests += [_timed(_post, browser, row.pk) for row in by_request]
            raws += [_timed(_insert, beside, _rows_of(row.pk)) for row in by_action]
        _tell(Timing(actions[EACH:]), Timing(requests[EACH:]), Timing(raws[EACH:]))


def _timed(work: Callable[..., object], *arguments: object) -> float:
    begun = clock()
    work(*arguments)
    return clock() - begun


def _sign(bench: clinic.Bench, row: Any) -> None:
    from wheal import knowledge
    from wheal.clinic.treatments import actions

    actions.sign_off(session=row, by=bench.physician, known=knowledge.current())


def prove(browser: Any, physician: Any) -> None:
    """As if the password had just been given, and a second factor stood: what a signature asks for."""
    from allauth.account.internal.flows.login import record_authentication
    from django.http import HttpRequest

    from wheal.clinic.people.log_ins import HAS_SECOND

    request = HttpRequest()
    request.session = browser.session
    record_authentication(request, physician, "password")
    request.session[HAS_SECOND] = True
    request.session.save()


def _post(browser: Any, pk: int) -> None:
    answer = browser.post(f"/sessions/{pk}/sign/off", {"reason": ""})
    assert (answer.status_code, answer.get("Location", "")[:10]) == (302, "/sessions/"), answer.get(
        "Location"
    )


def _empty_copy(path: Path) -> sqlite3.Connection:
    """The same tables and indexes; without the triggers, for raw rows come in any order."""
    source, copy = clinic.raw(), clinic.connect(path)
    named = ", ".join("?" * len(TABLES))
    found = source.execute(
        f"SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND tbl_name IN ({named}) AND sql IS NOT NULL "
        "ORDER BY type DESC",
        TABLES,
    )
    for (statement,) in found:
        copy.execute(statement)
    source.close()
    return copy


def _rows_of(pk: int) -> list[Row]:
    """What the signature left of one session, read back."""
    belongs = (
        f"treatments_session WHERE id = {pk}",
        f"treatments_mix WHERE session_id = {pk}",
        f"treatments_mixcomponent WHERE mix_id IN (SELECT id FROM treatments_mix WHERE session_id = {pk})",
        f"treatments_pass WHERE session_id = {pk}",
        f"audit_event WHERE what = 'treatments.session_signed' AND subject_id = '{pk}'",
    )
    source = clinic.raw()
    rows = [_insert_of(which, row) for which in belongs for row in source.execute(f"SELECT * FROM {which}")]
    source.close()
    assert len(rows) == len(TABLES), rows
    return rows


def _insert_of(which: str, row: tuple[Any, ...]) -> Row:
    return f"INSERT INTO {which.split()[0]} VALUES ({', '.join('?' * len(row))})", row


def _insert(connection: sqlite3.Connection, rows: list[Row]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement, values in rows:
        connection.execute(statement, values)
    connection.execute("COMMIT")


def _tell(action: Timing, request: Timing, raw: Timing) -> None:
    times = action.ms / raw.ms
    met = _met(times < TIMES_RAW)
    print(f"the same rows, raw       {raw}")
    print(f"sign_off                 {action}   {times:5.1f} × raw   target below {TIMES_RAW}   {met}")
    met = _met(request.ms < REQUEST_MS)
    print(f"whole signing request    {request}   target below {REQUEST_MS} ms   {met}")


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"
