"""What lies beside the body that is drawn is no skin: it counts in no cm², takes no grid and no point."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from clinic.treatments.conftest import SQUARE, again, as_
from wheal import bodymap
from wheal.clinic import silhouettes
from wheal.clinic.treatments import actions, grounds
from wheal.clinic.treatments.actions import DraftRefused

WIDE = [(-3000, 0), (4000, 0), (4000, 600), (-3000, 600)]  # the neck is about 19 cm wide


def test_the_outline_that_every_area_offers_lies_on_the_body(known):
    """But for a line's width at its edge."""
    shown = [
        (place.chart, area, bodymap.area_cm2(place.outline), bodymap.area_cm2(place.outline, body=body))
        for area in known.areas
        for place in bodymap.places(area, known)
        for shape in range(1, len(place.at) + 1)
        if (body := silhouettes.silhouette(place, shape)) is not None
    ]
    assert len(shown) > 60
    assert [row for row in shown if row[3] < row[2] * Decimal("0.98")] == []


def test_what_an_outline_encloses_beside_the_body_dilutes_no_dose(ready, alice, known):
    row = ready.passes.get()
    saved = actions.save_pass(row=row, by=alice, points=SQUARE[:40], outline=WIDE, volume_ml=Decimal("0.2"))
    assert saved.area_cm2 < bodymap.area_cm2(WIDE) / 3
    assert saved.area_cm2 == bodymap.area_cm2(WIDE, body=grounds.body_of(row, ready, known))


def test_a_grid_is_laid_on_skin_alone(ready, alice, known):
    row = ready.passes.get()
    asked = {"pass": row.pk, "outline": WIDE, "pattern": "square", "spacing_cm": "1"}
    laid = (
        as_(alice)
        .post(f"/sessions/{ready.pk}/inject/grid", json.dumps(asked), content_type="application/json")
        .json()
    )
    assert 20 < len(laid["points"]) < 130
    assert not bodymap.points_beside(
        grounds.body_of(row, ready, known), [tuple(one) for one in laid["points"]]
    )


def test_a_point_beside_the_body_is_refused_and_an_older_one_stands_against_the_signature(
    ready, alice, known
):
    row = ready.passes.get()
    with pytest.raises(DraftRefused, match="Beside the body: 1"):
        actions.save_pass(row=row, by=alice, points=[*SQUARE[:40], (3000, 300)], outline=WIDE)
    row.refresh_from_db()
    assert row.count == 40
    row.points = bodymap.pack_points([*SQUARE[:40], (3000, 300)])
    row.count, row.outline = 41, WIDE
    row.save()
    actions.save_pass(
        row=row, by=alice, points=[*SQUARE[:39], (3000, 300)], outline=WIDE, volume_ml=Decimal("0.2")
    )
    with pytest.raises(actions.SignOffRefused, match="points_beside_the_body"):
        actions.sign_off(session=again(ready), by=alice, known=known)


def test_an_outline_that_is_nowhere_on_the_body_is_refused(ready, alice):
    beside = [(3000, 0), (4000, 0), (4000, 600)]
    with pytest.raises(DraftRefused, match="beside the body"):
        actions.save_pass(row=ready.passes.get(), by=alice, points=[], outline=beside)
