"""What a page of the how-to says to do, taken from the page itself, so that it is what was tried."""

from __future__ import annotations

import re
from pathlib import Path

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
DEPLOY, ON_POSTGRESQL = HOW_TO / "deploy.md", HOW_TO / "run-on-postgresql.md"


def blocks(page: Path, heading: str) -> list[tuple[str, str]]:
    """Each block below that heading, in their order: its language and what it says."""
    _, begun, after = page.read_text("utf-8").partition(f"# {heading}\n")
    assert begun, f"{page.name} has no heading {heading!r}"
    section = re.split(r"^##", after, maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^ *```(\w+)\n(.*?)^ *```$", section, flags=re.MULTILINE | re.DOTALL)


def block(page: Path, heading: str, language: str) -> str:
    return next(said for kind, said in blocks(page, heading) if kind == language)
