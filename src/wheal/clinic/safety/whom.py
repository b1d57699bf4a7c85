"""Who met a thing that the watch suspects, whatever its kind: for the list to call, and for the letters."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments.models import Amendment, Mix, MixComponent, Session, SessionQuerySet, ThingUsed
from wheal.surveillance import Exposure

NEEDLE = "needle"
"""A lot of needles is a lot to the watch; the word before its id keeps it apart from those of the stock."""
_DRAWN = {
    "lot": "lot", "diluent": "lot", "container": "container", "product": "lot__product", "mix": "mix__protocol",
}  # fmt: skip


def used(thing: int) -> Q:
    """Of ThingUsed: it was named itself, or a device or room was last cleaned with it."""
    return Q(thing=thing) | Q(cleaning__water_point=thing) | Q(cleaning__disinfectant=thing)


def met(clinic: Clinic, exposure: Exposure, since: date) -> QuerySet[Session]:
    """Sessions of the clinic with it since a day; those too that were drawn up and not signed."""
    return begun(Session.objects.filter(_with(exposure), clinic=clinic)).filter(
        was__gte=clinic.begin_of(since)
    )


def begun(sessions: SessionQuerySet) -> SessionQuerySet:
    """Of these what was signed, or drawn up at least: it may have been given. `was`: when."""
    given = Q(signed_at__isnull=False) | Q(pk__in=Mix.objects.values("session"))
    return sessions.filter(given, cancelled_at=None).timed()


def _with(exposure: Exposure) -> Q:
    kind, name = exposure
    if kind == "clinic":
        return Q()
    number = int(name.rpartition("-")[2])
    if kind == "practitioner":
        return Q(practitioner=number)
    if kind in _DRAWN and not name.startswith(f"{NEEDLE}-"):
        drawn = Q(pk__in=MixComponent.objects.filter(**{_DRAWN[kind]: number}).values("mix__session"))
        return drawn | _amended(_DRAWN[kind], number)
    return Q(pk__in=ThingUsed.objects.filter(used(number)).values("session"))


def _amended(what: str, number: int) -> Q:
    """Those too of which an amendment says that it came from there."""
    if what not in ("lot", "container", "lot__product"):
        return Q(pk__in=[])
    return Q(pk__in=Amendment.objects.filter(**{what: number}).values("session"))


def people(sessions: QuerySet[Session]) -> dict[int, bool]:
    """By patient, in the order of their names: was any of these sessions signed?"""
    rows = sessions.order_by("patient__search_name", "patient", "pk").values_list("patient", "signed_at")
    found: dict[int, bool] = {}
    for patient, signed_at in rows:
        found[patient] = found.get(patient, False) or signed_at is not None
    return found
