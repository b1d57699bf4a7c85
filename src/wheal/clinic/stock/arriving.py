"""What whoever takes in a box is told at once: that it may not be used, why, and what to do with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from wheal.clinic.stock import actions
from wheal.clinic.stock.models import Lot, Product


def received(lots: Iterable[Lot]) -> Iterator[str]:
    """Of lots as they stand now, after they were taken in."""
    for lot in {lot.pk: lot for lot in lots}.values():
        if lot.is_blocked:
            words = (
                _("Lot %(lot)s is called back (%(reason)s).")
                if lot.recalled_at
                else _("Lot %(lot)s is in quarantine (%(reason)s).")
            )
            told = words % {"lot": lot.number, "reason": lot.block_reason.rstrip(".")}
            yield f"{told} " + _("Put these boxes aside: nothing of them can be drawn.")


def scanned(product: Product, number: str, expires: date, today: date) -> Iterator[str]:
    """Of a box that is not taken in yet."""
    blocked = actions.blocked_already(product, number)
    if blocked is not None:
        yield _("Lot %(lot)s is blocked (%(reason)s). Put this box aside. Once received it lies in quarantine.") % {
            "lot": number, "reason": blocked.block_reason.rstrip("."),
        }  # fmt: skip
    elif expires < today:
        yield _(
            "Lot %(lot)s is past its expiry date. Put this box aside, or send it back. "
            "Once received it lies in quarantine."
        ) % {"lot": number}
