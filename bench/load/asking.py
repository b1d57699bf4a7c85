"""Browsers at their desks: each request at its moment, over connections that stay open; how long it took from then."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from http.client import HTTPConnection, HTTPException
from queue import SimpleQueue
from urllib.parse import urlencode
from uuid import uuid4

from bench.load.clinic_of import Played
from bench.load.day import Asked
from bench.load.pictures import jpeg
from bench.sessions import GRID, OUTLINE

BROWSERS = 24
Request = tuple[str, str, bytes, str]  # method, path, body, kind of the body


class Asking:
    def __init__(self, port: int, played: Played) -> None:
        self.port, self.played = port, played
        self.waits: dict[str, list[float]] = defaultdict(list)
        self.wrong: list[str] = []
        self.lock, self.queue = threading.Lock(), SimpleQueue[tuple[float, Asked] | None]()

    def run(self, day: Iterable[Asked]) -> None:
        threads = [
            threading.Thread(target=self._browser, args=(place,), daemon=True) for place in range(BROWSERS)
        ]
        for thread in threads:
            thread.start()
        begun = time.perf_counter()
        for asked in day:
            time.sleep(max(0.0, begun + asked.at - time.perf_counter()))
            self.queue.put((begun + asked.at, asked))
        for _ in threads:
            self.queue.put(None)
        for thread in threads:
            thread.join(120)

    def _browser(self, place: int) -> None:
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookie = self.played.cookies[place % len(self.played.cookies)]
        headers = {
            "Cookie": f"sessionid={cookie}; csrftoken={self.played.token}",
            "X-CSRFToken": self.played.token,
        }
        while (held := self.queue.get()) is not None:
            due, asked = held
            try:
                self._ask(line, headers, due, asked)
            except (OSError, HTTPException) as problem:
                self.wrong.append(f"{asked.what}: {problem!r}")
                line.close()

    def _ask(self, line: HTTPConnection, headers: dict[str, str], due: float, asked: Asked) -> None:
        draft = self._draft(asked.what)
        method, path, body, kind = self._request(asked.what, draft)
        said = headers | ({"Content-Type": kind, "X-Requested-With": "fetch"} if body else {})
        line.request(method, path, body or None, said)
        answer = line.getresponse()
        text = answer.read()
        self.waits[asked.what].append(time.perf_counter() - due)
        to = str(answer.headers["Location"])
        went_on = to.startswith(
            {"signature": "/sessions/", "picture kept": "/photographs/"}.get(asked.what, "-")
        )
        if answer.status != 200 and not went_on:
            self.wrong.append(f"{asked.what}: {answer.status} {_words(text)}")
        elif asked.what == "points saved":
            draft["version"] = json.loads(text)["version"]
        if draft:
            self.played.drafts.append(draft)

    def _draft(self, what: str) -> dict[str, int]:
        """One at a time has a session in hand."""
        if what not in ("autosave", "points saved", "drawing", "sign page"):
            return {}
        while True:
            try:
                return self.played.drafts.popleft()
            except IndexError:
                time.sleep(0.001)

    def _request(self, what: str, draft: dict[str, int]) -> Request:
        played, draw = self.played, self.played.draw
        session = f"/sessions/{draft.get('session')}"
        if what == "autosave":
            fields = {"weight_kg": f"{draw.randint(600, 800) / 10}", "practitioner": draft["practitioner"]}
            return (
                "POST",
                f"{session}/screen/save",
                urlencode(fields).encode(),
                "application/x-www-form-urlencoded",
            )
        if what == "points saved":
            return (
                "POST",
                f"{session}/inject/pass/save",
                _points(draft, draw.randint(0, 9)),
                "application/json",
            )
        if what == "picture kept":
            return _photograph(draw.choice(played.photographed))
        if what == "signature":
            path = f"/sessions/{played.to_sign.popleft()}/sign/off"
            return "POST", path, b"reason=Weighed", "application/x-www-form-urlencoded"
        patient = draw.choice(played.patients)
        with_some = draw.choice(played.photographed)
        pages = {
            "chart": f"/patients/{patient}/",
            "day list": "/",
            "search by name": f"/patients/search/?{urlencode({'q': draw.choice(played.names)})}",
            "drawing": f"{session}/inject/",
            "timeline": f"/timeline/{patient}/",
            "photographs": f"/photographs/of/{with_some}/",
            "picture": f"/photographs/{draw.choice(played.photographs)}/screen",
            "sign page": f"{session}/sign/",
        }
        return "GET", pages[what], b"", ""


def _words(page: bytes) -> str:
    """What the page itself says, without its tags."""
    main = page.decode().partition("<main")[2] or page.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())[:1000]


def _points(draft: dict[str, int], dx: int) -> bytes:
    sent = {
        "pass": draft["pass"], "version": draft["version"], "pattern": "square", "spacing_cm": 1.1, "depth_mm": 1.5,
        "volume_ml": 0.05, "outline": OUTLINE, "points": [[x + dx, y] for x, y in GRID],
    }  # fmt: skip
    return json.dumps(sent).encode()


@cache
def _jpeg() -> bytes:
    return jpeg()


def _photograph(patient: int) -> Request:
    """As the form of the page sends it, when nothing helps the tablet."""
    border, on = uuid4().hex, datetime.now(UTC).date() - timedelta(days=1)
    fields = {"pose": "head_front", "taken_on": on.isoformat(), "key": str(uuid4()), "how": "file"}
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    kind = 'Content-Disposition: form-data; name="photograph"; filename="p.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    parts.append(kind.encode() + _jpeg())
    body = b"".join(b"--" + border.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    path = f"/photographs/of/{patient}/add/"
    return "POST", path, body + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"
