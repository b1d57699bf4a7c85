from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from wheal import knowledge
from wheal.knowledge.wording import amount, day, digits, said
from wheal.quantities import Quantity


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("10.25 mg", "10.25 mg", "10,25 mg"),
        ("2 mg/cm2", "2 mg/cm²", "2 mg/cm²"),
        ("1 {points}", "1 point", "1 point"),
        ("50 {points}", "50 points", "50 points"),
        ("0 {sessions}", "0 sessions", "0 séance"),
        ("1.5 mo", "1.5 months", "1,5 mois"),
        ("1 mo", "1 month", "1 mois"),
        ("28 d", "28 days", "28 jours"),
        ("150 [USP'U]/mL", "150 USP units/mL", "150 unités USP/mL"),
        ("0.9 %", "0.9%", "0,9\u202f%"),
        ("4 1", "4", "4"),
        ("2 cm3", "2 cm³", "2 cm³"),
        ("5 ug", "5 µg", "5 µg"),
    ],
)
def test_amounts_are_said_as_people_say_them(text, english, french):
    said_ = [amount(Quantity.parse(text), language).replace("\u00a0", " ") for language in ("en", "fr")]
    assert said_ == [english, french]


@pytest.mark.parametrize(
    ("value", "english"),
    [
        ("2.0000", "2"),
        ("26.6666666666", "26.6667"),
        ("100.00001", "100.00001"),
        ("0.00001", "0.00001"),
        ("1E+2", "100"),
    ],
)
def test_long_numbers_are_rounded_for_reading_but_never_to_nothing(value, english):
    assert digits(Decimal(value), "en") == english


def test_days_are_written_out():
    assert day(date(2026, 12, 1), "en") == "1 December 2026"
    assert day(date(2026, 12, 1), "fr") == "1er décembre 2026"
    assert day(date(2026, 8, 2), "fr") == "2 août 2026"
    assert day(datetime(2026, 8, 2, 9, 5, tzinfo=UTC), "en") == "2 August 2026 09:05 UTC"
    assert day(date(2026, 8, 2), "pt") == "2026-08-02"


def test_what_stands_in_a_placeholder_is_said_by_its_kind():
    names = {"soy": "soya"}
    assert said("soy", "en", names) == "soya"
    assert said("newpill", "en", names) == "newpill"
    assert said(("soy", "XX"), "en", names) == "soya, XX"
    assert said(None, "en", names) == "—"
    assert said(3, "en", names) == "3"
    assert said(date(2026, 1, 1), "en", names) == "1 January 2026"


def test_a_wording_is_asked_for_by_key_language_and_figures(folder):
    known = knowledge.load(folder)
    assert known.text("area.chin", "fr") == "chin (fr)"
    assert (
        known.text("rule.pregnancy", "en", about="pregnant", found=None, limit=2)
        == "pregnancy: pregnant, — against 2"
    )
    assert known.texts("area.chin") == {"en": "chin", "fr": "chin (fr)"}
    assert (known.has_text("area.chin"), known.has_text("area.elbow")) == (True, False)
    assert known.name("nowhere", "en") == "nowhere"
    with pytest.raises(KeyError):
        known.text("area.elbow", "en")
