"""To which registry clinics of this site send: the one of this server, or another by HTTPS.

    to = registry()
    to.held(name, key)                   # month → edition of what it has of this clinic
    to.deliver(sent, key)                # only parts that it lacks travel; the month counts once all are there
    to.forget(name, key)
    There(address).answers(name, key, has=tag)   # what was counted there, as its pages would show it to this clinic

Broken off anywhere, the next night goes on with what is missing. Raises NotDelivered.
"""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, Protocol
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils import timezone

from wheal import knowledge
from wheal.clinic.registry.benchmark import MOST_BYTES, NotSound, Told, unpacked
from wheal.measures.allowed import Allowed
from wheal.measures.letters import ANSWERS, FORGET, HELD, NO_SUCH_QUESTION, asking, proof
from wheal.measures.store import Refused, Store
from wheal.measures.submissions import NotWhole, Packed, signed

PATIENCE: Final = 120  # seconds for an answer: the registry reads every row before it gives one
MOST: Final = 1 << 20  # bytes of an answer
OF_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")
TRIES: Final = 3  # letters with which a month is offered: at first, with its parts, and once more


class NotDelivered(Exception):
    """Carries `reason` and `words` of theirs. The reasons: address, away, refused, unknown (the registry says that it
    knows no such clinic and holds nothing of it), key (it does not believe that this is the clinic), clock (its clock
    or ours is wrong), elsewhere (it answers at another address than ours for it), ended (here). Of what is asked of it
    also: nothing (is held there of this clinic), old (it does not know the question), wrong (what came is not what it
    may be)."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(f"{reason}: {words}" if words else reason)
        self.reason, self.words = reason, words


class Registry(Protocol):
    def held(self, name: str, key: Ed25519PrivateKey) -> dict[str, int]: ...
    def deliver(self, sent: Packed, key: Ed25519PrivateKey) -> None: ...
    def forget(self, name: str, key: Ed25519PrivateKey) -> None: ...


def address() -> str:
    """Of the registry that is sent to now; "" this server's own."""
    return str(settings.REGISTRY).rstrip("/")


def registry() -> Registry:
    return registry_at(address())


def registry_at(place: str) -> Registry:
    return There(place) if place else Here(store())


def store() -> Store:
    """What this server itself holds as a registry."""
    return Store(settings.DATA / "registry")


def allowed() -> Allowed:
    """What this server takes as a registry: what its knowledge names, of months that have begun."""
    return Allowed.of(knowledge.current(), until=f"{timezone.now():%Y-%m}")


class Here:
    def __init__(self, kept: Store) -> None:
        self._kept = kept

    def held(self, name: str, key: Ed25519PrivateKey) -> dict[str, int]:
        return self._kept.editions(name)

    def deliver(self, sent: Packed, key: Ed25519PrivateKey) -> None:
        waiting = self._kept.waiting
        for digest in waiting.missing(sent.manifest):
            waiting.take(sent.manifest.clinic, digest, sent.bodies[digest])
        try:
            self._kept.accept(signed(sent.manifest, key), key.public_key(), allowed())
        except (NotWhole, Refused) as problem:
            raise NotDelivered("refused", str(problem)) from problem

    def forget(self, name: str, key: Ed25519PrivateKey) -> None:
        self._kept.forget(name)


