"""Are the files of all photographs there, and do they open? And every other file of the vault that a row names:
photographs that patients sent with a report of a reaction, leaflets, health links, exports, keys of the registry.

`look` asks the disk, opens the end of each file whose length no row says, and one whole file of each kind and key.
`problem` reads every byte of one row's files. `nightly` reads a part of them each night, and all in a week.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from time import monotonic
from typing import Any

from django.utils import timezone

from wheal.clinic import vault, vault_keys, vault_rows
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.photographs import files
from wheal.clinic.vault import Vault
from wheal.clinic.vault_rows import Sealed

JOB = "check_photographs"
NIGHTS, AT_LEAST = 7, 500  # a seventh each night, and never fewer than so many
LONGEST = 90 * 60  # seconds of a night; after two hours a job counts as broken off
TOLD, REMEMBERED = 5, 1000
UNREADABLE = (vault.NotKept, vault.Damaged, vault_keys.KeyMissing, OSError)
Newest = dict[tuple[Any, bytes], Any]
"""By model and key: the newest row of which a file was sealed with it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """`rows`: that name files. `held`: how many of each kind, in words. `opened`: with how many keys the newest of each
    kind was opened. `wrong`: in sentences."""

    rows: int
    held: str
    opened: int
    wrong: tuple[str, ...]
    key_is_missing: bool = False

    def __str__(self) -> str:
        if not self.rows:
            return "no encrypted file is kept"
        keys = "its key" if self.opened == 1 else f"each of {self.opened} keys"
        told = f"{self.held}: each has its files, of their length"
        return f"{told}, and the newest of each kind was opened with {keys}"


def look() -> Looked:
    """Of every file that a row names whether it is there, as long as it must be, and sealed with a key that is here."""
    counts = {model: vault_rows.kept(model).count() for model in vault_rows.models()}
    count, told = sum(counts.values()), vault_rows.counted(counts)
    held = Vault(files.folder(), ())
    if not count and next(held.names(), None) is None:
        return Looked(0, "", 0, ())
    try:
        held = vault.as_it_is()
    except vault_keys.KeyMissing as missing:
        return Looked(count, told, 0, (str(missing),), key_is_missing=True)
    newest: Newest = {}
    wrong = [*_by_rows(held, newest), *_by_keys(held)]
    for row in newest.values():
        if any(said.startswith(f"{vault_rows.words(row)}: ") for said in wrong):
            continue
        if (now := vault_rows.still(row)) and (found := problem(now, held)):
            wrong.append(f"{vault_rows.words(now)}: {found}")
    return Looked(count, told, len({key for _model, key in newest}), tuple(dict.fromkeys(wrong)))


def _by_rows(held: Vault, newest: Newest) -> Iterator[str]:
    for model in vault_rows.models():
        for row in vault_rows.kept(model).iterator(chunk_size=2000):
            if not any(_of_row(row, held, newest)):
                continue
            if now := vault_rows.still(row):  # else it was deleted meanwhile
                for found in _of_row(now, held, newest):
                    yield f"{vault_rows.words(now)}: {found}"


def _of_row(row: Any, held: Vault, newest: Newest) -> Iterator[str]:
    known = {key.id for key in held.keys}
    for sealed in row.sealed_files():
        try:
            key, length = held.seen(sealed.name)
            if sealed.size is None and key in known:
                held.ends(sealed.name, about=sealed.about)
        except UNREADABLE as found:
            yield _said(sealed.kind, found)
            continue
        if sealed.size is not None and length != vault.length_of(sealed.size):
            yield f"the {sealed.kind} is not as long as what was put in"
        if key in known:
            newest[type(row), key] = row


def _by_keys(held: Vault) -> Iterator[str]:
    """Of all files, those that no row names too."""
    known, strange = {key.id for key in held.keys}, Counter[bytes]()
    for name in held.names():
        try:
            strange[held.seen(name)[0]] += 1
        except vault.NotKept:  # removed since it was listed
            continue
        except (vault.Damaged, OSError) as found:
            yield f"a file of the vault: {found}"
    for key, count in strange.items():
        if key not in known:
            yield f"{count} files were sealed with key {key.hex()}, which is not here: nobody can open them"


def problem(row: Any, held: Vault) -> str:
    """What is wrong with its files; "" where all are there, whole, and what was kept."""
    return next(filter(None, (_read_whole(sealed, held) for sealed in row.sealed_files())), "")


