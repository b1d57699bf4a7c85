"""A PostgreSQL server of one test, which can be killed and started again; as careful with its disk as it comes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import psutil

import postgresql as engines


class Cluster:
    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pgserver
        self.folder = Path(tempfile.mkdtemp(prefix="wheal-cluster-"))
        self.server = pgserver.get_server(self.folder, cleanup_mode="stop")
        self.programs = Path(pgserver.__file__).parent / "pginstall" / "bin"
        self.at = engines.Server(self.server.get_uri(), str(self.programs))

    def copy_of(self, url: str) -> str:
        """A database of its own with what another server holds there."""
        new = self.at.empty()
        dump = subprocess.Popen([self.programs / "pg_dump", url], stdout=subprocess.PIPE)
        subprocess.run(
            [self.programs / "psql", "-q", new], stdin=dump.stdout, stdout=subprocess.DEVNULL, check=True
        )
        assert dump.wait(60) == 0
        return new

    def kill(self) -> None:
        """The first process and all of its children, without a word."""
        first = psutil.Process(self.server.get_pid())
        family = [first, *first.children(recursive=True)]
        for process in family:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=20)

    def start(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                self.server.ensure_postgres_running()
            except (subprocess.SubprocessError, AssertionError):  # recovery takes longer than it waits
                if time.monotonic() > until:
                    raise
            else:
                return

    def remove(self) -> None:
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
