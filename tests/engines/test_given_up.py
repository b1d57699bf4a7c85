"""On PostgreSQL a statement that takes longer than is allowed ends with a clear word, and nothing is half-written."""

from __future__ import annotations

import json
from pathlib import Path

from postgresql import Server as Database
from serving import run_on

WHY = "It took longer than is allowed, and was given up. Try again, or ask for less at a time."


def test_a_statement_beyond_the_limit_is_told_and_leaves_nothing(
    postgresql: Database, tmp_path: Path
) -> None:
    url = postgresql.migrated()
    (tmp_path / "database-url").write_text(url)
    told = json.loads(run_on(tmp_path, "engines.given_up", url, WHEAL_STATEMENT_TIMEOUT="1"))
    status, retry_after, page = told["page"]
    assert (status, retry_after) == (503, "5")
    assert WHY in page
    assert "this last step was not carried out, not even in part" in page
    assert told["saving"] == [503, {"message": WHY}]
    assert told["written"] == [0, 0, 0], "a patient, words to find them by, a line of the audit"
    assert told["again"] == [302, 1, 2]
    assert told["whole"] is True
