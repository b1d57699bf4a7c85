"""What the site must be able to read again is kept sealed: a copy of the database alone does not open it."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SEALED = "sealed:"
FACTORS, FEEDS = b"wheal: second factors", b"wheal: addresses of calendars"
DEVICES = b"wheal: what a device keeps"

__all__ = ["DEVICES", "FACTORS", "FEEDS", "InvalidToken", "derived", "opened", "seal"]


def seal(text: str, of: bytes) -> str:
    return SEALED + _key(of).encrypt(text.encode()).decode()


def opened(held: str, of: bytes) -> str:
    """What is from before there were seals is as it was. Raises InvalidToken where the site's secret is another."""
    if not held.startswith(SEALED):
        return held
    return _key(of).decrypt(held.removeprefix(SEALED).encode()).decode()


def derived(of: bytes, salt: bytes = b"") -> bytes:
    """32 bytes from the site's own secret, for this use alone."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=of).derive(settings.SECRET_KEY.encode())


def _key(of: bytes) -> Fernet:
    return Fernet(urlsafe_b64encode(derived(of)))
