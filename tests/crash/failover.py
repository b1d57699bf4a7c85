"""The database's machine is lost and its standby takes over: `make failover`. It takes a minute: not in `make test`.

A server of PostgreSQL with a standby that has every transaction before it is acknowledged, and the site at both
addresses. The first is killed while sessions are filled in, the second promoted; the site finds it by itself. Prints
how long nothing could be saved, and how many acknowledged entries are missing.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

import postgresql
from crash.clients import Client
from crash.cluster import Cluster, Standby
from serving import Server, run_on

ROUNDS = 40  # saves of each before the first machine is lost, and after it


def follow(first: Cluster) -> tuple[Standby, float]:
    """From now on nothing is acknowledged that the standby does not have."""
    begun = time.monotonic()
    standby = Standby(first.at.url, first.programs)
    for setting in ("synchronous_standby_names = 'standby'", "synchronous_commit = remote_apply"):
        first.at.run(f"ALTER SYSTEM SET {setting}")
    first.at.run("SELECT pg_reload_conf()")
    while first.at.run("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
        time.sleep(0.1)
    return standby, time.monotonic() - begun


def main() -> None:
    first = Cluster()
    first.at.run("CREATE DATABASE clinic")
    postgresql.migrate(first.at.at("clinic"))
    data = Path(tempfile.mkdtemp(prefix="wheal-failover-")) / "data"
    data.mkdir()
    (data / "database-url").write_text(first.at.at("clinic"))
    made = json.loads(run_on(data, "crash.clinic", "3"))
    standby, took = follow(first)
    hosts = f"{quote(str(first.folder), '')},{quote(str(standby.folder), '')}"
    (data / "database-url").write_text(
        f"postgresql://postgres@{hosts}/clinic?target_session_attrs=read-write"
    )
    server = Server(data)
    try:
        server.start()
        clients = [Client(server.address, place, made, place) for place in range(len(made["users"]))]
        for client in clients:
            client.log_in()
        together(clients)
        begun = time.monotonic()
        first.kill()
        standby.promote()
        together(clients, at_least=1)
        back = time.monotonic() - begun
        together(clients)
        server.stop()
        after = json.loads(run_on(data, "crash.afterwards"))
    finally:
        server.kill()
        standby.remove()
        shutil.rmtree(first.folder, ignore_errors=True)
    saves = sum(client.ledger.saves for client in clients)
    lost = [key for one in clients for key in one.ledger.acknowledged if not kept(one, key, after)]
    print(
        f"standby made in {took:.1f} s; {saves} saves acknowledged, {len(lost)} lost; nothing saved for {back:.1f} s"
    )
    sys.exit(bool(lost))


def together(clients: list[Client], at_least: int = ROUNDS) -> None:
    threads = [threading.Thread(target=save, args=(client, at_least)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def save(client: Client, count: int) -> None:
    """As the pages do: each entry again until it is taken."""
    row = client.sessions[0]
    for _ in range(count):
        before = client.ledger.saves
        while client.ledger.saves == before:
            client.weigh(row["session"])


def kept(client: Client, key: tuple[str, int], after: dict[str, dict[str, str]]) -> bool:
    return client.ledger.allows(key, after[key[0]].get(str(key[1]), "nothing"))


if __name__ == "__main__":
    main()
