"""What leaves follows what somebody says later of a signed session: another lot, another volume, nothing at all."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import ready
from clinic.safety.outbreak import fell_ill, treated
from wheal.clinic.registry import actions, delivering
from wheal.clinic.registry.actions.enrolling import keys
from wheal.clinic.registry.extracting import months
from wheal.clinic.safety.models import Exposed
from wheal.clinic.safety.watching import exposures
from wheal.clinic.stock.models import Lot, Product
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session
from wheal.knowledge import current
from wheal.measures.checking import problems
from wheal.measures.deidentifying import Hiding
from wheal.measures.duck import Duck

HIDING = Hiding(b"s" * 32)
ACID, LIDOCAINE = "3400000000005", "3400000000012"
SIGNED = ("SIGNED-1", ACID, "deoxycholic_acid")
REALLY = ("REALLY-2", ACID, "deoxycholic_acid")
OTHER = ("OTHER-3", LIDOCAINE, "lidocaine")


@pytest.fixture
def lots(clinic, alice) -> dict[str, Lot]:
    """The first two of one product, each product with its GTIN."""
    held = {
        name: ready.lot(clinic, alice, name, substance=of, containers=30)
        for name, _gtin, of in (SIGNED, REALLY, OTHER)
    }
    for _name, gtin, of in (SIGNED, OTHER):
        Product.objects.filter(substance=of).update(gtin=gtin.zfill(14))
    return held


@pytest.fixture
def sessions(agreed, clinic, alice, lots, later) -> list[Session]:
    """Twelve people, each signed as given from SIGNED-1, ten weeks ago."""
    made = treated(clinic, alice, lots["SIGNED-1"], 12)
    later(70)
    return made


def _rows(agreed, table: str) -> list[dict]:
    return [row for tables in months(agreed, HIDING, current()).values() for row in tables[table]]


def _given(agreed) -> Counter[tuple[str, str, str]]:
    return Counter((row["lot"], row["product"], row["substance"]) for row in _rows(agreed, "given"))


def _from(lot: Lot, some: list[Session], by) -> None:
    for session in some:
        for component in session.mixes.get().components.all()[:1]:
            treatments.amend_lot(component=component, lot=lot, reason="The other box was open", by=by)


def _injected(ml: str, some: list[Session], by) -> None:
    for session in some:
        for mix in session.mixes.all():
            treatments.amend_volume(mix=mix, injected_ml=Decimal(ml), reason="The syringe was dropped", by=by)


def test_a_lot_that_an_amendment_names_leaves_beside_the_one_that_was_signed(agreed, sessions, lots, alice):
    """Until it is certain both count, as on the lists of a recall."""
    assert _given(agreed) == {SIGNED: 12}
    _from(lots["REALLY-2"], sessions[:6], alice)
    assert _given(agreed) == {SIGNED: 12, REALLY: 6}
    _from(lots["SIGNED-1"], sessions[:1], alice)  # no, the first was right
    assert _given(agreed) == {SIGNED: 12, REALLY: 6}


def test_a_lot_of_another_product_leaves_with_the_code_and_the_substances_of_that_product(
    agreed, sessions, lots, alice
):
    _from(lots["OTHER-3"], sessions[:6], alice)
    assert _given(agreed) == {SIGNED: 12, OTHER: 6}
    Product.objects.filter(substance="lidocaine").update(gtin="")
    assert _given(agreed) == {SIGNED: 12, ("", "", ""): 6}


def test_each_session_leaves_with_the_lots_that_the_watch_of_the_clinic_has_of_it(
    agreed, sessions, lots, alice, clinic
):
    exposures.fill(clinic)
    _from(lots["REALLY-2"], sessions[:7], alice)
    _from(lots["OTHER-3"], sessions[5:], alice)
    _injected("0", sessions[6:7], alice)
    exposures.fill(clinic)
    names = {f"lot:{lot.pk}": name for name, lot in lots.items()}
    watched = {
        (HIDING.thing("session", row.session_id), names[word])
        for row in Exposed.objects.filter(clinic=clinic)
        for word in row.met.split()
        if word in names
    }
    assert {(row["session"], row["lot"]) for row in _rows(agreed, "given")} == watched


def test_a_volume_that_is_corrected_changes_nothing_unless_it_is_none_and_the_last_word_holds(
    agreed, sessions, alice
):
    before = months(agreed, HIDING, current())
    _injected("3.5", sessions, alice)
    assert months(agreed, HIDING, current()) == before
    _injected("0", sessions[:4], alice)
    assert _given(agreed) == {SIGNED: 8}
    _injected("4", sessions[:4], alice)
    assert months(agreed, HIDING, current()) == before


def test_who_was_injected_nothing_is_not_among_those_treated(agreed, sessions, bob, alice, later):
    for session in (sessions[0], sessions[11]):
        fell_ill(session, bob, ago=60)
    later(300)
    told = {
        table: len(_rows(agreed, table)) for table in ("sessions", "passes", "given", "courses", "events")
    }
    assert told == {"sessions": 12, "passes": 12, "given": 12, "courses": 12, "events": 2}
    _injected("0", sessions[:5], alice)
    gone = {HIDING.person(session.patient_id) for session in sessions[:5]}
    for table, least in (("sessions", 7), ("passes", 7), ("given", 7), ("courses", 7), ("events", 1)):
        rows = _rows(agreed, table)
        assert len(rows) == least, table
        assert not gone & {row["person"] for row in rows}, table


def test_of_two_syringes_the_one_that_was_injected_leaves_with_its_session(
    agreed, clinic, alice, lots, later
):
    made = treated(clinic, alice, lots["SIGNED-1"], 6, mixes=(lots["REALLY-2"],))
    later(70)
    assert _given(agreed) == {SIGNED: 6, REALLY: 6}
    for session in made:
        mix = session.mixes.get(components__lot=lots["REALLY-2"])
        treatments.amend_volume(mix=mix, injected_ml=Decimal(0), reason="It was dropped", by=alice)
    assert _given(agreed) == {SIGNED: 6}
    assert (len(_rows(agreed, "sessions")), len(_rows(agreed, "passes"))) == (6, 6)


def _counted(lot: str) -> int:
    measure = current().measures["infection_by_lot"]
    counts = Duck(*delivering.store().shelves()).counts(measure)
    return sum(one.of + one.waiting for one in counts if one.group[-1] == lot)


def test_a_correction_makes_a_new_edition_on_the_next_day_of_the_clinic_and_the_registry_counts_by_it(
    agreed, sessions, lots, alice, later
):
    first = {row.month for row in actions.send(agreed, current())}
    _from(lots["REALLY-2"], sessions[:6], alice)
    _injected("0", sessions[10:], alice)
    assert actions.send(agreed, current()) == []
    assert (_counted("SIGNED-1"), _counted("REALLY-2")) == (12, 0)
    later(101)
    again = {row.month: row.edition for row in actions.send(agreed, current())}
    assert again.keys() <= first
    assert set(again.values()) == {2}
    assert (_counted("SIGNED-1"), _counted("REALLY-2")) == (10, 6)


def test_a_month_of_which_nothing_is_left_goes_at_the_registry_too(agreed, sessions, alice, later):
    first = {row.month for row in actions.send(agreed, current())}
    _injected("0", sessions, alice)
    assert months(agreed, keys(agreed)[0], current()) == {}
    later(101)
    again = actions.send(agreed, current())
    assert {(row.month, row.edition, sum(row.rows.values())) for row in again} == {(it, 2, 0) for it in first}
    store = delivering.store()
    assert not any(store.files().values())
    assert (list(problems(store, delivering.allowed())), _counted("SIGNED-1")) == ([], 0)
    later(132)
    assert actions.send(agreed, current()) == []


def test_amendments_cost_no_query_more_however_many_there_are(agreed, sessions, lots, alice):
    asked = []
    for some in (sessions[:2], sessions[2:]):
        _from(lots["REALLY-2"], some, alice)
        _injected("0", some[:1], alice)
        with CaptureQueriesContext(connection) as queries:
            months(agreed, HIDING, current())
        asked.append(len(queries))
    assert asked[0] == asked[1]
