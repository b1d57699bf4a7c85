"""Sessions in the database under a digest of their key: a copy of the database alone opens no page.

The key is in the cookie and nowhere else. Its 165 bits of chance need no salt and no slow digest.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

LENGTH = 40  # signs of Django's column: 160 of SHA-256's bits


def digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def rows_of(*kept_as: str) -> dict[str, Session]:
    """Those of them that last still, by their digests."""
    rows = Session.objects.filter(session_key__in=kept_as, expire_date__gt=timezone.now())
    return {row.session_key: row for row in rows}


def end(*kept_as: str) -> None:
    Session.objects.filter(session_key__in=kept_as).delete()


class SessionStore(db.SessionStore):
    """Django's own, but for what the row is called. The site answers synchronously and uses no other half of it."""

    def _get_session_from_db(self) -> Session | None:
        kept_as = digest(self.session_key)
        row = rows_of(kept_as).get(kept_as)
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return bool(super().exists(digest(session_key)))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        row.session_key = digest(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            end(digest(key))


def cookies_are_read(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """What waits for a fresh proof is kept in the session, with the headers of its request. Cookies are read by then,
    and the key that is among them goes no further.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.COOKIES:  # read once, and kept on the request
            request.META.pop("HTTP_COOKIE", None)
        return get_response(request)

    return answer
