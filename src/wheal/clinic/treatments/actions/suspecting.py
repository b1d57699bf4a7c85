"""What the watch suspects, told down to where one mixes and injects. The audit has it with the alarm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments.models import Suspicion


@transaction.atomic
def suspect(
    *, clinic: Clinic, alarm: int, since: datetime, lots: Iterable[int], things: Iterable[int]
) -> None:
    """In place of what this alarm suspected before."""
    clear(alarm=alarm)
    named = [*((Suspicion.Kind.LOT, pk) for pk in lots), *((Suspicion.Kind.THING, pk) for pk in things)]
    Suspicion.objects.bulk_create(
        Suspicion(clinic=clinic, alarm=alarm, since=since, kind=kind, named=pk)
        for kind, pk in dict.fromkeys(named)
    )


def clear(*, alarm: int) -> None:
    """Somebody concluded."""
    Suspicion.objects.filter(alarm=alarm).delete()
