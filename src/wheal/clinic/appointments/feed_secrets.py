"""The secret in a calendar's address: asked for by its digest, shown again to who made it, and never kept as it is."""

from __future__ import annotations

from hashlib import sha256

from wheal.clinic.appointments.models import Feed
from wheal.clinic.people import sealing


def digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def kept(secret: str) -> dict[str, str]:
    """The two columns of a feed."""
    return {"digest": digest(secret), "secret": sealing.seal(secret, sealing.FEEDS)}


def opened(feed: Feed) -> str:
    """Nothing where the site's own secret was changed since: the address goes on, and nobody can be shown it again."""
    try:
        return sealing.opened(feed.secret, sealing.FEEDS)
    except sealing.InvalidToken:
        return ""
