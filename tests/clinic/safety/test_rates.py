"""How often, by product, lot, technique, practitioner and clinic: people of people treated, never a bare zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

import ready
from clinic.safety.outbreak import fell_ill, injected, treated
from clinic.treatments.conftest import as_
from wheal import knowledge
from wheal.clinic.safety.rates import counting
from wheal.clinic.safety.rates.left_out import left_out, why_of
from wheal.clinic.safety.rates.wording import said
from wheal.clinic.safety.reactions import actions as reactions
from wheal.clinic.safety.reactions import tying
from wheal.events import rates


@pytest.fixture
def lots(clinic, alice):
    return ready.lot(clinic, alice, "A-1"), ready.lot(clinic, alice, "B-2")


@pytest.fixture
def sessions(clinic, alice, lots):
    return treated(clinic, alice, lots[0], 4) + treated(clinic, alice, lots[1], 2, first=10)


def asked(clinic, by: str, **change: object) -> dict[str, tuple[int, int]]:
    today = clinic.day_of()
    held = counting.Asked(**{"by": by, "since": today - timedelta(days=9), "until": today} | change)
    return {line.name: (line.rate.seen, line.rate.of) for line in counting.lines(clinic, held)}


def test_people_are_counted_against_everybody_treated(clinic, sessions, bob):
    fell_ill(sessions[0], bob)
    fell_ill(sessions[0], bob, kind="nodule")  # the same person
    fell_ill(sessions[1], bob, kind="bruising")
    assert asked(clinic, "lot") == {"A-1": (2, 4), "B-2": (0, 2)}
    assert asked(clinic, "product") == {"Test deoxycholic_acid": (2, 6)}
    assert asked(clinic, "technique") == {"point_by_point": (2, 6)}
    assert asked(clinic, "practitioner") == {"alice": (2, 6)}
    assert asked(clinic, "clinic") == {"Bridge Street": (2, 6)}


def test_the_kind_and_the_days_narrow_it(clinic, sessions, bob):
    fell_ill(sessions[0], bob)
    fell_ill(sessions[1], bob, kind="bruising")
    assert asked(clinic, "lot", kind="bruising")["A-1"] == (1, 4)
    assert asked(clinic, "lot", kind="alike")["A-1"] == (1, 4)
    assert asked(clinic, "lot", until=clinic.day_of() - timedelta(days=1)) == {}


def test_what_was_recorded_by_mistake_no_longer_counts(clinic, sessions, bob, alice, known):
    made = fell_ill(sessions[0], bob)
    reactions.correct(reaction=made, corrects="withdrawn", should_be="", reason="Another", is_physician=True, by=alice,
                      known=known)  # fmt: skip
    assert asked(clinic, "lot")["A-1"] == (0, 4)


@pytest.mark.parametrize(
    ("seen", "of", "english", "french"),
    [
        (0, 120, "0 of 120: at most 2.5%", "0 sur 120\u00a0: au plus 2,5\u00a0%"),
        (3, 120, "3 of 120: 2.5% (between 0.51% and 7.2%)",
         "3 sur 120\u00a0: 2,5\u00a0% (entre 0,51\u00a0% et 7,2\u00a0%)"),
        (1, 20000, "1 of 20,000: 0.005% (between 0.00012% and 0.028%)", None),
        (0, 0, "nobody treated: no rate", "personne traitée\u00a0: pas de fréquence"),
    ],
)  # fmt: skip
def test_none_seen_is_told_with_what_it_still_allows(seen, of, english, french, known):
    assert said(rates.of_people(seen, of), known) == english
    if french:
        with translation.override("fr"):
            assert said(rates.of_people(seen, of), known).replace("\u202f", "\u00a0") == french


@pytest.mark.parametrize("by", list(counting.BY))
def test_a_table_is_read_with_as_few_queries_for_many_lines(
    clinic, sessions, bob, by, django_assert_max_num_queries
):
    fell_ill(sessions[0], bob)
    with django_assert_max_num_queries(3):
        asked(clinic, by)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("by", list(counting.BY))
def test_the_page_names_every_line(clinic, sessions, sam, by, language):
    page = as_(sam, language).get("/safety/rates/", {"by": by}).content.decode()
    assert {"en": "at most", "fr": "au plus"}[language] in page
    assert {"practitioner": "Alice Example", "technique": {"en": "Point by point", "fr": "Point par point"}[language],
            "lot": "A-1", "product": "Test deoxycholic_acid", "clinic": "Bridge Street"}[by] in page  # fmt: skip


def test_days_that_cannot_be_are_told_at_their_field(clinic, sam, dora):
    answer = as_(sam).get("/safety/rates/", {"since": "2026-02-01", "until": "2026-01-01"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["until"]
    assert "No signed session" not in answer.content.decode(), "nothing was counted, so nothing is said of it"
    assert as_(dora).get("/safety/rates/").status_code == 403


def test_the_page_costs_few_queries(clinic, sessions, sam, bob):
    fell_ill(sessions[0], bob)
    client = as_(sam)
    client.get("/safety/rates/")
    with CaptureQueriesContext(connection) as caught:
        client.get("/safety/rates/", {"by": "practitioner"})
    assert len(caught) <= 12


def test_at_most_is_never_less_than_what_the_count_allows():
    """Exactly 2.4656 of 100: rounded to the nearest figure it would be told as at most 2.4656 or less."""
    for of in range(1, 400):
        told = said(rates.of_people(0, of), knowledge.current()).split("at most ")[1]
        assert Decimal(told.removesuffix("%")) / 100 >= Decimal(1 - 0.05 ** (1 / of))


def test_what_stands_in_no_line_is_told_with_the_reason(clinic, sessions, sam, bob, known):
    """A reaction that nobody tied to a session must not make a lot look safe in silence."""
    untied = fell_ill(sessions[0], bob, tied=False)
    lines = counting.Asked("lot", clinic.day_of() - timedelta(days=9), clinic.day_of())
    assert asked(clinic, "lot")["A-1"] == (0, 4)
    told = left_out(clinic, lines)
    assert (told.of, told.by_why) == (1, {"tied_to_none": [untied]})
    page = as_(sam).get("/safety/rates/", {"by": "lot"}).content.decode()
    assert "tied to no session" in page
    assert f"/safety/reactions/{untied.pk}/sessions/" in page

    tying.tie(reaction=untied, sessions=[sessions[0]], reason="Asked by telephone", by=bob)
    assert asked(clinic, "lot")["A-1"] == (1, 4)
    assert left_out(clinic, lines).many == 0
    assert left_out(clinic, replace(lines, by="practitioner")).many == 0


@pytest.mark.parametrize(
    ("is_tied", "is_signed", "is_here", "is_injected", "is_named", "why"),
    [
        (False, False, False, False, False, "tied_to_none"),
        (True, False, False, False, False, "not_signed"),
        (True, True, True, False, False, "not_injected"),
        (True, True, True, True, False, "names_none"),
        (True, True, False, False, False, "other_days"),
        (True, True, True, True, True, ""),
    ],
)
def test_each_reason_for_standing_in_no_line_has_its_name(
    is_tied, is_signed, is_here, is_injected, is_named, why
):
    row = SimpleNamespace(
        is_tied=is_tied, is_signed=is_signed, is_here=is_here, is_injected=is_injected, is_named=is_named
    )
    assert why_of(row) == why


def test_who_was_injected_nothing_after_all_is_not_among_those_treated_and_their_reaction_is_told_beside(
    clinic, sessions, sam, alice, bob
):
    ill = fell_ill(sessions[0], bob)
    injected("0", [mix for session in sessions[:2] for mix in session.mixes.all()], alice)
    assert asked(clinic, "lot") == {"A-1": (0, 2), "B-2": (0, 2)}
    for by in ("product", "technique", "practitioner", "clinic"):
        assert list(asked(clinic, by).values()) == [(0, 4)], by
        told = left_out(clinic, counting.Asked(by, clinic.day_of() - timedelta(days=9), clinic.day_of()))
        assert told.by_why == {"not_injected": [ill]}, by
    for language, words in (
        ("en", "nothing was injected after all"),
        ("fr", "rien n’a finalement été injecté"),
    ):
        assert words in as_(sam, language).get("/safety/rates/", {"by": "lot"}).content.decode()
    injected("2", sessions[0].mixes.all(), alice)  # the last word holds
    assert asked(clinic, "lot")["A-1"] == (1, 3)


def test_of_two_syringes_the_one_that_was_injected_counts_alone(clinic, alice, bob, lots):
    made = treated(clinic, alice, lots[0], 3, mixes=(lots[1],))
    ill = fell_ill(made[0], bob)
    assert asked(clinic, "lot") == {"A-1": (1, 3), "B-2": (1, 3)}
    injected("0", [session.mixes.get(components__lot=lots[1]) for session in made], alice)
    assert asked(clinic, "lot") == {"A-1": (1, 3)}
    assert asked(clinic, "technique") == {"point_by_point": (1, 3)}
    assert asked(clinic, "clinic") == {"Bridge Street": (1, 3)}
    told = left_out(clinic, counting.Asked("lot", ill.onset, clinic.day_of()))
    assert told.many == 0
