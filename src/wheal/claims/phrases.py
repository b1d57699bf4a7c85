"""What claims sound like in a language: phrases of data files, turned into patterns once.

A phrase is words in order. `{fat}` stands for any word of the list `fat` in words.toml; `..4` for up to four
words of any kind, none of them a turn such as "but"; anything else for itself, `|` and `?` as in regular
expressions; what stands behind " & " is found too, before or behind, within the same turn of the sentence; where a
part stands behind " + ", all of them lie within one clause. Phrases under `denies` carry their own "no"; those under
`says` make the claim only where nothing denies them; where a phrase under `unless` fits the sentence too, the claim is
not made.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from wheal.claims.reading import fold
from wheal.knowledge.load import DATA

Kind = Literal["effect", "fact", "comparison", "advice"]
_FOLDER: Final = DATA / "phrases"
LANGUAGES: Final = tuple(sorted(folder.name for folder in _FOLDER.iterdir() if folder.is_dir()))
"""Those whose phrases are held: a folder each."""
_BETWEEN: Final = r"(?:[^\w.;:!?]+)"


@dataclass(frozen=True, slots=True)
class Phrase:
    pattern: re.Pattern[str]
    denies: bool
    beside: tuple[re.Pattern[str], ...] = ()  # found too, in any order
    within: str = "turns"  # the mark that ends the stretch in which all of it is found

    def spans(self, text: str, marks: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[int, int]]:
        """Where the text says it: from the first of its words to the last."""
        for match in self.pattern.finditer(text):
            begin, close = turn_around(text, match.start(), match.end(), marks[self.within])
            others = [other.search(text, begin, close) for other in self.beside]
            found = [match, *(other for other in others if other)]
            if len(found) > len(self.beside):
                yield min(it.start() for it in found), max(it.end() for it in found)


@dataclass(frozen=True, slots=True)
class Sounds:
    """What one claim sounds like. An `effect` is no claim where it is a purpose or a mere possibility."""

    claim: str
    kind: Kind
    phrases: tuple[Phrase, ...]
    unless: tuple[re.Pattern[str], ...]
    yields_to: tuple[str, ...] = ()  # claims that say it better where both are found in the same words


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    claims: tuple[Sounds, ...]
    marks: Mapping[str, re.Pattern[str]]  # of stance.toml: what denies, reports, asks…
    concepts: Mapping[str, re.Pattern[str]]  # of words.toml: any word of each list


@cache
def language(code: str) -> Language:
    folder = _FOLDER / code
    words = _words(_read(folder / "words.toml"))
    stance = _read(folder / "stance.toml")
    turn = _any(stance["turn"], words, r"(?!)")
    marks = {name: re.compile(_any(phrases, words, turn)) for name, phrases in stance.items()}
    marks["turns"] = re.compile(rf"[;:—]|\b(?:{turn})\b")
    marks["joints"] = _joints(marks, turn)
    marks["denies_next"] = re.compile(rf"(?:{marks['denies_next'].pattern})\W*$")
    claims = tuple(
        _sounds(claim, table, words, turn)
        for file in sorted(folder.glob("claims_*.toml"))
        for claim, table in _read(file).items()
    )
    concepts = {name: re.compile(rf"\b{forms}\b") for name, forms in words.items()}
    return Language(code, claims, marks, concepts)


def _joints(marks: Mapping[str, re.Pattern[str]], turn: str) -> re.Pattern[str]:
    """Where a clause with a verb of its own may begin: "because", "and it", a comma before "they"…"""
    joint, joins, subject, verb = (marks[name].pattern for name in ("joint", "joins", "subject", "verb"))
    return re.compile(
        rf"[;:—()]|\b(?:{turn}|{joint})\b|,(?=\s+(?:{subject}))|(?:{joins})(?=\s+(?:{subject}|{verb}))"
    )


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _words(table: Mapping[str, list[str]]) -> dict[str, str]:
    """Each list as alternatives, the longest first; a list may use those above it."""
    made: dict[str, str] = {}
    for name, forms in table.items():
        written = [_written(form, made) for form in sorted(forms, key=len, reverse=True)]
        made[name] = "(?:" + "|".join(written) + ")"
    return made


def _written(form: str, words: Mapping[str, str]) -> str:
    plain = _plain(form).replace(" ", _BETWEEN)
    return re.sub(r"\{([a-z_]+)\}", lambda found: words[found[1]], plain)


def _plain(form: str) -> str:
    """Folded as texts are. An elided word at the end of an alternative is written out: "n'" is "ne"."""
    whole = re.sub(r"(?<![\w*])(qu|[cdjlmnst])'(?=[|)]|$)", r"\1e", form.strip())
    return fold(whole).text


def _any(phrases: list[str], words: Mapping[str, str], turn: str) -> str:
    return "|".join(f"(?:{_pattern(phrase, words, turn)})" for phrase in phrases) or r"(?!)"


def turn_around(text: str, start: int, end: int, turn: re.Pattern[str]) -> tuple[int, int]:
    """The stretch about what was found that no "but" and no semicolon cuts."""
    begin, close = 0, len(text)
    for cut in turn.finditer(text):
        if cut.end() <= start:
            begin = cut.end()
        elif cut.start() >= end:
            return begin, cut.start()
    return begin, close


def _sounds(claim: str, table: Mapping[str, Any], words: Mapping[str, str], turn: str) -> Sounds:
    made = tuple(
        _phrase(phrase, words, turn, denies=name == "denies")
        for name in ("denies", "says")
        for phrase in table.get(name, ())
    )
    unless = tuple(re.compile(_pattern(phrase, words, turn)) for phrase in table.get("unless", ()))
    return Sounds(claim, table["kind"], made, unless, tuple(table.get("yields_to", ())))


def _phrase(written: str, words: Mapping[str, str], turn: str, *, denies: bool) -> Phrase:
    within = "joints" if " + " in written else "turns"
    first, *others = (re.compile(_pattern(part, words, turn)) for part in re.split(" [&+] ", written))
    return Phrase(first, denies, tuple(others), within)


def _pattern(phrase: str, words: Mapping[str, str], turn: str) -> str:
    """The phrase as a regular expression. A gap at its end says nothing and is left out."""
    plain = re.sub(r" \.\.\d+(?=\)|$)", "", _plain(phrase))
    plain = re.sub(r"( ?)\.\.(\d+) ", lambda found: found[1] + _gap(found[2], turn), plain)
    return rf"\b(?:{_written(plain, words)})\b"


def _gap(most: str, turn: str) -> str:
    return rf"(?:(?!(?:{turn})\b)\w+{_BETWEEN}){{0,{most}}}?"
