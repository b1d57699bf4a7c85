"""People with a reaction among people treated: by product, lot, technique, practitioner, clinic. Three reads a table.

Who was injected nothing after all, as an amendment says, is not among those treated, as in what leaves for a registry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.models import Tie
from wheal.clinic.treatments.injected import NotInjected, not_injected
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
MIXES = {"product": "mixes", "lot": "mixes", "technique": "passes__mix"}
"""Where what is counted by is that of a mix."""
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
    none = not_injected(signed)
    lately = Q(signed_at__gte=clinic.begin_of(clinic.day_of() - FOLLOWED))
    rows = (
        injected(signed, asked.by, none)
        .exclude(**{key: None})
        .values(key, name)
        .annotate(
            sessions=Count("pk", distinct=True),
            people=Count("patient", distinct=True),
            recent=Count("patient", distinct=True, filter=lately),
        )
        .order_by("-people", name)
    )
    ill = _ill(signed, none, asked)
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


def injected(rows: QuerySet, by: str, none: NotInjected, session: str = "") -> QuerySet:
    """Without what was signed and not injected after all. `session`: how the rows lead to their session, with `__`
    behind it."""
    if not none.mixes:
        return rows
    rows = rows.exclude(**{f"{session}pk__in": none.sessions})
    if (
        by in MIXES
    ):  # a column of the very join that is counted: any other way would leave out the whole session
        rows = rows.annotate(mix=F(session + MIXES[by])).exclude(mix__in=none.mixes)
    return rows


def _ill(signed: QuerySet[Session], none: NotInjected, asked: Asked) -> dict[object, int]:
    """By key: people of these sessions with a reaction tied to one of them."""
    key, _name = PATHS[asked.by]
    ties = injected(Tie.objects.standing().filter(session__in=signed), asked.by, none, "session__")
    if kinds := kinds_of(asked.kind):
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
