"""Points in one compact column: four bytes each."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

from wheal.bodymap.ground import FARTHEST, OutlineRefused
from wheal.bodymap.scale import Point

_VERSION: Final = 1


class PackedPointsRefused(ValueError):
    """Bytes that this version did not write."""


def pack_points(points: Iterable[Point]) -> bytes:
    """Four bytes a point after one that tells the version. Depth and volume are columns of the pass."""
    flat = [edge for point in points for edge in point]
    if any(not -FARTHEST <= edge <= FARTHEST for edge in flat):
        raise OutlineRefused("too_far", "a point lies outside every chart")
    return struct.pack(f"<B{len(flat)}h", _VERSION, *flat)


def unpack_points(packed: bytes | memoryview) -> list[Point]:
    """The points of `pack_points` in their order; no bytes are no points. Raises PackedPointsRefused."""
    held = bytes(packed)
    if not held:
        return []
    if held[0] != _VERSION or len(held) % 4 != 1:
        raise PackedPointsRefused(f"these points are of version {held[0]} or cut short")
    return list(struct.iter_unpack("<hh", held[1:]))
