"""What `wheal doctor` finds beside the record that holds patients' data too: copies set aside by `wheal back` and
`wheal move`, those kept before upgrades, and what was left by something that was broken off. Each with its age, its
size, and how it may go.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wheal.clinic import databases
from wheal.clinic.backups import restoring, scratch
from wheal.clinic.examined import LOOK, WELL, Told, age
from wheal.clinic.moves import MARK

STAMP = re.compile(r"\d{8}T\d{6}")
AN_HOUR = timedelta(hours=1)  # a file of a patient that takes longer to arrive was left
SET_ASIDE = {
    "wheal.sqlite3.before-*": (
        "is the record as it stood when `wheal back` took its place, with patients' data",
        "what was entered between the upgrade and then is in no other place; once nobody needs it: rm {path}",
    ),
    "wheal.sqlite3.moved": (
        "is the record as it was before `wheal move` took it to PostgreSQL, with patients' data",
        "it is no longer written; once a backup made since was restored for trial: rm {path}*",
    ),
}
BROKEN_OFF = ("snapshots/*.part*", "wheal.sqlite3.part*")
GONE_BY = {"before": "`wheal back`", "moved": "`wheal move`"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file or a folder. `size`: bytes, with all that is in it or SQLite keeps beside it."""

    path: Path
    at: datetime
    size: int

    def told(self, now: datetime) -> str:
        return f"{self.path} ({size_of(self.size)}, {age(now - self.at)} old)"


def left(data: Path, now: datetime) -> Iterator[Told]:
    yield from _set_aside(data, now)
    yield from _addresses(data, now)
    yield from _snapshots(data, now)
    yield from _broken_off(data, now)
    yield from _sealed(data, now)


def taken_back(data: Path) -> datetime | None:
    """When `wheal back` was last said here, as far as what it set aside tells."""
    found = [each.at for each in _found(data, "wheal.sqlite3.before-*", "database-url.before-*")]
    return max(found, default=None)


def databases_left(data: Path, now: datetime) -> Iterator[Told]:
    """On the server of PostgreSQL: in which a backup was tried that was broken off."""
    for name, size in restoring.left_databases(data):
        yield Told(
            LOOK,
            f"the database {name} ({size_of(size)}) was left by a backup that was broken off, with patients' data",
            "the next backup drops it",
        )


def size_of(count: int) -> str:
    return f"{count / (1 << 20):.1f} MiB"


def _set_aside(data: Path, now: datetime) -> Iterator[Told]:
    for pattern, (what, do) in SET_ASIDE.items():
        for found in _found(data, pattern):
            if not found.path.name.endswith(("-wal", "-shm", "-journal")):
                yield Told(LOOK, f"{found.told(now)} {what}", do.format(path=found.path))


def _addresses(data: Path, now: datetime) -> Iterator[Told]:
    """Of databases where the record was: they still hold it."""
    for found in _found(data, f"{databases.URL_FILE}.before-*", f"{databases.URL_FILE}.moved"):
        who = next(said for mark, said in GONE_BY.items() if f".{mark}" in found.path.name)
        where = _where(found.path)
        yield Told(
            LOOK,
            f"{found.path} ({age(now - found.at)} old) is the address, with its password, of {where}, which {who} "
            "left: patients' data as they were then are still there",
            f"once nobody needs what was entered there: DROP DATABASE on that server, then rm {found.path}",
        )


def _where(file: Path) -> str:
    from psycopg import ProgrammingError  # only where it is used
    from psycopg.conninfo import conninfo_to_dict

    said: dict[str, object] = {}
    with suppress(OSError, UnicodeDecodeError, ProgrammingError):  # whatever stands in it, the file is named
        said = dict(conninfo_to_dict(file.read_text("utf-8").strip()))
    host = f" on {said['host']}" if said.get("host") else ""
    return f"the database {said.get('dbname', 'that it names')}{host}"


def _snapshots(data: Path, now: datetime) -> Iterator[Told]:
    held = sorted(
        _found(data, "snapshots/wheal-*.sqlite3", "snapshots/wheal-*.pgdump"), key=lambda each: each.at
    )
    if held:
        size, first, last = sum(each.size for each in held), held[0].at, held[-1].at
        yield Told(
            WELL,
            f"{len(held)} copies of the record from before upgrades are in {data / 'snapshots'} ({size_of(size)}, the "
            f"oldest {age(now - first)}, the newest {age(now - last)} old), with patients' data: the last ten stay, "
            "`wheal back` returns to them; those of upgrades that nobody takes back any more may be deleted",
        )


def _broken_off(data: Path, now: datetime) -> Iterator[Told]:
    """What a kill left behind holds the record, and nothing seals it."""
    for path in scratch.left(data, *scratch.OF_THE_DATA):
        yield Told(
            LOOK,
            f"{_of(path).told(now)} was left by a backup that was broken off, with patients' data",
            "the next backup clears it away",
        )
    for found in _found(data, *BROKEN_OFF):
        yield Told(
            LOOK,
            f"{found.told(now)} is a copy of the record that was broken off, with patients' data",
            f"if neither an upgrade nor `wheal back` is under way: rm {found.path}",
        )
    if (mark := data / MARK).exists():
        yield Told(
            LOOK,
            f"`wheal move` is at work here, or was broken off before its end ({mark})",
            "if it is not at work: say it again with the same --to, and it goes on; if you stayed where you were: "
            f"rm {mark}",
        )
    for path in data.glob(".moving-*"):
        yield Told(
            LOOK,
            f"{_of(path).told(now)} holds the record: `wheal move` is at work there, or was broken off",
            f"if it is not at work: rm -r {path}",
        )
    for path in scratch.left(data.parent, f".{data.name}.part"):
        yield Told(
            LOOK,
            f"{_of(path).told(now)} was left by a `wheal restore` that was broken off, with patients' data",
            f"rm -r {path}",
        )


def _sealed(data: Path, now: datetime) -> Iterator[Told]:
    found = [each for each in _found(data, "vault/??/*.part") if now - each.at > AN_HOUR]
    if found:
        size, oldest = sum(each.size for each in found), min(each.at for each in found)
        yield Told(
            LOOK,
            f"{len(found)} encrypted files of patients were not written to their end ({size_of(size)}, the oldest "
            f"{age(now - oldest)} old, the first {found[0].path}): no row names them, nobody was told they were kept",
            f"find {data / 'vault'} -name '*.part' -mmin +60 -delete",
        )


def _found(data: Path, *patterns: str) -> Iterator[Found]:
    for path in (path for pattern in patterns for path in sorted(data.glob(pattern))):
        with suppress(FileNotFoundError):  # gone since it was listed
            yield _of(path)


def _of(path: Path) -> Found:
    """Its age is that of its name, where that says a moment."""
    stamp = STAMP.search(path.name)
    at = (
        datetime.strptime(stamp[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        if stamp
        else datetime.fromtimestamp(path.stat().st_mtime, UTC)
    )
    beside = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    return Found(path, at, sum(os.lstat(each).st_size for each in beside if each.is_file()))
