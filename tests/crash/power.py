"""Writes events of the audit one by one: `python -m crash.power COUNT` prints, as JSON, how long the log of the
database was when each was acknowledged, and leaves the files as they lie on the disk at that moment.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from wheal.clinic.audit import actions as audit  # noqa: E402

FULL = 2  # every commit is on the disk before it is acknowledged


def written(count: int) -> list[int]:
    log = Path(f"{settings.DATABASES['default']['NAME']}-wal")
    lengths = []
    for number in range(count):
        with transaction.atomic():
            audit.record(by=None, what="people.test_noted", detail={"number": number, "padding": "x" * 900})
            audit.record(by=None, what="people.test_noted", detail={"number": number})
        lengths.append(log.stat().st_size)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == FULL
    return lengths


if __name__ == "__main__":
    print(json.dumps(written(int(sys.argv[1]))), flush=True)
    os._exit(0)  # as the current goes: nothing is closed
