"""What a backup is called: whose it is, of which moment, and whether its trial found something wrong.

Several sites may back up into one folder. Each has a name of its own, in a file beside its data that is in no backup:
what is restored elsewhere is another one, and drops nothing of the first.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = ".name-in-backups"
SEALED = b"age-encryption.org/v1\n"
"""How every file of `age` begins."""
SITE = re.compile(r"[0-9a-f]{8}")
NAME = re.compile(r"wheal-([0-9a-f]{8})-(\d{8}T\d{6}Z)(\.found-wrong)?\.backup\.age")
MOMENT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Held:
    """A backup in its folder. `is_whole`: its trial found nothing wrong. `at`: UTC."""

    file: Path
    at: datetime
    is_whole: bool


def of_site(data: Path) -> str:
    """The name of the site; "" where it has made none yet."""
    with suppress(FileNotFoundError):
        name = (data / FILE).read_text("ascii", errors="replace").strip()
        return name if SITE.fullmatch(name) else ""
    return ""


def make_for_site(data: Path) -> str:
    """Its name, made now where there is none."""
    if not (name := of_site(data)):
        name = secrets.token_hex(4)
        part = data / f"{FILE}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(f"{name}\n")
            file.flush()
            os.fsync(file.fileno())
        part.rename(data / FILE)
    return name


def of_backup(site: str, at: datetime, *, is_whole: bool) -> str:
    return f"wheal-{site}-{at:{MOMENT}}{'' if is_whole else '.found-wrong'}.backup.age"


def parts(site: str) -> str:
    """The pattern of those that the site has not written to their end."""
    return f"wheal-{site}-*.backup.part"


def held(folder: Path, site: str, now: datetime) -> list[Held]:
    """The backups of a site, the newest first; nothing that is of others, of a time to come, or no sealed file."""
    found = (_read(path, site) for path in folder.glob(f"wheal-{site}-*.backup.age"))
    return sorted((each for each in found if each and each.at <= now), key=lambda each: each.at, reverse=True)


def _read(path: Path, site: str) -> Held | None:
    told = NAME.fullmatch(path.name)
    if told is None or told[1] != site or not _is_sealed(path):
        return None
    return Held(path, datetime.strptime(told[2], MOMENT).replace(tzinfo=UTC), told[3] is None)


def _is_sealed(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(SEALED)) == SEALED
    return False


def strange(folder: Path, site: str, now: datetime) -> Iterator[Path]:
    """What looks like a backup of the site, and is not counted as one."""
    known = {each.file for each in held(folder, site, now)}
    for path in sorted(folder.glob("wheal-*.backup.age")):
        told = NAME.fullmatch(path.name)
        if path not in known and (told is None or told[1] == site):
            yield path
