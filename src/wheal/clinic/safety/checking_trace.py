"""The books of the stock held against the trace: what the ledger injected of each lot is what the trace tells of it.

Every night and by `wheal check-stock`, after the books were held against the shelf, the containers and the sessions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import Sum

from wheal import ledger, tracing
from wheal.clinic.safety import corrected
from wheal.clinic.stock.models import Lot, Movement
from wheal.clinic.transactions import one_moment
from wheal.clinic.treatments import checking_stock
from wheal.ledger import Discrepancy, TraceBooks

Injected = Counter[tuple[int, int]]
"""Microlitres by lot and mix."""


def discrepancies() -> list[Discrepancy]:
    """Everything that does not add up, in all clinics."""
    return [*checking_stock.discrepancies(), *of_the_trace()]


def of_the_trace() -> list[Discrepancy]:
    ids = list(Lot.objects.order_by("pk").values_list("pk", flat=True))
    begins = range(0, len(ids), checking_stock.AT_ONCE)
    return [each for at in begins for each in _held(ids[at : at + checking_stock.AT_ONCE])]


def _held(lots: Sequence[int]) -> Iterator[Discrepancy]:
    with one_moment():
        books, traced = _by_books(lots), _by_trace(lots)
    return ledger.check(
        traces=[
            TraceBooks(lot, mix, books[lot, mix], traced[lot, mix]) for lot, mix in sorted(books | traced)
        ]
    )


def _by_books(lots: Sequence[int]) -> Injected:
    rows = Movement.objects.filter(lot__in=lots, kind=Movement.Kind.INJECTED, mix__isnull=False).order_by()
    summed = rows.values_list("lot", "mix").annotate(volume=Sum("volume_ul"))
    return Counter({(lot, mix): volume for lot, mix, volume in summed})


def _by_trace(lots: Sequence[int]) -> Injected:
    """Of what was signed: nothing is injected by the books before that."""
    found = corrected.of_lots(lots)
    told = tracing.carried(
        found.drawn, found.mixed, found.injected, given_ul=found.given, parts_ul=found.parts
    )
    signed = {row.mix for row in found.drawn if row.signed}
    return Counter({(lot, mix): volume for (lot, mix), volume in told.items() if mix in signed})


def nightly() -> dict[str, object]:
    """What the timetable keeps of the night."""
    return checking_stock.kept(discrepancies())
