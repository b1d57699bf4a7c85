"""The books add up to the microlitre, and say where they do not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import ledger
from wheal.ledger import Discrepancy, Entry, Left, LotBooks, MixBooks, TransferBooks, Vial, check

BOX = 2000
RIGHT = LotBooks(
    lot=7,
    container_ul=BOX,
    unopened=5,
    containers={1: Left(0, emptied=True), 2: Left(700)},
    drawn_up_ul=300,
    entries=(
        Entry("received", 10 * BOX), Entry("opened", BOX, 1), Entry("opened", BOX, 2), Entry("sent", 2 * BOX),
        Entry("returned", BOX), Entry("missing", BOX), Entry("found", BOX),
        Entry("drawn", 1500, 1, mix=3), Entry("injected", 1200, 1, mix=3), Entry("wasted", 300, 1, mix=3),
        Entry("wasted", 500, 1), Entry("drawn", 300, 2, mix=4), Entry("wasted", 1000, 2),
    ),
)  # fmt: skip
SIGNED = MixBooks(
    mix=3,
    drawn_ul={Vial(7, 1): 1500},
    injected_ul=1200,
    moved_ul={(Vial(7, 1), "drawn"): 1500, (Vial(7, 1), "injected"): 1200, (Vial(7, 1), "wasted"): 300},
)


def codes(*lots: LotBooks, mixes: tuple[MixBooks, ...] = ()) -> list[str]:
    return [each.code for each in check(lots, mixes)]


def test_books_that_add_up_say_nothing():
    assert list(check([RIGHT], [SIGNED], [TransferBooks(1, 2 * BOX, BOX, BOX)])) == []
    sums = ledger.add_up(RIGHT.entries)
    assert (sums.came_ul, sums.went_ul, RIGHT.in_stock_ul) == (10 * BOX, 9000, 11000)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unopened": 4}, ["in_stock", "shelf"]),
        ({"drawn_up_ul": 299}, ["in_stock"]),
        ({"containers": {1: Left(0), 2: Left(701)}}, ["in_stock", "container"]),
        ({"containers": {1: Left(0), 2: Left(700, emptied=True)}}, ["emptied"]),
        ({"containers": {2: Left(700), 9: Left(1)}}, ["in_stock", "container"]),
        ({"entries": (*RIGHT.entries, Entry("received", BOX))}, ["in_stock", "shelf"]),
        ({"entries": (*RIGHT.entries, Entry("injected", 301, 2, mix=4))}, ["in_stock", "syringe"]),
    ],
)
def test_what_was_changed_beside_the_books_is_named(change, said):
    assert codes(replace(RIGHT, **change)) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"drawn_ul": {Vial(7, 1): 1499}}, ["drawn"]),
        ({"drawn_ul": {Vial(7, 2): 1500}}, ["drawn", "drawn"]),
        ({"injected_ul": 1201}, ["injected"]),
        ({"injected_ul": None}, ["injected"]),
        ({"moved_ul": {**SIGNED.moved_ul, (Vial(7, 1), "wasted"): 299}}, ["rest"]),
    ],
)
def test_a_mix_is_held_against_its_record(change, said):
    assert codes(mixes=(replace(SIGNED, **change),)) == said


def test_the_trace_is_held_against_the_books():
    right, wrong = ledger.TraceBooks(7, 3, 1200, 1200), ledger.TraceBooks(7, 4, 300, 299)
    assert list(check(traces=[right, wrong])) == [Discrepancy("trace", 300, 299, 7, mix=4)]


def test_an_unsigned_mix_has_injected_nothing():
    draft = MixBooks(4, {Vial(7, 2): 300}, None, {(Vial(7, 2), "drawn"): 300})
    assert codes(mixes=(draft,)) == []


def test_the_difference_says_both_sides_and_where():
    (wrong,) = check([replace(RIGHT, drawn_up_ul=299)])
    assert wrong == Discrepancy("in_stock", 11000, 10999, lot=7)
    (lost,) = check(transfers=[TransferBooks(8, 3 * BOX, BOX, 0)])
    assert lost == Discrepancy("transfer", 3 * BOX, BOX, line=8)


def test_a_counter_entry_takes_back_what_it_names():
    twice = replace(RIGHT, entries=(*RIGHT.entries, Entry("sent", 2 * BOX), Entry("sent", -2 * BOX)))
    assert codes(twice) == []


def test_no_movement_is_of_a_kind_nobody_knows():
    with pytest.raises(ValueError, match="lost"):
        ledger.add_up([Entry("lost", 1)])


parts = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)


@given(parts=parts, permille=st.integers(0, 1000))
def test_shares_add_up_exactly_and_none_exceeds_its_part(parts, permille):
    whole = sum(parts) * permille // 1000
    found = ledger.shares(parts, whole)
    assert sum(found) == whole
    assert all(0 <= share <= part for share, part in zip(found, parts, strict=True))
    exact = [part * whole / sum(parts) for part in parts]
    assert all(abs(share - ideal) < 1 for share, ideal in zip(found, exact, strict=True))


def test_nothing_is_shared_among_nothing():
    with pytest.raises(ValueError, match="in proportion"):
        ledger.shares([0, 0], 1)


@given(st.integers(0, 10**9))
def test_microlitres_and_millilitres_lose_nothing(volume):
    assert ledger.microlitres(ledger.millilitres(volume)) == volume


def test_finer_than_a_microlitre_is_refused():
    with pytest.raises(ValueError, match=r"0\.0001 mL"):
        ledger.microlitres(Decimal("0.0001"))
