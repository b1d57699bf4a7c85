"""Django's engine for PostgreSQL, with one transaction writing at a time, as on SQLite; reading waits for nobody.

The audit is one chain, so two transactions that write anything could not end side by side in any case. Taking the
turn when a transaction begins means that whatever an action has read still stands when it writes, that nobody
waits for each other in a circle, and that a race which cannot happen on SQLite cannot happen here.
"""

from __future__ import annotations

from django.db import DatabaseError
from django.db.backends.postgresql import base

from wheal.clinic import walls
from wheal.clinic.postgresql import waits

TURN = 0x57686561
"""The advisory lock of the turn; each database has its own."""

BEGIN = {
    "IMMEDIATE": f"SELECT pg_advisory_xact_lock({TURN})",
    "DEFERRED": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
}
"""What a transaction says first, by the name that SQLite gives to the same."""


class DatabaseWrapper(base.DatabaseWrapper):
    transaction_mode = "IMMEDIATE"
    _told: str | None = None  # which clinics this connection was last told of

    def init_connection_state(self) -> None:
        """One from the pool was told of somebody else's."""
        self._told = None
        super().init_connection_state()

    def create_cursor(self, name: str | None = None) -> object:
        if self._told != walls.seen():
            self._tell(walls.seen())
        return super().create_cursor(name)

    def _tell(self, clinics: str) -> None:
        """By the driver alone, and only when it changes. What a transaction was told is gone with it when it fails."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [walls.SETTING, clinics])
        self._told = clinics

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        self._told = walls.seen()  # a transaction that failed takes this one statement alone
        super()._savepoint_rollback(sid)
        self._told = None

    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if force_begin_transaction_with_broken_autocommit and not autocommit:
            self._begin()

    def _begin(self) -> None:
        """By the driver alone: it is part of BEGIN, and no query of anybody's."""
        try:
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                if self.transaction_mode == "IMMEDIATE":
                    waits.refuse_where_known(cursor)
                cursor.execute(BEGIN[self.transaction_mode])
        except DatabaseError:  # the turn did not come: as if nothing had begun
            if self.connection.closed:
                self.close()
            else:
                self.rollback()
                super().set_autocommit(True)
            raise
