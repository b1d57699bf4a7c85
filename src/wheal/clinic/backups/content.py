"""What a backup holds: a copy of the database, every file of the clinic's folder, and a list of them with digests."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from wheal.clinic import databases

MANIFEST = "manifest.json"
FORMAT = 1
LEFT_OUT = frozenset({"static", "snapshots"})
"""Made anew at every start, and copies themselves."""


class Broken(Exception):
    """A backup does not hold what its list says. Says which file."""


@dataclass
class Manifest:
    """`made_at`: UTC. `engine`: sqlite or postgresql. `files`: SHA-256 by name, with `/` between folders.

    `vault_key`: whether the key of the encrypted files is among them, or lies outside the clinic's folder.
    """

    made_at: str
    wheal: str
    engine: str
    vault_key: bool
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def database_name(engine: str) -> str:
    return "wheal.pgdump" if engine == "postgresql" else databases.file(Path()).name


def write(stream: BinaryIO, *, data: Path, database: Path, manifest: Manifest) -> Manifest:
    """A tar archive. The database was copied before: every file that a row names is then still on the disk."""
    with tarfile.open(mode="w|", fileobj=stream) as archive:
        _add(archive, database, database_name(manifest.engine), manifest)
        for path in files_of(data):
            _add(archive, path, path.relative_to(data).as_posix(), manifest)
        _add_bytes(archive, MANIFEST, json.dumps(asdict(manifest)).encode())
    return manifest


def files_of(data: Path) -> Iterator[Path]:
    """All that a clinic keeps beside the database, and nothing that is half-written, a link or hidden; nor the address
    of a database, of now or before: another machine does not have it."""
    for path in sorted(data.iterdir()):
        if path.name in LEFT_OUT or path.name.startswith(
            (databases.file(data).name, databases.URL_FILE, ".")
        ):
            continue
        inside = sorted(path.rglob("*")) if path.is_dir() and not path.is_symlink() else [path]
        yield from (
            each for each in inside if each.is_file() and not each.is_symlink() and each.suffix != ".part"
        )


def extract(stream: BinaryIO, to: Path) -> Manifest:
    """Write the files below `to`, each held against the list. Raises Broken."""
    found: dict[str, str] = {}
    listed: bytes = b""
    try:
        with tarfile.open(mode="r|", fileobj=stream) as archive:
            for member in archive:
                if member.name == MANIFEST:
                    listed = _content(archive, member).read()
                else:
                    found[member.name] = _write(archive, member, to)
    except tarfile.TarError as problem:
        raise Broken(f"it cannot be read to its end: {problem}") from problem
    manifest = _read(listed)
    for name in sorted(found.keys() ^ manifest.files.keys()):
        raise Broken(f"{name} is {'not listed' if name in found else 'missing'}")
    for name, digest in manifest.files.items():
        if found[name] != digest:
            raise Broken(f"{name} is not what was put in")
    return manifest


def _read(listed: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(listed or b"null"))
    except (TypeError, ValueError) as problem:
        raise Broken(f"its list of files cannot be read: {problem}") from problem
    if manifest.format != FORMAT:
        raise Broken(
            f"it is of format {manifest.format}, made by Wheal {manifest.wheal}; this is format {FORMAT}"
        )
    return manifest


def _add(archive: tarfile.TarFile, path: Path, name: str, manifest: Manifest) -> None:
    """A file that was removed since it was listed is left out: so was the row that names it."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        told = archive.gettarinfo(arcname=name, fileobj=file)
        told.mode, told.uid, told.gid, told.uname, told.gname = 0o600, 0, 0, "", ""
        watched = _Digested(file, told.size)
        archive.addfile(told, watched)  # type: ignore[arg-type]
        manifest.files[name] = watched.digest.hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    told = tarfile.TarInfo(name)
    told.size = len(content)
    archive.addfile(told, BytesIO(content))


class _Digested:
    """A file read up to the size that it had when it was opened: the audit's checkpoints may grow meanwhile."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.left, self.digest = file, size, sha256()

    def read(self, size: int = -1) -> bytes:
        some = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(some)
        self.digest.update(some)
        return some


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> str:
    """Its digest. Nothing but plain files below `to`, for their owner alone."""
    path = (to / member.name).resolve()
    if not member.isfile() or not path.is_relative_to(to.resolve()):
        raise Broken(f"{member.name} is no plain file of the clinic's folder")
    _closed(path.parent)
    digest = sha256()
    source = _content(archive, member)
    with path.open("xb") as file:
        path.chmod(0o600)
        while some := source.read(1 << 20):
            digest.update(some)
            file.write(some)
    return digest.hexdigest()


def _closed(folder: Path) -> None:
    """Made with those above it, each for its owner alone: `parents=True` would leave those open."""
    if not folder.exists():
        _closed(folder.parent)
        folder.mkdir(mode=0o700)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    opened = archive.extractfile(member)
    if opened is None:
        raise Broken(f"{member.name} is no plain file")
    return opened  # type: ignore[return-value]


def holds_the_vault_key(data: Path, key_file: Path) -> bool:
    return key_file.exists() and key_file.resolve().is_relative_to(data.resolve())
