"""Nothing but codes and numbers within bounds gets into the registry, whatever a clinic that was admitted sends."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from hashlib import sha256
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import drawn
from measures.kept import ALLOWED, KEY, kept, months_of
from wheal import knowledge
from wheal.knowledge.measuring import TABLES
from wheal.measures.allowed import lot_code, product_code
from wheal.measures.checking import problems
from wheal.measures.counting import Row
from wheal.measures.deidentifying import month_of
from wheal.measures.store import Store
from wheal.measures.submissions import Manifest, NotGenuine, NotWhole, Part, packed, signed

ROWS = drawn.tables(7, clinics=1)
CLINIC, MONTH = next(key for key, tables in months_of(ROWS).items() if all(tables.values()))
TABLES_HELD = months_of(ROWS)[CLINIC, MONTH]
PUBLIC = KEY.public_key()
WORDS = (
    "Mrs Ann Example had an abscess",
    "<b>evil.example</b>",
    "mrs_ann_example",
    "submental ",
    "\u202e",
    "' OR 1=1 --",
)
CODES = ("34009400000", "3400000000099", "caffeine+caffeine", "")
HOSTILE = st.one_of(
    st.integers(min_value=-(1 << 70), max_value=1 << 70),
    st.text(max_size=30),
    st.sampled_from([*WORDS, *CODES, None, True, 1.5, [], {}, 2**63 - 1, -7]),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_whatever_stands_in_a_column_is_refused_or_is_a_code_or_a_number_within_bounds(table, data) -> None:
    row = TABLES_HELD[table][0]
    column = data.draw(st.sampled_from(sorted(TABLES[table].keys() - {"clinic", "month"})))
    spoilt = row | {column: data.draw(HOSTILE)}
    if said := ALLOWED.wrong(table, spoilt):
        assert said.startswith(column)
        assert "Ann" not in said
        assert len(said) < 150
        return
    value = spoilt[column]
    assert not isinstance(value, str) or (value.isascii() and not set(value) & set(" <>'\""))
    assert not isinstance(value, int) or 0 <= value < 1 << 63
    assert column != "week" or month_of(value) == MONTH


@pytest.mark.parametrize("table", TABLES)
def test_every_column_but_the_clinic_and_the_month_has_a_rule(table) -> None:
    assert TABLES[table].keys() - {"clinic", "month"} - ALLOWED.rules.keys() <= {
        "is_serious"
    }  # a flag is true or not


def _offered(store: Store, tables: dict[str, list[Row]], **said: object) -> None:
    """As a clinic would that packs what it likes."""
    parts = []
    for table, rows in tables.items():
        body = gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode())
        parts.append(Part(table, len(rows), sha256(body).hexdigest()))
        store.waiting.take(CLINIC, parts[-1].digest, body)
    manifest = replace(Manifest(CLINIC, MONTH, 1, tuple(parts)), **said)
    store.accept(signed(manifest, KEY), PUBLIC, ALLOWED)


def _with(table: str, **change: object) -> dict[str, list[Row]]:
    first, second, *rest = TABLES_HELD[table]
    return TABLES_HELD | {table: [first, second | change, *rest]}


REFUSED = {
    "a week that no engine adds to": (_with("events", week=2**63 - 1), "events, row 2: week must lie between"),
    "a week of another month": (_with("sessions", week=drawn.WEEK + 30), "sessions, row 2: week is not of its month"),
    "a grade below all": (_with("events", grade=-7), "events, row 2: grade must lie between 1 and 5"),
    "a kind of a newer knowledge": (_with("events", kind="hiccups"), "events, row 2: kind 'hiccups' is not known to"),
    "a sentence": (_with("given", product="Mrs Ann had one"), "given, row 2: product is no GTIN"),
    "a sentence for a substance": (_with("given", substance="what Ann had"), "given, row 2: substance is no code"),
    "substances in another order": (_with("given", substance="procaine+caffeine"), "given, row 2: substance names its"),
    "a mistyped GTIN": (_with("given", product="3400000000013"), "given, row 2: product is no GTIN"),
    "a name for a lot": (_with("given", lot="AnnExample"), "given, row 2: lot is no lot number"),
    "mark-up": (_with("passes", area="<b>evil.example</b>"), "passes, row 2: area is no code"),
    "a mix in another order": (_with("courses", protocol="caffeine+caffeine"), "courses, row 2: protocol names its"),
    "the number of points": (_with("passes", points=40), "passes, row 2: columns ['points'] are missing or too many"),
    "a session twice": ({"sessions": TABLES_HELD["sessions"][:1] * 2}, "sessions, row 2: it is told twice"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_month_with_one_such_row_is_refused_by_table_row_and_column_and_nothing_of_it_stays(
    what, tmp_path
) -> None:
    tables, told = REFUSED[what]
    store = Store(tmp_path)
    with pytest.raises(NotWhole) as refused:
        _offered(store, tables, knowledge="2099.1")
    assert str(refused.value).startswith(told)
    assert "not known" not in told or str(refused.value).endswith("; the clinic's is 2099.1")
    assert [file for file in tmp_path.rglob("*") if file.is_file() and file.parent.name != "locks"] == []


def test_a_month_is_written_over_only_by_one_that_is_whole(tmp_path) -> None:
    store = Store(tmp_path)
    _offered(store, TABLES_HELD)
    before = store.files()
    with pytest.raises(NotWhole):
        _offered(store, _with("events", grade=9), edition=2)
    assert (store.files(), store.editions(CLINIC)) == (before, {MONTH: 1})


def test_a_part_named_twice_a_version_that_is_a_sentence_and_a_month_to_come_are_refused(tmp_path) -> None:
    store, sent = Store(tmp_path), packed(CLINIC, MONTH, TABLES_HELD)
    for said, refusal in (
        ({"parts": sent.manifest.parts * 10}, NotGenuine),
        ({"knowledge": "Mrs Ann Example"}, NotGenuine),
        ({"month": "2999-12"}, NotWhole),
        ({"month": "1066-10"}, NotWhole),
    ):
        letter = signed(replace(sent.manifest, **said), KEY)
        with pytest.raises(refusal):
            store.wanted(letter, PUBLIC, ALLOWED)


def test_what_a_clinic_calls_by_a_word_of_its_own_stays_there_and_its_harm_is_counted_still() -> None:
    known = knowledge.current()
    assert ALLOWED.codes_alone("passes", TABLES_HELD["passes"][0] | {"area": "ankles"})["area"] == ""
    assert ALLOWED.codes_alone("events", TABLES_HELD["events"][0] | {"kind": "hiccups"})["kind"] == "other"
    assert "other" in known.vocabulary.event_kinds
    assert ALLOWED.codes_alone("given", TABLES_HELD["given"][0]) == TABLES_HELD["given"][0]


@pytest.mark.parametrize(
    ("typed", "told"),
    [("A 12/b", "A12/b"), ("Ann Example", ""), ("H-123", "H-123"), ("1" * 21, ""), ("", ""), ("lot: 7", "")],
)
def test_a_lot_leaves_as_a_lot_number_or_not_at_all(typed, told) -> None:
    assert lot_code(typed) == told


@pytest.mark.parametrize(
    ("typed", "told"),
    [("03400000000005", "3400000000005"), ("3400000000013", ""), ("", ""), ("96385074", "96385074")],
)
def test_a_product_leaves_as_a_gtin_or_not_at_all(typed, told) -> None:
    assert product_code(typed) == told


def test_what_was_taken_before_a_rule_was_made_is_found_and_can_be_taken_out_and_sent_again(tmp_path) -> None:
    store = kept(ROWS, tmp_path)
    assert list(problems(store, ALLOWED)) == []
    draw = Random(1)
    spoilt, torn, *_ = draw.sample(
        [one for one in store.receipts() if {"events", "sessions"} <= one.rows.keys()], 2
    )
    file = store.file("events", spoilt)
    duckdb.execute(
        f"COPY (SELECT * REPLACE (9223372036854775807 AS week) FROM '{file}') TO '{file}.new' (FORMAT parquet)"
    )
    file.with_name(f"{file.name}.new").replace(file)
    store.file("sessions", torn).write_bytes(b"torn")
    found = {(it.receipt.month, it.words.split(":")[0]) for it in problems(store, ALLOWED)}
    assert found == {(spoilt.month, "events, row 1"), (torn.month, "sessions, it cannot be read")}
    for one in (spoilt, torn):
        store.drop(one.clinic, one.month)
    assert list(problems(store, ALLOWED)) == []
    tables = months_of(ROWS)[spoilt.clinic, spoilt.month]
    sent = packed(spoilt.clinic, spoilt.month, tables, edition=2)
    for part in sent.bodies.items():
        store.waiting.take(spoilt.clinic, *part)
    assert store.accept(signed(sent.manifest, KEY), PUBLIC, ALLOWED).edition == 2
