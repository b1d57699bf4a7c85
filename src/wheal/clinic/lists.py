"""Lists that a standby may be asked for, so that the first database keeps its strength for what is written.

It is asked only while it has everything that was acknowledged: no list misses what anybody has just saved. Where it is
behind or does not answer, the list is read from the first (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from time import monotonic
from typing import Final, ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections

from wheal.clinic import standby
from wheal.clinic.operations import counts

AWAY_FOR: Final = 30.0  # seconds that one is left alone that did not answer
GIVEN_UP: Final = "57014"  # a statement that took too long takes no less time elsewhere

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class _Away:
    until: float = 0.0  # 0: it answered when it was asked last

    def may_be_asked(self) -> bool:
        """After that time one tries, and whoever comes meanwhile reads from the first."""
        if not self.until:
            return True
        if monotonic() < self.until:
            return False
        self.note()
        return True

    def note(self) -> None:
        self.until = monotonic() + AWAY_FOR


_away = _Away()


def from_standby(read: Callable[P, T]) -> Callable[P, T]:
    """For a page, or a piece of one, that reads and writes nothing: where the standby fails, it is read anew."""

    @wraps(read)
    def answer(*args: P.args, **named: P.kwargs) -> T:
        if not standby.is_named() or connection.in_atomic_block or not _is_whole():
            return read(*args, **named)
        try:
            with standby.read():
                found = read(*args, **named)
        except (OperationalError, InterfaceError) as problem:
            if getattr(problem.__cause__, "sqlstate", "") == GIVEN_UP:
                raise
            _leave()
            return read(*args, **named)
        counts.LISTS.labels("standby").inc()
        return found

    answer.reads_standby = True  # type: ignore[attr-defined]
    return answer


def _is_whole() -> bool:
    if not _away.may_be_asked():
        counts.LISTS.labels("away").inc()
        return False
    try:
        is_whole = standby.has_everything()
    except (DatabaseError, InterfaceError):
        _leave()
        return False
    _away.until = 0.0
    if not is_whole:
        counts.LISTS.labels("behind").inc()
    return is_whole


def _leave() -> None:
    """Counted, and left alone for a while."""
    _away.note()
    counts.LISTS.labels("away").inc()
    connections[standby.STANDBY].close()
