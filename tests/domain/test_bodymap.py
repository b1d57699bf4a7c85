"""Grids, areas and danger zones of the body map."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wheal import bodymap
from wheal.bodymap import OutlineRefused, PackedPointsRefused
from wheal.knowledge.records import Area, DangerZone

SQUARE_10_CM = [(0, 0), (1000, 0), (1000, 1000), (0, 1000)]
SUBMENTAL = [(0, 100), (500, 0), (1000, 100), (820, 520), (500, 600), (180, 520)]

spacings = st.decimals("0.4", "2.5", places=3)
patterns = st.sampled_from(["square", "hexagonal"])


@st.composite
def outlines(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Star-shaped outlines around a middle: any number of corners, never crossing themselves."""
    corners = draw(st.integers(5, 14))
    radii = draw(st.lists(st.integers(250, 900), min_size=corners, max_size=corners))
    turns = [complex(0, 1) ** (4 * i / corners) for i in range(corners)]
    return [(round(1000 + r * t.real), round(1000 + r * t.imag)) for r, t in zip(radii, turns, strict=True)]


def laid(outline: list[tuple[int, int]], spacing: Decimal, pattern: bodymap.Pattern) -> list[tuple[int, int]]:
    try:
        return bodymap.lay_grid(outline, spacing, pattern)
    except OutlineRefused as refused:
        assume(refused.reason != "too_small")
        raise


@given(outlines(), spacings, patterns)
@settings(max_examples=60, deadline=None)
def test_no_two_points_of_a_grid_are_nearer_than_the_spacing(outline, spacing, pattern):
    points = laid(outline, spacing, pattern)
    least = min(
        ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for i, a in enumerate(points) for b in points[i + 1 :]),
        default=None,
    )
    assert least is None or Decimal(least) >= (spacing * 100) ** 2
    told = bodymap.nearest_spacing_cm(points)
    assert told is None or told >= spacing.quantize(Decimal("0.01"), "ROUND_DOWN")


@given(outlines(), spacings, patterns)
@settings(max_examples=40, deadline=None)
def test_every_point_of_a_grid_lies_inside_the_outline(outline, spacing, pattern):
    points = laid(outline, spacing, pattern)
    assert bodymap.points_outside(outline, points) == []
    assert all(bodymap.contains(outline, point) for point in points)


@given(outlines(), spacings, patterns, st.integers(-9000, 9000), st.integers(-9000, 9000))
@settings(max_examples=40, deadline=None)
def test_a_grid_moves_with_its_outline(outline, spacing, pattern, x, y):
    moved = [(a + x, b + y) for a, b in outline]
    assert laid(moved, spacing, pattern) == [(a + x, b + y) for a, b in laid(outline, spacing, pattern)]
    assert bodymap.area_cm2(moved) == bodymap.area_cm2(outline)


@given(outlines(), spacings, st.decimals("0.01", "0.5", places=3))
@settings(max_examples=25, deadline=None)
def test_what_the_points_deliver_is_their_count_times_the_volume_of_each(outline, spacing, volume):
    points = laid(outline, spacing, "square")
    assert sum((volume for _ in points), Decimal(0)) == volume * len(points)
    assert len(bodymap.unpack_points(bodymap.pack_points(points))) == len(points)


coordinates = st.integers(-bodymap.FARTHEST, bodymap.FARTHEST)


@given(st.lists(st.tuples(coordinates, coordinates), max_size=300))
def test_packed_points_come_back_as_they_were_in_four_bytes_each(points):
    packed = bodymap.pack_points(points)
    assert bodymap.unpack_points(packed) == points
    assert bodymap.unpack_points(memoryview(packed)) == points
    assert len(packed) == 1 + 4 * len(points)


def test_no_bytes_are_no_points():
    assert bodymap.unpack_points(b"") == []


@pytest.mark.parametrize("packed", [b"\x02\x00\x00\x00\x00", b"\x01\x00\x00", b"\xff"])
def test_bytes_of_another_version_or_cut_short_are_refused(packed):
    with pytest.raises(PackedPointsRefused):
        bodymap.unpack_points(packed)


@pytest.mark.parametrize(
    ("spacing", "pattern", "count"),
    [("1", "square", 100), ("2", "square", 25), ("1", "hexagonal", 105), ("5", "square", 4)],
)
def test_a_square_of_ten_centimetres_holds(spacing, pattern, count):
    assert len(bodymap.lay_grid(SQUARE_10_CM, Decimal(spacing), pattern)) == count


def test_a_grid_is_centred_and_keeps_half_a_spacing_from_the_edge():
    points = bodymap.lay_grid(SQUARE_10_CM, Decimal(1))
    assert (min(points), max(points)) == ((50, 50), (950, 950))


