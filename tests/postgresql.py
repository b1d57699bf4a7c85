"""A real PostgreSQL server for tests. Run by itself it runs pytest on it: `python tests/postgresql.py tests/clinic -q`.

WHEAL_TEST_POSTGRESQL may name a server that runs already: a URL whose user may create databases.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

import made

TEMPLATE = "wheal_migrated"
HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")  # it is thrown away in the end
_numbers = count()


@dataclass(frozen=True)
class Server:
    """`url` leads to its database `postgres`, `programs` to pg_dump and the others of its version."""

    url: str
    programs: str

    def at(self, database: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{quote(database)}"))

    def empty(self, template: str = "template1") -> str:
        """The URL of a new database, which lasts as long as the server."""
        name = f"wheal_{os.getpid()}_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.at(name)

    def template(self) -> str:
        """The name of a database with the tables of the site. They are made once, whatever the number of workers."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(1)")  # of several workers one makes them
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
            if not found.fetchone():
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
                self.fill(self.at(TEMPLATE))
        return TEMPLATE

    def migrated(self) -> str:
        """The URL of a new database with the tables of the site."""
        return self.empty(self.template())

    def fill(self, url: str, kept: str = "wheal.sql") -> None:
        """By `migrate`, and in a later run from what was dumped then; under a name of its own by other programs."""
        if not self.programs:
            migrate(url)
            return

        def dump(file: Path) -> None:
            migrate(url)
            self._program("pg_dump", "--no-owner", "--file", str(file), url)

        file = made.kept(kept, dump)
        if not self.run("SELECT 1 FROM pg_tables WHERE tablename = 'django_migrations'", url):
            self._program(
                "psql",
                "--quiet",
                "--set",
                "ON_ERROR_STOP=1",
                "--single-transaction",
                "--file",
                str(file),
                url,
            )

    def _program(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [f"{self.programs}/{name}", *arguments], check=True, stdout=subprocess.DEVNULL, timeout=300
        )

    def run(self, statement: str, url: str = "") -> list[tuple[object, ...]]:
        with psycopg.connect(url or self.url, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []


def migrate(url: str) -> None:
    with tempfile.TemporaryDirectory() as data:
        said = os.environ | {"WHEAL_DATABASE_URL": url, "WHEAL_DATA": data}
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "-v0"],
            env=said | {"DJANGO_SETTINGS_MODULE": "wheal.clinic.settings"},
            check=True,
            timeout=900,
        )


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """One that runs in `folder`; whoever asks with the same folder shares it, and the last one removes it.

    Not below a folder of pytest's: those are closed to others, and as root the server runs as somebody else.
    """
    if named := os.environ.get("WHEAL_TEST_POSTGRESQL"):
        yield Server(named, os.environ.get("WHEAL_TEST_POSTGRESQL_PROGRAMS", ""))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder for sockets that is not there; it takes another
        import pgserver

    started = pgserver.get_server(folder, cleanup_mode="delete")
    held = Server(started.get_uri(), str(Path(pgserver.__file__).parent / "pginstall" / "bin"))
    for setting in HASTE:
        held.run(f"ALTER SYSTEM SET {setting}")
    held.run("SELECT pg_reload_conf()")
    yield held
    started.cleanup()


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whoever ends this ends the server too
    with server(Path(tempfile.mkdtemp(prefix="wheal-postgresql-"))) as held:
        held.run("CREATE DATABASE wheal")
        said = os.environ | {
            "WHEAL_DATABASE_URL": held.at("wheal"),
            "WHEAL_TEST_POSTGRESQL": held.url,
            "WHEAL_TEST_POSTGRESQL_PROGRAMS": held.programs,
        }
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=said, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
