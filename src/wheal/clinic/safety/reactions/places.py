"""Places on the body map: what was tapped, and the nearest point of the pass that was drawn there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wheal import bodymap
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.models import Place, Reaction
from wheal.clinic.treatments.models import Pass, Session


@dataclass(frozen=True, slots=True)
class NewPlace:
    """`at`: tenths of a millimetre on the area's chart; None where only the area is known."""

    area: str
    at: bodymap.Point | None = None
    drawn: Pass | None = None

    def of(self, reaction: Reaction) -> Place:
        place = Place(reaction=reaction, area=self.area, drawn=self.drawn)
        if self.at is None:
            return place
        place.x, place.y = self.at
        if self.drawn and (found := nearest(self.drawn, self.at)):
            place.point, place.away_mm = found
        return place


def nearest(drawn: Pass, at: bodymap.Point) -> tuple[int, Decimal] | None:
    """The number of the nearest point of a pass, and how many millimetres away; None where it has no points."""
    points = bodymap.unpack_points(drawn.points)
    if not points:
        return None
    number, point = min(enumerate(points), key=lambda pair: math.dist(pair[1], at))
    return number, round(Decimal(math.dist(point, at)) / 10, 1)


def day_of(session: Session, clinic: Clinic | None = None) -> date:
    """By the clock of its clinic, which may be given where it is at hand."""
    held = clinic or session.clinic
    return held.day_of(session.inject_at or session.signed_at or session.planned_for)
