"""What the record points out and nobody must stop for: nothing measured, a syringe of a pharmacy without its number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clinic.treatments.conftest import again, as_, draw, inject
from wheal import bodymap
from wheal.clinic.treatments import actions, bench_lines, grounds
from wheal.clinic.treatments.adding_up import sums
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.grounds import place_of
from wheal.clinic.treatments.judging import judge
from wheal.clinic.treatments.record import digest_of
from wheal.clinic.treatments.seen import at_the_needle


def found(session, known) -> dict[str, object]:
    return {each.code: each for each in judge(read_chart(again(session)), known).findings}


def test_limits_by_the_cm2_are_said_to_be_judged_on_the_chart_until_one_distance_is_measured(
    ready, alice, known
):
    caution = found(ready, known)["scale_not_measured"]
    assert (caution.severity, caution.about) == ("caution", "submental")
    assert "nothing was measured" in caution.message["en"]
    assert "rien n’a été mesuré" in caution.message["fr"]
    row = ready.passes.get()
    ruler = place_of(row, known).ruler
    actions.measure(row=row, ruler=ruler, distance_cm=Decimal("9.5"), by=alice, known=known)
    assert "scale_not_measured" not in found(ready, known)


def test_what_has_no_limit_by_the_cm2_needs_no_measuring(planned, history, anaesthetic, alice, known):
    inject(planned, draw(planned, anaesthetic, alice), alice, known)
    assert "scale_not_measured" not in found(planned, known)


def test_points_in_a_danger_zone_are_told_beside_the_map_with_who_says_so(ready, alice, known):
    row = ready.passes.get()
    wide = [(200 * x, 200 * y) for x in range(-15, 16) for y in range(-15, 16)]
    beside = {*bodymap.points_beside(grounds.body_of(row, ready, known), wide)}
    on_skin = [point for point in wide if point not in beside]
    actions.save_pass(row=row, by=alice, points=on_skin, outline=[], volume_ml=Decimal("0.2"))
    told = found(ready, known)["marginal_mandibular_nerve"]
    assert told.severity == "stop"  # the label forbids it
    assert told.source
    assert told in at_the_needle(judge(read_chart(again(ready)), known))


@pytest.mark.parametrize(
    ("prepared_by", "batch", "told"),
    [("pharmacy", "", True), ("pharmacy", "PH-26-118", False), ("chairside", "", False)],
)
def test_a_syringe_that_a_pharmacy_made_carries_its_number(ready, alice, known, prepared_by, batch, told):
    mix = ready.mixes.get()
    sent = {"prepared_by": prepared_by, "batch": batch, "prepared_at": f"{mix.prepared_at:%Y-%m-%dT%H:%M}"}
    answer = as_(alice).post(
        f"/sessions/{ready.pk}/mix/{mix.pk}/save", {**sent, "version": mix.draft_version}
    )
    assert answer.status_code == 200
    assert ("batch_missing" in found(ready, known)) is told
    line = bench_lines.of_mix(sums(read_chart(again(ready)))[0], again(ready), "en")
    assert ("batch PH-26-118 of the pharmacy" in line) is bool(batch)
    page = as_(alice).get(f"/sessions/{ready.pk}/mix/").content.decode()
    assert f'value="{batch}"' in page or not batch


def test_the_number_is_a_part_of_what_is_signed(ready, known):
    before = digest_of(read_chart(again(ready)), "")
    ready.mixes.update(batch="PH-26-118")
    assert digest_of(read_chart(again(ready)), "") != before
