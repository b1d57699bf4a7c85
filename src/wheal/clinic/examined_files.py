"""What `wheal doctor` finds in the clinic's folder, in that of its backups, and where the database does not answer."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from wheal.clinic import console, examined_left
from wheal.clinic.backups import keys, names, scratch
from wheal.clinic.examined import LOOK, WELL, WRONG, Told

LITTLE = 64 << 20  # bytes
LEAST_FREE = 1 << 30  # bytes; and never less than the data twice, which a backup's trial needs
SECRET = ("secret-key", "vault-key", "openid-key", "checkpoint-key.pem", "database-url*", "wheal.sqlite3*")
NOT_ALLOWED = "42501"  # of SQL's standard


def closed(data: Path, problem: OSError) -> Told:
    """A file that this account may not read, or that cannot be read at all."""
    what = problem.filename or data
    if isinstance(problem, PermissionError) and problem.errno is None:  # in our own words
        return Told(WRONG, str(problem))
    return Told(
        WRONG, f"{what} cannot be read: {problem.strerror or problem}", "give it to the account that serves"
    )


def folder(data: Path, now: datetime) -> Iterator[Told]:
    if data.stat().st_mode & 0o077:
        yield Told(WRONG, f"{data} can be read by others than its owner", f"chmod 700 {data}")
    for path in sorted(path for name in SECRET for path in data.glob(name)):
        if path.stat().st_mode & 0o077:
            yield Told(WRONG, f"{path} can be read by others than its owner", f"chmod 600 {path}")
    files = list(_files(data))
    yield _room(data, sum(told.st_size for _, told in files))
    yield from _whose(data, [path for path, told in files if told.st_uid != console.owner(data)])
    yield from examined_left.left(data, now)
    if os.access(data, os.W_OK):
        return
    yield Told(WRONG, f"{data} cannot be written", "give it to the account that serves")


def _room(data: Path, held: int) -> Told:
    free = shutil.disk_usage(data).free
    size = f"{free >> 20} MiB are free beside {held >> 20} MiB of data"
    if free < LITTLE:
        return Told(
            WRONG, f"the disk is full, or nearly: {size}", "make room on it: soon nothing can be saved"
        )
    if free < max(LEAST_FREE, 2 * held):
        return Told(LOOK, size, "make room: a backup needs as much as the data once more while it is tried")
    return Told(WELL, size)


def _files(data: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in data.rglob("*"):
        with suppress(FileNotFoundError):  # gone since it was listed
            told = path.lstat()
            if stat.S_ISREG(told.st_mode):
                yield path, told


def _whose(data: Path, strange: list[Path]) -> Iterator[Told]:
    """Of files that root or somebody else wrote the site reads nothing."""
    if strange:
        who = console.name_of(console.owner(data))
        yield Told(
            WRONG,
            f"{len(strange)} files do not belong to {who}, who serves (the first: {strange[0]})",
            f"chown -R '{who}' {data}",
        )


def unreached(why: str) -> Told:
    """A server of PostgreSQL that lets nobody in, or is not there: what it says itself."""
    return Told(
        WRONG,
        f"the database does not answer: {why}",
        "start its server, or mend the address: its password, its name, and `%40` for an @ in a password",
    )


def silent(data: Path, problem: Exception) -> Told:
    """Why the database does not answer, and what mends just that: a disk that is full needs no backup."""
    from wheal.clinic.operations.troubles import Trouble, trouble

    said, kind = str(problem).strip(), trouble(problem)
    is_full = kind is Trouble.FULL or (kind is Trouble.DISK and shutil.disk_usage(data).free < LITTLE)
    if is_full:
        return Told(
            WRONG, f"the disk is full, and the database cannot be read ({said})", "make room, then look again"
        )
    if getattr(problem.__cause__, "sqlstate", None) == NOT_ALLOWED:
        return Told(
            WRONG,
            f"this role of PostgreSQL may not read the tables: {said}",
            "let it, as their owner: docs/how-to/run-on-postgresql.md, 1",
        )
    words = {
        Trouble.DAMAGED: ("the database is damaged", "stop the site and restore the last backup"),
        Trouble.DISK: (
            "the file of the database cannot be opened",
            f"see to the disk, and whose the files in {data} are",
        ),
        Trouble.READ_ONLY: (
            "the database takes no changes",
            f"see why the disk, or {data}, cannot be written",
        ),
        Trouble.BUSY: ("the database is locked by something that writes", "end it, or try again"),
    }
    what, do = words.get(
        kind, ("the database does not answer", "start it; restore a backup where it is lost")
    )  # type: ignore[arg-type]
    return Told(WRONG, f"{what}: {said}", do)


def backups(data: Path, now: datetime) -> Iterator[Told]:
    from django.conf import settings

    if not settings.BACKUPS:
        yield Told(LOOK, "no backup is made at night", "set WHEAL_BACKUPS to a folder of another machine")
        return
    try:
        keys.recipients(data)
    except keys.KeyRefused as problem:
        yield Told(WRONG, str(problem))
    if any(b"AGE-SECRET-KEY-" in path.read_bytes() for path in _small_files(data)):
        yield Told(WRONG, f"the key that opens the backups lies in {data}", "move it off this machine")
    to = Path(settings.BACKUPS)
    if not to.is_dir():
        yield Told(
            WRONG,
            f"there is no folder {to} for backups",
            "mount its disk, or make it once: mkdir -m 700 " + str(to),
        )
        return
    yield from _in_their_folder(data, to, now)


def _in_their_folder(data: Path, to: Path, now: datetime) -> Iterator[Told]:
    from wheal.clinic.backups import making  # they need the settings
    from wheal.clinic.operations.nights import TWO_NIGHTS

    if making.lies_in_the_data(to):
        yield Told(
            WRONG, f"{to} lies within the data: no backup is made there", "name a folder of another machine"
        )
        return
    if making.on_the_same_disk(to):
        yield Told(
            LOOK, f"{to} lies on the same disk as the data: whoever loses one loses both", "another machine"
        )
    if site := names.of_site(data):
        for path in scratch.left(to, names.parts(site)):
            yield Told(
                LOOK, f"{path} was left by a backup that was broken off", "the next backup clears it away"
            )
    for path in names.strange(to, site, now):
        yield Told(
            LOOK,
            f"{path} is not counted as a backup: empty or not sealed, of a time to come, or of nobody",
            "see what it is: no backup drops it",
        )
    yield _newest(making.backups(to, now), now - TWO_NIGHTS, to, f"wheal backup --data {data} --to {to}")


def _newest(held: list[names.Held], oldest: datetime, to: Path, do: str) -> Told:
    """The newest in which nothing was found wrong; one that is newer and was found wrong is told beside it."""
    whole = next((each.at for each in held if each.is_whole), None)
    if whole is None or whole < oldest:
        found = f"the newest is of {whole:%Y-%m-%d %H:%M} UTC" if whole else "there is none"
        if held and not held[0].is_whole:
            found += f"; in {held[0].file.name} something was found wrong"
        return Told(WRONG, f"{to} holds no whole backup of this record of the last two nights: {found}", do)
    if not held[0].is_whole:
        return Told(
            LOOK,
            f"in the newest backup, {held[0].file.name}, something was found wrong; "
            f"the newest whole one is of {whole:%Y-%m-%d %H:%M} UTC",
            "mend what is told of the files; until then none is dropped",
        )
    return Told(WELL, f"the newest backup is of {whole:%Y-%m-%d %H:%M} UTC")


def _small_files(data: Path) -> Iterator[Path]:
    return (path for path in data.iterdir() if path.is_file() and path.stat().st_size < 10_000)


def photographs(data: Path) -> Iterator[Told]:
    from wheal.clinic.photographs import checking

    looked = checking.look()
    how = (
        "docs/how-to/keep-the-key-of-the-files.md"
        if looked.key_is_missing
        else f"wheal manage --data {data} check_photographs"
    )
    for said in looked.wrong[: checking.TOLD]:
        yield Told(WRONG, said, how)
    if (more := len(looked.wrong) - checking.TOLD) > 0:
        yield Told(WRONG, f"and {more} more of the encrypted files", how)
    if not looked.wrong:
        yield Told(WELL, str(looked))
    if looked.rows:
        yield _read_to_the_end(looked.rows)


def _read_to_the_end(count: int) -> Told:
    from wheal.clinic.audit.models import NightlyJob
    from wheal.clinic.photographs import checking

    job = NightlyJob.objects.filter(name=checking.JOB).first()
    told = job.outcome if job else {}
    far = f"{told.get('this_round', 0)} of {count} in this round"
    if ended := told.get("last_round_ended"):
        return Told(WELL, f"every encrypted file was read to its end, the last round ended on {ended}; {far}")
    return Told(
        LOOK,
        f"not every encrypted file was read to its end at night yet: {far}",
        f"a round takes {checking.NIGHTS} nights, or more where a night is too short",
    )
