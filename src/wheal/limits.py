"""Which published limits hold for a session, and which of them it breaks."""

from __future__ import annotations

from dataclasses import dataclass

from wheal.knowledge.records import LimitCode, LimitKind
from wheal.quantities import Quantity


@dataclass(frozen=True, slots=True)
class AppliedLimit:
    """A limit that was compared with what the session does. For min_* codes `max` is the least allowed.

    `found` is None where a fact needed for the comparison is not known.
    """

    code: LimitCode
    max: Quantity
    source: str
    found: Quantity | None
    kind: LimitKind
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Total:
    """What a session gives of one substance. `per_cm2` is that of the area where it is highest."""

    dose: Quantity
    per_kg: Quantity | None = None
    per_cm2: Quantity | None = None
    limits: tuple[AppliedLimit, ...] = ()
    no_limit_published: bool = False
