"""A needle lot, a device, a disinfectant, a water point or a room called back: blocked, and whoever met it listed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Min, QuerySet

from wheal.clinic import walls
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.equipment.models import Thing
from wheal.clinic.people.models import User
from wheal.clinic.safety import actions, whom
from wheal.clinic.safety.models import Recall
from wheal.clinic.treatments.models import ThingUsed


def first_used(thing: Thing) -> date:
    """The day from which somebody may have met it."""
    first = ThingUsed.objects.filter(whom.used(thing.pk)).aggregate(at=Min("session__planned_for"))["at"]
    return thing.clinic.day_of(min(filter(None, (first, thing.added_at))))


def everywhere(thing: Thing) -> QuerySet[Thing]:
    """The thing, and the same lot in other clinics."""
    return Thing.objects.same_as(thing).select_related("clinic").order_by("pk")


def under_way(thing: Thing) -> Recall | None:
    kind, name = thing.as_exposure
    return Recall.objects.filter(clinic=thing.clinic, kind=kind, name=name, lot=None, closed_at=None).first()


@transaction.atomic
def call_back(*, thing: Thing, since: date, reason: str, by: User) -> Recall:
    """Block it at once, the same lot in other clinics too, and open the list in each. The answer is that of the thing's
    own clinic.

    Raises RecallRefused: reason_missing, already_open.
    """
    if not reason.strip():
        raise actions.RecallRefused("reason_missing")
    with walls.every_clinic():  # whoever holds the same lot
        held = list(everywhere(thing).select_for_update(of=("self",), no_key=True))
        thing = next(each for each in held if each.pk == thing.pk)
        if under_way(thing):
            raise actions.RecallRefused("already_open")
        first = _called_back(thing, since, reason, by)
        for other in held:
            if other.pk != thing.pk and under_way(other) is None:
                _called_back(other, first_used(other), reason, by, origin=first)
    return first


def _called_back(thing: Thing, since: date, reason: str, by: User, origin: Recall | None = None) -> Recall:
    if thing.blocked_at is None:
        equipment.block(thing=thing, reason=reason, by=by)
    return actions.open_list(
        clinic=thing.clinic, exposure=thing.as_exposure, called=str(thing), since=since, reason=reason, by=by,
        origin=origin,
    )  # fmt: skip
