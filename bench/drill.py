"""The restore drill: the demo is backed up and becomes a folder again elsewhere; timed, and compared by digest."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

BUILD = "import django; django.setup(); from wheal.clinic import demo; demo.build()"


def run() -> None:
    with tempfile.TemporaryDirectory(prefix="wheal-drill-") as folder:
        here, elsewhere, out = (
            Path(folder) / "here",
            Path(folder) / "elsewhere" / "data",
            Path(folder) / "out",
        )
        for made in (here, out):
            made.mkdir(mode=0o700)
        said = {name: held for name, held in os.environ.items() if not name.startswith("WHEAL_")}
        site = said | {
            "WHEAL_DATA": str(here),
            "WHEAL_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings",
        }
        _timed("made", lambda: _python(site, "-m", "django", "migrate", "-v0") and _python(site, "-c", BUILD))
        key = Path(folder) / "key"
        _wheal(said, "backup-key", key, "--data", here)
        print(_timed("backed up, restored to a scratch place and verified", lambda: _wheal(
            said, "backup", "--data", here, "--to", out)))  # fmt: skip
        (backup,) = out.iterdir()
        print(_timed("restored elsewhere and verified", lambda: _wheal(
            said, "restore", backup, "--key", key, "--data", elsewhere)))  # fmt: skip
        _compare(_digests(here), _digests(elsewhere))


def _compare(before: dict[str, str], after: dict[str, str]) -> None:
    """What verifying makes anew there, a key for checkpoints where there was none, is no part of it."""
    other = sorted(name for name in before if before[name] != after.get(name))
    tables = sum(name.startswith("table ") for name in before)
    told = f"{tables} tables and {len(before) - tables} files: {len(other)} differ"
    print(told, *other, sep="\n  ")
    sys.exit(bool(other))


def _digests(data: Path) -> dict[str, str]:
    found = {}
    with closing(sqlite3.connect(data / "wheal.sqlite3")) as opened:
        names = [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            digest = sha256()
            for row in opened.execute(f'SELECT rowid, * FROM "{name}" ORDER BY rowid'):
                digest.update(repr(row).encode())
            found[f"table {name}"] = digest.hexdigest()
    for path in data.rglob("*"):
        name = path.relative_to(data).as_posix()
        if path.is_file() and not name.startswith((".", "wheal.sqlite3", "static/", "snapshots/")):
            found[name] = sha256(path.read_bytes()).hexdigest()
    return found


def _timed(what: str, work: Callable[[], str]) -> str:
    begun, worked = time.perf_counter(), _worked()
    said = work()
    print(
        f"{what}: {time.perf_counter() - begun:.1f} s, of which {_worked() - worked:.1f} s at work",
        flush=True,
    )
    return said


def _worked() -> float:
    told = os.times()
    return told.children_user + told.children_system


def _wheal(said: dict[str, str], *arguments: object) -> str:
    return _python(said, "-m", "wheal.cli", *map(str, arguments))


def _python(said: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], env=said, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout or "done"
