"""The database server that something is measured on, and a standby that follows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of a server as it comes, but for the memory that a machine of its own would give it; "" for SQLite."""
    if engine == "sqlite":
        yield ""
        return
    import pgserver

    if not folder.exists():
        pgserver.get_server(folder, cleanup_mode="stop").cleanup()
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write("shared_buffers = 1GB\nmax_wal_size = 8GB\nrandom_page_cost = 1.1\n")
    server = pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def standby(url: str) -> Iterator[str]:
    """The URL of one that follows the server at `url`, by the tests' own means."""
    import pgserver
    import psycopg

    from crash.cluster import Standby

    follows = Standby(url, Path(pgserver.__file__).parent / "pginstall" / "bin")
    try:
        yield follows.at("postgres")
    finally:
        follows.remove()
        with psycopg.connect(url, autocommit=True) as first:
            first.execute("SELECT pg_drop_replication_slot('standby') FROM pg_sleep(1)")
