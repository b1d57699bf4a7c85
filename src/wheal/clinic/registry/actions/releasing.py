"""Making anew what everybody may read, once it is old enough."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.registry import answering, releases
from wheal.clinic.registry.delivering import store
from wheal.measures.duck import Duck
from wheal.measures.files import put
from wheal.measures.releasing import AS_JSON, Release, months_of_enough, release


def release_if_due(on: date) -> Release | None:
    """Two releases lie at least thirteen weeks apart, whatever has come meanwhile, and whoever has left.

    Raises NotCounted where the store cannot be counted: the last one stands."""
    last = releases.current()
    if last and not last.is_due_again(on):
        return None
    made = answering.counted(lambda engine: _made(engine, on))
    if made:
        _put(made)
    else:
        releases.place().unlink(missing_ok=True)
    return made


def _made(engine: Duck, on: date) -> Release | None:
    clinics = answering.held().clinics
    told = (one.month for one in store().receipts() if any(one.rows.values()))
    between = months_of_enough(told)
    return release(knowledge.current().measures, engine.counts, clinics=clinics, between=between, on=on)


@transaction.atomic
def _put(made: Release) -> None:
    audit.record(by=None, what="registry.released", detail={"clinics_at_least": made.clinics.least})
    put(releases.place(), AS_JSON.dump_json(made))
