"""Clients that fill in and sign sessions as browsers do, and remember what the server acknowledged."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from crash.ledger import Key, Ledger
from crash.tablet import Answer, Browser, Dead

RETRY = 0.02  # seconds between two attempts at a server that is away
CHOSEN = re.compile(r'<option value="(\d*)" selected')
VERSION = {"points": re.compile(r'"version": (\d+)'), "history": re.compile(r'name="version" value="(\d+)"')}
ITEMS = ("person", "allergies", "unchanged", "site", "asepsis", "water", "lots")


class Over(Exception):
    """The test has ended."""


class Client(threading.Thread):
    """One physician at one tablet. Repeats each step until the server has answered it, as the pages do."""

    def __init__(
        self,
        address: str,
        place: int,
        made: dict[str, Any],
        seed: int,
        signing: threading.Event | None = None,
    ) -> None:
        super().__init__(daemon=True)
        self.to_sign, self.signing = made["to_sign"][place], signing or threading.Event()
        self.browser, self.draw = Browser(address), random.Random(seed)
        self.username, self.password = made["users"][place], made["password"]
        self.sessions, self.patient = made["sessions"][place], made["patients"][place]
        self.ledger, self.over, self.round = Ledger(), threading.Event(), 0
        self.pages: dict[Key, str] = {}
        self.is_in = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self.log_in()
            self.is_in.set()
            for row in self.to_sign:
                self.history()
                self.sign(row["session"])
            for row in self.sessions:
                self.treat(row)
            while not self.over.is_set():  # all are signed: go on with histories until the last kill
                self.history()
        except Over:
            return
        except BaseException as failure:  # noqa: BLE001 - handed to the test, which raises it
            self.failure = failure

    def log_in(self) -> None:
        self.until_answered(lambda: self.browser.log_in(self.username, self.password))

    def until_answered(self, step: Callable[[], Any]) -> Any:
        while True:
            if self.over.is_set():
                raise Over
            try:
                return step()
            except Dead:
                time.sleep(RETRY)

    def treat(self, row: dict[str, int]) -> None:
        pk = row["session"]
        if self.draw.random() < 0.05:
            self.log_in()
        for _ in range(self.draw.randint(1, 3)):
            self.weigh(pk)
        self.history()
        for _ in range(self.draw.randint(1, 3)):
            self.points(pk, row["pass"])
        self.until_answered(lambda: self.tick(pk))
        self.sign(pk)

    def saved(self, key: Key, value: str, post: Callable[[], Answer]) -> Answer:
        """Send until something is answered; an acknowledgement is written down at once."""

        def step() -> Answer:
            place = self.ledger.send(key, value)
            answer = post()
            if answer.status == 200:
                self.ledger.acknowledge(key, place)
            elif answer.status != 409:
                self.ledger.unexpected.append(f"{key}: {answer.status} {answer.location} {answer.text[:300]}")
            return answer

        return self.until_answered(step)

    def weigh(self, pk: int) -> None:
        weight = f"{self.draw.randint(500, 700) / 10:.1f}"
        fields = {"weight_kg": weight, "practitioner": self.known(("practitioner", pk))}
        self.saved(("weight", pk), weight, lambda: self.browser.post(f"/sessions/{pk}/screen/save", fields))

    def history(self) -> None:
        """One field of a long form."""
        self.round += 1
        weight = f"{40 + self.round % 300}.{self.round // 300}"
        fields = {"after": "0", "language": "en", "weight": weight, "pregnant": "no"}
        path = f"/patients/{self.patient}/history/save/"
        self.versioned(
            ("history", self.patient), weight, lambda version: self.browser.post(path, fields | version)
        )

    def points(self, pk: int, row: int) -> None:
        """Forty points, somewhere else each time: on the skin, clear of the nerve of the smile."""
        dx = self.draw.randint(50, 90)
        sent = {
            "pass": row, "pattern": "square", "spacing_cm": 1, "depth_mm": 6, "volume_ml": 0.2,
            "outline": [[0, 200], [1000, 200], [1000, 800], [0, 800]],
            "points": [[100 * column + dx, 250 + 100 * line] for line in range(4) for column in range(10)],
        }  # fmt: skip
        path = f"/sessions/{pk}/inject/pass/save"
        self.versioned(
            ("points", row), str(dx), lambda version: self.browser.post_json(path, sent | version), pk
        )

    def versioned(
        self, key: Key, value: str, post: Callable[[dict[str, int]], Answer], page: int = 0
    ) -> None:
        """With the version that the page began from. Where another one stands, the page is loaded again.

        So it is after a crash that came between the saving and its acknowledgement.
        """
        where = (key[0], page or key[1])
        while True:
            version = int(self.known(where))
            answer = self.saved(key, value, lambda stands=version: post({"version": stands}))
            self.pages.pop(where)
            if answer.status != 409:
                self.pages[where] = str(json.loads(answer.text).get("version", 0))
                return

    def known(self, where: Key) -> str:
        """What the page said when it was last loaded or saved."""
        if where not in self.pages:
            self.pages[where] = self.until_answered(lambda: self.read(*where))
        return self.pages[where]

    def read(self, what: str, pk: int) -> str:
        paths = {
            "practitioner": "sessions/{}/screen",
            "points": "sessions/{}/inject",
            "history": "patients/{}/history",
        }
        answer = self.browser.get(f"/{paths[what].format(pk)}/")
        page = answer.text
        assert answer.status == 200, f"{what} {pk}: {answer.status} {page[:300]}"
        if what == "practitioner":
            return CHOSEN.search(page.split('name="practitioner"')[1])[1]
        found = VERSION[what].search(page)
        assert found, f"{what} {pk}: {answer.status} {answer.location} {page[:300]} … {page[-300:]}"
        return found[1]

    def tick(self, pk: int) -> None:
        self.browser.post(f"/sessions/{pk}/check/save", dict.fromkeys(ITEMS, "1"))

    def sign(self, pk: int) -> None:
        """Acknowledged once the server sends the reader on to the signed page."""
        key = ("signature", pk)

        def step() -> Answer:
            place = self.ledger.send(key, "signed")
            self.signing.set()
            answer = self.browser.post(f"/sessions/{pk}/sign/off", {"reason": "The findings were weighed."})
            if answer.status == 302 and answer.location.endswith(f"/sessions/{pk}/sign/"):
                self.ledger.acknowledge(key, place)
            else:
                self.ledger.unexpected.append(
                    f"{key}: {answer.status} {answer.location} {answer.text[:2000]}"
                )
            return answer

        self.until_answered(step)
