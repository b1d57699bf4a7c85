"""The claims that a text makes, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from wheal.claims import phrases, reading, stance, wording
from wheal.claims.phrases import Language, Phrase, Sounds
from wheal.claims.reading import Folded, Sentence


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """A claim made between two characters of the text: a sentence, or its clause where there are several."""

    start: int
    end: int
    claim: str


@dataclass(frozen=True, slots=True)
class _Found:
    claim: str
    start: int  # in the sentence
    end: int


_Span = tuple[Phrase, int, int]
_Met = list[tuple[Sounds, list[_Span]]]


def statements(text: str, language: str) -> tuple[Statement, ...]:
    """In reading order. Raises KeyError for a language without phrases."""
    if language not in phrases.LANGUAGES:
        raise KeyError(language)
    spoken = phrases.language(language)
    folded = reading.fold(text)
    made: list[Statement] = []
    of_other = False
    for plain in reading.sentences(folded):
        sentence = replace(plain, of_other=of_other)
        found = _in_sentence(folded, sentence, spoken)
        made += [_stated(folded, sentence, one, alone=len(found) == 1, spoken=spoken) for one in found]
        of_other = stance.goes_to_another(sentence, spoken.marks)
    return tuple(sorted(made))


def _in_sentence(folded: Folded, sentence: Sentence, spoken: Language) -> list[_Found]:
    met = _met(sentence, spoken)
    found = [(sounds, one) for sounds, spans in met if (one := _first(sounds, spans, sentence, spoken))]
    kept = [
        one
        for sounds, one in found
        if not any(other.claim in sounds.yields_to and _overlap(one, other) for _, other in found)
    ]
    held = wording.features(sentence.text, spoken)
    borne_out = [one for one in kept if wording.bears_out(one.claim, held)]
    proposed = set(wording.proposes(held))
    by_words = proposed and _left_open(met, sentence, spoken) & proposed
    borne_out += [_Found(claim, 0, len(sentence.text)) for claim in sorted(by_words)]
    return [_of_agent(one, folded, sentence, spoken) for one in borne_out]


def left_open(text: str, language: str) -> frozenset[str]:
    """The claims that words alone could propose somewhere in the text: for tools/learn_wording.py."""
    spoken = phrases.language(language)
    every = reading.sentences(reading.fold(text))
    return frozenset().union(*(_left_open(_met(one, spoken), one, spoken) for one in every))


def _left_open(met: _Met, sentence: Sentence, spoken: Language) -> frozenset[str]:
    """What no phrase met, so that nothing could excuse it, in a sentence that is plainly the author's own."""
    return frozenset(
        sounds.claim
        for sounds, spans in met
        if not spans
        and stance.is_plain(sentence, kind=sounds.kind, marks=spoken.marks)
        and not any(pattern.search(sentence.text) for pattern in sounds.unless)
    )


def _met(sentence: Sentence, spoken: Language) -> _Met:
    """Where the phrases of each claim are met, whoever says it."""
    text = _without_names(sentence.text, spoken)
    return [
        (
            sounds,
            [(phrase, *span) for phrase in sounds.phrases for span in phrase.spans(text, spoken.marks)],
        )
        for sounds in spoken.claims
    ]


def _overlap(one: _Found, other: _Found) -> bool:
    return one.start < other.end and other.start < one.end


def _first(sounds: Sounds, spans: Iterable[_Span], sentence: Sentence, spoken: Language) -> _Found | None:
    """Where the author first makes the claim, if at all."""
    text, turns = _without_names(sentence.text, spoken), spoken.marks["turns"]
    for phrase, start, end in spans:
        begin, close = phrases.turn_around(text, start, end, turns)
        excused = any(pattern.search(text, begin, close) for pattern in sounds.unless)
        if not excused and stance.is_authors(
            sentence, start, end, kind=sounds.kind, denies=phrase.denies, marks=spoken.marks
        ):
            return _Found(sounds.claim, start, end)
    return None


def _without_names(text: str, spoken: Language) -> str:
    """What they are called, "fat-dissolving injections", is not said of them."""
    return spoken.marks["names"].sub(lambda found: "x" * len(found[0]), text)


def _of_agent(found: _Found, folded: Folded, sentence: Sentence, spoken: Language) -> _Found:
    """Less fat is three claims: the evidence for it depends on what is injected, and where."""
    if found.claim != "reduces_fat_cocktails":
        return found
    marks, text = spoken.marks, sentence.text
    if marks["phosphatidylcholine"].search(text):
        return _Found("reduces_fat_phosphatidylcholine", found.start, found.end)
    until_here = folded.text[: sentence.start + len(text)]
    under_chin = marks["under_chin"].search(text) and not marks["other_areas"].search(text)
    if under_chin and marks["deoxycholic_acid"].search(until_here):
        return _Found("reduces_fat_deoxycholic_submental", found.start, found.end)
    return found


def _stated(folded: Folded, sentence: Sentence, found: _Found, *, alone: bool, spoken: Language) -> Statement:
    begin, close = (0, len(sentence.text)) if alone else _clause(sentence.text, found, spoken.marks["joints"])
    start, end = folded.span(sentence.start + begin, sentence.start + close)
    return Statement(start, end, found.claim)


def _clause(text: str, found: _Found, joint: re.Pattern[str]) -> tuple[int, int]:
    """From the joint before to the joint after, white space and commas left out."""
    begin, close = 0, len(text)
    for match in joint.finditer(text):
        if match.end() <= found.start:
            begin = match.end()
        elif match.start() >= found.end:
            close = match.start()
            break
    while begin < found.start and not text[begin].isalnum():
        begin += 1
    return begin, max(found.end, len(text[:close].rstrip(" ,;:(—")))
