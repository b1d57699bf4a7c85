"""Django writes every statement with %s and rewrites it for SQLite each time it is sent. Here the result is kept: a
statement of three thousand characters takes longer to rewrite than SQLite takes to answer it.

And whoever writes waits in line (turns.py): a transaction from its beginning to its end, a statement by itself for as
long as it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from wheal.clinic.sqlite import turns

KEPT = 500  # statements
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLAC")


class Cursor(base.SQLiteCursorWrapper):
    wrapper: DatabaseWrapper

    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        if param_names is not None:
            return str(super().convert_query(query, param_names=param_names))
        return _with_question_marks(query)

    def execute(self, query: str, params: Any = None) -> Any:
        return self._in_turn(super().execute, query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        return self._in_turn(super().executemany, query, param_list)

    def _in_turn(self, send: Callable[..., Any], query: str, params: Any) -> Any:
        """A statement that returns what it wrote is over when all of that is read: Django then closes the cursor."""
        if query[:6] not in WRITES or self.connection.in_transaction:
            return send(query, params)
        self.wrapper.take_turn()
        is_over = True
        try:
            answer = send(query, params)
            is_over = " RETURNING " not in query
            return answer
        finally:
            if is_over:
                self.wrapper.give_back()

    def close(self) -> None:
        super().close()
        if not self.connection.in_transaction:
            self.wrapper.give_back()


class DatabaseWrapper(base.DatabaseWrapper):
    turn: turns.Line | None = None  # held by this connection

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def take_turn(self) -> None:
        if self.turn is not None or self.is_in_memory_db():
            return
        line = turns.line(Path(self.settings_dict["NAME"]))
        if not line.take(self.settings_dict["OPTIONS"].get("timeout", 5)):
            raise OperationalError("database is locked: others were writing all the while")
        self.turn = line

    def give_back(self) -> None:
        if self.turn is not None:
            line, self.turn = self.turn, None
            line.give_back()

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode != "IMMEDIATE":
            super()._start_transaction_under_autocommit()
            return
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self.give_back()
            raise

    def _commit(self) -> Any:
        done = super()._commit()
        self.give_back()
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self.give_back()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self.give_back()


@lru_cache(maxsize=KEPT)
def _with_question_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
