"""Every request is timed, with its database: for the log, for the counts, and for whoever looks for what is slow.

Nothing here names a patient: pages are told by the pattern of their address, statements without their values, errors by
their kind and place.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse

from wheal.clinic.operations import counts

log = logging.getLogger("wheal.requests")
slow = logging.getLogger("wheal.slow")
VALUES = re.compile(r"'[^']*'|\b\d+\b")  # those that a statement carries in itself
LISTS = re.compile(r"\((?:\?|%s)(?:, (?:\?|%s))+\)")


@dataclass
class Spent:
    """Of one request: seconds in the database, statements, and the slow ones."""

    seconds: float = 0.0
    statements: int = 0
    slow: list[tuple[float, str]] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = perf_counter() - begun
            self.seconds += took
            self.statements += 1
            if took > settings.SLOW_STATEMENT:
                self.slow.append((took, sql))


def requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The outermost of what every request goes through."""

    def answer(request: HttpRequest) -> HttpResponse:
        begun, spent = perf_counter(), Spent()
        with ExitStack() as watched:
            for database in connections.all():
                watched.enter_context(database.execute_wrapper(spent))
            response = get_response(request)
        _tell(request, response, perf_counter() - begun, spent)
        return response

    return answer


def page_of(request: HttpRequest) -> str:
    """Such as `patients/<int:pk>/`: no number of anybody's record."""
    return request.resolver_match.route if request.resolver_match else "(no page)"


def bare(sql: str) -> str:
    """A statement without values, and lists of any length alike."""
    return LISTS.sub("(…)", VALUES.sub("?", sql))[:1000]


def _tell(request: HttpRequest, response: HttpResponse, seconds: float, spent: Spent) -> None:
    page = page_of(request)
    method = request.method if request.method in ("GET", "POST", "HEAD") else "other"
    counts.request(page, str(method), response.status_code, seconds, spent.seconds)
    told = {
        "method": method,
        "page": page,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "database_ms": round(spent.seconds * 1000, 1),
        "statements": spent.statements,
    }
    log.info("answered", extra={"told": told})
    for took, sql in spent.slow:
        counts.SLOW.inc()
        slow.warning(
            "slow statement", extra={"told": {"page": page, "ms": round(took * 1000, 1), "sql": bare(sql)}}
        )
