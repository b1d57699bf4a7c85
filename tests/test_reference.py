"""The reference pages say what the knowledge says: all of it, and nothing else."""

from __future__ import annotations

import re

import pytest

import reference
from wheal import knowledge


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.pages(knowledge.current())


def test_the_committed_pages_are_what_the_knowledge_says(pages):
    """`make docs` writes them again."""
    stale = [path for path, text in pages.items() if _committed(path) != text]
    assert stale == []


def _committed(path: str) -> str:
    page = reference.FOLDER / path
    return page.read_text(encoding="utf-8") if page.exists() else ""


def test_no_page_stays_of_a_substance_that_is_not_held():
    names = {page.stem for page in (reference.FOLDER / "substances").glob("*.md")}
    assert names == set(knowledge.current().substances)


def test_every_record_has_its_place_in_the_reference(pages):
    known, all_pages = knowledge.current(), "\n".join(pages.values())
    ids = [*known.substances, *known.areas, *known.techniques, *known.compatibility, *known.claims]
    ids += [rule.code for rule in known.screening.values()]
    assert [name for name in ids if f"`{name}`" not in all_pages] == []


def test_every_source_that_a_substance_page_names_is_told_at_its_end(pages):
    for path, text in pages.items():
        if path.startswith("substances/"):
            told = set(re.findall(r"^\| `(\w+)` \| [A-D] \|", text, re.M))
            named = {code for code in re.findall(r"`(\w+)`", text) if code in knowledge.current().sources}
            assert named == told, path


def test_nothing_is_without_a_source_and_no_french_is_missing(pages):
    counts = pages["counts.md"]
    assert "| statements without a source | 0 |" in counts
    assert "| sources named that are not held | 0 |" in counts
    assert "| wordings missing in `fr` | 0 |" in counts


def test_every_question_to_the_clinician_is_listed_as_unverified(pages):
    known = knowledge.current()
    questions = [rule for held in known.substances.values() for rule in held.rules if rule.question]
    questions += [rule for rule in known.screening.values() if rule.question]
    unverified = pages["counts.md"].partition("## What remains unverified")[2]
    assert unverified.count("Question to the clinician") == len(questions)
    assert {rule.code for rule in questions} <= set(re.findall(r"`(\w+)`", unverified))


def test_pages_are_written_and_those_of_what_went_are_taken_away(tmp_path, pages):
    (tmp_path / "substances").mkdir()
    (tmp_path / "substances" / "withdrawn.md").write_text("old")
    reference.write(knowledge.current(), tmp_path)
    assert {page.relative_to(tmp_path).as_posix() for page in tmp_path.rglob("*.md")} == set(pages)
