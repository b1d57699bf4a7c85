"""The server is killed again and again while sessions are filled in and signed. What it acknowledged is there."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crash.clients import Client
from crash.forked import Forked
from serving import Server, run_on

KILLS = int(os.environ.get("WHEAL_TEST_KILLS", "20"))
WITH_POSTGRESQL = 5  # times fewer, after a longer life: the database itself goes on
FORKED = os.environ.get("WHEAL_TEST_FORKED") == "1"  # a life begins in a moment: for thousands of deaths
SESSIONS = 150
AIMED = os.environ.get("WHEAL_TEST_AIMED") == "1"  # each kill comes while a signature is on its way
A_SIGNATURE_TAKES = 0.12  # seconds, and some more
SIGNED_IN_A_LIFE = 6  # at most, on a quick machine
LONGEST = float(os.environ.get("WHEAL_TEST_LONGEST", "0.6"))  # seconds from the first answer to the kill
DURING_START = 0.1  # of the kills come before that answer

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600 + 20 * KILLS)]


@pytest.fixture
def server(each_engine: Path) -> Iterator[Server]:
    server = Forked(each_engine) if FORKED else Server(each_engine)
    server.settings["WHEAL_PROVEN_MINUTES"] = "600"  # a thousand kills last longer than a proof does
    yield server
    server.end() if isinstance(server, Forked) else server.kill()


def die_and_come_back(server: Server, draw: random.Random, longest: float, signing: threading.Event) -> None:
    """Killed at a random moment of its work, now and then also while it is starting."""
    if AIMED:
        signing.clear()
        assert signing.wait(60), "no signature is on its way any more: there were too few to sign"
        longest = A_SIGNATURE_TAKES
    time.sleep(draw.uniform(0, longest))
    server.kill()
    server.start()
    if draw.random() < DURING_START:
        time.sleep(draw.uniform(0, 0.8))
        server.kill()
        server.start()
    server.wait_for_an_answer()


def lost(clients: list[Client], after: dict[str, Any]) -> list[str]:
    """Acknowledged, and neither it nor anything sent after it is there."""
    missing = []
    for client in clients:
        for kind, pk in client.ledger.acknowledged:
            if kind == "signature":
                is_there = pk in after["signed"]
            else:
                is_there = client.ledger.allows((kind, pk), after[kind].get(str(pk), "nothing"))
            if not is_there:
                missing.append(f"{kind} {pk}: {after.get(kind, {}) and after[kind].get(str(pk))}")
    return missing


def test_a_server_killed_again_and_again_loses_nothing_it_acknowledged(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = KILLS // WITH_POSTGRESQL if (server.data / "database-url").exists() else KILLS
    seed = int(os.environ.get("WHEAL_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    draw = random.Random(seed)
    made = json.loads(
        run_on(server.data, "crash.clinic", str(SESSIONS), str(SIGNED_IN_A_LIFE * kills if AIMED else 0))
    )
    signing = threading.Event()
    clients = [
        Client(server.address, place, made, seed + place, signing) for place in range(len(made["users"]))
    ]
    begun = time.monotonic()
    server.start()
    for client in clients:
        client.start()
    for client in clients:
        assert client.is_in.wait(120)
    for _ in range(kills):
        die_and_come_back(server, draw, LONGEST * KILLS / kills, signing)
    server.kill()
    for client in clients:
        client.over.set()
    for client in clients:
        client.join(timeout=120)
    after = json.loads(run_on(server.data, "crash.afterwards"))

    faults = lost(clients, after)
    saves = sum(client.ledger.saves for client in clients)
    signatures = sum(client.ledger.signatures for client in clients)
    with capsys.disabled():
        print(
            f"\ncrash: seed {seed}, {kills} kills in {time.monotonic() - begun:.0f} s: {saves} saves and {signatures} "
            f"signatures acknowledged, {len(faults)} lost, {len(after['half_signed'])} half-signed"
        )
    assert not [client.failure for client in clients if client.failure]
    assert not [words for client in clients for words in client.ledger.unexpected]
    assert after["integrity"] == "ok"
    assert faults == []
    assert after["half_signed"] == []
    assert after["untold"] == []
    assert signatures > 0
    assert AIMED or saves > kills
