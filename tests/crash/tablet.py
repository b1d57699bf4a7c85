"""A browser without a screen: cookies, the CSRF token, and answers that may never come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener


class Dead(Exception):
    """No answer came: the request may or may not have been carried out."""


class StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Answer:
    status: int
    text: str
    location: str = ""


class Browser:
    def __init__(self, address: str) -> None:
        self.address, self.cookies = address, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies), StayHere)

    def get(self, path: str) -> Answer:
        return self._ask(Request(self.address + path))

    def post(self, path: str, fields: dict[str, object]) -> Answer:
        return self._ask(
            Request(self.address + path, urlencode(fields, doseq=True).encode(), self._headers())
        )

    def post_json(self, path: str, sent: object) -> Answer:
        headers = self._headers() | {"Content-Type": "application/json"}
        return self._ask(Request(self.address + path, json.dumps(sent).encode(), headers))

    def _headers(self) -> dict[str, str]:
        token = next((one.value or "" for one in self.cookies if one.name == "csrftoken"), "")
        return {"X-CSRFToken": token, "X-Requested-With": "fetch", "Accept": "application/json"}

    def _ask(self, request: Request) -> Answer:
        try:
            with self.opener.open(request, timeout=30) as response:
                return Answer(response.status, response.read().decode())
        except HTTPError as answered:
            return self._refused(answered)
        except (OSError, HTTPException) as problem:
            raise Dead from problem

    def _refused(self, answered: HTTPError) -> Answer:
        """A redirect or a refusal is an answer, if all of it arrived."""
        try:
            return Answer(answered.code, answered.read().decode(), answered.headers.get("Location", ""))
        except (OSError, HTTPException) as problem:
            raise Dead from problem

    def log_in(self, username: str, password: str) -> None:
        self.cookies.clear()
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", {"login": username, "password": password})
        if "sessionid" not in [one.name for one in self.cookies]:
            raise AssertionError(f"log-in: {answer.status} {answer.text[:300]}")
