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
Words = dict[tuple[str, object], str]

LEFT_OUT = frozenset({"patients.searchword", "safety.exposed"})
"""Made from other rows, to find them quicker."""
SECRET = frozenset(
    {"nonce", "secret", "search_name", "search_phone", "original", "screen", "thumb", "passcode"}
)
"""What opens a door, names a file, or is made from another column."""
EDGES = frozenset({"audit", "people", "stock", "equipment"})
"""Rows of the clinic, and of no patient alone."""


def whole(patient: Patient) -> Json:
    """By table, each row by its columns; amounts and moments as text, what a row points to with its words."""
    found: dict[str, Json] = {}
    words: Words = {}
    waiting: list[list[Model]] = [[patient]]
    while waiting:
        rows = waiting.pop()
        table = found.setdefault(rows[0]._meta.label_lower, {})
        if fresh := [row for row in rows if str(row.pk) not in table]:
            table |= {str(row.pk): _told(row, words) for row in fresh}
            waiting += _belonging(fresh)
    return dict(sorted(found.items()))


def _belonging(rows: list[Model]) -> Iterator[list[Model]]:
    """Of rows of one table, table by table: as many questions as there are tables, however many rows."""
    for relation in rows[0]._meta.related_objects:
        model = relation.related_model
        if relation.many_to_many or model._meta.app_label in EDGES or model._meta.label_lower in LEFT_OUT:
            continue
        held = model._base_manager.filter(**{f"{relation.field.name}__in": rows}).order_by("pk")
        if belonging := list(held):
            yield belonging


def _told(row: Model, words: Words) -> Json:
    return {field.name: _value(row, field, words) for field in row._meta.fields if field.name not in SECRET}


def _value(row: Model, field: Field, words: Words) -> object:  # type: ignore[type-arg]
    if isinstance(field, ForeignKey):
        return _pointed(row, field, words)
    return plain(field, getattr(row, field.attname))


def plain(field: Field, value: object) -> object:  # type: ignore[type-arg]
    """As JSON writes it: amounts and moments as text, the points of a pass as their places."""
    if isinstance(field, BinaryField):
        return [list(point) for point in bodymap.unpack_points(bytes(value))]
    if isinstance(value, Decimal | datetime | date | time):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    return value


def _pointed(row: Model, field: ForeignKey, words: Words) -> Json | None:  # type: ignore[type-arg]
    """Many rows point to the same few: each is asked once what it is called."""
    pk = getattr(row, field.attname)
    if pk is None:
        return None
    key = (field.related_model._meta.label_lower, pk)  # type: ignore[union-attr]
    if key not in words:
        words[key] = str(getattr(row, field.name))
    return {"id": pk, "is": words[key]}