class There:
    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)

    def held(self, name: str, key: Ed25519PrivateKey) -> dict[str, int]:
        held = self._letter(name, asking(name, HELD, key), key).get("held")
        return {str(month): int(edition) for month, edition in held.items()} if isinstance(held, dict) else {}

    def deliver(self, sent: Packed, key: Ed25519PrivateKey) -> None:
        letter = signed(sent.manifest, key)
        for _try in range(TRIES):
            missing = self._letter(sent.manifest.clinic, letter, key).get("missing")
            if not missing:
                return
            for digest in missing:
                self._part(sent, str(digest), key)
        raise NotDelivered("refused", "parts do not stay there")

    def forget(self, name: str, key: Ed25519PrivateKey) -> None:
        self._letter(name, asking(name, FORGET, key), key)

    def answers(self, name: str, key: Ed25519PrivateKey, has: str) -> Told:
        """`has`: the tag of what came last; where nothing has changed since, no more than that comes."""
        letter = asking(name, ANSWERS, key, has=has)
        try:
            status, content = self._said(
                "POST", "/registry/in/", letter, self._proof(name, _digest(letter), key), MOST_BYTES
            )
            if status != 200:
                _understood(status, content)
            return unpacked(content)
        except NotSound as problem:
            raise NotDelivered("wrong", str(problem)) from problem
        except NotDelivered as problem:
            if problem.words == NO_SUCH_QUESTION:
                raise NotDelivered("old", problem.words) from problem
            raise

    def _letter(self, name: str, letter: bytes, key: Ed25519PrivateKey) -> Mapping[str, Any]:
        return self._asked("POST", "/registry/in/", letter, self._proof(name, _digest(letter), key))

    def _part(self, sent: Packed, digest: str, key: Ed25519PrivateKey) -> None:
        if digest not in sent.bodies:
            raise NotDelivered("refused", "it asks for a part that was not offered")
        shown = self._proof(sent.manifest.clinic, digest, key)
        self._asked("PUT", f"/registry/in/{digest}/", sent.bodies[digest], shown)

    def _proof(self, name: str, digest: str, key: Ed25519PrivateKey) -> dict[str, str]:
        """Made as it is sent: it is good for this registry and for some minutes."""
        at = int(timezone.now().timestamp())
        return {"Authorization": proof(name, digest, key, to=_host(self._parts), at=at)}

    def _asked(self, method: str, path: str, body: bytes, shown: Mapping[str, str]) -> Mapping[str, Any]:
        return _understood(*self._said(method, path, body, shown, MOST))

    def _said(
        self, method: str, path: str, body: bytes, shown: Mapping[str, str], most: int
    ) -> tuple[int, bytes]:
        """Of a longer answer than `most` one byte too much, so that it is seen."""
        line = _line(self._parts)
        headers = {"Content-Type": "application/octet-stream", "Accept": "application/json", **shown}
        try:
            line.request(method, self._parts.path + path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read(most + 1)
        except (OSError, HTTPException) as problem:
            raise NotDelivered("away", str(problem)) from problem
        finally:
            line.close()


def _digest(letter: bytes) -> str:
    return hashlib.sha256(letter).hexdigest()


def _host(parts: SplitResult) -> str:
    """As the `Host` header has it."""
    host, port = _host_and_port(parts)
    host = f"[{host}]" if ":" in host else host if host.isascii() else host.encode("idna").decode()
    return host if port in (None, {"https": 443, "http": 80}.get(parts.scheme)) else f"{host}:{port}"


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        return parts.hostname or "", parts.port
    except ValueError as problem:
        raise NotDelivered("address", str(problem)) from problem


def _line(parts: SplitResult) -> HTTPConnection:
    """No redirect is followed, no proxy is asked."""
    host, port = _host_and_port(parts)
    if parts.scheme == "https" and host:
        return HTTPSConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    if parts.scheme == "http" and host in OF_THIS_MACHINE:
        return HTTPConnection(host, port, timeout=PATIENCE)
    raise NotDelivered("address", "WHEAL_REGISTRY has to begin with https://")


def _understood(status: int, content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise NotDelivered("away", f"HTTP {status}, and no answer of a registry")
    if status in (200, 202):
        return told
    words = str(told.get("reason", ""))[:200]
    if told.get("held") is False:
        raise NotDelivered("nothing", words)
    if told.get("why") in ("clock", "address"):
        raise NotDelivered("clock" if told["why"] == "clock" else "elsewhere", words)
    if status == 401:
        raise NotDelivered("unknown" if told.get("known") is False else "key", words)
    raise NotDelivered("away" if status in (429, 503) else "refused", words)
