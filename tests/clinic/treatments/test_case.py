"""The case of a session adds up to what the rows say: nothing is lost, nothing is counted twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.treatments.conftest import OUTLINE, again, draw, inject
from wheal.assessment import assess
from wheal.clinic.stock import actions as stock
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.case import case_of
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.judging import judge
from wheal.quantities import Quantity

volumes = st.decimals(min_value="0.005", max_value="0.2", places=3)
passes = st.lists(st.tuples(st.integers(1, 40), volumes), min_size=1, max_size=4)


@settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=passes)
@pytest.mark.django_db
def test_the_dose_of_a_session_is_strength_times_volume_summed_over_its_passes(
    planned, lot, history, alice, known, drawn
):
    session = actions.book(
        clinic=planned.clinic,
        patient=planned.patient,
        planned_for=timezone.now(),
        practitioner=alice,
        by=alice,
    )
    stock.receive(product=lot.product, number=lot.number, expires=lot.expires, containers=20, by=alice)
    mix = draw(session, lot, alice, "40")
    for count, volume in drawn:
        row = actions.add_pass(session=session, mix=mix, by=alice, known=known)
        actions.save_pass(
            row=row, by=alice, points=[(10 * n, 10) for n in range(count)], outline=OUTLINE, volume_ml=volume
        )
    case = case_of(again(session))
    total = sum((count * volume for count, volume in drawn), Decimal(0))
    assert sum(one.points.count * one.points.volume_ml for one in case.passes) == total
    assert assess(case, known).totals["deoxycholic_acid"].dose == Quantity.of(10 * total, "mg")


def test_a_pass_without_points_delivers_nothing_and_does_not_stand_in_the_way_of_the_rest(
    ready, alice, known
):
    before = case_of(ready)
    actions.add_pass(session=ready, by=alice, known=known)
    after = case_of(again(ready))
    assert [one.points for one in after.passes] == [one.points for one in before.passes]


def test_the_weight_of_the_day_comes_before_that_of_the_history(ready, alice):
    actions.save_weight(session=ready, weight_kg=Decimal("58.5"), by=alice)
    assert case_of(again(ready)).patient.weight_kg == Decimal("58.5")


def test_an_earlier_signed_session_counts_and_an_unsigned_one_does_not(
    signed, clinic, patient, lot, alice, known
):
    draft = actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), by=alice)
    inject(again(draft), draw(draft, lot, alice), alice, known)
    later = actions.book(clinic=clinic, patient=patient, planned_for=timezone.now(), by=alice)
    (previous,) = case_of(again(later)).previous_sessions
    assert previous.substances == {"deoxycholic_acid": Quantity.parse("80 mg")}
    assert previous.area == "submental"


def test_the_date_is_that_of_the_clinic_and_not_of_the_server(ready):
    from datetime import UTC, datetime

    ready.clinic.time_zone = "America/New_York"
    ready.clinic.save()
    late_in_new_york = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert case_of(ready, now=late_in_new_york).date.isoformat() == "2026-11-22"


def test_a_signed_session_is_read_as_it_was_signed(signed, alice):
    import people

    before = read_chart(again(signed)).history
    people.completed_history(signed.patient, alice)
    assert read_chart(again(signed)).history == before


def test_points_of_two_passes_with_one_substance_are_held_against_its_spacing_together(ready, alice, known):
    """Each pass keeps 1 cm; the second lies 2 mm beside the first."""
    mix = ready.mixes.get()
    row = actions.add_pass(session=ready, mix=mix, by=alice, known=known)
    actions.save_pass(
        row=row, by=alice, points=[(120, 270), (220, 270)], outline=OUTLINE, spacing_cm=Decimal(1),
        depth_mm=Decimal(6), volume_ml=Decimal("0.2"),
    )  # fmt: skip
    case = case_of(again(ready))
    assert {one.points.spacing_cm for one in case.passes} == {Decimal("0.28")}
    assert "min_spacing" in {finding.code for finding in assess(case, known).findings}


def test_signed_later_a_session_is_judged_on_the_day_it_was_given(ready, alice, known):
    given = timezone.now() - timedelta(days=2)
    actions.save_inject_at(session=ready, inject_at=given, by=alice)
    case = case_of(again(ready))
    zone = ZoneInfo(ready.clinic.time_zone)
    assert case.date == timezone.localdate(given, zone)


def test_a_figure_finer_than_is_recorded_is_refused_rather_than_rounded(ready, alice):
    row = ready.passes.get()
    with pytest.raises(actions.DraftRefused, match="finer"):
        actions.save_pass(row=row, by=alice, points=[], outline=OUTLINE, volume_ml=Decimal("0.2004"))


def test_what_a_product_is_dissolved_in_goes_into_the_case_and_oil_stops_the_session(
    planned, history, lot, alice, known
):
    inject(planned, draw(planned, lot, alice), alice, known)
    component = case_of(planned).passes[0].mix.components[0]
    assert component.vehicle is None
    lot.product.vehicle = "oil"
    lot.product.save(update_fields=["vehicle"])
    case = case_of(planned)
    assert case.passes[0].mix.components[0].vehicle == "oil"
    assert "alcohol_or_oil_product" in {
        row.code for row in assess(case, known).findings if row.severity == "stop"
    }


def test_of_a_mix_that_nobody_drew_nothing_is_said_about_its_evidence(planned, lot, alice, known):
    """Before the first vial the purpose alone is known; saline by itself against fat is what a physician must see."""

    def codes():
        return {row.code for row in judge(read_chart(again(planned)), known).findings}

    assert "no_evidence_against_fat" not in codes()
    mix = draw(planned, lot, alice)
    inject(planned, mix, alice, known)
    assert "no_evidence_against_fat" not in codes()
