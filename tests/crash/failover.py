"""The database's machine is lost and its standby takes over, and back: `make failover`. It takes two minutes: not in
`make test`.

Two machines set up with the commands of docs/how-to/deploy.md, read from the page itself, and the site at both
addresses. While people fill in sessions the first is killed and the second promoted; the first becomes the standby by a
new copy; the second is killed and the first promoted; the second becomes the standby by `pg_rewind`. Then everything is
verified, backed up, restored into another database there, and compared with it row by row.

Fails where anything acknowledged is missing, or differs. Prints how long nothing could be saved.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

import postgresql
from crash import pages
from crash.clients import Client
from crash.pair import Machine, Pair
from serving import Server, environment, run_on

OWNER = "wheal_owner:choose-one"
ROUNDS = 25  # saves of each before and after every loss
LOST, AGAIN, LISTS = (
    "When the first machine is lost", "The lost machine becomes the new standby", "Lists from the standby",
)  # fmt: skip


def main() -> None:
    pair = Pair()
    folder = Path(tempfile.mkdtemp(prefix="wheal-failover-"))
    data = folder / "data"
    data.mkdir(mode=0o700)
    os.environ["PATH"] = f"{pair.programs}:{os.environ['PATH']}"  # pg_dump of its version
    server = Server(data)
    try:
        told("two machines, a record and a standby", lambda: begin(pair, data))
        made = json.loads(run_on(data, "crash.clinic", "3"))
        server.start()
        clients = [Client(server.address, place, made, place) for place in range(len(made["users"]))]
        for client in clients:
            client.log_in()
        together(clients)
        gone = [lose(pair.first, pair.second, clients)]
        told("the first is the standby, by a new copy", lambda: copied_anew(pair))
        lists_are_read_there(pair, data)
        together(clients)
        gone.append(lose(pair.second, pair.first, clients))
        told("the second is the standby, by pg_rewind", lambda: rewound(pair))
        lists_are_read_there(pair, data)
        together(clients)
        server.stop()
        after = json.loads(run_on(data, "crash.afterwards"))
        differs = told("verified, backed up, restored and compared", lambda: restored(pair, data))
    finally:
        server.kill()
        pair.remove()
        shutil.rmtree(folder)
    saves = sum(client.ledger.saves for client in clients)
    lost = [key for one in clients for key in one.ledger.acknowledged if not kept(one, key, after)]
    print(
        f"{'TLS' if pair.encrypts else 'no TLS'}; {saves} saves acknowledged, {len(lost)} lost; "
        f"nothing saved for {gone[0]:.1f} s and {gone[1]:.1f} s; {len(differs)} tables differ after a restore"
    )
    sys.exit(bool(lost or differs))


def told(what: str, do: Callable[[], Any]) -> Any:
    begun = time.monotonic()
    answer = do()
    print(f"{what}: {time.monotonic() - begun:.1f} s", flush=True)
    return answer


def begin(pair: Pair, data: Path) -> None:
    pair.first.initialise()
    pair.first.start()
    roles, rights = (
        said
        for kind, said in pages.blocks(pages.ON_POSTGRESQL, "1. Two roles and a database")
        if kind == "sql"
    )
    pair.first.sql(roles)
    pair.first.says("The first")
    owner = pair.url("The second", OWNER)
    as_owner(owner, rights)
    postgresql.Server(owner, str(pair.programs)).fill(owner, "wheal-of-failover.sql")
    pair.second.shell(pages.block(pages.DEPLOY, "The second", "sh"))
    pair.second.start()
    pair.first.says("The second")
    pair.first.is_followed()
    (data / "database-url").write_text(pair.url("The second"))


def as_owner(url: str, said: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(said)


def lose(lost: Machine, other: Machine, clients: list[Client]) -> float:
    """Seconds until each of them has saved something again."""
    begun = time.monotonic()
    lost.kill()
    other.says(LOST)
    together(clients, at_least=1)
    passed = time.monotonic() - begun
    together(clients)
    return passed


def copied_anew(pair: Pair) -> None:
    pair.first.shell(pages.block(pages.DEPLOY, AGAIN, "sh"))
    pair.first.start()
    pair.second.says(AGAIN)
    pair.second.is_followed()


def rewound(pair: Pair) -> None:
    said = pages.blocks(pages.DEPLOY, AGAIN)
    (follow, slot), (_copy, rewind) = ([text for kind, text in said if kind == one] for one in ("sql", "sh"))
    pair.first.sql(slot)
    pair.second.shell(rewind)
    pair.second.start()
    pair.first.sql(follow)
    pair.first.is_followed()


def lists_are_read_there(pair: Pair, data: Path) -> None:
    """The address of the page finds the standby of the day, whichever it is."""
    done = subprocess.run(
        [sys.executable, "-m", "wheal.cli", "doctor", "--data", str(data)],
        env=environment(data) | {"WHEAL_REPLICA_URL": pair.url(LISTS)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "well: the standby that lists are read from is" in done.stdout, done.stdout + done.stderr
    assert "well: the standby that has to have every entry follows" in done.stdout, done.stdout


def restored(pair: Pair, data: Path) -> list[str]:
    """Tables of a backup that was made after it all and restored, in which a row is not as in the record."""
    key, backups, again = data.with_name("key"), data.with_name("backups"), data.with_name("again")
    backups.mkdir()
    run_on(data, "wheal.cli", "verify", "--data", str(data))
    run_on(data, "wheal.cli", "backup-key", str(key), "--data", str(data))
    before = json.loads(run_on(data, "crash.digests"))
    run_on(data, "wheal.cli", "backup", "--data", str(data), "--to", str(backups))
    (backup,) = backups.iterdir()
    pair.first.sql("CREATE DATABASE clinic_again OWNER wheal_owner")
    url = pair.url("The second", OWNER).replace("/clinic?", "/clinic_again?")
    run_on(
        again, "wheal.cli", "restore", str(backup), "--key", str(key), "--data", str(again), "--database-url", url
    )  # fmt: skip
    after = json.loads(run_on(again, "crash.digests"))
    assert sum(map(len, before.values())) > 500
    return [table for table in before.keys() | after.keys() if before.get(table) != after.get(table)]


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
