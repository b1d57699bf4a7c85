"""Where somebody is logged in, seen by themselves, and ended: one, all others, or all when they leave.

Each log-in is a row with the digest of its session's key, as the table of sessions has it. The key changes with the
password; the session remembers which row and which digest it was, so that a page notices without asking the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.http import HttpRequest

from wheal.clinic.people import sessions
from wheal.clinic.people.actions import record_about
from wheal.clinic.people.log_ins import BEGAN, SEEN
from wheal.clinic.people.models import LogIn, User

NAME = "wheal_log_in"
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Open:
    row: LogIn
    seen_at: datetime | None
    is_this: bool

    @property
    def words(self) -> str:
        """Firefox, Windows; "" where the browser says nothing that is known."""
        agent = self.row.agent
        browser = next((name for sign, name in BROWSERS if sign in agent), "")
        system = next((name for sign, name in SYSTEMS if sign in agent), "")
        return ", ".join(part for part in (browser, system) if part)


def begin(request: HttpRequest, user: User) -> None:
    if not request.session.session_key:
        request.session.save()
    key = key_of(request)
    agent = request.META.get("HTTP_USER_AGENT", "")[:200]
    row, _new = LogIn.objects.update_or_create(session_key=key, defaults={"user": user, "agent": agent})
    request.session[NAME] = [row.pk, key]


def key_of(request: HttpRequest) -> str:
    """As the database knows it."""
    return sessions.digest(request.session.session_key or "")


def follow_the_key(request: HttpRequest) -> None:
    """The session has another key than when it began: its row learns it."""
    pk, key = request.session.get(NAME, (None, None))
    if pk is not None and key != (now := key_of(request)):
        LogIn.objects.filter(pk=pk).update(session_key=now)
        request.session[NAME] = [pk, now]


def forget(request: HttpRequest) -> None:
    """At log-out, which stands in the audit by itself."""
    pk, _key = request.session.get(NAME, (None, None))
    LogIn.objects.filter(pk=pk).delete()


def of(request: HttpRequest) -> list[Open]:
    """Of whoever asks, the newest first. Those that ended by themselves are forgotten."""
    rows = list(LogIn.objects.filter(user=request.user))
    lasting, found = sessions.rows_of(*(row.session_key for row in rows)), []
    for row in rows:
        if row.session_key not in lasting:
            row.delete()
            continue
        held = lasting[row.session_key].get_decoded()
        seen = held.get(SEEN) or held.get(BEGAN)
        at = datetime.fromtimestamp(seen, UTC) if seen else None
        found.append(Open(row, at, row.session_key == key_of(request)))
    return found


@transaction.atomic
def end(*, row: LogIn, by: User) -> None:
    sessions.end(row.session_key)
    row.delete()
    record_about(user=row.user, by=by, what="people.log_in_closed")


@transaction.atomic
def end_all(*, user: User, by: User, but: str = "") -> int:
    """Every log-in of somebody, but the one with this key. What they typed and did not send stays on their device."""
    rows = LogIn.objects.filter(user=user).exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    sessions.end(*keys)
    rows.filter(session_key__in=keys).delete()
    if keys:
        record_about(user=user, by=by, what="people.log_ins_closed")
    return len(keys)
