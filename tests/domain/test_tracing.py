"""What is told of a lot is what the books say of it, to the microlitre."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import ledger, tracing
from wheal.reading import Malformed


def drawn(volumes: list[int]) -> list[tracing.Drawn]:
    return [
        tracing.Drawn(
            lot, lot, volume, mix=1, label="A", session=1, day=date(2026, 1, 5), signed=True, practitioner="Alice",
            patient=1, part=lot,
        )
        for lot, volume in enumerate(volumes, 1)
    ]  # fmt: skip


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6), st.data())
def test_each_lot_of_a_mix_is_told_with_the_share_that_the_books_give_it(volumes, data):
    whole, rows = sum(volumes), drawn(volumes)
    given_ul = data.draw(st.integers(0, whole))
    passes = [tracing.Injected(1, 1, "submental", "point_by_point", 4, given_ul)]
    mixed = {1: whole}
    uneven = tracing.uneven(rows, mixed, passes, {})
    parts = {mix: {row.part: row.volume_ul for row in rows} for mix in uneven}
    told = tracing.carried(rows, mixed, passes, given_ul={}, parts_ul=parts)
    assert [told[lot, 1] for lot in range(1, len(volumes) + 1)] == list(ledger.shares(volumes, given_ul))


def test_whoever_was_signed_as_given_from_another_lot_is_told_and_its_millilitres_are_not():
    (row,) = drawn([2000])
    was = row._replace(stands=False, corrected=True)
    passes = [tracing.Injected(1, 1, "submental", "point_by_point", 4, 800)]
    lot = tracing.Lot(1, "", "A-1", "Acid", "deoxycholic_acid", date(2027, 1, 1), "usable")
    found = tracing.web([lot], [was], {1: 2000}, passes)
    (mix,) = found.patients[0].sessions[0].mixes
    assert (mix.drawn_ul, mix.injected_ul, mix.corrected, found.patients[0].was_injected) == (
        0,
        0,
        True,
        True,
    )
    assert tracing.as_json(found)["patients"][0]["sessions"][0]["mixes"][0]["corrected"] is True


@pytest.mark.parametrize("sign", ["\0", "\ud800", "A\udfffB"])
@pytest.mark.parametrize("kind", ["lot", "patient", "mix", "practitioner", "product", *tracing.THINGS])
def test_signs_that_no_database_keeps_are_refused_wherever_they_stand(kind, sign):
    fields = ({"number": sign}, {"number": "A1", "gtin": sign}, {sign: "A1"}) if kind == "lot" else (sign,)
    for asked in (*({kind: field} for field in fields), {kind + sign: "1"}):
        with pytest.raises(Malformed) as refused:
            tracing.read_question(json.dumps(asked).encode())
        assert json.dumps(refused.value.as_json(), ensure_ascii=False).encode("utf-8", "backslashreplace")
