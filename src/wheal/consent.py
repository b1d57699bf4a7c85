"""What this patient must read and sign for this plan, and whether a signed text covers a plan.

The terms are in consent_terms.py, the text in consent_text.py, what the law says in consent_law.py,
what counts as told otherwise in consent_content.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from wheal import choices, consent_law
from wheal.consent_content import content_digest
from wheal.consent_terms import MANDATORY, Json, Parties, Terms, as_json, missing, not_covered
from wheal.consent_text import quote_is_due, text, ways_told, wish
from wheal.knowledge import Knowledge

__all__ = [
    "MANDATORY", "Block", "Parties", "Terms", "as_json", "blocks", "forbidden_because", "languages", "missing",
    "not_covered", "quote_is_due", "snapshot", "text", "told_otherwise", "ways_told",
]  # fmt: skip

Block = (
    tuple[Literal["title", "heading", "item", "paragraph"], str]
    | tuple[Literal["head"], list[str]]
    | tuple[Literal["row"], list[tuple[str, str]]]
)


def snapshot(terms: Terms, country: str, language: str, known: Knowledge) -> Json:
    """What a signed consent covers: the terms, and what was known when its text was made of them."""
    digest = content_digest(wish(terms, country), language, known)
    return {**as_json(terms), "language": language, "content_digest": digest}


def forbidden_because(terms: Terms, country: str, language: str, known: Knowledge) -> str:
    """Why there is nothing to agree to, in the patient's words: "" where nothing is held that forbids the plan."""
    found = consent_law.forbids(wish(terms, country), known)
    return " ".join(consent_law.worded(said, language, known) for said in found)


def told_otherwise(signed: Mapping[str, object], country: str, known: Knowledge) -> bool:
    """Whether the same terms would be told differently today; a consent that does not say what it told would be."""
    substances = signed.get("substances")
    names = tuple(map(str, substances)) if isinstance(substances, list) else ()
    language = str(signed.get("language"))
    if language not in known.texts_held or not set(names) <= known.substances.keys():
        return True
    then = choices.Wish(str(signed.get("purpose")), str(signed.get("area")), names, country)
    return content_digest(then, language, known) != signed.get("content_digest")


def blocks(markdown: str) -> list[Block]:
    """The text as pages and papers lay it out: the only marks that a consent uses are "#", "##", "-" and "|".

    A table is a "head" with the names of its columns, then a "row" for each line; each cell of a row comes with
    the name of its column, so that a narrow page can write it beside the cell.
    """
    found: list[Block] = []
    heads: list[str] = []
    for line in filter(None, (line.strip() for line in markdown.splitlines())):
        mark, _, rest = line.partition(" ")
        if mark == "|":
            cells = [cell.strip() for cell in line[1:-1].split("|")]
            if not heads:
                found.append(("head", cells))
            elif set(cells) != {"---"}:  # the line below a table's head
                found.append(("row", list(zip(heads, cells, strict=True))))
            heads = heads or cells
        else:
            heads = []
            found.append((_MARKS[mark], rest) if mark in _MARKS else ("paragraph", line))
    return found


_MARKS: Final[Mapping[str, Literal["title", "heading", "item"]]] = {
    "#": "title",
    "##": "heading",
    "-": "item",
}


def languages(known: Knowledge, wanted: str) -> Sequence[str]:
    """Those in which the text can be read, the wanted one first."""
    held = sorted(known.texts_held)
    return [wanted, *(language for language in held if language != wanted)] if wanted in held else held
