"""Amounts of money as they are read: two places, grouped, with the currency behind a space that does not break."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats


def money(amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return "—"
    return f"{formats.number_format(amount, 2, use_l10n=True, force_grouping=True)}\u00a0{currency}"
