"""The table of who was treated: what its rows say again and again (days, places, volumes, addresses) is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache

from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language

from wheal import knowledge, ledger
from wheal.clinic import decimals
from wheal.tracing import MixTraced, PatientTraced, SessionTraced, Web

Row = dict[str, object]
"""What a template finds quickest; a lot may have thousands."""


class Table:
    """`here`: the name of the clinic whose records may be opened from it."""

    def __init__(self, found: Web, here: str) -> None:
        self.found, self.here = found, here
        self.language = (get_language() or "en").partition("-")[0]
        self._day = cache(_short_day)
        self._area = cache(self._named)
        self._chart, self._visit = _addresses("patients:show"), _addresses("treatments:session")

    @property
    def several(self) -> bool:
        """Whether another clinic is in it: then each row names its own."""
        return any(name != self.here for name in self.found.clinics)

    @property
    def injected_ml(self) -> Decimal:
        """Of these lots, in what was signed: as the books have it."""
        return ledger.millilitres(sum(mix.injected_ul for mix in self._mixes(signed=True)))

    @property
    def drawn_up_ml(self) -> Decimal:
        """Of these lots, in sessions that nobody has signed: in syringes, by the books; it may have been given."""
        return ledger.millilitres(sum(mix.drawn_ul for mix in self._mixes(signed=False)))

    def _mixes(self, *, signed: bool) -> Iterator[MixTraced]:
        for one in self.found.patients:
            for session in one.sessions:
                if session.signed == signed:
                    yield from session.mixes

    def __iter__(self) -> Iterator[Row]:
        for one in self.found.patients:
            for place, session in enumerate(one.sessions):
                yield self._row(one, session, is_first=not place)

    def _row(self, one: PatientTraced, session: SessionTraced, *, is_first: bool) -> Row:
        is_here = session.clinic == self.here
        return {
            "person": one.person,
            "chart": self._chart(one.id) if is_here and is_first else "",
            "again": is_here and not is_first,
            "visit": self._visit(session.id) if is_here else "",
            "day": self._day(session.day),
            "signed": session.signed,
            "clinic": session.clinic,
            "where": "; ".join(map(self._places, session.mixes)),
            "points": session.points,
            "of_lot": f"{decimals.shown(session.injected_ml)}\N{NO-BREAK SPACE}mL",
            "corrected": session.corrected,
            "by": session.practitioner or "—",
        }

    def _places(self, mix: MixTraced) -> str:
        return ", ".join([self._area(each.area) for each in mix.passes])

    def _named(self, area: str) -> str:
        return knowledge.current().text(f"area.{area}", self.language) if area else ""


def _short_day(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def _addresses(name: str) -> Callable[[int], str]:
    """The page of any id, for one question to the router."""
    before, _, after = reverse(name, args=[0]).rpartition("0")
    return lambda pk: f"{before}{pk}{after}"
