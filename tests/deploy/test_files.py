"""The files of the how-to name commands and settings that exist."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest

from crash import failover, pages
from wheal import cli

ROOT = Path(__file__).parents[2]
FILES = ROOT / "docs" / "how-to" / "deploy"


@pytest.mark.parametrize("unit", sorted(FILES.glob("*.service")), ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_exists(unit: Path) -> None:
    read = configparser.ConfigParser(strict=False)
    read.optionxform = str
    read.read(unit)
    program, *arguments = shlex.split(read["Service"]["ExecStart"])
    assert program.endswith("/wheal")
    assert callable(cli._parser().parse_args(arguments).run)


def test_every_variable_that_is_told_exists() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "src" / "wheal").rglob("*.py"))
    told = [*FILES.iterdir(), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    named = {name for path in told for name in re.findall(r"\bWHEAL_[A-Z_]+\b", path.read_text())}
    assert {name for name in named if name not in source and not name.startswith("WHEAL_TEST")} == set()


def test_the_page_says_what_make_failover_does() -> None:
    """It reads its commands there: SQL and programs below these headings, in their order."""
    said = {
        heading: [kind for kind, _ in pages.blocks(pages.DEPLOY, heading)]
        for heading in (
            "Both machines",
            "The first",
            "The second",
            failover.LOST,
            failover.AGAIN,
            failover.LISTS,
        )
    }
    assert said == {
        "Both machines": ["conf", "hba", "pgpass"],
        "The first": ["sql"],
        "The second": ["sh", "sql", "url"],
        failover.LOST: ["sql"],
        failover.AGAIN: ["sh", "sql", "sql", "sh"],
        failover.LISTS: ["url"],
    }
