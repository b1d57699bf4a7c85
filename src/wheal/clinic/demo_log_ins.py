"""With which names a visitor looks at the demo: on the console and on its log-in page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wheal.clinic.demo_cast import FR_PEOPLE, US_PEOPLE
from wheal.clinic.people.models import Membership

PASSWORD = "demo only, demo only"  # noqa: S105  shown to everybody who starts the demo


class LogIn(NamedTuple):
    username: str
    role: str
    clinic: str


def log_ins() -> Iterator[LogIn]:
    """Everybody of the cast who can log in; who was added since has a password of their own."""
    cast = [one.username for one in (*US_PEOPLE, *FR_PEOPLE)]
    held = Membership.objects.filter(ended_at=None, user__username__in=cast)
    for row in held.select_related("user", "clinic").order_by("pk"):
        yield LogIn(row.user.username, row.role_words, row.clinic.name)
