"""The statements that a piece of work sends, kept with their parameters and asked again by the driver alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Statement = tuple[str, tuple[Any, ...]]


def statements(work: Callable[[], object]) -> list[Statement]:
    """The reads among them."""
    from django.db import connection

    kept: list[Statement] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and "advisory" not in sql:
            kept.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        work()
    return kept


class Driver:
    """sqlite3 or psycopg as they come, with the settings of the site's own connection."""

    def __init__(self) -> None:
        from django.db import connection

        from bench import clinic

        self.is_sqlite = connection.vendor == "sqlite"
        if self.is_sqlite:
            self.connection: Any = clinic.raw()
        else:
            parameters = connection.get_connection_params()
            kept = {
                name: said for name, said in parameters.items() if name not in ("cursor_factory", "context")
            }
            self.connection = connection.Database.connect(**kept, autocommit=True)

    def ready(self, kept: list[Statement]) -> list[Statement]:
        """As this driver writes its parameters."""
        return [(sql.replace("%s", "?") if self.is_sqlite else sql, params) for sql, params in kept]

    def ask(self, kept: list[Statement]) -> None:
        for sql, params in kept:
            self.connection.execute(sql, params).fetchall()
