"""How an area can be measured, what cannot be right, and what is asked again before it is kept.

The usual ranges stand with each instrument. How far a figure may lie from the last one of the same place is Wheal's own
convention: a fifth for weight and girth, a half for a thickness. It stops slips of the hand (17.0 for 170), it judges
nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

from wheal.knowledge import Knowledge
from wheal.knowledge.following import By, Instrument

Doubt = Literal["impossible", "too_fine", "unusual", "jump"]
REFUSED: Final[tuple[Doubt, ...]] = ("impossible", "too_fine")
"""These cannot be confirmed; the others can."""
_JUMP: Final = {"weight": Decimal("0.2"), "girth": Decimal("0.2"), "thickness": Decimal("0.5")}


def doubt(
    instrument: Instrument, value: Decimal, last: Decimal | None, *, is_converted: bool = False
) -> Doubt | None:
    """`last`: the one before at the same place, None where there is none. `is_converted`: told in another unit, so that
    the steps of this one say nothing of how finely it was told."""
    if not instrument.least <= value <= instrument.most:
        return "impossible"
    if value % instrument.step and not is_converted:
        return "too_fine"
    if instrument.usual_least is not None and value < instrument.usual_least:
        return "unusual"
    if instrument.usual_most is not None and value > instrument.usual_most:
        return "unusual"
    share = _JUMP.get(instrument.kind)
    if share is not None and last is not None and abs(value - last) > share * last:
        return "jump"
    return None


def fitting(known: Knowledge, area: str, purpose: str, by: By | None = None) -> dict[str, Instrument]:
    """The ways of measuring for an area and a purpose, the preferred first."""
    held = sorted(known.instruments.items(), key=lambda pair: pair[1].order)
    return {
        code: it
        for code, it in held
        if (not it.areas or area in it.areas)
        and (not it.purposes or purpose in it.purposes)
        and by in (None, it.by)
    }
