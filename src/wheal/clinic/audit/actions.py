"""Writing the audit. Called inside the transaction of the thing that is recorded."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from wheal import characters
from wheal.clinic.audit import chain, guarded, meant, named, whose
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.rows import Rows
from wheal.clinic.prepared_writes import PreparedInsert

GUARDS_PUT_BACK = "audit.guards_put_back"


def record(
    *,
    by: Model | None,
    what: str,
    subject: Model | None = None,
    clinic: Model | None = None,
    patient: Model | None = None,
    refused: bool = False,
    detail: dict[str, object] | None = None,
    fixes: Iterable[QuerySet | Rows] = (),
) -> Event:
    """Add one event, sealed over the last. `what` is app.noun_past_verb; `detail` holds codes, no clinical text; where
    it is about several people, `patients` in it are their ids, and each of them finds it.

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
        detail=characters.kept(detail or {}),
        fixes=chain.digests(fixes),
    )
    if whose.told(event.detail):
        _add_for_each(event)
    elif connection.vendor == "sqlite":  # a statement by itself lets no other event in between
        _add(event)
    else:
        _add_in_turn(event)
    named.note(event)
    return event


_INSERTED = PreparedInsert(Event, {"seal": chain.SEALED_BY})


def _add(event: Event) -> None:
    _INSERTED(event, seal=chain.content(event))


@transaction.atomic(savepoint=False)
def _add_in_turn(event: Event) -> None:
    """Two events must not follow the same one: one transaction writes at a time."""
    _add(event)


@transaction.atomic
def _add_for_each(event: Event) -> None:
    """With all whom it is about, or not at all."""
    _add(event)
    whose.note(event)


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
    a migration from what was there; and what records name, as it is called then."""
    held = {model: _fixed(model) for model in chain.fixed_models()}
    held |= {model: model._base_manager.all() for model in chain.held_models()}
    unnamed = _unnamed({model._meta.label_lower for model, rows in held.items() if rows.exists()})
    if not unnamed:
        return None
    fixes = [rows for model, rows in held.items() if model._meta.label_lower in unnamed]
    return record(by=None, what="audit.rows_adopted", fixes=fixes)


@transaction.atomic
def put_guards_back() -> list[str]:
    """As the owner of the tables. Answers the names of the triggers that were gone."""
    with connection.cursor() as cursor:
        tables, standing = set(connection.introspection.table_names(cursor)), guarded.standing()
        gone = {
            name: said
            for name, (table, said) in meant.triggers().items()
            if table in tables and name not in standing
        }
        for name, said in gone.items():
            if connection.vendor == "postgresql":  # it may be there and switched off
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {meant.table_of(said)}")
            for statement in said:
                cursor.execute(statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
    if gone:
        record(by=None, what=GUARDS_PUT_BACK, detail={"triggers": sorted(gone)})
    return sorted(gone)


def _fixed(model: type[Model]) -> QuerySet:
    return model._base_manager.filter(model.fixed_when).distinct()  # type: ignore[attr-defined]


def _unnamed(tables: set[str]) -> set[str]:
    """Those of them that no event names. What events fix is packed, so the database cannot be asked for it."""
    events = Event.objects.exclude(fixes={}).order_by("-pk").values_list("fixes", flat=True)
    for fixes in events.iterator(chunk_size=500):
        if not (tables := tables - set(fixes)):
            break
    return tables
