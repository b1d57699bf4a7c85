"""Grids, areas and danger zones of the body map."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wheal import bodymap
from wheal.bodymap import OutlineRefused, PackedPointsRefused
from wheal.knowledge.charts import Area, Chart, DangerZone, View

SQUARE_10_CM = [(0, 0), (1000, 0), (1000, 1000), (0, 1000)]
SUBMENTAL = [(0, 100), (500, 0), (1000, 100), (820, 520), (500, 600), (180, 520)]

spacings = st.decimals("0.4", "2.5", places=3)
patterns = st.sampled_from(["square", "hexagonal", "line"])


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


def square(left: float, size: float) -> tuple[tuple[Decimal, Decimal], ...]:
    edges = [(left, 0), (left + size, 0), (left + size, size), (left, size)]
    return tuple((Decimal(str(x)), Decimal(str(y))) for x, y in edges)


def with_charts(**changes: object) -> SimpleNamespace:
    """What the body map asks of the knowledge: a chart of both sides, one of each side, and two areas on them."""
    jaw = DangerZone("jaw", square(-5, 2), ("deoxycholic_acid",), ("label",), Decimal("0.5"))
    eye = DangerZone("eye", square(3, 2), (), ("label",))
    glands = DangerZone("glands", (), ("deoxycholic_acid",), ("label",))
    charts = {
        "front": Chart(1, "front", ("right", "left"), 2, danger_zones=(jaw, eye, glands)),
        "left_side": Chart(2, "right_side", ("front", "back"), danger_zones=(eye,)),
        "right_side": Chart(3, "left_side", ("back", "front"), mirrored=True),
    }
    at = square(-5, 0)[:2][:1] * 2
    hip = View("left_side", square(0, 4), square(-2, 0)[:1], "left")
    areas = {
        "belly": Area("front", square(0, 10), 1, at=at, ruler=square(0, 10)[:2]),
        "thigh": Area(
            "front", square(0, 5), 2, at=(*square(3, 0)[:1], *square(4, 0)[:1]), side="left", views=(hip,)
        ),
    }
    return SimpleNamespace(**({"charts": charts, "areas": areas} | changes))


def test_an_area_is_seen_once_for_each_side_on_every_chart():
    known = with_charts()
    assert [(one.chart, one.side) for one in bodymap.places("belly", known)] == [("front", "")]
    assert [(one.chart, one.side) for one in bodymap.places("thigh", known)] == [
        ("front", "left"), ("front", "right"), ("left_side", "left"), ("right_side", "right"),
    ]  # fmt: skip


def test_the_other_side_is_the_mirror_image_and_back_again_the_same():
    known = with_charts()
    left = bodymap.place("thigh", known)
    right = bodymap.across(left, known)
    assert right.outline == ((0, 0), (-500, 0), (-500, 500), (0, 500))
    assert right.at == ((-300, 0), (-400, 0))
    assert bodymap.across(right, known) == left
    points = [(10, 20), (300, 400)]
    assert bodymap.mirrored(bodymap.mirrored(points, left), right) == points


def test_an_area_astride_the_midline_is_mirrored_about_it():
    belly = bodymap.place("belly", with_charts())
    assert belly.midline == 500
    assert bodymap.mirrored([(500, 7), (400, 7)], belly) == [(500, 7), (600, 7)]
    assert bodymap.across(belly, with_charts()) == belly


@pytest.mark.parametrize(
    ("outline", "side"),
    [([(0, 0), (400, 0), (400, 400)], "right"), ([(600, 0), (900, 0), (900, 400)], "left"),
     ([(0, 0), (900, 0), (900, 400)], ""), ([], "")],
)  # fmt: skip
def test_an_outline_lies_on_the_patients_side_and_not_the_viewers(outline, side):
    known = with_charts()
    assert bodymap.side_of(outline, bodymap.place("belly", known), known) == side


def test_a_chart_or_side_that_is_not_held_falls_back_to_the_first_place():
    known = with_charts()
    assert bodymap.place("thigh", known, None, None).side == "left"
    assert bodymap.place("thigh", known, "front", "right").side == "right"
    assert bodymap.place("thigh", known, "gone", "right").chart == "front"


def test_danger_zones_name_the_points_within_them_for_the_substances_they_hold_for():
    known = with_charts()
    zones = bodymap.zones(bodymap.place("belly", known), known)
    points = [(100, 100), (500, 500), (900, 100)]
    assert bodymap.in_danger(zones, points, "deoxycholic_acid") == {"jaw": [(100, 100)], "eye": [(900, 100)]}
    assert bodymap.in_danger(zones, points, "lidocaine") == {"eye": [(900, 100)]}
    assert bodymap.in_danger(zones, [], "lidocaine") == {}


def test_the_margin_of_a_zone_is_as_wide_as_on_the_patient():
    known = with_charts()
    belly = bodymap.place("belly", known)
    half_a_centimetre_off = [(249, 100)]  # the jaw ends at 200
    for cm, hit in (("10", True), ("12", False), ("8", True)):
        scale = bodymap.measured(belly.ruler, Decimal(cm))
        zones = bodymap.zones(belly, known, scale)
        assert bool(bodymap.in_danger(zones, half_a_centimetre_off, "deoxycholic_acid")) is hit, cm


def test_a_zone_without_ground_is_told_and_never_hit():
    known = with_charts()
    zones = {zone.code: zone for zone in bodymap.zones(bodymap.place("belly", known), known)}
    assert zones["glands"].ground == ()
    assert zones["glands"].holds_for("deoxycholic_acid")
    assert not zones["glands"].holds_for("lidocaine")


def test_the_mirror_image_of_a_chart_has_its_zones_mirrored():
    known = with_charts()
    right = bodymap.place("thigh", known, "right_side", "right")
    (eye,) = bodymap.zones(right, known)
    assert {x for x, _y in eye.ground[0]} == {-500, -700}


def test_an_area_may_hold_zones_of_its_own():
    below = tuple((x, y + 3) for x, y in square(1, 1))
    own = DangerZone("scar", below, (), ("label",))
    known = with_charts()
    held = known.areas | {"thigh": replace(known.areas["thigh"], danger_zones=(own,))}
    known = with_charts(areas=held)
    left = bodymap.place("thigh", known)
    assert bodymap.in_danger(bodymap.zones(left, known), [(150, 350)], "lidocaine") == {"scar": [(150, 350)]}
    assert "scar" not in {zone.code for zone in bodymap.zones(bodymap.across(left, known), known)}


ratios = st.decimals("0.5", "2", places=2)
LINE = ((0, 0), (1000, 0))  # ten centimetres of the chart


@given(outlines(), spacings, patterns, ratios)
@settings(max_examples=40, deadline=None)
def test_on_a_measured_patient_no_two_points_are_nearer_than_the_spacing(outline, spacing, pattern, ratio):
    scale = bodymap.measured(LINE, 10 * ratio)
    try:
        points = bodymap.lay_grid(outline, spacing, pattern, scale=scale)
    except OutlineRefused:
        return
    assert bodymap.points_outside(outline, points) == []
    told = bodymap.nearest_spacing_cm(points, scale)
    assert told is None or told >= spacing.quantize(Decimal("0.01"), "ROUND_DOWN")


@given(outlines(), ratios)
@settings(max_examples=40, deadline=None)
def test_the_area_grows_with_the_square_of_the_scale(outline, ratio):
    drawn, real = bodymap.area_cm2(outline), bodymap.area_cm2(outline, bodymap.measured(LINE, 10 * ratio))
    assert abs(real - drawn * ratio**2) <= Decimal("0.01") * (1 + ratio**2)


@pytest.mark.parametrize(
    ("line", "cm"),
    [(LINE, "3.9"), (LINE, "25.1"), (((0, 0), (100, 100)), "1.4"), (((5, 5), (5, 5)), "10"), (LINE, "0")],
)
def test_a_measurement_that_cannot_be_right_is_refused(line, cm):
    with pytest.raises(bodymap.ScaleRefused):
        bodymap.measured(line, Decimal(cm))


@given(outlines(), spacings)
@settings(max_examples=30, deadline=None)
def test_in_lines_the_hand_goes_to_and_fro_without_leaping(outline, spacing):
    points = laid(outline, spacing, "line")
    step = float(spacing) * 100 + 4
    leaps = [((a - c) ** 2 + (b - d) ** 2) ** 0.5 for (a, b), (c, d) in pairwise(points)]
    inside_a_row = [leap for leap in leaps if leap < 1.2 * step]
    assert len(inside_a_row) >= len(leaps) - 2 * len(points) ** 0.5 - 8


def test_lines_run_along_the_length_of_the_outline():
    upright = [(0, 0), (200, 0), (200, 1000), (0, 1000)]
    first, second = bodymap.lay_grid(upright, Decimal(1), "line")[:2]
    assert (abs(first[0] - second[0]), abs(first[1] - second[1])) == (0, 102)