def _read_whole(sealed: Sealed, held: Vault) -> str:
    digest = sha256()
    try:
        for piece in held.pieces(sealed.name, about=sealed.about):
            digest.update(piece)
    except UNREADABLE as found:
        return _said(sealed.kind, found)
    if sealed.sha256 and digest.hexdigest() != sealed.sha256:
        return f"the {sealed.kind} is not what was put in"
    return ""


def _said(kind: str, found: Exception) -> str:
    return (
        f"the {kind} has no file" if isinstance(found, vault.NotKept) else f"the {kind} is damaged: {found}"
    )


def damaged(rows: Iterable[Any], held: Vault) -> Iterator[tuple[Any, str]]:
    """Those of `rows` whose files are not all there and whole, each with what is wrong. Reads every byte."""
    for row in rows:
        if not problem(row, held):
            continue
        now = vault_rows.still(row)
        if now and (said := problem(now, held)):  # else it was deleted or framed anew meanwhile
            yield now, said


def every_damaged(held: Vault) -> list[tuple[Any, str]]:
    """Of all. What is found, or that all is whole, stays told as if the night had found it."""
    every = (row for model in vault_rows.models() for row in vault_rows.kept(model).iterator(chunk_size=100))
    found = list(damaged(every, held))
    ended = {"after": "", "this_round": 0, "last_round_ended": _today()}
    now = timezone.now()
    NightlyJob.objects.get_or_create(name=JOB, defaults={"next_at": now + timedelta(days=1)})
    kept = NightlyJob.objects.get(name=JOB).outcome
    for name in ("wrong", "first"):
        kept.pop(name, None)
    NightlyJob.objects.filter(name=JOB).update(outcome=kept | ended | _remembered(found))
    return found


def nightly() -> dict[str, object]:
    """What is kept of the night: how many were read, how far this round has come, when the last one came to its end.

    What was found damaged is read again every night, and stays told until it is whole.
    """
    before = _before()
    total = vault_rows.total()
    told = {"kept": total, "left_over": len(files.remove_left_over())} | before
    if not total:
        return told | {"read": 0, "after": "", "this_round": 0, "damaged": []}
    try:
        held = vault.as_it_is()
    except vault_keys.KeyMissing as missing:
        return told | {"read": 0, "wrong": total, "first": [str(missing)]}
    return told | _read(held, before, total)


def _before() -> dict[str, Any]:
    """What earlier nights left to this one. Those that knew photographs alone noted their numbers."""
    row = NightlyJob.objects.filter(name=JOB).first()
    kept = ("after", "damaged", "this_round", "last_round_ended")
    told = {name: row.outcome[name] for name in kept if name in row.outcome} if row else {}
    if isinstance(told.get("after"), int):
        told |= {"after": "", "this_round": 0}
    told["damaged"] = [
        f"photographs.Photograph {each}" if isinstance(each, int) else each
        for each in told.get("damaged", [])
    ]
    return told


def _read(held: Vault, before: dict[str, Any], total: int) -> dict[str, object]:
    after = str(before.get("after", ""))
    found = {
        vault_rows.key(row): (row, said)
        for row, said in damaged(vault_rows.of_keys(before.get("damaged", [])), held)
    }
    share, read, begun = max(AT_LEAST, math.ceil(total / NIGHTS)), 0, monotonic()
    for row in islice(_beyond(after), share):
        found |= {vault_rows.key(now): (now, said) for now, said in damaged([row], held)}
        after, read = vault_rows.key(row), read + 1
        if monotonic() - begun > LONGEST:
            break
    this_round = int(before.get("this_round", 0)) + read
    told: dict[str, object] = {"read": read, "after": after, "this_round": this_round}
    if next(_beyond(after), None) is None:
        told = {"read": read, "after": "", "this_round": 0, "last_round_ended": _today()}
    return told | _remembered(found.values())


def _beyond(after: str) -> Iterator[Any]:
    """The rows that follow, in the order in which a round goes through them."""
    label, _space, pk = after.partition(" ")
    for model in vault_rows.models():
        if model._meta.label < label:
            continue
        rows = vault_rows.kept(model)
        yield from (rows.filter(pk__gt=pk) if model._meta.label == label else rows).iterator(chunk_size=100)


def _remembered(found: Iterable[tuple[Any, str]]) -> dict[str, object]:
    every = list(found)
    keys = [vault_rows.key(row) for row, _said in every][:REMEMBERED]
    first = [f"{vault_rows.words(row)}: {said}" for row, said in every[:TOLD]]
    return {"damaged": keys} | ({"wrong": len(every), "first": first} if every else {})


def _today() -> str:
    return timezone.now().date().isoformat()
