"""`wheal backup`: copy, seal, restore to a scratch place, verify there, drop what is too old."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.db import connection
from pyrage.x25519 import Identity

from wheal import __version__
from wheal.clinic import snapshot
from wheal.clinic.backups import content, keys, names, restoring, retention, scratch, sealed


class NotMade(Exception):
    """No backup was written, or it could not be restored. Says why."""


@dataclass(frozen=True, slots=True)
class Made:
    """`tried`: what restoring it to a scratch place told. `dropped`: names of older ones. Sizes in bytes.

    `key_is_elsewhere`: the key of the encrypted files is known here and lies outside the folder, so it is not in it.
    """

    file: Path
    size: int
    files: int
    key_is_elsewhere: bool
    tried: restoring.Tried
    seconds: float
    dropped: tuple[str, ...] = ()
    same_disk: bool = False


def make(to: Path, *, kept: retention.Kept | None = None, now: datetime | None = None) -> Made:
    """A backup of this site in `to`, tried, with the older ones dropped by `kept` (None: none is).

    It is sealed for the clinic's keys and for one that lives as long as this call, with which it is opened again. A
    backup that cannot be restored does not stay, and one whose trial found something wrong drops none. Raises NotMade.
    """
    begun, now = monotonic(), now or datetime.now(UTC)
    once = Identity.generate()
    _refuse(to)
    try:
        site = names.make_for_site(settings.DATA)
        part = to / names.of_backup(site, now, is_whole=True).replace(".age", ".part")
        scratch.clear(settings.DATA, *scratch.OF_THE_DATA)
        scratch.clear(to, names.parts(site))
        part.touch(mode=0o600)
        with scratch.held(part):
            manifest = _write(part, once, now)
            tried = restoring.try_out(part, [once], beside=settings.DATA)
            file = to / names.of_backup(site, now, is_whole=not tried.wrong)
            part.rename(file)
    except OSError as problem:
        raise NotMade(f"{problem.filename or to}: {problem.strerror or problem}") from problem
    except (keys.KeyRefused, snapshot.CannotCopy, restoring.NotRestored) as problem:
        raise NotMade(str(problem)) from problem
    dropped = tuple(drop(to, site, kept, now)) if kept and not tried.wrong else ()
    size = file.stat().st_size
    seconds = round(monotonic() - begun, 1)
    elsewhere = not manifest.vault_key and bool(settings.VAULT_KEY or Path(settings.VAULT_KEY_FILE).exists())
    return Made(file, size, len(manifest.files), elsewhere, tried, seconds, dropped, on_the_same_disk(to))


def _refuse(to: Path) -> None:
    if not to.is_dir():
        raise NotMade(
            f"there is no folder {to}: is its disk mounted? Make it once, if it is new: mkdir -m 700 {to}"
        )
    if lies_in_the_data(to):
        raise NotMade(
            f"{to} lies within the data, {settings.DATA}: each backup would hold all before it, and be lost with them. "
            "Name a folder elsewhere, best on another machine"
        )


def lies_in_the_data(to: Path) -> bool:
    return to.resolve().is_relative_to(settings.DATA.resolve())


def on_the_same_disk(to: Path) -> bool:
    """As the data: whoever loses one loses both."""
    return to.stat().st_dev == settings.DATA.stat().st_dev


def backups(folder: Path, now: datetime) -> list[names.Held]:
    """Those of this site in a folder, the newest first; none where there is no folder."""
    site = names.of_site(settings.DATA)
    return names.held(folder, site, now) if site else []


def drop(folder: Path, site: str, kept: retention.Kept, now: datetime) -> Iterator[str]:
    """Of this site alone. Those that were found wrong are counted by themselves: they push out none that is whole."""
    held = names.held(folder, site, now)
    for whole in (True, False):
        alike = {each.at: each.file for each in held if each.is_whole is whole}
        for moment in sorted(alike.keys() - retention.to_keep(alike, kept)):
            alike[moment].unlink()
            yield alike[moment].name


def _write(part: Path, once: Identity, now: datetime) -> content.Manifest:
    manifest = content.Manifest(
        made_at=now.isoformat(),
        wheal=__version__,
        engine=connection.vendor,
        vault_key=content.holds_the_vault_key(settings.DATA, Path(settings.VAULT_KEY_FILE)),
    )
    recipients = [*keys.recipients(settings.DATA), once.to_public()]
    with _copied() as database:
        write = partial(content.write, data=settings.DATA, database=database, manifest=manifest)
        return sealed.write(part, recipients, write)


@contextmanager
def _copied() -> Iterator[Path]:
    """A whole copy of the database as of one moment, in a closed folder that is gone afterwards."""
    with scratch.folder(settings.DATA, ".backup-") as folder:
        yield snapshot.take(connection.settings_dict, folder)
