"""A lot is recalled while two people sign with it. Once the recall is acknowledged, neither signature passes."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crash.tablet import Answer, Browser
from serving import Server, run_on

ROUNDS = 12
LATEST = 0.06  # seconds by which any of the three may come later than the others

pytestmark = pytest.mark.crash


@pytest.fixture
def server(each_engine: Path) -> Iterator[Server]:
    server = Server(each_engine)
    yield server
    server.kill()


def sign(browser: Browser, session: int) -> Answer:
    return browser.post(f"/sessions/{session}/sign/off", {"reason": "The findings were weighed."})


def passed(answer: Answer) -> bool:
    return answer.status == 302


class Round:
    """One lot, two sessions that hold it, and three people who press at almost the same moment."""

    def __init__(
        self, row: dict[str, Any], signers: list[Browser], officer: Browser, draw: random.Random
    ) -> None:
        self.row, self.signers, self.officer, self.draw = row, signers, officer, draw
        self.first: dict[int, Answer] = {}
        self.later: dict[int, Answer] = {}
        self.recalled = threading.Event()

    def run(self) -> None:
        pressing = [threading.Thread(target=self.recall, args=(self.draw.uniform(0, LATEST),))]
        for signer, session in zip(self.signers, self.row["sessions"], strict=True):
            late = self.draw.uniform(0, LATEST)
            pressing.append(threading.Thread(target=self.try_to_sign, args=(signer, session, late)))
        for thread in pressing:
            thread.start()
        for thread in pressing:
            thread.join(timeout=60)

    def recall(self, late: float) -> None:
        time.sleep(late)
        answer = self.officer.post(f"/safety/lots/{self.row['lot']}/recall/", {"reason": "Particles seen"})
        assert passed(answer), answer.text[:500]
        self.recalled.set()

    def try_to_sign(self, signer: Browser, session: int, late: float) -> None:
        time.sleep(late)
        self.first[session] = sign(signer, session)
        assert self.recalled.wait(60)
        if not passed(self.first[session]):
            self.later[session] = sign(signer, session)


def test_no_signature_passes_once_the_recall_is_acknowledged(server: Server, capsys) -> None:
    seed = random.SystemRandom().randrange(1, 10**6)
    draw = random.Random(seed)
    made = json.loads(run_on(server.data, "crash.race", str(ROUNDS)))
    server.start()
    server.wait_for_an_answer()
    browsers = []
    for name in (*made["signers"], made["officer"]):
        browser = Browser(server.address)
        browser.log_in(name, made["password"])
        browsers.append(browser)
    *signers, officer = browsers
    rounds = [Round(row, signers, officer, draw) for row in made["rounds"]]
    for one in rounds:
        one.run()
    server.stop()
    after = json.loads(run_on(server.data, "crash.race", "after"))

    assert set(after["recalled"]) == {str(one.row["lot"]) for one in rounds}
    for one in rounds:
        assert len(one.first) == len(one.row["sessions"])
        assert not [answer for answer in one.later.values() if passed(answer)], f"seed {seed}"
        for session in one.row["sessions"]:
            signed = after["signed"].get(str(session))
            assert bool(signed) == passed(one.first[session])
            assert not signed or signed < after["recalled"][str(one.row["lot"])], f"seed {seed}"
    before = sum(passed(answer) for one in rounds for answer in one.first.values())
    with capsys.disabled():
        print(
            f"\nrace: seed {seed}, {ROUNDS} recalls, {before} of {2 * ROUNDS} signatures came before, none after"
        )
