"""What `wheal doctor` finds on PostgreSQL of the role that serves, and of the second wall around each clinic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from wheal.clinic.examined import LOOK, WELL, WRONG, Told

_OWNS = (
    "SELECT current_user, bool_or(pg_has_role(current_user, tableowner, 'MEMBER')) FROM pg_tables "
    "WHERE schemaname = current_schema() AND tablename IN ('audit_event', 'treatments_session')"
)
_CLOSED = (
    "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace"
)


def roles_and_wall(data: Path) -> Iterator[Told]:
    from django.db import connection

    if connection.vendor == "postgresql":
        yield from _role(data)
        yield from _wall(data)


def _role(data: Path) -> Iterator[Told]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_OWNS)
        who, owns = cursor.fetchone()
    if owns:
        yield Told(
            LOOK,
            f"the database is reached as {who}, who owns the tables: who serves so could take the triggers away "
            "that keep signed rows, and the second wall does not hold it",
            "serve as a role that owns nothing (docs/how-to/run-on-postgresql.md, 1 and 2): name it in "
            f"WHEAL_DATABASE_URL or {data / 'database-url'}; "
            "after `wheal move` and `wheal restore` the file names the owner",
        )
    else:
        yield Told(WELL, f"the database is reached as {who}, who owns no table")


def _wall(data: Path) -> Iterator[Told]:
    from django.db import connection

    from wheal.clinic.audit import wall
    from wheal.clinic.people.models import Clinic

    meant, said = {*wall.OF_A_CLINIC, *wall.BESIDE}, set(wall.standing())
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED)
        closed = {row[0] for row in cursor.fetchall()}
    holes = sorted(meant - (said & closed))
    put_up = f"as the owner of the tables: wheal manage --data {data} wall up"
    if not holes:
        yield Told(WELL, f"the second wall around each clinic stands at all {len(meant)} tables")
    elif said:
        yield Told(WRONG, f"the second wall around each clinic has holes: {', '.join(holes)}", put_up)
    elif Clinic.objects.count() > 1:
        yield Told(
            LOOK,
            "the second wall around each clinic is not up: the site's own alone keeps clinics apart",
            put_up,
        )
    else:
        yield Told(
            WELL,
            "the second wall around each clinic is not up; with one clinic there is nobody to keep apart",
        )
