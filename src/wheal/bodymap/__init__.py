"""The ground that points lie on: charts and areas, outlines, grids over them, spacing, danger zones."""

from wheal.bodymap.grids import ENOUGH, MOST_POINTS, Pattern, lay_grid
from wheal.bodymap.ground import (
    FARTHEST,
    Outline,
    OutlineRefused,
    area_cm2,
    contains,
    nearest_spacing_cm,
    points_beside,
    points_outside,
)
from wheal.bodymap.packing import PackedPointsRefused, pack_points, unpack_points
from wheal.bodymap.places import (
    Place,
    Side,
    Zone,
    across,
    in_danger,
    middle_in_view,
    mirrored,
    place,
    places,
    ruler_of,
    side_of,
    zones,
)
from wheal.bodymap.scale import CHART, PER_CM, Point, Scale, ScaleRefused, measured

__all__ = [
    "CHART", "ENOUGH", "FARTHEST", "MOST_POINTS", "PER_CM", "Outline", "OutlineRefused", "PackedPointsRefused",
    "Pattern", "Place", "Point", "Scale", "ScaleRefused", "Side", "Zone", "across", "area_cm2", "contains",
    "in_danger", "lay_grid", "measured", "middle_in_view", "mirrored", "nearest_spacing_cm", "pack_points", "place",
    "places", "points_beside", "points_outside", "ruler_of", "side_of", "unpack_points", "zones",
]  # fmt: skip
