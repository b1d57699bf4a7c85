"""Writing the audit. Called inside the transaction of the thing that is recorded."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from wheal.clinic.audit import chain
from wheal.clinic.audit.models import Event


def record(
    *,
    by: Model | None,
    what: str,
    subject: Model | None = None,
    clinic: Model | None = None,
    patient: Model | None = None,
    refused: bool = False,
    detail: dict[str, object] | None = None,
    fixes: Iterable[QuerySet] = (),
) -> Event:
    """Add one event, sealed over the last. `what` is app.noun_past_verb; `detail` holds codes, no clinical text.

    `fixes`: the rows that are fixed from now on; their digests are kept with the event.
    """
    event = Event(
        by=by,
        clinic_id=clinic.pk if clinic else None,
        what=what,
        subject_kind=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        patient_id=patient.pk if patient else None,
        refused=refused,
        detail=detail or {},
        fixes=chain.digests(fixes),
    )
    event.seal = chain.sealed_in_the_database(event)
    if connection.vendor == "sqlite":  # a statement by itself lets no other event in between
        event.save(force_insert=True)
    else:
        _saved_in_turn(event)
    return event


@transaction.atomic(savepoint=False)
def _saved_in_turn(event: Event) -> None:
    """Two events must not follow the same one: one transaction writes at a time."""
    event.save(force_insert=True)


def record_refusal(request: HttpRequest, *, what: str, detail: dict[str, object]) -> Event:
    """Somebody asked for what they may not have. The path tells what; nothing typed is kept."""
    return record(
        by=request.user,
        clinic=request.clinic,  # type: ignore[attr-defined]
        what=what,
        refused=True,
        detail={**detail, "path": request.path},
    )


def adopt() -> Event | None:
    """Name by digest the rows of tables that no event names yet: they were fixed before the audit named any, or made by
    a migration from what was there."""
    unnamed = [model for model in chain.fixed_models() if not _is_named(model)]
    fixed = [model._base_manager.filter(model.fixed_when).distinct() for model in unnamed]  # type: ignore[attr-defined]
    if not any(rows.exists() for rows in fixed):
        return None
    return record(by=None, what="audit.rows_adopted", fixes=fixed)


def _is_named(model: type[Model]) -> bool:
    return Event.objects.filter(fixes__has_key=model._meta.label_lower).exists()
