"""A server whose data lie on a disk of its own, of a few megabytes, which a test can fill and empty again."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from serving import Server, environment

MOUNTED = 'mount -t tmpfs -o size=$1m tmpfs "$2" && cp -a "$3/." "$2" && shift 3 && exec "$@"'


class OnSmallDisk(Server):
    """The disk is there for the server's own processes alone (a mount namespace) and gone with them."""

    def __init__(self, seed: Path, megabytes: int) -> None:
        super().__init__(seed.with_name("disk"))
        self.seed, self.megabytes = seed, megabytes
        self.data.mkdir()

    def start(self) -> None:
        where = [str(self.megabytes), str(self.data), str(self.seed)]
        served = [
            sys.executable,
            "-m",
            "wheal.cli",
            "serve",
            "--data",
            str(self.data),
            "--port",
            str(self.port),
        ]
        with self.output.open("ab") as log:
            self.process = subprocess.Popen(
                ["unshare", "--map-root-user", "--mount", "sh", "-euc", MOUNTED, "sh", *where, *served],
                stdout=log, stderr=log, start_new_session=True, env=environment(self.data),
            )  # fmt: skip

    @property
    def disk(self) -> Path:
        """The folder as the server sees it."""
        assert self.process
        return Path(f"/proc/{self.process.pid}/root") / self.data.relative_to("/")

    def fill(self) -> None:
        """To the last byte: in the end nothing more can be added to any file."""
        with (self.disk / "filler").open("ab", buffering=0) as filler:
            for size in (1 << 20, 1 << 12, 1):
                with suppress(OSError):
                    while filler.write(b"x" * size):
                        pass

    def empty(self) -> None:
        (self.disk / "filler").unlink()

    def free(self) -> int:
        told = os.statvfs(self.disk)
        return told.f_bavail * told.f_frsize
