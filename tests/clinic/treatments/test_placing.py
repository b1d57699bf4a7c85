"""Passes as a whole: measured on the patient, mirrored, drawn as last time, shown on another body."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.treatments.conftest import OUTLINE, SQUARE, again, as_, draw, inject
from wheal import bodymap
from wheal.clinic.audit.models import Event
from wheal.clinic.treatments import actions, grounds
from wheal.clinic.treatments.models import Mix, Pass, Session

pytestmark = pytest.mark.both_engines
TEN_CM = ((0, 0), (1000, 0))
FLANK = {"area": "flanks", "technique": "point_by_point"}


def told(what: str) -> list[tuple[int, dict[str, Any]]]:
    rows = Event.objects.filter(what=f"treatments.{what}").order_by("pk")
    return [(row.by_id, row.detail) for row in rows]


def points(row: Pass) -> list[tuple[int, int]]:
    return [(x, y) for x, y in bodymap.unpack_points(row.points)]


def filled(session: Session, by: Any, known: Any, **place: Any) -> Pass:
    """Two points in the outline that is offered."""
    row = actions.add_pass(session=session, by=by, known=known, **place)
    return actions.save_pass(
        row=row, by=by, points=[(300, 500), (400, 700)], outline=[(x, y) for x, y in row.outline],
        depth_mm=Decimal(6), volume_ml=Decimal("0.1"),
    )  # fmt: skip


@pytest.fixture
def drawn(planned, lot, alice, known) -> Pass:
    return inject(planned, draw(planned, lot, alice), alice, known)


@pytest.fixture
def after(signed, clinic, alice) -> Session:
    """The next session of the same patient."""
    return actions.book(
        clinic=clinic, patient=signed.patient, planned_for=timezone.now(), practitioner=alice, by=alice
    )


# --- a distance measured on the patient


@pytest.mark.parametrize(
    ("distance", "area_cm2", "nearest_cm"),
    [("10", "60", "1"), ("9.5", "54.15", "0.95"), ("20", "240", "2"), ("4", "9.6", "0.4"), ("25", "375", "2.5")],
)  # fmt: skip
def test_a_measured_distance_makes_centimetres_those_of_the_patient(
    drawn, alice, known, distance, area_cm2, nearest_cm
):
    actions.measure(row=drawn, ruler=TEN_CM, distance_cm=Decimal(distance), by=alice, known=known)
    drawn.refresh_from_db()
    assert (drawn.area_cm2, drawn.nearest_cm) == (Decimal(area_cm2), Decimal(nearest_cm))
    assert (drawn.count, drawn.draft_version, drawn.measured_at is None) == (40, 2, False)
    assert told("distance_measured") == [(alice.pk, {"distance_cm": distance, "pass": drawn.pk})]


@pytest.mark.parametrize(
    ("ruler", "distance"),
    [(TEN_CM, "3.9"), (TEN_CM, "25.1"), (TEN_CM, "0"), (((0, 0), (199, 0)), "2")],
)
def test_a_distance_that_cannot_be_right_is_refused_and_nothing_changed(drawn, alice, known, ruler, distance):
    with pytest.raises(actions.DraftRefused, match=f"{distance} cm cannot be right"):
        actions.measure(row=drawn, ruler=ruler, distance_cm=Decimal(distance), by=alice, known=known)
    drawn.refresh_from_db()
    assert (drawn.ruler_cm, drawn.area_cm2, drawn.draft_version) == (None, Decimal(60), 1)
    assert told("distance_measured") == []


def test_a_measurement_is_taken_back(drawn, alice, known):
    for distance in (Decimal(20), None):
        actions.measure(row=drawn, ruler=TEN_CM, distance_cm=distance, by=alice, known=known)
    drawn.refresh_from_db()
    assert (drawn.ruler_cm, drawn.measured_at, drawn.area_cm2) == (None, None, Decimal(60))
    assert [detail["distance_cm"] for _by, detail in told("distance_measured")] == ["20", None]


def test_a_measurement_holds_for_every_pass_on_the_same_ground_and_for_no_other(planned, alice, known):
    first, same = (filled(planned, alice, known, **FLANK) for _twice in range(2))
    chin = filled(planned, alice, known)
    ruler = grounds.place_of(first, known).ruler
    actions.measure(row=first, ruler=ruler, distance_cm=Decimal(15), by=alice, known=known)
    later = actions.add_pass(session=planned, by=alice, known=known, **FLANK)
    other_side = actions.mirror_pass(row=first, by=alice, known=known)
    for row in (first, same, chin):
        row.refresh_from_db()
    assert [row.ruler_cm for row in (first, same, later, other_side, chin)] == [Decimal(15)] * 4 + [None]
    assert first.area_cm2 == same.area_cm2 == other_side.area_cm2


# --- the other side


def test_a_pass_is_mirrored_to_the_other_side_as_a_pass_of_its_own(planned, alice, known):
    row = filled(planned, alice, known, **FLANK)
    image = actions.mirror_pass(row=row, by=alice, known=known)
    assert {row.side, image.side} == {"left", "right"}
    assert points(image) == [(-x, y) for x, y in points(row)]
    same = ("area", "technique", "mix_id", "count", "total_ml", "area_cm2", "depth_mm", "volume_ml")
    assert [getattr(image, name) for name in same] == [getattr(row, name) for name in same]
    assert image.order > row.order
    assert told("pass_mirrored") == [(alice.pk, {"count": 2, "pass": image.pk})]


def test_mirrored_again_the_other_side_is_drawn_anew_and_no_third_pass_is_made(planned, alice, known):
    row = filled(planned, alice, known, **FLANK)
    first = actions.mirror_pass(row=row, by=alice, known=known)
    actions.save_pass(row=row, by=alice, points=[(350, 600)], outline=[(x, y) for x, y in row.outline])
    second = actions.mirror_pass(row=row, by=alice, known=known)
    assert (second.pk, second.order, second.draft_version) == (
        first.pk,
        first.order,
        first.draft_version + 1,
    )
    assert points(Pass.objects.get(pk=first.pk)) == [(-350, 600)]
    assert planned.passes.count() == 2


def test_mirrored_twice_a_pass_is_where_it_was(planned, alice, known):
    row = filled(planned, alice, known, **FLANK)
    image = actions.mirror_pass(row=row, by=alice, known=known)
    back = actions.mirror_pass(row=image, by=alice, known=known)
    row.refresh_from_db()
    assert (back.pk, points(row), row.side) == (row.pk, [(300, 500), (400, 700)], "right")


def test_an_outline_across_the_midline_has_no_other_side(planned, alice, known):
    row = filled(planned, alice, known)
    with pytest.raises(actions.DraftRefused, match="across the midline"):
        actions.mirror_pass(row=row, by=alice, known=known)
    assert (planned.passes.count(), told("pass_mirrored")) == (1, [])


# --- as last time


def test_the_points_of_the_last_session_are_drawn_again_and_its_lots_are_not(signed, after, alice, known):
    earlier = signed.passes.get()
    [row] = actions.draw_as_last_time(session=after, by=alice, known=known)
    same = ("area", "chart", "side", "technique", "outline", "depth_mm", "volume_ml", "count", "total_ml")
    assert [getattr(row, name) for name in same] == [getattr(earlier, name) for name in same]
    assert points(row) == SQUARE[:40]
    assert (row.mix.label, row.mix.components.count(), row.mix.prepared_at) == (earlier.mix.label, 0, None)
    assert earlier.mix.components.exists()
    assert told("drawn_as_last_time") == [(alice.pk, {"earlier": signed.pk, "passes": 1})]


def test_as_last_time_a_mix_of_today_with_the_same_letter_serves(after, alice, known):
    mix = actions.add_mix(session=after, by=alice)
    [row] = actions.draw_as_last_time(session=after, by=alice, known=known)
    assert (row.mix_id, after.mixes.count()) == (mix.pk, 1)


def test_as_last_time_an_empty_pass_makes_way_and_a_drawn_one_stays(after, alice, known):
    actions.add_pass(session=after, by=alice, known=known, area="submental", technique="point_by_point")
    actions.draw_as_last_time(session=after, by=alice, known=known)
    with pytest.raises(actions.DraftRefused, match="Points are drawn already"):
        actions.draw_as_last_time(session=after, by=alice, known=known)
    assert [row.count for row in after.passes.all()] == [40]


@pytest.mark.parametrize("earlier", ["none", "unsigned", "elsewhere"])
def test_without_a_signed_session_on_the_planned_area_there_is_no_last_time(
    request, alice, clinic, known, earlier
):
    session = request.getfixturevalue({"none": "planned", "unsigned": "ready", "elsewhere": "after"}[earlier])
    if earlier == "unsigned":
        session = actions.book(
            clinic=clinic,
            patient=session.patient,
            planned_for=timezone.now() + timedelta(days=30),
            by=alice,
        )
    if earlier == "elsewhere":
        actions.save_plan(
            session=session, by=alice, purpose="fat", area="abdomen", technique="point_by_point",
            substances=["deoxycholic_acid"], sessions=4, price=Decimal(1200), currency="USD",
        )  # fmt: skip
    with pytest.raises(actions.DraftRefused, match="No earlier session"):
        actions.draw_as_last_time(session=again(session), by=alice, known=known)
    assert (session.passes.count(), told("drawn_as_last_time")) == (0, [])


# --- the body that is drawn


def test_another_body_moves_no_point(drawn, planned, alice):
    actions.choose_shape(session=planned, shape=2, by=alice)
    drawn.refresh_from_db()
    assert (again(planned).body_shape, points(drawn), drawn.area_cm2) == (2, SQUARE[:40], Decimal(60))
    assert told("body_shape_chosen") == [(alice.pk, {"shape": 2})]


@pytest.mark.parametrize("shape", [0, 3, -1])
def test_a_body_that_is_not_drawn_cannot_be_chosen(planned, alice, shape):
    with pytest.raises(actions.DraftRefused, match="no such body"):
        actions.choose_shape(session=planned, shape=shape, by=alice)
    assert (again(planned).body_shape, told("body_shape_chosen")) == (None, [])


# --- who may, and when it is too late


def addresses(session: Session, row: Pass) -> list[tuple[str, dict[str, str]]]:
    return [
        (reverse("treatments:measure", args=[session.pk, row.pk]), {"distance_cm": "10"}),
        (reverse("treatments:mirror-pass", args=[session.pk, row.pk]), {}),
        (reverse("treatments:draw-as-last-time", args=[session.pk]), {}),
        (reverse("treatments:choose-shape", args=[session.pk]), {"shape": "2"}),
    ]


def standing(session: Session) -> tuple[Any, ...]:
    fresh = Session.objects.get(pk=session.pk)
    return (fresh.body_shape, list(fresh.passes.values()), Mix.objects.filter(session=fresh).count())


def test_a_signed_session_is_not_measured_mirrored_or_redrawn(signed, alice):
    row, before = signed.passes.get(), standing(signed)
    client = as_(alice)
    for address, sent in addresses(signed, row):
        answer = client.post(address, sent)
        assert (address, answer.status_code) == (address, 422)
        assert "signed and fixed" in answer.content.decode()
    assert standing(signed) == before


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("dora", 403), ("sam", 403)])
def test_whoever_may_not_draw_here_changes_none_of_it(request, drawn, planned, who, status):
    before, client = standing(planned), as_(request.getfixturevalue(who))
    for address, sent in addresses(planned, drawn):
        assert (address, client.post(address, sent).status_code) == (address, status)
    assert standing(planned) == before


def test_a_pass_of_another_session_is_not_found_under_this_one(drawn, clinic, patient, alice):
    other = actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), by=alice)
    client = as_(alice)
    for address, sent in addresses(other, drawn)[:2]:
        assert (address, client.post(address, sent).status_code) == (address, 404)


@pytest.mark.parametrize("typed", ["ten", "-3", "10.55", "1e9"])
def test_a_distance_that_is_no_length_is_asked_again(drawn, planned, alice, typed):
    (address, _sent), *_others = addresses(planned, drawn)
    answer = as_(alice).post(address, {"distance_cm": typed})
    assert answer.status_code == 422
    drawn.refresh_from_db()
    assert (drawn.ruler_cm, drawn.draft_version) == (None, 1)


def test_by_the_page_a_distance_is_measured_on_the_line_that_is_drawn(drawn, planned, alice, known):
    (address, _sent), *_others = addresses(planned, drawn)
    assert as_(alice, "fr").post(address, {"distance_cm": "10,8"}).status_code == 302
    drawn.refresh_from_db()
    assert drawn.ruler == [list(end) for end in grounds.place_of(drawn, known).ruler]
    assert drawn.ruler_cm == Decimal("10.8")
    assert [(x, y) for x, y in drawn.outline] == OUTLINE


def test_a_view_without_the_line_takes_the_distance_of_its_area_and_the_other_way_round(
    planned, alice, known
):
    side = actions.add_pass(
        session=planned,
        by=alice,
        known=known,
        area="flanks",
        technique="papule",
        chart="left_side",
        side="left",
    )
    back = actions.add_pass(
        session=planned, by=alice, known=known, area="flanks", technique="papule", chart="back", side="right"
    )
    assert not grounds.place_of(side, known).ruler
    one, other = bodymap.ruler_of(grounds.place_of(side, known), known)
    actions.measure(row=side, ruler=(one, other), distance_cm=Decimal("19.5"), by=alice, known=known)
    for row in (side, back):
        row.refresh_from_db()
        assert (row.ruler_cm, row.scale.ratio) == (Decimal("19.5"), Decimal("1.5"))
