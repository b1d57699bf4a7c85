"""Two machines with PostgreSQL, set up and mended with the commands of docs/how-to/deploy.md: nothing else is said to
them than what the page says, with other places and ports. Laid out as Debian does it, the settings outside the data.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cached_property
from pathlib import Path

import psutil
import psycopg

from crash import pages
from deploy.proxy import certificate
from serving import free_port

NAMES = ("first.example", "second.example")
NETWORK = ("192.0.2.10", "192.0.2.11", "192.0.2.12")


def programs() -> Path:
    """Debian's, which can encrypt; or else those of pgserver, which cannot."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
    if debian:
        return debian[-1]
    import pgserver

    return Path(pgserver.__file__).parent / "pginstall" / "bin"


class Pair:
    """`first` and `second`, as they are called on the page, whichever takes changes. Nothing runs yet."""

    def __init__(self) -> None:
        self.folder, self.programs = Path(tempfile.mkdtemp(prefix="wheal-pair-")), programs()
        self.folder.chmod(0o755)
        self.user = self._user()
        said = subprocess.run([self.programs / "pg_config", "--configure"], capture_output=True, check=True)
        self.encrypts = b"openssl" in said.stdout
        certificate(self.folder, *NAMES)
        self.ports = {name: free_port() for name in NAMES}
        self.first, self.second = (Machine(self, name) for name in NAMES)

    def _user(self) -> str | None:
        if os.geteuid():
            return None
        return "postgres" if self.programs.parts[:3] == ("/", "usr", "lib") else "pgserver"

    def there(self, said: str) -> str:
        """What the page says of machines, of these here."""
        for name, port in self.ports.items():
            said = said.replace(f"host={name}", f"host={name} hostaddr=127.0.0.1 port={port}")
        both = ",".join(f"{name}:{port}" for name, port in self.ports.items())
        said = said.replace(f"@{','.join(NAMES)}/clinic?", f"@{both}/clinic?hostaddr=127.0.0.1,127.0.0.1&")
        said = said.replace("/etc/ssl/db.pem", str(self.folder / "certificate.pem"))
        if not self.encrypts:  # the rest of it holds all the same
            said = said.replace("hostssl", "host   ").replace("sslmode=verify-full", "sslmode=disable")
            said = said.replace("ssl = on", "").replace(
                "target_session_attrs", "sslmode=disable&target_session_attrs"
            )
        return said

    def url(self, heading: str, role: str = "wheal:choose-another") -> str:
        said = pages.block(pages.DEPLOY, heading, "url").strip().removeprefix("WHEAL_REPLICA_URL=")
        return self.there(said).replace("wheal:choose-another@", f"{role}@")

    def remove(self) -> None:
        for machine in (self.first, self.second):
            if machine.runs:
                machine.kill()
        shutil.rmtree(self.folder)


class Machine:
    def __init__(self, pair: Pair, name: str) -> None:
        self.pair, self.port = pair, pair.ports[name]
        self.folder = pair.folder / name
        self.data, self.settings = self.folder / "data", self.folder / "settings"
        for each in (self.folder, self.settings):
            each.mkdir()
        shutil.copy(pair.folder / "certificate.pem", self.folder / "server.pem")
        shutil.copy(pair.folder / "key.pem", self.folder / "server.key")
        (self.folder / "server.key").chmod(0o600)
        self._page_s_files()
        if pair.user:
            for path in [self.folder, *self.folder.rglob("*")]:
                shutil.chown(path, pair.user)

    def _page_s_files(self) -> None:
        """Those of "Both machines"."""
        said = {kind: self._here(text) for kind, text in pages.blocks(pages.DEPLOY, "Both machines")}
        debian = (
            f"data_directory = '{self.data}'\nhba_file = '{self.settings}/pg_hba.conf'\nport = {self.port}\n"
        )
        debian += f"unix_socket_directories = '{self.folder}'\ncluster_name = '16/main'\n"
        (self.settings / "postgresql.conf").write_text(debian + said["conf"])
        (self.settings / "pg_hba.conf").write_text("local all postgres trust\n" + said["hba"])
        (self.folder / ".pgpass").write_text(said["pgpass"])
        (self.folder / ".pgpass").chmod(0o600)

    def _here(self, said: str) -> str:
        said = self.pair.there(said)
        for there, here in {
            "/etc/postgresql/16/main": f"{self.settings}", "/var/lib/postgresql/16/main": f"{self.data}",
            "/etc/postgresql": f"{self.folder}", "listen_addresses = '*'": "listen_addresses = '127.0.0.1'",
            **dict.fromkeys(NETWORK, "127.0.0.1"),
        }.items():  # fmt: skip
            said = said.replace(there, here)
        return said

    @cached_property
    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "PATH": f"{self.pair.programs}:{os.environ['PATH']}", "HOME": f"{self.folder}",
        }  # fmt: skip

    def initialise(self) -> None:
        self.shell(
            f"initdb -D {self.data} -U postgres -A scram-sha-256 --pwfile={self.folder}/.pgpass -E UTF8"
        )

    def shell(self, said: str) -> None:
        """As the account of PostgreSQL, on this machine."""
        subprocess.run(
            ["/bin/bash", "-ec", self._here(said)], user=self.pair.user, env=self._environment, cwd="/",
            stdout=subprocess.DEVNULL, check=True, timeout=120,
        )  # fmt: skip

    def sql(self, said: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """As `postgres`, on the machine itself; what the last statement answers."""
        at = f"host={self.folder} port={self.port} user=postgres dbname={database}"
        with psycopg.connect(at, autocommit=True) as connection:
            found: list[tuple[object, ...]] = []
            for statement in filter(None, map(str.strip, said.split(";"))):
                answer = connection.execute(statement)
                found = answer.fetchall() if answer.description else []
            return found

    def says(self, heading: str) -> None:
        """What stands below that heading, in SQL."""
        self.sql(pages.block(pages.DEPLOY, heading, "sql"))

    def start(self) -> None:
        settings = self.settings / "postgresql.conf"
        self.shell(
            f"pg_ctl -D {self.data} -w -t 60 -l {self.folder}/log -o '-c config_file={settings}' start"
        )

    def is_followed(self) -> None:
        """Until its standby is the one that has to have every entry."""
        until = time.monotonic() + 60
        while self.sql("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            assert time.monotonic() < until, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.1)

    @property
    def runs(self) -> bool:
        pid = self.data / "postmaster.pid"
        return pid.exists() and psutil.pid_exists(int(pid.read_text().split()[0]))

    def kill(self) -> None:
        """As a machine without current: the first process and its children, without a word."""
        first = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        family = [first, *first.children(recursive=True)]
        for process in family:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=20)
