"""What the site reads and packs before its first process answers, so that no process does it again."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.urls import get_resolver

from wheal import knowledge
from wheal.clinic import rubbish

PACKED = "packed-from"  # beside the files: the digest of those that they were packed from


def pack_static_files() -> None:
    """Again only where one of them has changed: it is half a second of every start."""
    kept = Path(settings.STATIC_ROOT) / PACKED
    now = _digest()
    if kept.is_file() and kept.read_text() == now:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    kept.write_text(now)


def read_all() -> None:
    """Processes that fork afterwards hold it in common, and are there in a third of the time."""
    knowledge.current()
    get_resolver().check()
    rubbish.settle()


def _digest() -> str:
    digest = hashlib.sha256(f"{version('django')} {version('whitenoise')}".encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            held = Path(storage.path(name)).read_bytes()
            digest.update(f"\n{name} {hashlib.sha256(held).hexdigest()}".encode())
    return digest.hexdigest()
