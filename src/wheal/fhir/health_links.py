"""SMART Health Links: a document encrypted for whoever holds the link, and the link itself.

The key is in the link and nowhere else: what a server keeps cannot be read by whoever takes the server.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any, Final

from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

PREFIX: Final = "shlink:/"
LABEL: Final = 80  # characters


def new_key() -> str:
    """43 characters: 256 bits."""
    return secrets.token_urlsafe(32)


def encrypted(document: bytes, key: str, content_type: str = "application/fhir+json") -> str:
    """JWE in its compact form: the key itself encrypts (dir, A256GCM), compressed before."""
    head = {"alg": "dir", "enc": "A256GCM", "cty": content_type, "zip": "DEF"}
    sealed = JWE(document, protected=json.dumps(head))
    sealed.add_recipient(JWK(kty="oct", k=key))
    return str(sealed.serialize(compact=True))


def decrypted(text: str, key: str) -> bytes:
    sealed = JWE()
    sealed.deserialize(text, JWK(kty="oct", k=key))
    return bytes(sealed.payload)


def link(url: str, key: str, expires: datetime, label: str, *, with_passcode: bool) -> str:
    told = {
        "url": url, "key": key, "exp": int(expires.timestamp()), "flag": "P" if with_passcode else "",
        "label": label[:LABEL], "v": 1,
    }  # fmt: skip
    if not told["flag"]:
        del told["flag"]
    return PREFIX + urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def through(page: str, text: str) -> str:
    """As an address that a phone's camera opens. What stands behind # stays in the browser, and so does the key."""
    return f"{page}#{text}"


def opened(text: str) -> dict[str, Any]:
    """Raises ValueError for what is no such link."""
    payload = text.rpartition(PREFIX)[2]
    told = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    if not isinstance(told, dict) or not {"url", "key"} <= told.keys():
        raise ValueError("this is no SMART Health Link")
    return told
