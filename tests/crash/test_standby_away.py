"""The standby that has to have every entry before it is acknowledged goes away: who saves hears so in seconds, nobody
sees what it does not have, and all goes on once it is back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crash.clients import Client
from crash.cluster import Cluster, Standby, follow
from crash.tablet import Answer
from crash.test_database_killed import path_of, save, weight
from serving import Server, environment, run_on

ROLE = "wheal_serves"  # owns nothing, and may not look at what others do
IN_TIME = 20  # seconds: of nginx's sixty, and of our ten
UNSURE, REFUSED = "may be saved once it is back", "nothing can be saved"

pytestmark = pytest.mark.crash


@pytest.fixture
def server(cluster: Cluster, postgresql, tmp_path: Path) -> Iterator[Server]:
    url = cluster.copy_of(postgresql.migrated())
    cluster.at.run(f"CREATE ROLE {ROLE} LOGIN")
    for grant in ("SELECT, INSERT, UPDATE, DELETE ON ALL TABLES", "USAGE, SELECT ON ALL SEQUENCES"):
        cluster.at.run(f"GRANT {grant} IN SCHEMA public TO {ROLE}", url)
    data = tmp_path / "data"
    data.mkdir()
    (data / "database-url").write_text(psycopg.conninfo.make_conninfo(url, user=ROLE))
    held = Server(data)
    yield held
    held.kill()


@pytest.fixture
def standby(cluster: Cluster, server: Server) -> Iterator[Standby]:
    held = follow(cluster)
    yield held
    held.remove()


def all_at_once(clients: list[Client], value: str) -> tuple[list[Answer], float]:
    answers, begun = [], time.monotonic()
    posts = [
        threading.Thread(
            target=lambda one=one: answers.append(one.browser.post(path_of(one), weight(one, value)))
        )
        for one in clients
    ]
    for post in posts:
        post.start()
    for post in posts:
        post.join()
    return answers, time.monotonic() - begun


def kept(cluster: Cluster, server: Server) -> list[object]:
    url = psycopg.conninfo.make_conninfo((server.data / "database-url").read_text(), user="postgres")
    return [row[0] for row in cluster.at.run("SELECT weight_kg FROM treatments_session ORDER BY 1", url)]


def doctor(server: Server) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "wheal.cli", "doctor", "--data", str(server.data)],
        env=environment(server.data), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_who_saves_hears_so_in_seconds_and_nothing_is_shown_that_it_does_not_have(
    cluster: Cluster, server: Server, standby: Standby
) -> None:
    made = json.loads(run_on(server.data, "crash.clinic", "3"))
    server.start()
    server.wait_for_an_answer()
    clients = [Client(server.address, place, made, place) for place in range(3)]
    for client in clients:
        client.log_in()
        save(client, "60.5")
    watcher = clients[0].browser
    assert watcher.get("/status/ready").status == 200
    assert "wheal_saves_held_up 0.0" in watcher.get("/status/metrics").text
    assert "the standby that has to have every entry follows" in doctor(server)[1]

    standby.kill()
    answers, took = all_at_once(clients, "71.5")
    said = [json.loads(answer.text)["message"] for answer in answers]
    assert ([answer.status for answer in answers], took < IN_TIME) == ([503] * 3, True), (said, took)
    assert sorted(UNSURE in words for words in said) == [False, False, True], said
    assert sorted(REFUSED in words for words in said) == [False, True, True], said
    for _ in range(2):  # by now both workers know
        all_at_once(clients, "72.5")
    answers, took = all_at_once(clients, "73.5")
    assert (all(REFUSED in answer.text for answer in answers), took < 3) == (True, True), (answers, took)
    begun = time.monotonic()
    assert (watcher.get("/accounts/login/").status, time.monotonic() - begun < 3) == (302, True)
    assert [float(one) for one in kept(cluster, server)] == [60.5] * 3, (
        "what the standby does not have is shown"
    )

    answer = watcher.get("/status/ready")
    assert (answer.status, REFUSED in answer.text) == (503, True)
    assert "wheal_saves_held_up 1.0" in watcher.get("/status/metrics").text
    code, told = doctor(server)
    assert (code, "wrong: the standby that has to have every entry" in told) == (1, True), told
    assert "synchronous_standby_names = ''" in told

    standby.start()
    until = time.monotonic() + IN_TIME
    while watcher.get("/status/ready").status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    while [float(one) for one in kept(cluster, server)] != [60.5, 60.5, 71.5]:  # the one that might be saved
        assert time.monotonic() < until, kept(cluster, server)
        time.sleep(0.1)
    for client in clients:
        save(client, "80.5")
    after = json.loads(run_on(server.data, "crash.afterwards"))
    assert (after["integrity"], after["untold"]) == ("ok", [])
    assert set(after["weight"].values()) == {"80.5"}
