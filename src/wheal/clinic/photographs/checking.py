"""Are the files of all photographs there, and do they open?

`look` asks the disk alone and opens one file of each key: a moment. `problem` reads every byte of one photograph.
`nightly` reads a part of them each night, and all in a week.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from django.utils import timezone

from wheal.clinic import vault, vault_keys
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.photographs import files
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.vault import Vault

JOB = "check_photographs"
NIGHTS, AT_LEAST = 7, 500  # a seventh each night, and never fewer than so many
LONGEST = 90 * 60  # seconds of a night; after two hours a job counts as broken off
TOLD, REMEMBERED = 5, 1000


@dataclass(frozen=True, slots=True)
class Looked:
    """`opened`: with how many keys the newest photograph that each sealed was opened. `wrong`: in sentences."""

    photographs: int
    opened: int
    wrong: tuple[str, ...]
    key_is_missing: bool = False

    def __str__(self) -> str:
        if not self.photographs:
            return "no photograph is kept"
        keys = "its key" if self.opened == 1 else f"each of {self.opened} keys"
        told = f"{self.photographs} photographs: each has its files, of their length"
        return f"{told}, and the newest was opened with {keys}"


def look() -> Looked:
    """Of every photograph whether its files are there, as long as they must be, and sealed with a key that is here."""
    count = Photograph.objects.kept().count()
    held = Vault(files.folder(), ())
    if not count and next(held.names(), None) is None:
        return Looked(0, 0, ())
    try:
        held = vault.as_it_is()
    except vault_keys.KeyMissing as missing:
        return Looked(count, 0, (str(missing),), key_is_missing=True)
    newest: dict[bytes, Photograph] = {}
    wrong = [*_by_rows(held, newest), *_by_keys(held)]
    for photograph in newest.values():
        if said := problem(photograph, held):
            wrong.append(f"photograph {photograph.pk}: {said}")
    return Looked(count, len(newest), tuple(dict.fromkeys(wrong)))


def _by_rows(held: Vault, newest: dict[bytes, Photograph]) -> Iterator[str]:
    known = {key.id for key in held.keys}
    for photograph in Photograph.objects.kept().order_by("pk").iterator(chunk_size=2000):
        try:
            key, length = held.seen(photograph.original)
        except (vault.NotKept, vault.Damaged, OSError) as found:
            yield f"photograph {photograph.pk}: {_said('original', found)}"
            continue
        if length != vault.length_of(photograph.size):
            yield f"photograph {photograph.pk}: the original is not as long as what was put in"
        if key in known:
            newest[key] = photograph
        for kind in ("screen", "thumb"):
            if not held.holds(getattr(photograph, kind)):
                yield f"photograph {photograph.pk}: the {kind} has no file"


def _by_keys(held: Vault) -> Iterator[str]:
    """Of all files, those of leaflets and letters too."""
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


def problem(photograph: Photograph, held: Vault) -> str:
    """What is wrong with its files; "" where all three are there, whole, and the original is what was kept."""
    wanted = {
        "original": files.ORIGINAL,
        "screen": files.about("screen", photograph.original),
        "thumb": files.about("thumb", photograph.original),
    }
    for kind, about in wanted.items():
        digest = sha256()
        try:
            for piece in held.pieces(getattr(photograph, kind), about=about):
                digest.update(piece)
        except (vault.NotKept, vault.Damaged, vault_keys.KeyMissing, OSError) as found:
            return _said(kind, found)
        if kind == "original" and digest.hexdigest() != photograph.sha256:
            return "the original is not what was put in"
    return ""


def _said(kind: str, found: Exception) -> str:
    return (
        f"the {kind} has no file" if isinstance(found, vault.NotKept) else f"the {kind} is damaged: {found}"
    )


def damaged(rows: Iterable[Photograph], held: Vault) -> Iterator[tuple[Photograph, str]]:
    """Those of `rows` whose files are not all there and whole, each with what is wrong. Reads every byte."""
    for photograph in rows:
        if not problem(photograph, held):
            continue
        now = Photograph.objects.kept().filter(pk=photograph.pk).select_related("patient").first()
        if now and (said := problem(now, held)):  # else it was deleted or framed anew meanwhile
            yield now, said


def nightly() -> dict[str, object]:
    """What is kept of the night: how many were read, how far this round has come, when the last one came to its end.

    What was found damaged is read again every night, and stays told until it is whole.
    """
    before = _before()
    total = Photograph.objects.kept().count()
    told = {"photographs": total, "left_over": len(files.remove_left_over())} | before
    if not total:
        return told | {"read": 0, "after": 0, "this_round": 0, "damaged": []}
    try:
        held = vault.as_it_is()
    except vault_keys.KeyMissing as missing:
        return told | {"read": 0, "wrong": total, "first": [str(missing)]}
    return told | _read(held, before, total)


def _before() -> dict[str, object]:
    """What earlier nights left to this one."""
    row = NightlyJob.objects.filter(name=JOB).first()
    kept = ("after", "damaged", "this_round", "last_round_ended")
    return {name: row.outcome[name] for name in kept if name in row.outcome} if row else {}


def _read(held: Vault, before: dict[str, object], total: int) -> dict[str, object]:
    after, known = int(str(before.get("after", 0))), set(before.get("damaged", []))  # type: ignore[call-overload]
    kept = Photograph.objects.kept().select_related("patient").order_by("pk")
    found = dict(damaged(kept.filter(pk__in=known), held))
    share, read, begun = max(AT_LEAST, math.ceil(total / NIGHTS)), 0, monotonic()
    for photograph in kept.filter(pk__gt=after)[:share].iterator(chunk_size=100):
        found |= dict(damaged([photograph], held))
        after, read = photograph.pk, read + 1
        if monotonic() - begun > LONGEST:
            break
    this_round = int(str(before.get("this_round", 0))) + read
    told: dict[str, object] = {"read": read, "after": after, "this_round": this_round}
    if not kept.filter(pk__gt=after).exists():
        told = {
            "read": read,
            "after": 0,
            "this_round": 0,
            "last_round_ended": timezone.now().date().isoformat(),
        }
    first = [f"photograph {row.pk}: {said}" for row, said in list(found.items())[:TOLD]]
    pks = sorted(row.pk for row in found)[:REMEMBERED]
    return told | {"damaged": pks} | ({"wrong": len(found), "first": first} if found else {})
