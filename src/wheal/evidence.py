"""Does a text say what the evidence says? Each claim of the ledger that it makes, with verdict and sources.

    check("There is no downtime.", "en", known)
    answer_line(b'{"text": "...", "language": "en"}', known)  # `wheal claims`
    answer_line(b'{"text": "...", "language": "en"}', known, with_instead=True)  # `wheal claims --instead`

A claim of the ledger that has no phrases is not found in texts; one that the ledger lacks is not flagged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wheal import claims
from wheal.claims import Statement
from wheal.knowledge import Knowledge
from wheal.reading import Malformed, parse

_FIELDS: Final = ("text", "language")
_MOST_CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Flag:
    """A claim that the text makes between two of its characters, and what the evidence says of it."""

    start: int
    end: int
    claim: str
    verdict: str
    certainty: str
    why: Mapping[str, str]
    sources: tuple[str, ...]


def check(text: str, language: str, known: Knowledge) -> tuple[Flag, ...]:
    """Flags in reading order, supported claims among them. Raises KeyError for a language without phrases."""
    found = claims.statements(text, language)
    return tuple(_flag(statement, known) for statement in found if statement.claim in known.claims)


def instead(claim: str, known: Knowledge) -> Mapping[str, str]:
    """A truthful wording to start from, in every language; empty where the ledger offers none."""
    key = f"claim.{claim}.instead"
    return known.texts(key) if known.has_text(key) else {}


def _flag(made: Statement, known: Knowledge) -> Flag:
    held = known.claims[made.claim]
    why = known.texts(f"claim.{made.claim}.why")
    return Flag(made.start, made.end, made.claim, held.verdict, held.certainty, why, held.sources)


def answer_line(data: bytes, known: Knowledge, *, with_instead: bool = False) -> bytes:
    """The answer to one document, or the error that says what is wrong with it: JSON without a line end."""
    try:
        text, language = _read(parse(data))
    except Malformed as problem:
        return _encode(problem.as_json())
    flags = [
        _as_json(flag) | ({"instead": dict(instead(flag.claim, known))} if with_instead else {})
        for flag in check(text, language, known)
    ]
    return _encode({"flags": flags})


def _read(document: Any) -> tuple[str, str]:
    if not isinstance(document, dict):
        raise Malformed("wrong_type", "", "this must be an object")
    for name in document:
        if name not in _FIELDS:
            raise Malformed("unknown_field", name, "this field is not known here")
    text, language = (_field(document, name) for name in _FIELDS)
    if language not in claims.LANGUAGES:
        raise Malformed("bad_value", "language", f"this must be one of {', '.join(claims.LANGUAGES)}")
    if len(text) > _MOST_CHARACTERS:
        raise Malformed("bad_value", "text", f"this must be at most {_MOST_CHARACTERS} characters")
    return text, language


def _field(document: Mapping[str, Any], name: str) -> str:
    if name not in document:
        raise Malformed("missing_field", name, "this field is mandatory")
    if not isinstance(document[name], str):
        raise Malformed("wrong_type", name, "this must be text")
    return str(document[name])


def _as_json(flag: Flag) -> dict[str, Any]:
    return {
        "start": flag.start,
        "end": flag.end,
        "claim": flag.claim,
        "verdict": flag.verdict,
        "certainty": flag.certainty,
        "why": dict(flag.why),
        "sources": list(flag.sources),
    }


def _encode(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(", ", ": ")).encode("utf-8", "surrogatepass")
