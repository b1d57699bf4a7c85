"""The books of the stock add up after whatever was done, and what was altered behind them is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

import ready
from wheal import knowledge
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.audit.verifying import verify
from wheal.clinic.safety import webs
from wheal.clinic.safety.checking_trace import discrepancies, nightly
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock import overview
from wheal.clinic.stock.models import Container, Lot, Movement
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Amendment

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def lot(clinic, alice) -> Lot:
    """Ten containers of 10 mL."""
    return ready.lot(clinic, alice, "A-1")


@pytest.fixture
def signed(lot, patient, history, alice):
    """10 mL drawn, 8 injected."""
    session = ready.planned(patient, alice)
    ready.agree(session, alice)
    ready.drawn(session, ready.mixed(session, lot, alice), alice, 40)
    ready.checked(session, alice)
    return actions.sign_off(session=session, by=alice, known=knowledge.current())


def moved(**which: object) -> list[tuple[str, int]]:
    return list(Movement.objects.filter(**which).values_list("kind", "volume_ul"))


def test_from_the_box_to_the_skin_every_microlitre_has_a_row(signed, lot):
    assert moved(lot=lot) == [
        ("received", 100_000), ("opened", 10_000), ("drawn", 10_000), ("injected", 8_000), ("wasted", 2_000),
    ]  # fmt: skip
    lot.refresh_from_db()
    assert lot.unopened == 9
    assert lot.containers.get().emptied_at is not None
    assert discrepancies() == []
    assert not verify().broken


def test_a_row_of_the_ledger_is_never_changed_nor_deleted(signed):
    row = Movement.objects.first()
    for change in (lambda: Movement.objects.filter(pk=row.pk).update(volume_ul=1), row.delete):
        with pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
            change()


def test_what_is_for_one_patient_is_thrown_away_with_the_signature(clinic, patient, history, alice):
    lot = ready.lot(clinic, alice, "S-1", kind="single_dose")
    session = ready.planned(patient, alice)
    ready.agree(session, alice)
    mix = actions.add_mix(session=session, by=alice)
    actions.add_component(mix=mix, lot=lot, volume_ml=Decimal(4), by=alice)
    actions.save_mix(
        mix=mix, prepared_by="chairside", prepared_at=session.planned_for, preparer=alice, by=alice
    )
    ready.drawn(session, mix, alice, 20)
    ready.checked(session, alice)
    actions.sign_off(session=session, by=alice, known=knowledge.current())
    assert moved(kind="wasted") == [("wasted", 6_000)]
    container = lot.containers.get()
    assert (container.left_ul, container.emptied_at is not None) == (0, True)
    assert discrepancies() == []


def test_what_is_taken_out_of_a_mix_is_in_its_container_again(lot, patient, alice):
    session = ready.planned(patient, alice)
    mix = actions.add_mix(session=session, by=alice)
    drawn = actions.add_component(mix=mix, lot=lot, volume_ml=Decimal("2.5"), by=alice)
    actions.remove_component(component=drawn, by=alice)
    actions.remove_component(component=drawn, by=alice)  # a second tap
    assert moved(kind="drawn") == [("drawn", 2_500), ("drawn", -2_500)]
    assert lot.containers.get().left_ul == 10_000
    actions.add_component(mix=mix, lot=lot, container=lot.containers.get(), volume_ml=Decimal(1), by=alice)
    actions.remove_mix(mix=mix, by=alice)
    assert lot.containers.get().left_ul == 10_000
    assert discrepancies() == []


def test_nothing_is_drawn_that_the_books_do_not_hold(lot, patient, alice):
    session = ready.planned(patient, alice)
    mix = actions.add_mix(session=session, by=alice)
    actions.add_component(mix=mix, lot=lot, volume_ml=Decimal(100), by=alice)
    with pytest.raises(actions.LotRefused, match="count the lot first"):
        actions.add_component(mix=mix, lot=lot, volume_ml=Decimal("0.001"), by=alice)
    with pytest.raises(actions.LotRefused, match="finer than a microlitre"):
        actions.add_component(mix=mix, lot=lot, volume_ml=Decimal("0.0001"), by=alice)
    assert discrepancies() == []


def test_an_amendment_of_the_lot_moves_the_books_of_both(signed, lot, clinic, alice):
    really = ready.lot(clinic, alice, "A-2")
    component = signed.mixes.get().components.get()
    actions.amend_lot(component=component, lot=really, reason="the other box was open", by=alice)
    lot.refresh_from_db()
    really.refresh_from_db()
    assert (lot.unopened, really.unopened) == (10, 9)
    net = [sum(volume for kind, volume in moved(lot=each) if kind == "injected") for each in (lot, really)]
    assert net == [0, 8_000]
    assert discrepancies() == []
    actions.amend_lot(component=component, lot=lot, reason="no, the first was right", by=alice)
    assert discrepancies() == []
    assert not verify().broken


def test_an_amendment_of_the_volume_moves_what_was_injected_and_thrown_away(signed, alice):
    mix = signed.mixes.get()
    with pytest.raises(actions.DraftRefused, match="10 mL"):
        actions.amend_volume(mix=mix, injected_ml=Decimal("10.001"), reason="spilt", by=alice)
    amendment = actions.amend_volume(mix=mix, injected_ml=Decimal("7.5"), reason="a drop ran down", by=alice)
    assert (amendment.was, amendment.should_be) == ("8 mL injected of mix A", "7.5 mL injected of mix A")
    assert sum(volume for kind, volume in moved(mix=mix.pk) if kind == "wasted") == 2_500
    assert discrepancies() == []


def told(lot: Lot) -> tuple[Decimal, Decimal, bool]:
    """Of the only session that had it: drawn and injected of this lot, and whether an amendment says so."""
    ((session,),) = [one.sessions for one in webs.of_lots([lot]).patients]
    (mix,) = session.mixes
    return mix.drawn_ml, mix.injected_ml, mix.corrected


def test_whoever_asks_who_got_a_lot_reads_what_the_amendments_say(signed, lot, clinic, alice):
    """Both lots lead to the patient; the millilitres stand with the lot that was really used."""
    assert told(lot) == (10, 8, False)
    actions.amend_volume(
        mix=signed.mixes.get(), injected_ml=Decimal("7.5"), reason="a drop ran down", by=alice
    )
    assert told(lot) == (10, Decimal("7.5"), True)
    really = ready.lot(clinic, alice, "A-2")
    component = signed.mixes.get().components.get()
    actions.amend_lot(component=component, lot=really, reason="the other box was open", by=alice)
    assert (told(lot), told(really)) == ((0, 0, True), (10, Decimal("7.5"), True))
    actions.amend_lot(component=component, lot=lot, reason="no, the first was right", by=alice)
    assert (told(lot), told(really)) == ((10, Decimal("7.5"), True), (0, 0, True))


def test_books_that_say_another_lot_than_the_trace_are_told(signed, lot, clinic, alice, capsys):
    other = ready.lot(clinic, alice, "A-2")
    Amendment.objects.create(
        session=signed, corrects="lot", was="A-1", should_be="A-2", reason="behind the books", made_by=alice,
        component=signed.mixes.get().components.get(), lot=other,
    )  # fmt: skip
    with pytest.raises(CommandError, match="found wrong"):
        call_command("check_stock")
    assert "injected with mix" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (lambda lot: Lot.objects.filter(pk=lot.pk).update(unopened=8), "in stock there should be 90.000 mL"),
        (
            lambda lot: Container.objects.filter(lot=lot).update(left_ul=1),
            "was emptied and still says|should hold",
        ),
    ],
)
def test_what_was_altered_behind_the_books_is_told(signed, lot, alter, said, capsys):
    alter(lot)
    with pytest.raises(CommandError, match="found wrong"):
        call_command("check_stock")
    told = capsys.readouterr().out
    assert "Lot A-1 of Test deoxycholic_acid (Bridge Street)" in told
    assert any(words in told for words in said.split("|"))
    assert nightly()["wrong"][0]["lot"] == lot.pk


def test_the_command_says_that_the_books_add_up(signed, capsys):
    call_command("check_stock")
    assert capsys.readouterr().out == "the books add up: 1 lots, 5 movements\n"


def test_a_lot_called_back_elsewhere_is_called_back_where_it_is_received_next(
    clinic, french_clinic, alice, charlie
):
    bought = [
        stock.add_product(
            clinic=of,
            product=stock.NewProduct(
                "Acid", "deoxycholic_acid", Decimal(10), "mg/mL", "single_dose", Decimal(2), gtin
            ),
            by=by,
        )
        for of, by, gtin in ((clinic, alice, "09506000134352"), (french_clinic, charlie, "9506000134352"))
    ]
    here = ready.lot(clinic, alice, "unlike").expires
    first = stock.receive(product=bought[0], number="B-7", expires=here, containers=1, by=alice)
    stock.recall(lot=first, reason="particles", by=alice)
    second = stock.receive(product=bought[1], number="b-7", expires=here, containers=1, by=charlie)
    assert (second.recalled_at is not None, second.block_reason) == (True, "As in Bridge Street: particles")


@pytest.mark.parametrize(
    ("night", "missed"),
    [
        ({"ended_at": NOW - timedelta(hours=9)}, False),
        ({"begun_at": NOW - timedelta(minutes=5)}, False),  # it runs
        ({"begun_at": NOW - timedelta(hours=9)}, True),  # it broke off
        ({"failed": True}, True),
        ({"next_at": NOW - timedelta(days=1)}, True),  # nobody watches the clock
    ],
)
def test_a_night_in_which_nobody_looked_at_the_books_is_told(clinic, night, missed):
    NightlyJob.objects.create(name="check_stock", **({"next_at": NOW + timedelta(hours=15)} | night))
    assert overview.to_do(clinic, [], NOW, NOW.date()).missed is missed
