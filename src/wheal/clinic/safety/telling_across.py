"""What stands out across clinics, judged every night: told on the day lists, logged when it begins and when it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.models import Event, NightlyJob
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety import across
from wheal.surveillance.across import Found

JOB = "across"
LOGGED = "safety.product_seen_across"
OVER = "over"


@dataclass(frozen=True, slots=True)
class Standing:
    """A product that stood out last night, as a day list tells it."""

    product: str
    name: str
    level: str
    events: int
    clinics: int


def nightly() -> dict[str, object]:
    """Says what stands out, and how many products do so anew, on another level, or no longer."""
    first = Clinic.objects.order_by("pk").first()
    found = across.found(first.day_of() if first else timezone.localdate())
    rows = [
        {"product": row.product, "level": row.level, "events": row.events, "clinics": row.clinics}
        for row in found
    ]
    return {"found": rows, "logged": _log(found)}


@transaction.atomic
def _log(found: Iterable[Found]) -> int:
    """Only what is not as it was logged last: no product is told of anew each night."""
    now, before = {row.product: row for row in found}, _logged()
    changed = [row for row in now.values() if before.get(row.product, OVER) != row.level]
    for row in changed:
        detail = {"product": row.product, "level": row.level, "events": row.events, "clinics": row.clinics}
        audit.record(by=None, what=LOGGED, detail=detail)
    over = [product for product, level in before.items() if level != OVER and product not in now]
    for product in over:
        audit.record(by=None, what=LOGGED, detail={"product": product, "level": OVER})
    return len(changed) + len(over)


def _logged() -> dict[str, str]:
    """By product, the level that was logged last."""
    rows = Event.objects.filter(what=LOGGED).order_by("pk").values_list("detail", flat=True)
    return {str(detail["product"]): str(detail["level"]) for detail in rows}


def last_night() -> tuple[list[Standing], bool]:
    """What stood out, and whether that is known: not where the job failed."""
    night = NightlyJob.objects.filter(name=JOB).first()
    rows = night.outcome.get("found", []) if night else []
    names = across.names({row["product"] for row in rows}) if rows else {}
    told = [Standing(name=names[row["product"]], **row) for row in rows]
    return told, not (night and night.failed)
