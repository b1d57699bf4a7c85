"""Worked barcodes as data: every `tests/cases_barcodes/*.toml`.

    [[case]]
    name = "day 00 is the last day of the month"
    rule = "SD (17): yymmd0"                         # the rule that it tests
    data = "010950600013435217270400"
    today = 2026-11-22                               # unless said
    says = { gtin = "09506000134352", expires = "2027-04-30" }

`published` names where others published the code of a pack.
`error = "wrong_check_digit"` instead of `says`, with words of its message in `tells`.
"""

from __future__ import annotations

import json
import re
import string
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from biip.checksums import gs1_standard_check_digit
from hypothesis import given
from hypothesis import strategies as st

from wheal import cli
from wheal.barcodes import (
    REASONS,
    Scan,
    Unreadable,
    answer_line,
    dates,
    identifiers,
    identities,
    national,
    read,
)

CASES = Path(__file__).parents[1] / "cases_barcodes"
MANUAL = Path(__file__).parents[2] / "docs" / "reference" / "scan.md"
TODAY = date(2026, 11, 22)
KEYS = {"name", "rule", "published", "data", "today", "says", "error", "tells"}


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    ]


@pytest.mark.parametrize("case", _cases())
def test_the_code_says_what_its_rule_makes_of_it(case):
    assert set(case) <= KEYS
    assert case["rule"]
    assert ("says" in case) != ("error" in case)
    document = json.dumps({"data": case["data"]}).encode()
    answer = json.loads(answer_line(document, case.get("today", TODAY)))
    if "says" in case:
        assert answer == case["says"]
        return
    told = answer["error"]
    assert (told["code"], told["path"]) == (case["error"], "data"), told
    assert [words for words in case.get("tells", ()) if words not in told["message"]] == [], told["message"]


def test_there_are_cases_for_every_reason():
    cases = [param.values[0] for param in _cases()]
    assert len(cases) >= 80
    assert {case["error"] for case in cases if "error" in case} == set(REASONS)
    names = [param.id for param in _cases()]
    assert len(names) == len(set(names))


SET_82 = string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_"
payloads = st.text("0123456789", min_size=13, max_size=13)
gtins = payloads.map(lambda digits: f"{digits}{gs1_standard_check_digit(digits)}")
# "<GS>" within a field means a scanner that is set up wrongly, and is refused.
fields = st.text(SET_82, min_size=1, max_size=20).filter(lambda text: not re.search("<(GS|FNC1)>", text))
days = st.dates(TODAY - timedelta(days=48 * 365), TODAY + timedelta(days=49 * 365))
moments = st.datetimes(datetime(1980, 1, 1), datetime(2070, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0)
)
scans = st.builds(
    Scan,
    gtin=gtins,
    lot=st.none() | fields,
    expires=st.none() | days | moments,
    serial=st.none() | fields,
)


def _fields(scan: Scan) -> list[tuple[str, str]]:
    timed = isinstance(scan.expires, datetime)
    until = scan.expires and scan.expires.strftime("%y%m%d%H%M" if timed else "%y%m%d")
    pairs = [("01", scan.gtin), ("10", scan.lot), ("7003" if timed else "17", until), ("21", scan.serial)]
    return [(ai, value) for ai, value in pairs if value is not None]


@given(
    scan=scans,
    order=st.randoms(use_true_random=False),
    prefix=st.sampled_from(["", "]d2", "]C1", "\x1d", "]Q3\x1d"]),
)
def test_what_is_encoded_as_an_element_string_is_read_back(scan, order, prefix):
    pairs = _fields(scan)
    order.shuffle(pairs)
    data = prefix + "\x1d".join(ai + value for ai, value in pairs)
    assert read(data, today=TODAY) == scan


@given(scan=scans, order=st.randoms(use_true_random=False))
def test_what_is_written_in_brackets_is_read_back(scan, order):
    pairs = _fields(scan)
    order.shuffle(pairs)
    data = "".join(f"({ai})" + value.replace("(", "\\(") for ai, value in pairs)
    assert read(data, today=TODAY) == scan


@given(scan=scans, host=st.sampled_from(["id.gs1.org", "example.com:8080/de/p"]), in_query=st.booleans())
def test_what_is_encoded_as_an_address_is_read_back(scan, host, in_query):
    pairs = [(ai, quote(value, safe="")) for ai, value in _fields(scan)]
    path = [pair for pair in pairs if pair[0] == "01" or (pair[0] in {"10", "21"} and not in_query)]
    query = "&".join(f"{ai}={value}" for ai, value in pairs if (ai, value) not in path)
    data = f"https://{host}/" + "/".join(f"{ai}/{value}" for ai, value in path) + f"?{query}"
    assert read(data, today=TODAY) == scan


@given(gtin=gtins, at=st.integers(0, 13), more=st.integers(1, 9))
def test_a_digit_misread_is_never_read_as_a_gtin(gtin, at, more):
    wrong = gtin[:at] + str((int(gtin[at]) + more) % 10) + gtin[at + 1 :]
    with pytest.raises(Unreadable) as refused:
        read(f"01{wrong}10ABC", today=TODAY)
    assert refused.value.code == "wrong_check_digit"


@pytest.mark.parametrize(
    ("gtin", "made_of"),
    [
        ("03400930000120", ("CIP13", "3400930000120")),
        ("3400930000120", ("CIP13", "3400930000120")),
        ("04150123456782", ("PZN", "12345678")),
        ("00361414567894", ("NDC", "6141456789")),
        ("30361414567895", ("NDC", "6141456789")),
        ("09506000134352", None),
        ("13400930000127", None),  # a carton of it bears another number
    ],
)
def test_a_national_number_is_told_from_the_gtin_that_was_made_of_it(gtin, made_of):
    assert national(gtin) == made_of


