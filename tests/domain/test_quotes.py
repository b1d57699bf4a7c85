"""What a quote adds up to, until when it holds, and what stands in the way of the act."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import knowledge, quotes
from wheal.consent_terms import Terms, as_json

KNOWN = knowledge.current()
FRANCE, US = KNOWN.jurisdictions["FR"], KNOWN.jurisdictions["US"]
TWENTY = quotes.Tax("TVA 20 % (invented)", Decimal(20))
NONE = quotes.Tax("not due (invented)", Decimal(0))
PLAN = Terms("skin", "cheeks", "papule", ("hyaluronic_acid_non_crosslinked",), 3, Decimal(540), "EUR")
HANDED = date(2026, 11, 2)
SAID = dict.fromkeys(FRANCE.quote_contents, "said")


def line(
    price: str, quantity: str = "1", tax: quotes.Tax | None = TWENTY, kind: str = "session"
) -> quotes.Line:
    return quotes.Line(kind, "words", Decimal(quantity), Decimal(price), tax)


@pytest.mark.parametrize(
    ("included", "net", "tax", "gross"),
    [(True, "450.00", "90.00", "540.00"), (False, "540.00", "108.00", "648.00")],
)
def test_prices_hold_the_tax_or_it_comes_on_top(included: bool, net: str, tax: str, gross: str) -> None:
    totals = quotes.add_up([line("180", "3")], taxes_included=included)
    assert (totals.net, totals.tax, totals.gross) == (Decimal(net), Decimal(tax), Decimal(gross))


def test_each_rate_is_added_up_and_rounded_once() -> None:
    totals = quotes.add_up([line("0.03"), line("0.03"), line("10", tax=NONE)], taxes_included=False)
    assert [(each.tax, each.net, each.amount) for each in totals.by_tax] == [
        (TWENTY, Decimal("0.06"), Decimal("0.01")),
        (NONE, Decimal("10.00"), Decimal("0.00")),
    ]


MONEY = st.decimals(min_value=Decimal("-5000"), max_value=Decimal("5000"), places=2)
LINES = st.lists(
    st.builds(
        quotes.Line,
        st.just("session"),
        st.just(""),
        st.decimals(min_value=Decimal("0.01"), max_value=Decimal(50), places=2),
        MONEY,
        st.sampled_from([TWENTY, NONE, quotes.Tax("x", Decimal("5.5"))]),
    ),
    max_size=8,
)


@given(LINES)
def test_what_the_patient_pays_is_the_sum_of_prices_that_hold_the_tax(lines: list[quotes.Line]) -> None:
    totals = quotes.add_up(lines, taxes_included=True)
    assert totals.gross == sum((each.amount for each in lines), Decimal(0)) == totals.net + totals.tax


@given(LINES, st.booleans())
def test_the_order_of_the_lines_changes_no_sum(lines: list[quotes.Line], included: bool) -> None:
    forth, back = (quotes.add_up(each, taxes_included=included) for each in (lines, lines[::-1]))
    assert (forth.net, forth.tax, forth.gross) == (back.net, back.tax, back.gross)


@pytest.mark.parametrize(
    ("steps", "day", "state"),
    [
        ([], 0, "sent"),
        ([], 30, "sent"),
        ([], 31, "expired"),
        (["accepted"], 31, "accepted"),
        (["accepted", "withdrawn"], 3, "withdrawn"),
        (["refused"], 31, "refused"),
        (["accepted", "replaced"], 3, "replaced"),
    ],
)
def test_a_quote_holds_until_its_last_day_and_what_came_of_it_stands(
    steps: list[str], day: int, state: str
) -> None:
    until = HANDED + timedelta(days=30)
    assert quotes.state_of(True, until, steps, HANDED + timedelta(days=day)) == state


def test_what_was_not_handed_over_is_a_draft() -> None:
    assert quotes.state_of(False, None, [], HANDED) == "draft"


def offer(**other: object) -> quotes.Offer:
    whole = {
        "terms": PLAN, "lines": (line("180", "3"),), "taxes_included": True,
        "valid_until": HANDED + timedelta(days=30), "said": SAID,
    }  # fmt: skip
    return quotes.Offer(**{**whole, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "lacking"),
    [
        ({}, ()),
        ({"lines": ()}, ("lines",)),
        ({"lines": (line("5", tax=None),)}, ("tax",)),
        ({"lines": (line("5"), line("-2"))}, ("reduction",)),
        ({"lines": (line("5"), line("2", kind="reduction"))}, ("reduction",)),
        ({"lines": (line("5"), line("-9", kind="reduction"))}, ("total",)),
        ({"lines": (line("5"), line("-2", kind="reduction"))}, ()),
        ({"valid_until": None}, ("valid_until",)),
        ({"valid_until": HANDED + timedelta(days=15)}, ("valid_too_short",)),
        ({"valid_until": HANDED + timedelta(days=16)}, ()),
        ({"said": {**SAID, "insurance": ""}}, ("insurance",)),
        ({"terms": Terms("skin", "", "papule", (), 3, None, "")}, ("plan.area", "plan.substances")),
        ({"lines": (), "valid_until": None, "said": {}}, (
            "lines", "valid_until", "registration", "qualification", "insurance", "place", "act", "anaesthesia",
            "days_off",
        )),
    ],
)  # fmt: skip
def test_all_that_is_lacking_is_told_at_once(other: dict[str, object], lacking: tuple[str, ...]) -> None:
    assert quotes.lacking(offer(**other), FRANCE, HANDED) == lacking


def test_a_country_without_such_a_duty_asks_for_no_contents() -> None:
    assert quotes.lacking(offer(said={}), US, HANDED) == ()


def standing(state: str = "accepted", **other: object) -> quotes.Standing:
    whole = {"number": "2026-0001/1", "state": state, "handed_on": HANDED, "covers": as_json(PLAN)}
    return quotes.Standing(**{**whole, **other})  # type: ignore[arg-type]


def found(held: quotes.Standing | None, terms: Terms = PLAN, on: date = date(2027, 1, 1)) -> list[str]:
    return [each.code for each in quotes.obstacles(terms, held, FRANCE, on)]


@pytest.mark.parametrize(
    ("held", "codes"),
    [
        (None, ["quote_missing"]),
        (standing("sent"), ["quote_not_accepted"]),
        (standing("refused"), ["quote_ended"]),
        (standing("expired"), ["quote_ended"]),
        (standing("replaced"), ["quote_ended"]),
        (standing(), []),
        (standing(covers=as_json(PLAN) | {"area": "neck"}), ["quote_does_not_cover"]),
        (standing(covers=as_json(PLAN) | {"price": "500"}), ["quote_does_not_cover"]),
    ],
)
def test_a_quote_that_is_due_is_accepted_before_the_act(
    held: quotes.Standing | None, codes: list[str]
) -> None:
    assert found(held) == codes


@pytest.mark.parametrize(("price", "codes"), [("299.99", []), ("300", ["quote_missing"])])
def test_a_quote_is_due_in_france_from_three_hundred_euros(price: str, codes: list[str]) -> None:
    terms = Terms("skin", "cheeks", "papule", ("lidocaine",), 1, Decimal(price), "EUR")
    assert found(None, terms) == codes


@pytest.mark.parametrize(
    ("days", "codes"), [(0, ["reflection_open"]), (15, ["reflection_open"]), (16, []), (40, [])]
)
def test_fifteen_whole_days_pass_between_quote_and_act(days: int, codes: list[str]) -> None:
    assert found(standing(), on=HANDED + timedelta(days=days)) == codes


def test_the_refusal_names_the_earliest_day_and_the_article() -> None:
    (refusal,) = quotes.obstacles(PLAN, standing(), FRANCE, HANDED)
    assert (refusal.earliest, refusal.sources) == (date(2026, 11, 18), ("fr_d6322_30",))


def test_a_physicians_reason_takes_the_place_of_the_time_to_think() -> None:
    assert found(standing(shortened=True), on=HANDED) == []


def test_where_no_duty_is_held_nothing_stands_in_the_way() -> None:
    assert quotes.obstacles(PLAN, None, US, HANDED) == ()


@pytest.mark.parametrize(
    ("country", "days", "allowed"), [(FRANCE, 15, False), (FRANCE, 16, True), (US, 0, True)]
)
def test_nothing_is_owed_while_the_country_lets_the_patient_think(
    country: object, days: int, allowed: bool
) -> None:
    assert quotes.money_may_be_taken(standing(), country, HANDED + timedelta(days=days)) is allowed  # type: ignore[arg-type]


def test_the_price_of_liposuction_stands_beside_with_its_source_and_year() -> None:
    fat = Terms("fat", "abdomen", "nappage", ("phosphatidylcholine_deoxycholate",), 4, Decimal(900), "USD")
    beside = {each.way: each for each in quotes.beside(fat, "US", KNOWN)}
    assert ("asps2020", 2020) in beside["liposuction"].years
    assert beside["liposuction"].told is not None
    assert beside["liposuction"].told.certainty == "very_low"


def test_what_is_still_owed_falls_with_payments_and_rises_with_refunds() -> None:
    assert quotes.balance(Decimal(540), quotes.Paid(Decimal(540), Decimal(40))) == Decimal(40)
