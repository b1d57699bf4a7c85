"""What was searched for by POST, sealed for the addresses of the pages: no log of addresses can read it. It opens
nothing: whoever follows it sees what they may see."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from django.conf import settings
from jwcrypto.common import JWException

from wheal.fhir.health_links import decrypted, encrypted
from wheal.fhir.outcomes import refused

NAME: Final = "_asked"
Pairs = list[tuple[str, str]]


def hidden(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """All of them as one; the page, which tells nothing, stands beside it."""
    words = [(name, value) for name, value in pairs if name != "_page"]
    return [(NAME, encrypted(json.dumps(words).encode(), _key(), "application/json"))] if words else []


def opened(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Raises Refused for what was not sealed here."""
    found: Pairs = []
    for name, value in pairs:
        if name != NAME:
            found.append((name, value))
            continue
        try:
            found += [(each, told) for each, told in json.loads(decrypted(value, _key()))]
        except (JWException, ValueError) as problem:
            raise refused(400, "value", "this is no search that was asked here", NAME) from problem
    return found


def _key() -> str:
    digest = sha256(b"fhir.search" + settings.SECRET_KEY.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
