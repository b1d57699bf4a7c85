"""Every lot of a product called back: a recall of each, all of them or none."""

from __future__ import annotations

from django.db import transaction

from wheal.clinic.people.models import User
from wheal.clinic.safety import actions, same
from wheal.clinic.safety.models import Notice, Recall
from wheal.clinic.stock.models import Lot, Product


@transaction.atomic
def call_back(*, product: Product, reason: str, by: User, notice: Notice | None = None) -> list[Recall]:
    """Those that are called back already stay as they are.

    Raises RecallRefused: reason_missing; already_open where there is none left.
    """
    every = {pk for lot in product.lots.all() for pk in same.everywhere(lot).values_list("pk", flat=True)}
    # in one order, before any is blocked
    list(Lot.objects.filter(pk__in=every).select_for_update().order_by("pk"))
    made = []
    for lot in product.lots.order_by("pk"):
        # its twin's recall may have opened it
        if not lot.recalls.under_way().filter(is_drill=False).exists():
            made.append(actions.open_recall(lot=lot, reason=reason, by=by, notice=notice))
    if not made:
        raise actions.RecallRefused("already_open")
    return made
