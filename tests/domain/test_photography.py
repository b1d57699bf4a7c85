"""Which views are taken, who may be shown them, and how a photograph lies in its frame."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis.strategies import decimals, integers

from wheal import knowledge
from wheal.photography import PURPOSES, Agreement, Framing, missing, poses_for, stands

YES, TAKEN_BACK = Agreement, lambda purpose: Agreement(purpose, withdrawn=True)


@pytest.mark.parametrize(
    ("purpose", "agreements", "shown"),
    [
        ("record", [], False),
        ("record", [YES("record")], True),
        ("record", [TAKEN_BACK("record")], False),
        ("record", [TAKEN_BACK("record"), YES("record")], True),  # signed anew
        ("teaching", [YES("record")], False),  # none includes another
        ("teaching", [YES("record"), YES("teaching")], True),
        ("teaching", [YES("teaching")], False),  # what those who treat may not see is shown to nobody
        ("teaching", [TAKEN_BACK("record"), YES("teaching")], False),
        ("publication", [YES("record"), YES("teaching")], False),
        ("publication", [YES("record"), YES("publication"), TAKEN_BACK("teaching")], True),
    ],
)
def test_each_purpose_stands_by_its_own_signature(
    purpose: str, agreements: list[Agreement], shown: bool
) -> None:
    assert stands(purpose, agreements) is shown


def test_a_withdrawal_never_shows_more() -> None:
    """Over every set of agreements: taking one back closes purposes, and opens none."""
    for kept in range(2 ** len(PURPOSES)):
        given_ = [purpose for place, purpose in enumerate(PURPOSES) if kept >> place & 1]
        before = {purpose for purpose in PURPOSES if stands(purpose, [Agreement(each) for each in given_])}
        for back in given_:
            now = [Agreement(each, withdrawn=each == back) for each in given_]
            assert {purpose for purpose in PURPOSES if stands(purpose, now)} < before or back not in before


@pytest.fixture(scope="module")
def known() -> knowledge.Knowledge:
    return knowledge.current()


def test_every_area_has_views_and_every_view_its_words(known: knowledge.Knowledge) -> None:
    for area in known.areas:
        assert poses_for([area], known)
    for pose in known.poses:
        for language in known.languages:
            assert known.name(pose, language) != pose
            assert known.text(f"pose_how.{pose}", language)


def test_views_come_in_their_order_each_once(known: knowledge.Knowledge) -> None:
    both = poses_for(["neck", "submental"], known)
    assert both == sorted(both, key=lambda pose: known.poses[pose].order)
    assert len(both) == len(set(both))
    assert set(both) == {*poses_for(["neck"], known), *poses_for(["submental"], known)}


def test_an_area_that_nobody_described_gets_the_general_view(known: knowledge.Knowledge) -> None:
    assert poses_for(["earlobe"], known) == ["close_up"]
    assert poses_for([], known) == ["close_up"]


def test_what_is_missing_is_what_was_not_taken(known: knowledge.Knowledge) -> None:
    whole = poses_for(["submental"], known)
    assert missing(["submental"], [], known) == whole
    assert missing(["submental"], whole, known) == []
    assert missing(["submental"], ["head_left", "trunk_front"], known) == [
        each for each in whole if each != "head_left"
    ]


def places(framing: Framing, width: int, height: int, u: float, v: float) -> tuple[float, float]:
    a, b, c, d, e, f = framing.affine(width, height)
    return a * u + b * v + c, d * u + e * v + f


def test_as_taken_every_place_stays_where_it_is() -> None:
    assert places(Framing(), 640, 480, 100, 50) == pytest.approx((100, 50))
    assert Framing().as_taken
    assert Framing.of_json({}) == Framing()


@pytest.mark.parametrize(
    ("turn", "frame", "corner"),
    [
        ("0", (640, 480), (0, 0)),
        (
            "90",
            (480, 640),
            (0, 480),
        ),  # turned clockwise, the lower left corner comes to lie at the upper left
        ("180", (640, 480), (640, 480)),
        ("-90", (480, 640), (640, 0)),
    ],
)
def test_a_quarter_turn_lays_the_frame_on_its_side(
    turn: str, frame: tuple[int, int], corner: tuple[int, int]
) -> None:
    framing = Framing(turn=Decimal(turn))
    assert framing.frame(640, 480) == frame
    assert places(framing, 640, 480, 0, 0) == pytest.approx(corner, abs=1e-6)


def test_moving_right_shows_what_lay_left() -> None:
    assert places(Framing(x=Decimal(10)), 640, 480, 64, 0) == pytest.approx((0, 0))


def test_enlarging_keeps_the_middle_where_it_is() -> None:
    near = Framing(zoom=Decimal(2))
    assert places(near, 640, 480, 320, 240) == pytest.approx((320, 240))
    assert places(near, 640, 480, 0, 0) == pytest.approx((160, 120))


turns, zooms = decimals(-180, 180, places=1), decimals(1, 4, places=2)
moves = decimals(-100, 100, places=1)


@given(turns, zooms, moves, moves, integers(240, 8000), integers(240, 8000))
def test_no_framing_bends_or_stretches(
    turn: Decimal, zoom: Decimal, x: Decimal, y: Decimal, width: int, height: int
) -> None:
    framing = Framing(turn, zoom, x, y)
    o, p, q = (places(framing, width, height, *at) for at in ((0, 0), (1000, 0), (0, 1000)))
    assert math.dist(o, p) == pytest.approx(1000 / float(zoom), rel=1e-6)
    assert math.dist(o, q) == pytest.approx(1000 / float(zoom), rel=1e-6)
    across = (p[0] - o[0]) * (q[0] - o[0]) + (p[1] - o[1]) * (q[1] - o[1])
    assert across == pytest.approx(0, abs=1e-3)


@given(turns, zooms, moves, moves)
def test_what_is_kept_is_what_was_set(turn: Decimal, zoom: Decimal, x: Decimal, y: Decimal) -> None:
    framing = Framing(turn, zoom, x, y)
    assert Framing.of_json(framing.as_json()) == framing


@pytest.mark.parametrize(
    "wrong", [{"turn": 181}, {"zoom": Decimal("0.9")}, {"zoom": 5}, {"x": 101}, {"y": -101}]
)
def test_what_no_frame_can_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="turn is from"):
        Framing(**{name: Decimal(value) for name, value in wrong.items()})
