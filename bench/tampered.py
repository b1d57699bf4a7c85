"""`python -m bench tampered [--copies=200]`: copies of the demo's database, each altered in one place behind the back
of the site with its triggers taken away, and read as `wheal verify` reads: found or not, and is the table named.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.drill import BUILD

TESTS = Path(__file__).parents[1] / "tests"
SEED = 20261126


def run() -> None:
    copies = next((int(each[9:]) for each in sys.argv if each.startswith("--copies=")), 200)
    sys.path.insert(0, str(TESTS))
    with tempfile.TemporaryDirectory(prefix="wheal-tampered-") as folder:
        whole, live = Path(folder) / "whole", Path(folder) / "live"
        _demo(whole)
        live.mkdir()
        from wheal.clinic import console

        console.settle(live)
        sys.exit(_tried(whole / "wheal.sqlite3", live / "wheal.sqlite3", copies))


def _demo(data: Path) -> None:
    data.mkdir(mode=0o700)
    site = os.environ | {
        "WHEAL_DATA": str(data), "WHEAL_DEMO": "1", "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings",
    }  # fmt: skip
    closed = "; from django.db import connection; connection.close()"  # all of it in the one file
    for asked in (("-m", "django", "migrate", "-v0"), ("-c", BUILD + closed)):
        subprocess.run([sys.executable, *asked], env=site, check=True, capture_output=True)


def _tried(whole: Path, live: Path, copies: int) -> int:
    """How many were not found."""
    _laid(whole, live)
    untouched = _broken()
    print(f"untouched: {len(untouched)} found")
    chance, done, found, named = random.Random(SEED), Counter[str](), Counter[str](), 0
    while done.total() < copies:
        _laid(whole, live)
        if (statement := _altered(chance)) is None:
            continue
        broken = _broken()
        how, table = statement.split()[0], _table(statement)
        done[how] += 1
        found[how] += bool(broken)
        named += any(each.where.replace(".", "_").startswith(table) for each in broken)
        if not broken:
            print("not found:", statement[:200])
    for how, count in sorted(done.items()):
        print(f"{how:8} {count:4} copies, {found[how]:4} found")
    print(f"{'all':8} {done.total():4} copies, {found.total():4} found, {named} with the table named")
    return done.total() - found.total() + len(untouched)


def _laid(whole: Path, live: Path) -> None:
    from django.db import connection

    connection.close()
    for each in live.parent.glob(f"{live.name}*"):
        each.unlink()
    shutil.copy(whole, live)


def _altered(chance: random.Random) -> str | None:
    """None where a check, a unique column or a length held."""
    from django.db import DataError, IntegrityError, connection

    import guards
    from clinic.audit import tampering

    guards.take_away_triggers()
    statement = tampering.drawn(chance, _fixed_rows())
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute(statement)
    except (IntegrityError, DataError):
        return None
    connection.close()
    return statement


def _fixed_rows() -> list[tuple[str, int]]:
    from wheal.clinic.audit import chain
    from wheal.clinic.audit.models import Event

    rows = [(Event._meta.db_table, pk) for pk in Event.objects.values_list("pk", flat=True)]
    for model in chain.fixed_models():
        fixed = model._base_manager.filter(model.fixed_when).distinct()
        rows += [(model._meta.db_table, pk) for pk in fixed.values_list("pk", flat=True)]
    for model in chain.held_models():
        rows += [(model._meta.db_table, pk) for pk in model._base_manager.values_list("pk", flat=True)]
    return rows


def _broken() -> tuple[Any, ...]:
    from wheal.clinic.audit.verifying import verify

    return verify().broken


def _table(statement: str) -> str:
    words = statement.split()
    return words[1] if words[0] == "UPDATE" else words[2]
