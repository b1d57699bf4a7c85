"""What begins an export, carries it on, takes it back and sweeps it away."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from wheal import knowledge
from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.fhir import streams
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.models import Export, ExportFile, about
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.fhir.datatypes import Json
from wheal.fhir.matching import Criterion

A_FILE: Final = 1000  # resources
KEPT_FOR: Final = timedelta(days=1)
LEFT: Final = timedelta(seconds=60)  # a claim that nobody renewed
log = logging.getLogger(__name__)


@transaction.atomic
def begin(*, export: Export, program: str = "") -> Export:
    """`program`: as it is called, for the audit."""
    export.save()
    audit.record(
        by=export.asked_by, what="fhir.export_begun", subject=export, clinic=export.clinic,
        detail={"resources": export.kinds, "program": program},
    )  # fmt: skip
    return export


def carry_on(export: Export) -> bool:
    """In a thread of this process, unless somebody is at it. True where it was taken up."""
    if not claim(export):
        return False
    threading.Thread(target=_work, args=(export.pk,), name=f"export {export.pk}", daemon=True).start()
    return True


def claim(export: Export) -> bool:
    now = timezone.now()
    free = Export.objects.filter(pk=export.pk, ended_at=None).exclude(claimed_at__gt=now - LEFT)
    return bool(free.update(claimed_at=now))


def _work(key: int) -> None:
    """The edge of this thread, where whatever goes wrong is written down for whoever asks how it stands: unsaid, it
    would be tried again for ever. Its kind alone, for its words may hold those of a patient."""
    try:
        write(key)
    except Exception as problem:
        log.exception("an export was broken off")
        with suppress(DatabaseError):
            Export.objects.filter(pk=key).update(ended_at=timezone.now(), problem=type(problem).__name__)
    finally:
        connection.close()


def write(key: int) -> None:
    """Until it is whole, or taken back. Each file is kept together with the place after it: what was written before a
    power cut is not written again."""
    export = Export.objects.select_related("clinic").get(pk=key)
    for kind, resources, place in _batches(export):
        if not _keep(export, kind, resources, place):
            return
    Export.objects.filter(pk=key, ended_at=None).update(ended_at=timezone.now())


def _batches(export: Export) -> Iterator[tuple[str, list[Json], streams.Place]]:
    telling = Telling(export.clinic, knowledge.current())
    since = (
        (Criterion("_lastUpdated", "date", ("meta.lastUpdated",), (), "", (f"ge{export.since}",)),)
        if export.since
        else ()
    )
    wanted = [streams.Wanted(KINDS[name], since) for name in export.kinds]
    after = streams.Place.read(export.place)
    batch: list[Json] = []
    at = after
    for resource, place in streams.stream(wanted, telling, None, after):
        if batch and (place.kind != at.kind or len(batch) == A_FILE):
            yield export.kinds[at.kind], batch, at
            batch = []
        at = place
        if resource is not None:
            batch.append(resource)
    if batch:
        yield export.kinds[at.kind], batch, at


def _keep(export: Export, kind: str, resources: list[Json], place: streams.Place) -> bool:
    """False where it was taken back meanwhile."""
    lines = (
        json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for each in resources
    )
    with vault.current().all_or_none() as put, transaction.atomic():
        goes_on = Export.objects.filter(pk=export.pk, ended_at=None)
        if not goes_on.exists():
            return False
        kept = put(lines, about=about(export.pk))
        ExportFile.objects.create(export=export, kind=kind, name=kept.name, count=len(resources))
        export.written += len(resources)
        goes_on.update(claimed_at=timezone.now(), place=str(place), written=export.written)
    return True


@transaction.atomic
def take_back(*, export: Export, by: object, program: str = "") -> None:
    """Cancelled, or no longer wanted: its files go at once."""
    detail = {"export": export.pk} | ({"program": program} if program else {})
    sweep(pk=export.pk)
    audit.record(by=by, what="fhir.export_taken_back", clinic=export.clinic, detail=detail)


@transaction.atomic
def sweep(**which: object) -> int:
    """How many went. The files go once the rows are gone for good."""
    over = list(Export.objects.filter(**which).prefetch_related("files"))
    for export in over:
        for each in export.files.all():
            transaction.on_commit(partial(vault.current().remove, each.name))
        export.delete()
    return len(over)


def nightly() -> dict[str, object]:
    """Those that are older than they are kept."""
    return {"exports": sweep(asked_at__lt=timezone.now() - KEPT_FOR)}