noise = st.text() | st.text("0123456789()[]\\]dQC+=&%/?<>GS\x1d \u0664", max_size=60)
starts = st.sampled_from(
    ["", "01", "010950600013435210", "(01)09506000134352(", "]d2", "https://x/01/", "]Y", "7003"]
)


@given(start=starts, data=noise)
def test_random_text_is_read_or_refused_with_a_known_reason(start, data):
    code, scan = _read(start + data)
    assert code is None or code in REASONS
    assert scan.lot is None or scan.gtin is not None


def _read(data: str) -> tuple[str | None, Scan]:
    try:
        return None, read(data, today=TODAY)
    except Unreadable as refused:
        return refused.code, Scan()


@given(st.binary() | st.text().map(lambda text: json.dumps({"data": text}).encode()))
def test_every_line_has_one_answer_of_one_line(document):
    answer = answer_line(document, TODAY)
    assert b"\n" not in answer
    assert isinstance(json.loads(answer.decode("utf-8")), dict)


@given(two_digits=st.integers(0, 99), year=st.integers(1950, 2200))
def test_a_year_is_never_more_than_49_back_or_50_ahead(two_digits, year):
    found = dates.year(two_digits, today=date(year, 6, 1))
    assert found % 100 == two_digits
    assert -49 <= found - year <= 50


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"nonsense", ("not_json", "")),
        (b"[]", ("wrong_type", "")),
        (b"{}", ("missing_field", "data")),
        (b'{"data": 5}', ("wrong_type", "data")),
        (b'{"data": null}', ("wrong_type", "data")),
        (b'{"data": "x", "date": "2026-11-22"}', ("unknown_field", "date")),
        (b'{"dat": "x"}', ("unknown_field", "dat")),
        (b'{"data": "x", "data": "y"}', ("not_json", "data")),
    ],
)
def test_a_malformed_document_is_told_apart_from_a_malformed_code(document, error):
    told = json.loads(answer_line(document, TODAY))["error"]
    assert (told["code"], told["path"]) == error


def test_a_long_code_is_shown_in_part_only():
    with pytest.raises(Unreadable) as refused:
        read("010950600013435210" + "A" * 5000, today=TODAY)
    assert len(refused.value.message) < 300


def test_no_identifier_is_the_beginning_of_another():
    every = [digits for size in (2, 3, 4) for digits in _numbers(size) if identifiers.exactly(digits)]
    assert len(every) > 500
    assert [one for one in every if identifiers.starting(one[:-1])] == []


def _numbers(size: int) -> list[str]:
    return [f"{number:0{size}}" for number in range(10**size)]


def test_every_checked_and_dated_identifier_is_assigned_and_long_enough():
    for ai, count in identifiers.CHECKED.items():
        found = identifiers.exactly(ai)
        assert found is not None
        assert found.longest >= count
    assert all(identifiers.exactly(ai) for ai in identifiers.DATED)


def test_the_command_answers_each_line_and_tells_of_errors_by_its_status(tmp_path, capfdbinary):
    file = tmp_path / "codes.ndjson"
    file.write_bytes(b'{"data": "0109506000134352"}\n{"data": ""}\n\n{"data": "17770101"}\n')
    assert cli.main(["scan", "--today", "2030-01-01", str(file)]) == 2
    answers = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert answers[0] == {"gtin": "09506000134352"}
    assert answers[1]["error"]["code"] == "empty_input"
    assert answers[2] == {"expires": "2077-01-01"}


def test_the_command_succeeds_where_every_code_is_read(tmp_path, capfdbinary):
    file = tmp_path / "codes.ndjson"
    file.write_bytes(b'{"data": "0109506000134352"}\n')
    assert cli.main(["scan", str(file)]) == 0
    assert json.loads(capfdbinary.readouterr().out) == {"gtin": "09506000134352"}


def test_the_manual_and_the_list_of_codes_hold_every_reason(capsys):
    told = set(re.findall(r"^\| `([a-z0-9_]+)` \|", MANUAL.read_text(encoding="utf-8"), re.M))
    assert set(REASONS) <= told
    assert cli.main(["codes"]) == 0
    listed = re.findall(r"^barcode_errors\t(.*)$", capsys.readouterr().out, re.M)
    assert listed == sorted(REASONS)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("9506000134352", ""), ("09506000134352", ""), True),
        (("03400930000120", ""), ("", "34009 300 001 2 0"), True),  # a CIP13 and the GTIN made of it
        (("00304091120013", ""), ("", "0409-1120-01"), True),
        (("50304091120018", ""), ("", "00409112001"), True),  # a box of several, and an NDC in eleven digits
        (("04150123456782", ""), ("", "PZN 12345678"), True),
        (("", "3400930000120"), ("", "3400 9300 00120"), True),
        (("9506000134352", ""), ("9506000134369", ""), False),
        (("", "12"), ("", "1-2"), False),  # too short to be a national number
        (("", ""), ("", ""), False),
    ],
)
def test_two_products_are_one_by_gtin_or_national_number_however_written(one, other, is_same):
    (gtins, numbers), (their_gtins, their_numbers) = (identities(*each) for each in (one, other))
    assert bool(gtins & their_gtins or numbers & their_numbers) is is_same
