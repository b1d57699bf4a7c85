"""What ties the audit together: every event is sealed over the one before it, and names by digest what it fixed.

A changed, removed or inserted event breaks the seals after it; a fixed row that no longer has its digest was altered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet

from wheal.clinic.audit.models import Event
from wheal.clinic.audit.rows import Rows

Fixes = dict[str, dict[str, str]]
"""Of each table, by the id of the row: the SHA-256 over all its columns."""

FIRST = ""
"""What the first event is sealed over."""

SEALED = (
    "by_id",
    "clinic_id",
    "what",
    "subject_kind",
    "subject_id",
    "patient_id",
    "refused",
    "detail",
    "fixes",
)


def seal(previous: str, event: Event) -> str:
    """SHA-256 over the seal of the event before and the digest of all that this one says, its id apart."""
    return sha256((previous + content(event)).encode()).hexdigest()


_LAST = "COALESCE((SELECT seal FROM audit_event ORDER BY id DESC LIMIT 1), '')"
SEALED_BY = {
    "sqlite": f"SHA256({_LAST} || %s)",
    "postgresql": f"encode(sha256(convert_to({_LAST} || %s, 'UTF8')), 'hex')",
}
"""The same in SQL, where the database itself reads the seal before while it inserts an event; %s: its `content`."""


def content(event: Event) -> str:
    """The digest of all that an event says."""
    return _digest({"at": event.at, **{name: getattr(event, name) for name in SEALED}})


def digests(fixed: Iterable[QuerySet | Rows]) -> Fixes:
    """Of every one of these rows, as the database has it now."""
    found: Fixes = {}
    for rows in fixed:
        table = found.setdefault(rows.model._meta.label_lower, {})
        table.update(_of_named(rows) if isinstance(rows, Rows) else each_digest(rows))
    return found


def _of_named(rows: Rows) -> Iterator[tuple[str, str]]:
    key = rows.model._meta.pk.attname
    for row in rows.values(tuple(columns_of(rows.model))):
        yield str(row[key]), _digest(row)


def each_digest(rows: QuerySet, columns: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """The id and the digest of each row over these columns, or over those that are fixed; read in pieces."""
    columns = columns or columns_of(rows.model)
    for row in rows.order_by("pk").values(*columns).iterator(chunk_size=500):
        yield str(row[rows.model._meta.pk.attname]), _digest(row)


def fixed_models() -> list[type[Model]]:
    """Those that say when a row of theirs is fixed, the audit itself apart."""
    return [model for model in apps.get_models() if hasattr(model, "fixed_when") and model is not Event]


def held_models() -> list[type[Model]]:
    """Those whose `held_columns` change by an audited action alone: what records name, by name and number.

    Each event that made or corrected a row of them has its digest among `fixes`; the last one counts.
    """
    return [model for model in apps.get_models() if hasattr(model, "held_columns")]


def columns_of(model: type[Model]) -> list[str]:
    """All columns, or those that the model says are fixed or held where the others may still change."""
    named = getattr(model, "fixed_columns", None) or getattr(model, "held_columns", None)
    return list(named) if named else [column.attname for column in model._meta.concrete_fields]


def _digest(values: Mapping[str, object]) -> str:
    """Columns without a value are left out: one that a later version adds changes no earlier digest."""
    said = {column: value for column, value in values.items() if value is not None}
    return sha256(_WRITTEN.encode(said).encode()).hexdigest()


def _plain(value: object) -> str:
    """The same text for the same value, whichever database held it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"no digest for {type(value).__name__}")


_WRITTEN = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
