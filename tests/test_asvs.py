"""The table of ASVS says how many of its rows are met, and points to files that are there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "reference" / "asvs.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.M)
PATH = re.compile(r"`((?:src|tests|docs|bench|tools|\.ci)/[^`]+|[\w.-]+\.(?:md|toml|lock))`")
STATES = ("met", "partly", "not met", "–")
ASKED = {"1": 70, "2": 183}  # by version 5.0.0, at each level


def counted(rows: list[tuple[str, ...]]) -> list[str]:
    states = Counter(row[3] for row in rows)
    return [str(each) for each in (len(rows), len(rows) - states["–"], *(states[state] for state in STATES))]


def test_every_requirement_of_both_levels_has_one_row() -> None:
    assert Counter(row[1] for row in ROWS) == ASKED
    assert len({row[0] for row in ROWS}) == len(ROWS)
    assert {row[3] for row in ROWS} <= set(STATES)


def test_the_counts_are_those_of_the_rows() -> None:
    for name, rows in {
        "1": [row for row in ROWS if row[1] == "1"], "2": [row for row in ROWS if row[1] == "2"], "both": ROWS,
    }.items():  # fmt: skip
        assert f"| {name} | {' | '.join(counted(rows))} |" in TEXT


def test_evidence_is_there_and_what_is_lacking_is_said() -> None:
    assert {path for path in PATH.findall(TEXT) if not (ROOT / path).exists()} == set()
    for number, _level, _words, state, how in ROWS:
        if state == "met":
            assert PATH.search(how) or "protection.md" in how or "(Django)" in how, f"{number} shows nothing"
        if state in ("partly", "not met"):
            assert len(how) > 40, f"{number} does not say what is missing"
