"""A SMART Health Link of another system, opened: its document fetched and decrypted.

The address comes from outside, so it leads outside only: HTTPS, to public addresses, without redirects, bounded in
size and time. Addresses of the clinic's own network are opened where the setting names them.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from time import monotonic
from typing import Any, Final
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from jwcrypto.common import JWException

from wheal.clinic.fhir.health_links import actions
from wheal.fhir import health_links

MOST: Final = 5 * 1024 * 1024  # bytes
PATIENCE: Final = 10  # seconds for each answer, however it trickles in
ENDED: Final = (404, 410)
FHIR: Final = "application/fhir+json"


class LinkNotOpened(Exception):
    """Carries `reason`: link, address, away, passcode, gone, document; of a passcode how many tries are `left`."""

    def __init__(self, reason: str, left: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.left = reason, left


def fetched(text: str, passcode: str, *, recipient: str, here: str) -> bytes:
    """The document. `recipient`: what the other system is told of who opens it; `here`: where links of this site lead.
    Raises LinkNotOpened."""
    try:
        told = health_links.opened(text.strip())
        url, key = str(told["url"]), str(told["key"])
    except (ValueError, RecursionError) as problem:
        raise LinkNotOpened("link") from problem
    if url.startswith(here):
        sealed = _of_this_site(url.removeprefix(here), passcode, recipient)
    elif "U" in str(told.get("flag", "")):
        named = f"{'&' if '?' in url else '?'}recipient={quote(recipient)}"
        sealed = _asked(url + named).decode(errors="replace")
    else:
        sealed = _sealed(url, {"recipient": recipient, "passcode": passcode, "embeddedLengthMax": MOST})
    try:
        return health_links.decrypted(sealed, key)
    except (JWException, ValueError) as problem:
        raise LinkNotOpened("document") from problem


def _of_this_site(secret: str, passcode: str, recipient: str) -> str:
    """Of another clinic of the same house, without asking oneself over the network."""
    try:
        return actions.open_link(secret=secret, passcode=passcode, recipient=recipient).decode()
    except actions.LinkRefused as refused:
        raise LinkNotOpened(refused.reason, refused.left) from refused


def _sealed(url: str, body: Mapping[str, object]) -> str:
    try:
        manifest = json.loads(_asked(url, {name: value for name, value in body.items() if value}))
        files = [each for each in manifest["files"] if each["contentType"].partition(";")[0] == FHIR]
        first = files[0]
        embedded = first.get("embedded")
        return str(embedded) if embedded else _asked(str(first["location"])).decode()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise LinkNotOpened("document") from problem


def _asked(url: str, body: Mapping[str, object] | None = None) -> bytes:
    parts = _parted(url)
    line = _connection(parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc.rpartition("@")[2], "Accept": "application/json, application/jose"}
    sent = None if body is None else json.dumps(body).encode()
    if sent is not None:
        headers["Content-Type"] = "application/json"
    try:
        with closing(line), _cut_off(line):
            line.request("GET" if sent is None else "POST", target, sent, headers)
            answer = line.getresponse()
            content = answer.read(MOST + 1)
    except (OSError, HTTPException, ValueError) as problem:
        raise LinkNotOpened("away") from problem
    if answer.status == 401:
        raise LinkNotOpened("passcode", _left(content))
    if answer.status != 200:
        raise LinkNotOpened("gone" if answer.status in ENDED else "away")
    if len(content) > MOST:
        raise LinkNotOpened("document")
    return content


@contextmanager
def _cut_off(line: HTTPConnection) -> Iterator[None]:
    """The timeout of a socket begins anew with each byte: an answer that trickles in is cut off as a whole. Raises
    TimeoutError."""
    line.connect()
    clock, begun = Timer(PATIENCE, _shut, [line.sock]), monotonic()
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
    if monotonic() - begun >= PATIENCE:
        raise TimeoutError


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):  # it ended by itself meanwhile
        sock.shutdown(socket.SHUT_RDWR)


def _left(content: bytes) -> int | None:
    try:
        told: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None
    left = told.get("remainingAttempts") if isinstance(told, dict) else None
    return left if isinstance(left, int) else None


def _parted(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (read, so that a port that is no number is told)
    except ValueError as problem:
        raise LinkNotOpened("address") from problem
    return parts


def _connection(parts: SplitResult) -> HTTPConnection:
    """To the very address that was looked at: a name that points elsewhere a moment later leads nowhere else."""
    host = parts.hostname or ""
    is_ours = parts.netloc in settings.HEALTH_LINK_HOSTS
    if not host or parts.scheme not in (("https", "http") if is_ours else ("https",)):
        raise LinkNotOpened("address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise LinkNotOpened("away") from problem
    numbers = [str(each[4][0]) for each in found]
    if not is_ours and not all(ipaddress.ip_address(each.partition("%")[0]).is_global for each in numbers):
        raise LinkNotOpened("address")
    if parts.scheme == "https":
        return _Pinned(host, port, numbers[0])
    return HTTPConnection(numbers[0], port, PATIENCE)


class _Pinned(HTTPSConnection):
    def __init__(self, host: str, port: int, number: str) -> None:
        self._number, self._tls = number, ssl.create_default_context()
        super().__init__(host, port, timeout=PATIENCE, context=self._tls)

    def connect(self) -> None:
        plain = socket.create_connection((self._number, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
