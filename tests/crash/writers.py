"""Four threads that save without a pause: `python -m crash.writers COUNT UNTIL` prints, as JSON, for each save when it
was asked for and when its turn came, by the clock that all processes share. They begin at UNTIL of that clock.

`bare` behind it: the same rows by the driver as it comes, for comparison.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from wheal.clinic.audit import actions as audit  # noqa: E402

THREADS = 4
Waited = tuple[float, float]


def by_wheal(count: int) -> list[Waited]:
    """In turn a transaction of two rows, and a row by itself, as a page that is read writes it into the audit."""
    waits = []
    for number in range(count):
        asked = time.monotonic()
        if number % 2:
            with transaction.atomic():
                waits.append((asked, time.monotonic()))
                for place in range(2):
                    audit.record(by=None, what="people.test_noted", detail={"number": number, "place": place})
        else:
            audit.record(by=None, what="people.test_noted", detail={"number": number})
            waits.append((asked, time.monotonic()))
    connection.close()
    return waits


def bare(count: int) -> list[Waited]:
    statement = "INSERT INTO django_session VALUES (hex(randomblob(16)), ?, '2026-01-01')"
    waits = []
    with closing(
        sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=60, isolation_level=None)
    ) as opened:
        opened.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        for _ in range(count):
            asked = time.monotonic()
            opened.execute("BEGIN IMMEDIATE")
            waits.append((asked, time.monotonic()))
            for _place in range(2):
                opened.execute(statement, ["x" * 500])
            opened.execute("COMMIT")
    return waits


def together(work: Callable[[int], list[Waited]], count: int, begin: float) -> list[Waited]:
    waits: list[Waited] = []

    def run() -> None:
        time.sleep(max(0.0, begin - time.monotonic()))
        waits.extend(work(count))

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


if __name__ == "__main__":
    chosen = bare if sys.argv[3:] == ["bare"] else by_wheal
    print(json.dumps(together(chosen, int(sys.argv[1]), float(sys.argv[2]))))
