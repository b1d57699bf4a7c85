"""Writes the reference of the knowledge, in English: `python tools/reference.py` fills docs/reference/.

`pages()` gives every page by its path below docs/reference; a test holds the committed ones against it.
"""

from __future__ import annotations

from pathlib import Path

from reference_counts import Counts
from reference_following import Following
from reference_lists import Lists
from reference_signs import Signs
from reference_substances import Substances
from reference_ways import Ways
from wheal import knowledge
from wheal.knowledge import Knowledge

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"


def pages(known: Knowledge) -> dict[str, str]:
    substances, lists = Substances(known), Lists(known)
    made = {f"substances/{name}.md": substances.substance(name) for name in known.substances}
    made["substances.md"] = substances.substances()
    made["rules.md"] = lists.rules()
    made["areas.md"] = lists.areas()
    made["practice.md"] = lists.practice()
    made["jurisdictions.md"] = lists.jurisdictions()
    made["claims.md"] = lists.claims()
    made["alternatives.md"] = Ways(known).alternatives()
    made["signs.md"] = Signs(known).signs()
    made["results.md"] = Following(known).results()
    made["counts.md"] = Counts(known).counts()
    return {path: text.rstrip("\n") + "\n" for path, text in sorted(made.items())}


def write(known: Knowledge, folder: Path = FOLDER) -> None:
    """Every page; those of substances that are held no longer go."""
    made = pages(known)
    for old in (folder / "substances").glob("*.md"):
        if f"substances/{old.name}" not in made:
            old.unlink()
    for path, text in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(knowledge.current())
