"""When the disk is full, or the database away, nothing was carried out: the page says so, and why, in words."""

from __future__ import annotations

import errno
import sqlite3
import sys
from enum import Enum
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic import moved_away
from wheal.clinic.operations import counts

RETRY_AFTER = 5  # seconds


class Trouble(Enum):
    FULL = "full"
    READ_ONLY = "read_only"
    DISK = "disk"
    BUSY = "busy"
    SLOW = "slow"
    AWAY = "away"
    STANDBY = "standby"
    UNSURE = "unsure"
    DAMAGED = "damaged"
    MOVED = "moved"


WORDS: dict[Trouble, Promise] = {
    Trouble.FULL: _("The disk of the server is full. Whoever looks after it has to make room."),
    Trouble.READ_ONLY: _(
        "The server's disk, or its database, takes no changes. Whoever looks after it has to see why."
    ),
    Trouble.DISK: _("The server cannot read or write its disk. Whoever looks after it has to see to it now."),
    Trouble.BUSY: _("Others were writing all the while, and the turn did not come. Try again in a moment."),
    Trouble.SLOW: _(
        "It took longer than is allowed, and was given up. Try again, or ask for less at a time."
    ),
    Trouble.AWAY: _("The database does not answer. It may be starting again: try once more in a minute."),
    Trouble.STANDBY: _(
        "The standby that has to have every entry does not follow, and nothing can be saved. "
        "Whoever looks after the server has to see to it now."
    ),
    Trouble.UNSURE: _(
        "The standby that has to have every entry does not follow. What you sent may be saved once it is back: "
        "look before you enter it again. Whoever looks after the server has to see to it now."
    ),
    Trouble.DAMAGED: _(
        "The file that holds the record is damaged. Stop working with it: "
        "whoever looks after the server restores the last backup."
    ),
    Trouble.MOVED: _(
        "The record has moved to another database, and nothing can be written here any more. Whoever looks after the "
        "server says “wheal doctor” there, which tells the way out."
    ),
}

_SQLITE = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.DISK,
    sqlite3.SQLITE_CANTOPEN: Trouble.DISK,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
}
_POSTGRESQL = {  # by the code of SQL's standard, or by its first two signs
    "53100": Trouble.FULL,
    "WH001": Trouble.STANDBY,  # of postgresql/waits.py
    "WH002": Trouble.UNSURE,
    "25006": Trouble.READ_ONLY,
    "55P03": Trouble.BUSY,
    "57014": Trouble.SLOW,
    "25P03": Trouble.SLOW,
    "58": Trouble.DISK,
    "57": Trouble.AWAY,
    "53": Trouble.AWAY,
    "08": Trouble.AWAY,
    "XX": Trouble.DAMAGED,
}
_SYSTEM = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EFBIG: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EIO: Trouble.DISK,
}


def trouble(problem: BaseException | None) -> Trouble | None:
    """What is wrong with the ground that the site stands on; None where the site itself is at fault."""
    if isinstance(problem, OSError):
        return _SYSTEM.get(problem.errno or 0)
    if not isinstance(problem, (DatabaseError, InterfaceError)):
        return None
    if moved_away.WORDS in str(problem):
        return Trouble.MOVED
    cause = problem.__cause__
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if cause is None:  # of the line of those who write
        return Trouble.BUSY if "locked" in str(problem) else None
    state = getattr(cause, "sqlstate", None)
    if state is None:  # the driver found nobody to ask
        return Trouble.AWAY if type(problem).__name__ in ("OperationalError", "InterfaceError") else None
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])


def answer(request: HttpRequest) -> HttpResponse:
    """What is answered where a request ended in an error (Django's `handler500`)."""
    found = trouble(sys.exc_info()[1])
    if found is None:
        return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return told(request, found)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is answered where a request cannot be read (Django's `handler400`): Django's own reads the form once more
    for its token, and falls over another character set than UTF-8."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def told(request: HttpRequest, found: Trouble) -> HttpResponse:
    """A page, or for what saves by itself a message that it shows and then tries again."""
    counts.TROUBLES.labels(found.value).inc()
    reason, status = str(WORDS[found]), HTTPStatus.SERVICE_UNAVAILABLE
    response: HttpResponse
    if "json" in request.headers.get("Accept", ""):
        response = JsonResponse({"message": reason}, status=status)
    else:
        said = {"reason": reason, "is_unsure": found is Trouble.UNSURE}
        response = render(request, "503.html", said, status=status)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
