"""People with a reaction among people treated: by product, lot, technique, practitioner, clinic. Two reads a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.models import Tie
from wheal.clinic.treatments.models import Session
from wheal.events import rates
from wheal.surveillance import ALIKE, LOOK_BACK

BY = {
    "product": _("Product"),
    "lot": _("Lot"),
    "technique": _("Technique"),
    "practitioner": _("Practitioner"),
    "clinic": _("Clinic"),
}
PATHS = {
    "product": ("mixes__components__lot__product", "mixes__components__lot__product__name"),
    "lot": ("mixes__components__lot", "mixes__components__lot__number"),
    "technique": ("passes__technique", "passes__technique"),
    "practitioner": ("practitioner", "practitioner__username"),
    "clinic": ("clinic", "clinic__name"),
}
FOLLOWED = timedelta(days=LOOK_BACK)
"""Who was treated less long ago may still fall ill."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`kind`: of reaction; "" any, "alike" those that one contaminated thing causes side by side."""

    by: str
    since: date
    until: date
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    key: object
    name: str
    sessions: int
    rate: rates.Rate | None
    recent: int  # of the people, treated too lately to be sure


def lines(clinic: Clinic, asked: Asked) -> list[Line]:
    """The most treated first. Sessions count by the day on which they were signed; people count once a line."""
    key, name = PATHS[asked.by]
    signed = signed_in(clinic, asked)
    lately = Q(signed_at__gte=clinic.begin_of(clinic.day_of() - FOLLOWED))
    rows = (
        signed.exclude(**{key: None})
        .values(key, name)
        .annotate(
            sessions=Count("pk", distinct=True),
            people=Count("patient", distinct=True),
            recent=Count("patient", distinct=True, filter=lately),
        )
        .order_by("-people", name)
    )
    ill = _ill(signed, key, asked.kind)
    return [
        Line(
            row[key],
            str(row[name]),
            row["sessions"],
            rates.of_people(ill.get(row[key], 0), row["people"]),
            row["recent"],
        )
        for row in rows
    ]


def _ill(signed: QuerySet[Session], key: str, kind: str) -> dict[object, int]:
    """By key: people of these sessions with a reaction tied to one of them."""
    ties = Tie.objects.standing().filter(session__in=signed)
    if kinds := kinds_of(kind):
        ties = ties.filter(reaction__kind__in=kinds)
    counted = (
        ties.order_by().values(f"session__{key}").annotate(ill=Count("reaction__patient", distinct=True))
    )
    return {row[f"session__{key}"]: row["ill"] for row in counted}


def kinds_of(kind: str) -> Iterable[str]:
    return ALIKE if kind == "alike" else (kind,) if kind else ()


def signed_in(clinic: Clinic, asked: Asked) -> QuerySet[Session]:
    begin, end = clinic.begin_of(asked.since), clinic.begin_of(asked.until + timedelta(days=1))
    return Session.objects.filter(clinic=clinic, signed_at__gte=begin, signed_at__lt=end).order_by()
