"""How much is dissolved in a mix: what the labels of its products print, added up by volume."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from wheal.knowledge import Knowledge
from wheal.quantities import Quantity

Drawn = tuple[str, Quantity, Decimal]
"""A substance, its concentration, and how many mL of it."""


def below_least(drawn: Iterable[Drawn], known: Knowledge) -> tuple[Quantity, Quantity] | None:
    """What is dissolved at most, and the least that there should be; None where it is enough or not known."""
    least, dissolved = known.handling.osmolality_least, most(drawn, known)
    if least is None or dissolved is None or dissolved >= least:
        return None
    return Quantity.of(round(dissolved), "mosm/kg"), Quantity.of(least, "mosm/kg")


def most(drawn: Iterable[Drawn], known: Knowledge) -> Decimal | None:
    """The highest osmolality that the mix can have, in mOsm/kg; None where that of one product is not known.

    Volumes stand in for masses of water, and what reacts is not reckoned with: a figure to look at, not to dose by.
    """
    parts = [(volume_ml, _of(substance, strength, known)) for substance, strength, volume_ml in drawn]
    held = [(volume_ml, mosm) for volume_ml, mosm in parts if mosm is not None]
    if len(held) < len(parts):
        return None
    dissolved = sum((volume_ml * mosm for volume_ml, mosm in held), Decimal(0))
    return dissolved / sum((volume_ml for volume_ml, _ in held), Decimal(0))


def _of(substance: str, strength: Quantity, known: Knowledge) -> Decimal | None:
    record = known.substances.get(substance)
    printed = record.osmolality if record else ()
    fitting = (it.most for it in printed if not it.strengths or _is_one_of(strength, it.strengths))
    return max(fitting, default=None)


def _is_one_of(strength: Quantity, printed: Iterable[str]) -> bool:
    return any(Quantity.parse(one) == strength for one in printed)
