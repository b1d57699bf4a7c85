"""What the guard against a replaced row costs, whatever SQLite was told about the table."""

import re
import sqlite3

import pytest

from wheal.clinic.audit.fixed import _sqlite_replacing

LEDGER = """
CREATE TABLE ledger (id INTEGER PRIMARY KEY, takes_back_id INTEGER UNIQUE);
INSERT INTO ledger VALUES (1, NULL), (2, 1);
ANALYZE;
UPDATE sqlite_stat1 SET stat = '5200000 5200000' WHERE idx IS NOT NULL;  -- as if the column were always empty
ANALYZE sqlite_schema;
"""


@pytest.fixture
def ledger() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.executescript(LEDGER)
    return made


def test_each_key_is_looked_for_in_its_index(ledger) -> None:
    guard = _sqlite_replacing("ledger", ("id", "takes_back_id"))[0]
    looks = re.findall(r"EXISTS \((SELECT .*?)\)", guard)
    plans = [
        ledger.execute("EXPLAIN QUERY PLAN " + re.sub(r"NEW\.\w+", "7", look)).fetchone()[3] for look in looks
    ]
    assert len(plans) == 2
    assert all(plan.startswith("SEARCH") for plan in plans), plans


@pytest.mark.parametrize(
    ("row", "kept"), [((3, None), True), ((3, 2), True), ((2, None), False), ((3, 1), False)]
)
def test_no_key_that_is_there_is_taken_again(ledger, row, kept) -> None:
    for trigger in _sqlite_replacing("ledger", ("id", "takes_back_id")):
        ledger.execute(trigger)
    if kept:
        ledger.execute("INSERT OR REPLACE INTO ledger VALUES (?, ?)", row)
    else:
        with pytest.raises(sqlite3.IntegrityError, match="this row is fixed"):
            ledger.execute("INSERT OR REPLACE INTO ledger VALUES (?, ?)", row)
