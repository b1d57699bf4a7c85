"""GTINs and lot numbers that are the same however they were written down, asked of the database."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.lookups import Exact

from wheal.lot_numbers import ASIDE, bare


def spellings(gtin: str) -> list[str]:
    """Every way in which it may be kept: in 14 digits, or in fewer without zeros before it."""
    bare = gtin.lstrip("0")
    return [bare.zfill(size) for size in (8, 12, 13, 14) if len(bare) <= size]


class Bare(Func):
    """What `lot_numbers.bare` is, in the database. Its signs stand in the SQL itself: so an index is found."""

    template = f"{'REPLACE(' * len(ASIDE)}UPPER(%(expressions)s)" + "".join(
        f", '{sign}', '')" for sign in ASIDE
    )
    output_field = models.CharField()


def numbered(number: str) -> Exact:
    """Of a lot: this number, however it is spelt; one of signs alone only as it stands. Through the index of `Lot`."""
    return Exact(Bare("number"), Bare(Value(number))) if bare(number) else Exact(F("number"), Value(number))
