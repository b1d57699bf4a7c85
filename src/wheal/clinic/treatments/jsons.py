"""What the database tells in JSON, taken out of it again."""

from __future__ import annotations

from datetime import UTC, datetime


def as_moment(held: object) -> datetime | None:
    """SQLite writes moments within JSON in UTC without saying so."""
    if held is None or isinstance(held, datetime):
        return held
    moment = datetime.fromisoformat(str(held))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
