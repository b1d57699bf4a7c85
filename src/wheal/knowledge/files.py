"""A knowledge folder as it lies on disk: tables by file name, version, and the digest of all bytes."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from wheal.knowledge.problems import Problem

READ_ELSEWHERE: Final = ("phrases",)
"""Folders with a reader of their own (`wheal.claims`). Their bytes count in the digest all the same."""


@dataclass(frozen=True, slots=True)
class Folder:
    tables: Mapping[str, Any]
    version: str
    digest: str
    content: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # by file name


def read_folder(folder: Path, problems: list[Problem]) -> Folder:
    """Every file of a folder; files that are not TOML become problems."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    content = {name: (folder / name).read_bytes() for name in names if not _hidden(name)}
    if not content:
        problems.append(Problem(str(folder), "", "there are no files here"))
    digest = hashlib.sha256()
    for name, data in content.items():
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    tables = {name: _table(name, data, problems) for name, data in content.items() if _is_ours(name)}
    version = content.get("VERSION", b"").decode(errors="replace").strip()
    return Folder(tables, version, digest.hexdigest(), content)


def unreadable(content: Mapping[str, bytes], *, needed: bool) -> list[Problem]:
    """What is wrong with the files that another reads: here only that they are TOML, and that needed ones are there."""
    problems: list[Problem] = []
    names = [name for name in content if name.endswith(".toml") and not _is_ours(name)]
    for name in names:
        _table(name, content[name], problems)
    if needed and not names:
        problems.append(Problem("phrases", "", "what claims sound like is missing"))
    return problems


def _is_ours(name: str) -> bool:
    return name.endswith(".toml") and name.partition("/")[0] not in READ_ELSEWHERE


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__")) for part in name.split("/"))


def _table(name: str, data: bytes, problems: list[Problem]) -> Any:
    try:
        return tomllib.loads(data.decode("utf-8"), parse_float=_decimal)
    except ValueError as complaint:
        problems.append(Problem(name, "", f"this is not TOML: {complaint}"))
        return {}


def _decimal(text: str) -> Decimal:
    number = Decimal(text.replace("_", ""))
    if not number.is_finite():
        raise ValueError(f"{text} is not a finite number")
    return number
