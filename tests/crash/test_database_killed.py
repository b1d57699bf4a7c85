"""PostgreSQL is killed under two servers that share it: the page says so, all that was acknowledged is there, and both
go on once it is back, without being started anew.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from crash.clients import Client
from crash.cluster import Cluster
from serving import Server, has_open, run_on

KILLS = 2
PATIENCE = 60

pytestmark = pytest.mark.crash


@pytest.fixture
def servers(cluster: Cluster, postgresql, tmp_path: Path) -> Iterator[list[Server]]:
    """Each with a folder of its own, both at the same record."""
    url, both = cluster.copy_of(postgresql.migrated()), []
    for name in ("one", "two"):
        data = tmp_path / name
        data.mkdir()
        (data / "database-url").write_text(url)
        both.append(Server(data))
    yield both
    for server in both:
        server.kill()


def test_a_killed_database_loses_nothing_and_is_found_again(cluster: Cluster, servers: list[Server]) -> None:
    made = json.loads(run_on(servers[0].data, "crash.clinic", "3"))
    for server in servers:
        server.start()
    clients = [Client(server.address, place, made, place) for place, server in enumerate(servers)]
    for server, client in zip(servers, clients, strict=True):
        server.wait_for_an_answer()
        client.log_in()
    for number in range(KILLS):
        for client in clients:
            save(client, f"{60 + number}.5")
        cluster.kill()
        for client in clients:
            answer = client.browser.post(path_of(client), weight(client, "99"))
            assert answer.status == 503
            assert "The database does not answer" in json.loads(answer.text)["message"]
        cluster.start()
    for client in clients:
        until = time.monotonic() + PATIENCE
        while client.browser.post(path_of(client), weight(client, "70.5")).status != 200:
            assert time.monotonic() < until
    clients[0].points(clients[0].sessions[0]["session"], clients[0].sessions[0]["pass"])
    clients[0].until_answered(lambda: clients[0].tick(clients[0].sessions[0]["session"]))
    clients[0].sign(clients[0].sessions[0]["session"])

    after = json.loads(run_on(servers[0].data, "crash.afterwards"))
    assert after["integrity"] == "ok"
    assert after["signed"] == [clients[0].sessions[0]["session"]]
    assert after["half_signed"] == after["untold"] == []
    assert {after["weight"][str(client.sessions[0]["session"])] for client in clients} == {"70.5"}


def path_of(client: Client) -> str:
    return f"/sessions/{client.sessions[0]['session']}/screen/save"


def weight(client: Client, value: str) -> dict[str, object]:
    return {"weight_kg": value, "practitioner": client.known(("practitioner", client.sessions[0]["session"]))}


def save(client: Client, value: str) -> None:
    """As the pages do: again until it is taken."""
    until = time.monotonic() + PATIENCE
    while client.browser.post(path_of(client), weight(client, value)).status != 200:
        assert time.monotonic() < until


def test_a_folder_has_one_server(tmp_path: Path, migrated_file: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "wheal.sqlite3")
    first, second = Server(tmp_path), Server(tmp_path)
    first.start()
    first.wait()
    try:
        assert first.process is not None
        assert not has_open(first.process.pid, tmp_path / "wheal.sqlite3"), "its workers forked"
        second.start()
        assert second.process is not None
        assert second.process.wait(60) == 1
        assert "is served already, by process" in second.output.read_text()
        with urlopen(f"{first.address}/accounts/login/", timeout=30) as answer:
            assert answer.status == 200
    except HTTPError as refused:
        raise AssertionError(refused.code) from refused
    finally:
        first.kill()
