"""Knowledge kept as it judged: one file per digest, so that a decision can be made again with what was known then.

keep(known, folder)    # folder/<digest>.zip, once
kept(digest, folder)   # the same knowledge again
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from wheal.knowledge.known import Knowledge
from wheal.knowledge.load import load

_LAYERS: Final = ("shipped", "clinic")


class NotKept(Exception):
    """There is no archive of this knowledge, or it is not what its name says."""


def keep(known: Knowledge, folder: Path) -> Path:
    """Write the files of the knowledge under its digest, unless they are there. Never half: the name comes last."""
    path = folder / f"{known.digest}.zip"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as unfinished:
        try:
            _write(known, Path(unfinished.name))
            os.replace(unfinished.name, path)
        except BaseException:
            Path(unfinished.name).unlink(missing_ok=True)
            raise
    _on_disk(folder)
    return path


def kept(digest: str, folder: Path) -> Knowledge:
    """The knowledge of this digest. Raises NotKept, and KnowledgeError where this version cannot read it any more."""
    path = folder / f"{digest}.zip"
    with TemporaryDirectory() as place:
        try:
            with ZipFile(path) as archive:
                archive.extractall(place)
        except FileNotFoundError as problem:
            raise NotKept(f"the knowledge {digest} is not archived in {folder}") from problem
        except BadZipFile as problem:
            raise NotKept(f"{path} is no archive: {problem}") from problem
        shipped, clinic = (Path(place) / layer for layer in _LAYERS)
        known = load(shipped, extra=clinic if clinic.exists() else None, checked=False)
    if known.digest != digest:
        raise NotKept(f"{path} was changed: its digest is {known.digest}")
    return known


def _write(known: Knowledge, path: Path) -> None:
    """With no dates in it, so that the same knowledge gives the same file."""
    with path.open("wb") as opened:
        with ZipFile(opened, "w", ZIP_DEFLATED) as archive:
            for layer, files in zip(_LAYERS, known.layers, strict=False):
                for name, data in sorted(files.items()):
                    archive.writestr(ZipInfo(f"{layer}/{name}"), data, ZIP_DEFLATED)
        opened.flush()
        os.fsync(opened.fileno())


def _on_disk(folder: Path) -> None:
    """The name too, not only what it names."""
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
