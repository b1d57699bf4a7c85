"""Under which number another system knows a resource that it sent."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from wheal.clinic.fhir.models import Identifier
from wheal.fhir.datatypes import Json, identifier


def known_outside(rows: QuerySet, kind: str) -> QuerySet:
    kept = Identifier.objects.filter(kind=kind, key=OuterRef("pk")).order_by("pk")
    return rows.annotate(
        outside_system=Subquery(kept.values("system")[:1]), outside_value=Subquery(kept.values("value")[:1])
    )


def told(row: Any) -> Json | None:
    value = getattr(row, "outside_value", None)
    return identifier(row.outside_system, value) if value else None


def narrow(kind: str) -> Any:
    def by(values: list[str]) -> Q:
        return Q(pk__in=Identifier.objects.filter(kind=kind, value__in=values).values("key"))

    return by
