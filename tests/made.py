"""The tables of the site, made from nothing once and kept, by the digest of all that makes them, for later runs."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLINIC = ROOT / "src" / "wheal" / "clinic"
CALLED = re.compile(r"\b(?:from wheal import \w+|wheal(?:\.\w+)+)")
KEPT = ROOT / "tests" / ".made"
A_DAY = 24 * 60 * 60


@cache
def _digest() -> str:
    """Of the migrations and what they call, of the models, the settings and the libraries."""
    digest = hashlib.sha256()
    for file in sorted({ROOT / "requirements.lock", CLINIC / "settings.py", *_sources()}):
        digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    migrations = list(CLINIC.glob("*/migrations/*.py"))
    yield from migrations
    for models in CLINIC.glob("*/models*"):
        yield from models.rglob("*.py") if models.is_dir() else [models]
    for name in {name for file in migrations for name in CALLED.findall(file.read_text())}:
        module = ROOT / "src" / name.removeprefix("from ").replace(" import ", ".").replace(".", "/")
        folder = module if module.is_dir() else module.parent
        yield from folder.glob("*.py")


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The file of that name. Whoever asks first makes it; what is older than a day and of other code goes."""
    folder = KEPT / _digest()
    folder.mkdir(parents=True, exist_ok=True)
    file, begun = folder / name, folder / f"{name}.begun"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            make(begun)
            begun.rename(file)
            _forget_old(folder)
    return file


def _forget_old(but: Path) -> None:
    for folder in KEPT.iterdir():
        if folder != but and time.time() - folder.stat().st_mtime > A_DAY:
            shutil.rmtree(folder, ignore_errors=True)
