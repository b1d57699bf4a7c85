"""What a file of charts/ or areas/ may say: drawings of the body, areas on them, ground where harm may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import with_config

from wheal.knowledge.values import CLOSED, Number, Whole, YesNo

Corners = tuple[tuple[Number, Number], ...]
"""Centimetres on a chart, x to the viewer's right, y down."""
Edge = Literal["left", "right", "front", "back", "thumb", "little_finger"]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class DangerZone:
    """Wording: `danger.<code>`, and on the map `danger_name.<code>`. Without an outline its place differs from person
    to person: it is said, not drawn.

    `severity`: of a point in it. stop where the source forbids it, refer where it says to avoid it, else caution.
    """

    code: str
    outline: Corners
    substances: tuple[str, ...]  # empty: for all
    sources: tuple[str, ...]
    margin_cm: Number | None = None  # around the outline, as wide on the patient
    severity: Literal["stop", "refer", "caution"] = "caution"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Chart:
    """One file of charts/: a drawing, x counted from its midline. Wording: `chart.<id>`."""

    order: Whole
    across: str  # the chart of the patient's other side: itself where both sides are seen
    edges: tuple[Edge, Edge]  # of the patient, at the viewer's left and at the viewer's right
    shapes: Whole = 1  # body shapes that it is drawn in
    mirrored: YesNo = False  # the mirror image of `across`, danger zones included
    danger_zones: tuple[DangerZone, ...] = ()


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class View:
    """An area as a chart shows it. The outline counts from an origin of its own."""

    chart: str
    outline: Corners
    at: Corners = ()  # where the origin lies on the chart, once for each body shape
    side: Literal["", "left", "right"] = (
        ""  # the patient's; its mirror image is the other side's. "": midline
    )
    ruler: Corners = ()  # two ends of what is measured on the patient. Wording: `measure.<area>`


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Area:
    """One file of areas/: the view that is offered first, then the others. Its zones count as the first one does."""

    chart: str  # which drawing it is on: "under_chin", "face", "front"…
    outline: Corners
    order: Whole
    at: Corners = ()
    side: Literal["", "left", "right"] = ""
    ruler: Corners = ()
    views: tuple[View, ...] = ()
    danger_zones: tuple[DangerZone, ...] = ()

    @property
    def seen(self) -> tuple[View, ...]:
        """Every view, the first one first."""
        return (View(self.chart, self.outline, self.at, self.side, self.ruler), *self.views)
