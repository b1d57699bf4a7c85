"""Rows to be named by their digests, found by one key: the question is compiled once, for a signature asks it while it
holds the write lock, and building its SQL cost a third of the signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import Model

from wheal.clinic.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Rows:
    """Those of a table where the column of a relation, or the id, is `key`: Rows(Pass, "session", 5)."""

    model: type[Model]
    by: str
    key: int

    def values(self, columns: tuple[str, ...]) -> Iterator[Mapping[str, object]]:
        """As the database has them now."""
        for row in _asked(self.model, self.by, columns)(self.key):
            yield dict(zip(columns, row, strict=True))


@cache
def _asked(model: type[Model], by: str, columns: tuple[str, ...]) -> Prepared:
    return Prepared(
        lambda key: model._default_manager.filter(**{by: key}).order_by("pk").values_list(*columns)
    )
