"""Whoever waits for a standby that does not follow learns so in seconds.

Where nothing is acknowledged before a standby has it (synchronous_standby_names) and that one is away, a commit waits
without an end and holds the turn of everybody else: PostgreSQL's own limits of time do not count there.

What waits is left to wait. It is on the first's disk, nobody sees it, and it is done once a standby has it. To cancel
it would acknowledge, and show to others, what one machine alone holds.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar

import psycopg

PATIENCE = 10  # seconds; a standby that is started anew is back sooner
AGAIN = 1.0  # seconds between two looks
HELD_UP = f"""(
    EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'
        AND clock_timestamp() - query_start > interval '{PATIENCE} s'
    )
    OR current_setting('synchronous_standby_names') <> ''
    AND current_setting('synchronous_commit') NOT IN ('off', 'local')
    AND NOT EXISTS (SELECT FROM pg_stat_replication)
)"""  # noqa: S608
"""That somebody waits for it, or that nobody follows. Another role's waiting is hidden from the one that serves."""

_LOOK = f"SELECT wait_event = 'SyncRep', wait_event = 'advisory' AND {HELD_UP} FROM pg_stat_activity WHERE pid = %s"  # noqa: S608
_is_known = threading.Event()  # in this process
T = TypeVar("T")


class StandbyAway(psycopg.OperationalError):
    """Nothing was carried out."""

    sqlstate = "WH001"


class MayBeSaved(StandbyAway):
    """It was on its way: it is saved once the standby is back, unless the first is lost before."""

    sqlstate = "WH002"


class Connection(psycopg.Connection[Any]):
    def wait(self, gen: Generator[Any, Any, T], *how: Any, **named: Any) -> T:
        return super().wait(self._watched(gen), *how, **named)

    def _watched(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """What the driver waits for, step by step; it comes by ten times a second where nothing happens."""
        begun = looked = monotonic()
        try:
            step = next(gen)
            while True:
                is_ready, now = (yield step), monotonic()
                if not is_ready and now - looked > AGAIN and (_is_known.is_set() or now - begun > PATIENCE):
                    self._look()
                    looked = monotonic()
                step = gen.send(is_ready)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]

    def _look(self) -> None:
        """By another connection, for this one is busy."""
        is_sent = waits_for_turn = False
        with suppress(psycopg.Error), psycopg.connect(**self._same(), connect_timeout=2) as other:
            is_sent, waits_for_turn = other.execute(_LOOK, [self.info.backend_pid]).fetchone() or (
                False,
                False,
            )
        if not is_sent and not waits_for_turn:
            return
        _is_known.set()
        if waits_for_turn:
            with suppress(psycopg.Error):
                self.cancel_safe(timeout=2)
        self.close()
        raise MayBeSaved(f"{_WORDS}; this one may be saved") if is_sent else StandbyAway(_WORDS)

    def _same(self) -> dict[str, str]:
        said = self.info.get_parameters() | {"host": self.info.host, "port": str(self.info.port)}
        return {
            name: value for name, value in said.items() if name not in ("hostaddr", "connect_timeout")
        } | {"password": self.info.password}


_WORDS = "the standby that has to have every entry does not follow, and nothing can be saved"


def refuse_where_known(cursor: psycopg.Cursor[Any]) -> None:
    """At the beginning of what writes: nobody stands in line for what does not come. Raises StandbyAway."""
    if not _is_known.is_set():
        return
    if (cursor.execute(f"SELECT {HELD_UP}").fetchone() or [False])[0]:
        raise StandbyAway(_WORDS)
    _is_known.clear()