def test_the_margin_can_be_chosen():
    assert len(bodymap.lay_grid(SQUARE_10_CM, Decimal(1), margin=Decimal(0))) == 121
    assert len(bodymap.lay_grid(SQUARE_10_CM, Decimal(1), margin=Decimal(2))) == 49


def test_a_submental_outline_at_one_centimetre_has_points_one_centimetre_apart():
    points = bodymap.lay_grid(SUBMENTAL, Decimal(1))
    assert bodymap.nearest_spacing_cm(points) == Decimal("1.00")
    assert 30 <= len(points) <= 50


def test_a_spacing_finer_than_a_tenth_of_a_millimetre_is_rounded_up():
    points = bodymap.lay_grid(SQUARE_10_CM, Decimal("1.001"))
    assert bodymap.nearest_spacing_cm(points) == Decimal("1.01")


@pytest.mark.parametrize(
    ("outline", "spacing", "reason"),
    [
        ([(0, 0), (10, 0)], "1", "too_few_corners"),
        ([(0, 0), (0, 0), (500, 0), (500, 0)], "1", "too_few_corners"),
        ([(0, 0), (1000, 1000), (1000, 0), (0, 1000)], "1", "self_crossing"),
        ([(0, 0), (5, 0), (5, 5), (0, 5)], "1", "too_small"),
        ([(0, 0), (80, 0), (80, 80), (0, 80)], "1", "too_small"),
        ([(0, 0), (40_000, 0), (0, 500)], "1", "too_far"),
        (SQUARE_10_CM, "0.1", "grid_too_fine"),
        (SQUARE_10_CM, "0", "bad_spacing"),
        (SQUARE_10_CM, "-1", "bad_spacing"),
        (SQUARE_10_CM, "NaN", "bad_spacing"),
    ],
)
def test_an_outline_that_cannot_hold_a_grid_says_why(outline, spacing, reason):
    with pytest.raises(OutlineRefused) as refused:
        bodymap.lay_grid(outline, Decimal(spacing))
    assert refused.value.reason == reason


def test_a_point_outside_every_chart_cannot_be_packed():
    with pytest.raises(OutlineRefused):
        bodymap.pack_points([(0, 40_000)])


@pytest.mark.parametrize(
    ("outline", "area"),
    [(SQUARE_10_CM, "100.00"), ([(0, 0), (1000, 0), (0, 333)], "16.65"), (SUBMENTAL[::-1], "42.00")],
)
def test_the_area_of_an_outline_is_told_in_square_centimetres(outline, area):
    assert bodymap.area_cm2(outline) == Decimal(area)


def test_the_area_is_never_told_larger_than_it_is():
    assert bodymap.area_cm2([(0, 0), (199, 0), (0, 101)]) == Decimal("1.00")  # 1.00495


@pytest.mark.parametrize(
    ("points", "spacing"),
    [
        ([], None),
        ([(5, 5)], None),
        ([(0, 0), (30, 40)], "0.50"),
        ([(0, 0), (100, 100), (100, 300)], "1.41"),
        ([(7, 7), (7, 7), (900, 900)], "0.00"),
    ],
)
def test_the_nearest_spacing_is_the_least_distance_between_two_points(points, spacing):
    assert bodymap.nearest_spacing_cm(points) == (None if spacing is None else Decimal(spacing))


def test_the_edge_of_an_outline_counts_as_inside():
    assert bodymap.contains(SQUARE_10_CM, (0, 500))
    assert not bodymap.contains(SQUARE_10_CM, (-1, 500))
    assert bodymap.points_outside(SQUARE_10_CM, [(1, 1), (1001, 1), (5, -5)]) == [(1001, 1), (5, -5)]
    assert bodymap.points_outside(SQUARE_10_CM, []) == []


def an_area() -> Area:
    def square(left: int, size: int) -> tuple[tuple[Decimal, Decimal], ...]:
        edges = [(left, 0), (left + size, 0), (left + size, size), (left, size)]
        return tuple((Decimal(x), Decimal(y)) for x, y in edges)

    return Area(
        chart="front",
        outline=square(0, 10),
        order=1,
        danger_zones=(
            DangerZone("jaw", square(0, 2), ("deoxycholic_acid",), ("label",)),
            DangerZone("eye", square(8, 2), (), ("label",)),
        ),
    )


def test_danger_zones_name_the_points_within_them_for_the_substances_they_hold_for():
    points = [(100, 100), (500, 500), (900, 100)]
    found = bodymap.in_danger(an_area(), points, "deoxycholic_acid")
    assert found == {"jaw": [(100, 100)], "eye": [(900, 100)]}
    assert bodymap.in_danger(an_area(), points, "lidocaine") == {"eye": [(900, 100)]}
    assert bodymap.in_danger(an_area(), [], "lidocaine") == {}


def test_drawing_can_start_from_the_outline_of_the_area():
    assert bodymap.outline_of(an_area()) == SQUARE_10_CM
