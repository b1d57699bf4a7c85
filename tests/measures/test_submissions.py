"""What leaves a clinic and what the registry takes: signed, in parts, again and again, never half."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import duckdb
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from measures import drawn
from measures.kept import ALLOWED, KEY, MORE, kept, months_of, written_before
from wheal import knowledge
from wheal.knowledge.measuring import TABLES
from wheal.measures.checking import problems
from wheal.measures.counting import Row
from wheal.measures.duck import Duck
from wheal.measures.plain import Plain
from wheal.measures.store import Refused, Store
from wheal.measures.submissions import NotGenuine, NotWhole, opened, packed, signed, unpacked

ROWS = drawn.tables(5, clinics=1)
CLINIC, MONTH = next(iter(months_of(ROWS)))
SENT = packed(CLINIC, MONTH, months_of(ROWS)[CLINIC, MONTH])
LETTER = signed(SENT.manifest, KEY)
PUBLIC = KEY.public_key()


def _given(store: Store) -> int:
    return Duck(*store.shelves()).counts(knowledge.current().measures["infection_by_product"])[0].of


def test_the_same_month_packed_again_is_the_same_bytes() -> None:
    shuffled = {table: rows[::-1] for table, rows in months_of(ROWS)[CLINIC, MONTH].items()}
    assert packed(CLINIC, MONTH, shuffled) == SENT


def test_a_lost_connection_costs_only_the_parts_that_did_not_come(tmp_path) -> None:
    store, (first, *rest) = Store(tmp_path), SENT.bodies.items()
    store.waiting.take(CLINIC, *first)
    assert store.waiting.missing(SENT.manifest) == [digest for digest, _ in rest]
    with pytest.raises(Refused, match=f"{len(rest)} of its parts have not come"):
        store.accept(LETTER, PUBLIC, ALLOWED)
    assert store.files()["given"] == []
    for part in rest:
        store.waiting.take(CLINIC, *part)
    assert store.accept(LETTER, PUBLIC, ALLOWED).rows["given"] == len(months_of(ROWS)[CLINIC, MONTH]["given"])


def test_the_same_letter_again_changes_nothing(tmp_path) -> None:
    store = kept(ROWS, tmp_path)
    before = store.files(), _given(store)
    store.accept(LETTER, PUBLIC, ALLOWED)
    assert (store.files(), _given(store)) == before


def test_a_correction_takes_the_place_of_its_month_and_an_older_edition_does_not_come_back(tmp_path) -> None:
    store = kept(ROWS, tmp_path)
    tables = months_of(ROWS)[CLINIC, MONTH]
    second = packed(CLINIC, MONTH, tables | {"given": tables["given"][:-5]}, edition=2)
    for part in second.bodies.items():
        store.waiting.take(CLINIC, *part)
    assert (
        store.accept(signed(second.manifest, KEY), PUBLIC, ALLOWED).rows["given"] == len(tables["given"]) - 5
    )
    assert len(list((tmp_path / "registry" / "given").glob(f"*/month={MONTH}/*"))) == 1
    with pytest.raises(Refused, match="edition 2"):
        store.accept(LETTER, PUBLIC, ALLOWED)


@pytest.mark.parametrize(
    "letter",
    [
        LETTER.replace(b'"edition":1', b'"edition":9'),
        signed(SENT.manifest, Ed25519PrivateKey.generate()),
        b"nothing",
        signed(replace(SENT.manifest, clinic="../../etc"), KEY),
        signed(replace(SENT.manifest, month="2026-13"), KEY),
        signed(replace(SENT.manifest, format="other/9"), KEY),
    ],
)
def test_a_letter_that_is_not_of_this_clinic_is_refused_and_nothing_is_written(letter, tmp_path) -> None:
    store = Store(tmp_path)
    for part in SENT.bodies.items():
        store.waiting.take(CLINIC, *part)
    with pytest.raises(NotGenuine):
        store.accept(letter, PUBLIC, ALLOWED)
    assert list(store.receipts()) == []


def _with(**change: object) -> tuple[bytes, bytes]:
    """A part whose first row was changed before it was packed."""
    row = months_of(ROWS)[CLINIC, MONTH]["given"][0] | change
    body = gzip.compress((json.dumps(row) + "\n").encode())
    return body, body


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"lot": 7}, "lot must be text"),
        ({"person": "Anna"}, "person must be whole"),
        ({"person": True}, "person must be whole"),
        ({"name": "Anna"}, r"columns \['name'\]"),
        ({"clinic": "another"}, "another clinic or month"),
    ],
)
def test_a_row_that_is_not_what_its_table_says_is_named(change, told, tmp_path) -> None:
    import hashlib

    body, _ = _with(**change)
    part = replace(
        next(it for it in SENT.manifest.parts if it.table == "given"),
        rows=1,
        digest=hashlib.sha256(body).hexdigest(),
    )
    with pytest.raises(NotWhole, match=f"given, row 1: .*{told}"):
        unpacked(SENT.manifest, part, body, ALLOWED)


def test_not_known_is_taken_and_what_the_first_format_wrote_as_mild_is_read_as_not_known() -> None:
    at = {"clinic": CLINIC, "month": MONTH, "week": 2922, "person": 1, "event": 1, "kind": "nodule"}
    rows = [at | {"grade": grade, "is_serious": it} for grade, it in ((1, False), (2, True), (None, None))]
    sent = packed(CLINIC, MONTH, {"events": rows})
    (part,), body = sent.manifest.parts, sent.bodies[sent.manifest.parts[0].digest]
    read = {
        it: [
            (row["grade"], row["is_serious"])
            for row in unpacked(replace(sent.manifest, format=it), part, body, ALLOWED)
        ]
        for it in ("wheal-registry/1", "wheal-registry/2", "wheal-registry/3")
    }
    assert sorted(read["wheal-registry/2"], key=str) == [(1, False), (2, True), (None, None)]
    assert read["wheal-registry/3"] == read["wheal-registry/2"]
    assert sorted(read["wheal-registry/1"], key=str) == [(2, True), (None, None), (None, None)]


def _as_before(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {
        table: [
            {column: value for column, value in row.items() if column != "substance"} | MORE.get(table, {})
            for row in rows
        ]
        for table, rows in tables.items()
    }


def _sent_before(rows: dict[str, list[Row]], store: Store, named: str) -> None:
    for (clinic, month), tables in months_of(rows).items():
        sent = packed(clinic, month, _as_before(tables))
        for part in sent.bodies.items():
            store.waiting.take(clinic, *part)
        store.accept(signed(replace(sent.manifest, format=named), KEY), PUBLIC, ALLOWED)


@pytest.mark.parametrize("named", ["wheal-registry/1", "wheal-registry/2"])
def test_a_month_of_a_format_before_is_taken_without_what_nothing_asks_for(named, tmp_path) -> None:
    store = Store(tmp_path)
    _sent_before(ROWS, store, named)
    for table, columns in TABLES.items():
        for file in store.files()[table]:
            assert duckdb.read_parquet(str(file)).columns == list(columns)
    assert list(problems(store, ALLOWED)) == []
    blank = {"given": [row | {"substance": ""} for row in ROWS["given"]]}
    told, engine = Plain(ROWS | blank), Duck(*store.shelves())
    for code in ("reaction_in_all", "infection_by_product", "infection_by_substance", "result_by_protocol"):
        measure = knowledge.current().measures[code]
        assert engine.counts(measure) == told.counts(measure), code


def test_what_left_before_leaves_no_more_and_a_row_with_it_is_refused_by_its_column(tmp_path) -> None:
    with pytest.raises(NotWhole, match=r"sessions, row 1: columns \['age_band', 'country', 'practitioner'\]"):
        _sent_before({"sessions": ROWS["sessions"]}, Store(tmp_path), "wheal-registry/3")


def test_files_from_before_are_read_beside_those_of_today_apart_and_merged(tmp_path) -> None:
    """As a registry has them whose clinics have not sent their months again yet: with more columns and without one."""
    rows = drawn.tables(21, clinics=4)
    store, old = kept(rows, tmp_path), {"clinic-0", "clinic-2"}
    before = written_before(rows, store, old)
    measures = knowledge.current().measures
    told = {code: Plain(before).counts(measure) for code, measure in measures.items()}
    assert told["infection_by_substance"] != Plain(rows).counts(measures["infection_by_substance"])
    assert list(problems(store, ALLOWED)) == []
    for _ in ("apart", "merged"):
        assert {code: Duck(*store.shelves()).counts(it) for code, it in measures.items()} == told
        store.merge()
    merged = [file for file in store.files()["sessions"] if file.parent.parent.name == "merged"]
    assert merged
    assert all(duckdb.read_parquet(str(file)).columns == list(TABLES["sessions"]) for file in merged)


def test_a_part_whose_bytes_changed_on_the_way_is_not_taken(tmp_path) -> None:
    digest, body = next(iter(SENT.bodies.items()))
    with pytest.raises(NotWhole):
        Store(tmp_path).waiting.take(CLINIC, digest, body + b" ")
    with pytest.raises(NotWhole):
        Store(tmp_path).waiting.take(CLINIC, "../" * 5 + "x", body)


def test_a_part_that_unpacks_to_more_than_any_month_holds_is_not_read() -> None:
    import hashlib

    bomb = gzip.compress(b" " * (65 << 20))
    part = replace(SENT.manifest.parts[0], digest=hashlib.sha256(bomb).hexdigest())
    with pytest.raises(NotWhole, match="more than 64 MB"):
        unpacked(SENT.manifest, part, bomb, ALLOWED)


def test_a_registry_killed_while_it_writes_holds_the_month_before_or_the_month_after(
    tmp_path, monkeypatch
) -> None:
    store = kept(ROWS, tmp_path)
    before = _given(store)
    tables = months_of(ROWS)[CLINIC, MONTH]
    second = packed(CLINIC, MONTH, tables | {"given": []}, edition=2)
    for part in second.bodies.items():
        store.waiting.take(CLINIC, *part)
    monkeypatch.setattr("wheal.measures.store.put", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        store.accept(signed(second.manifest, KEY), PUBLIC, ALLOWED)
    assert _given(store) == before
    monkeypatch.undo()
    assert "given" not in store.accept(signed(second.manifest, KEY), PUBLIC, ALLOWED).rows
    assert list((tmp_path / "registry" / "given").glob(f"*/month={MONTH}/*")) == []


def test_a_clinic_that_leaves_takes_its_months_with_it(tmp_path) -> None:
    store = kept(ROWS, tmp_path)
    store.forget(CLINIC)
    assert (list(store.receipts()), any(store.files().values())) == ([], False)


def test_what_was_opened_is_what_was_signed() -> None:
    assert opened(LETTER, PUBLIC) == SENT.manifest
    assert packed(CLINIC, MONTH, {}).manifest.parts == ()
    with pytest.raises(ValueError, match="not of another"):
        packed("another", MONTH, months_of(ROWS)[CLINIC, MONTH])


def test_merged_months_count_as_the_clinics_files_do_and_hold_nobody_who_left(tmp_path) -> None:
    rows = drawn.tables(5, clinics=3)
    store = kept(rows, tmp_path)
    measures = knowledge.current().measures
    apart = {code: Duck(*store.shelves()).counts(measure) for code, measure in measures.items()}
    before = sum(map(len, store.files().values()))
    assert store.merge() > 0
    assert store.merge() == 0
    assert sum(map(len, store.files().values())) < before
    assert {code: Duck(*store.shelves()).counts(measure) for code, measure in measures.items()} == apart
    (name, month), *_ = months_of(rows)
    correction = packed(name, month, {"sessions": months_of(rows)[name, month]["sessions"]}, edition=2)
    for part in correction.bodies.items():
        store.waiting.take(name, *part)
    store.accept(signed(correction.manifest, KEY), PUBLIC, ALLOWED)
    store.merge()
    assert {
        clinic
        for (clinic,) in Duck(*store.shelves()).rows(f"SELECT clinic FROM given WHERE month = '{month}'")
    } <= {clinic for clinic, _ in months_of(rows)} - {name}
    store.forget(name)
    assert not list(store.folder.glob("merged/*/*"))  # all three stood on one shelf
    assert store.merge() > 0
    left = Duck(*store.shelves()).rows(
        "SELECT DISTINCT clinic FROM sessions UNION SELECT DISTINCT clinic FROM given"
    )
    assert {clinic for (clinic,) in left} == {clinic for clinic, _ in months_of(rows)} - {name}


@pytest.mark.parametrize("edition", [0, 1_001, 10**30, True, "2"])
def test_an_edition_after_which_no_correction_could_come_is_no_edition(edition) -> None:
    letter = signed(replace(packed(CLINIC, MONTH, {}).manifest, edition=edition), KEY)
    with pytest.raises(NotGenuine, match="it names no edition"):
        opened(letter, KEY.public_key())
