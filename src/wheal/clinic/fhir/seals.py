"""What leaves the site and comes back, in a form or an address: sealed by a key of the site, for one purpose, so that
nobody on the way reads it, and nobody else makes one."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from django.conf import settings
from jwcrypto.common import JWException

from wheal.fhir.health_links import decrypted, encrypted


class NotSealedHere(ValueError):
    """It was not sealed here, or not for this."""


def seal(content: bytes, of: bytes) -> str:
    return encrypted(content, _key(of), "application/json")


def opened(text: str, of: bytes) -> bytes:
    """Raises NotSealedHere."""
    try:
        return decrypted(text, _key(of))
    except (JWException, ValueError) as problem:
        raise NotSealedHere from problem


def _key(of: bytes) -> str:
    digest = sha256(of + settings.SECRET_KEY.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
