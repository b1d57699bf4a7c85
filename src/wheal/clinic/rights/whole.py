"""One person's whole record, gathered by following every row that belongs to the patient, however deep.

What belongs is found in the models: whatever points at the patient, and whatever points at that. A table that
is added tomorrow is in the copy without anybody remembering it. What rows point to (lots, people, clinics) is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import BinaryField, Field, ForeignKey, Model

from wheal import bodymap
from wheal.clinic.patients.models import Patient

Json = dict[str, object]

LEFT_OUT = frozenset({"patients.searchword", "safety.exposed"})
"""Made from other rows, to find them quicker."""
SECRET = frozenset({"nonce", "secret", "search_name", "search_phone", "original", "screen", "thumb"})
"""What opens a door, names a file, or is made from another column."""
EDGES = frozenset({"audit", "people", "stock", "equipment"})
"""Rows of the clinic, and of no patient alone."""


def whole(patient: Patient) -> Json:
    """By table, each row by its columns; amounts and moments as text, what a row points to with its words."""
    found: dict[str, Json] = {}
    for row in _rows(patient):
        found.setdefault(row._meta.label_lower, {})[str(row.pk)] = _told(row)
    return dict(sorted(found.items()))


def _rows(patient: Patient) -> Iterator[Model]:
    waiting: list[Model] = [patient]
    seen: set[tuple[str, object]] = set()
    while waiting:
        row = waiting.pop()
        key = (row._meta.label_lower, row.pk)
        if key in seen:
            continue
        seen.add(key)
        yield row
        waiting.extend(_belonging(row))


def _belonging(row: Model) -> Iterator[Model]:
    for relation in row._meta.related_objects:
        model = relation.related_model
        if relation.many_to_many or model._meta.app_label in EDGES or model._meta.label_lower in LEFT_OUT:
            continue
        yield from model._base_manager.filter(**{relation.field.name: row}).order_by("pk")


def _told(row: Model) -> Json:
    return {field.name: _value(row, field) for field in row._meta.fields if field.name not in SECRET}


def _value(row: Model, field: Field) -> object:  # type: ignore[type-arg]
    if isinstance(field, ForeignKey):
        other = getattr(row, field.name)
        return None if other is None else {"id": other.pk, "is": str(other)}
    value = getattr(row, field.attname)
    if isinstance(field, BinaryField):
        return [list(point) for point in bodymap.unpack_points(bytes(value))]
    if isinstance(value, Decimal | datetime | date | time):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    return value
