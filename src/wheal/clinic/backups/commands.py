"""`wheal backup`, `wheal backup-key`, `wheal restore`, and the backup of every night."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from time import monotonic

from wheal.clinic import console
from wheal.clinic.backups import keys, restoring, retention


def key(args: argparse.Namespace) -> int:
    """A key pair. `args`: file (for the private key), data."""
    try:
        if not args.data.is_dir():
            raise keys.KeyRefused(f"{args.data} is no folder")
        console.as_its_account(args.data)
        public = keys.make(args.file)
        keys.add(args.data, public)
    except keys.KeyRefused as problem:
        return _told(problem)
    print(
        f"Backups of {args.data} are sealed for {public} from now on.\n"
        f"{args.file} alone opens them: move it off this machine, and keep a second copy elsewhere. "
        "Without it every backup is lost."
    )
    return 0


def backup(args: argparse.Namespace) -> int:
    """`args`: data, to, keep (text, or None: no older one is dropped)."""
    making = _site(args.data)
    try:
        kept = retention.Kept.read(args.keep) if args.keep else None
        made = making.make(args.to, kept=kept)
    except (making.NotMade, ValueError) as problem:
        return _told(problem)
    print(f"{made.file}: {made.size} bytes, {made.files} files, {made.seconds} s")
    print(f"restored to a scratch place and read there: {made.tried.said}")
    if made.key_is_elsewhere:
        print("the key of the encrypted files is kept elsewhere and is not in it: back that up by itself")
    if made.same_disk:
        print(
            f"{args.to} lies on the same disk as the data: whoever loses one loses both. Copy it to another machine."
        )
    for name in made.dropped:
        print(f"dropped: {name}")
    return _of_files(made.tried, "The backup is kept, for it holds the record, and no older one was dropped.")


def restore(args: argparse.Namespace) -> int:
    """`args`: backup, key, data, database_url."""
    begun = monotonic()
    try:
        manifest = restoring.restore(args.backup, keys.identities(args.key), args.data, url=args.database_url)
        told = restoring.verify(args.data)
    except (restoring.NotRestored, keys.KeyRefused) as problem:
        return _told(problem)
    seconds = monotonic() - begun
    print(f"{args.data}: as it was at {manifest.made_at}, {len(manifest.files)} files, {seconds:.1f} s")
    print(told.said)
    print(f"Look at it: wheal serve --data {args.data}")
    if os.geteuid() == 0:
        print(f"It belongs to root: give it to the account that serves first (chown -R wheal: {args.data})")
    if told.key_is_missing and not manifest.vault_key:
        print(
            "the key of the encrypted files is not in this backup: put it where it belongs before you look at "
            "photographs. Where it was lost when the backup was made, an earlier backup may hold it"
        )
        return 0
    return _of_files(told, "The record is restored.")


def _of_files(tried: restoring.Tried, all_the_same: str) -> int:
    """1 where files of it cannot be opened, though the record is whole."""
    if tried.files:
        print(tried.files)
        return 0
    for said in tried.wrong[:20]:
        print(f"wheal: {said}", file=sys.stderr)
    print(f"wheal: {len(tried.wrong)} found wrong in the encrypted files. {all_the_same}", file=sys.stderr)
    return 1


def _site(data: Path):  # type: ignore[no-untyped-def]
    """`making`, once Django knows the data."""
    console.settle(data)
    from wheal.clinic.backups import making

    return making


def _told(problem: Exception) -> int:
    print(f"wheal: {problem}", file=sys.stderr)
    return 1
