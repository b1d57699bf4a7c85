"""A PostgreSQL server of one test, which can be killed and started again; as careful with its disk as it comes. And a
standby that follows it."""

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
from psycopg.conninfo import make_conninfo

import postgresql as engines

USER = "pgserver" if os.geteuid() == 0 else None  # whoever the server runs as


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


class Standby:
    """A base backup of the server at `first` that goes on following it."""

    def __init__(self, first: str, programs: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="wheal-standby-"))
        if USER:
            shutil.chown(self.folder, USER)
        self.folder.chmod(0o700)
        self.programs = programs
        run = ["pg_basebackup", "-d", first, "-D", str(self.folder), "-R", "-C", "-S", "standby", "-X", "stream",
               "--checkpoint=fast"]  # fmt: skip
        self._run(*run)
        follow = make_conninfo(first, application_name="standby")
        with (self.folder / "postgresql.auto.conf").open("a") as settings:
            settings.write(
                f"primary_conninfo = '{follow}'\n"
                f"unix_socket_directories = '{self.folder}'\nlisten_addresses = ''\n"
            )
        (self.folder / ".s.PGSQL.5432.lock").unlink(
            missing_ok=True
        )  # of the first, whose sockets lie among its data
        self.start()

    def at(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def start(self) -> None:
        self._ctl("start", "-o", f"-k {self.folder} -h ''", "-l", f"{self.folder}/log")

    def kill(self) -> None:
        self._ctl("stop", "-m", "immediate")

    def promote(self) -> None:
        self._ctl("promote")

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ctl(self, what: str, *more: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder), "-w", "-t", "120", *more, what)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / program, *arguments], user=USER, check=True, stdout=subprocess.DEVNULL
        )


def follow(first: Cluster) -> Standby:
    """From now on nothing is acknowledged that the standby does not have."""
    standby = Standby(first.at.url, first.programs)
    for setting in ("synchronous_standby_names = 'standby'", "synchronous_commit = remote_apply"):
        first.at.run(f"ALTER SYSTEM SET {setting}")
    first.at.run("SELECT pg_reload_conf()")
    while first.at.run("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
        time.sleep(0.1)
    return standby
