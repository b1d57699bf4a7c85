"""Which rows name files of the vault, and as what each opens: what every check of the files goes by.

A model whose rows keep files there says so itself, so that one that is added tomorrow is checked too:

    with_files = Q(deleted_at=None)  # the rows whose files must be there
    files_called = ("photograph", "photographs")
    files_patient = "patient"  # the path to whose they are; "": nobody's
    def sealed_files(self) -> tuple[Sealed, ...]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet


@dataclass(frozen=True, slots=True)
class Sealed:
    """`kind`: what it is called in words. `size` (bytes) and `sha256`: of its content, where the row says them."""

    kind: str
    name: str
    about: str
    size: int | None = None
    sha256: str = ""


def models() -> list[Any]:
    """In the order in which they are read."""
    return sorted(
        (model for model in apps.get_models() if hasattr(model, "with_files")),
        key=lambda model: model._meta.label,
    )


def kept(model: Any) -> QuerySet[Any]:
    """Rows whose files must be there, in the order of their numbers."""
    said = model._base_manager.filter(model.with_files).order_by("pk").distinct()
    return said.select_related(model.files_patient) if model.files_patient else said


def total() -> int:
    return sum(kept(model).count() for model in models())


def still(row: Model) -> Any:
    """The row as it stands now; None where its files need not be there any more."""
    return kept(type(row)).filter(pk=row.pk).first()


def key(row: Any) -> str:
    """By which one is remembered."""
    return f"{row._meta.label} {row.pk}"


def of_keys(keys: Iterable[str]) -> list[Any]:
    """Those of them that still keep files."""
    asked: dict[str, list[str]] = {}
    for each in keys:
        label, _space, pk = each.partition(" ")
        asked.setdefault(label, []).append(pk)
    return [row for model in models() for row in kept(model).filter(pk__in=asked.get(model._meta.label, ()))]


def words(row: Any) -> str:
    return f"{row.files_called[0]} {row.pk}"


def whose(row: Any) -> str:
    """The patient's number, in words; "" where they are nobody's."""
    found = row
    for name in row.files_patient.split("__") if row.files_patient else ():
        found = getattr(found, name)
    return f" of patient {found.number}" if row.files_patient else ""


def counted(counts: dict[Any, int]) -> str:
    """How many rows of each kind, in words."""
    return ", ".join(f"{count} {model.files_called[count != 1]}" for model, count in counts.items() if count)
