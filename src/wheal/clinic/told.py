"""What the next page is to say, where a cookie carries it: bound to this host like every other."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class OfThisHost(CookieStorage):
    cookie_name = "__Host-messages" if settings.HTTPS else "messages"


class Told(FallbackStorage):
    """In the session where it is too long for a cookie."""

    storage_classes = (OfThisHost, SessionStorage)
