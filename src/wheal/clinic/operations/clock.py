"""Whether the clock of the server was set back: then ages, hours since a mix and the order of times mislead."""

from __future__ import annotations

from datetime import datetime, timedelta

from wheal.clinic.audit.models import Event

AHEAD = timedelta(minutes=5)
_told: dict[str, datetime] = {}


def look(now: datetime) -> datetime | None:
    """The moment of the last event of the audit where the clock stands well before it; kept for every page."""
    last = Event.objects.order_by("-id").values_list("at", flat=True).first()
    _told.clear()
    if last and last > now + AHEAD:
        _told["before"] = last
    return behind()


def behind() -> datetime | None:
    """What the last look told."""
    return _told.get("before")
