"""How do the words of a sentence speak for a claim, beside what the phrases found?

A second reader. Each feature of a sentence, a word, a concept of words.toml or a mark of stance.toml, speaks a little
for or against each claim, by how often it stood in labelled sentences that made the claim and in those that did not:
"popular", "approved" or "device" beside melting fat mostly go with sentences that claim nothing. Where the words
speak clearly against a claim, they take its flag back; where they speak very clearly for one that no phrase met,
they propose it. The weights are data, made by tools/learn_wording.py.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from wheal.claims.phrases import Language
from wheal.knowledge.load import DATA

FILE: Final = DATA / "phrases" / "wording.toml"
LETTERS: Final = 6
"""Of each word only the beginning counts, so that its forms weigh alike."""
MERGED: Final = {
    "reduces_fat_deoxycholic_submental": "reduces_fat_cocktails",
    "reduces_fat_phosphatidylcholine": "reduces_fat_cocktails",
}
"""What is injected tells these apart, not how it is said."""
_OF_BUILD: Final = frozenset({"turns", "joints", "verb", "subject", "joint", "joins", "clause", "names"}) | {
    "dismisses", "dismisses_nothing", "turns_round",  # too seldom met to be weighed: they decide by themselves
}  # fmt: skip
"""Marks that say how a sentence is built and nothing of whose statement it is."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`rest`: what a sentence without any weighed word says (logarithm of the odds of the claim); `usual`: the odds
    among all labelled sentences, whatever their words."""

    rest: float
    usual: float
    words: Mapping[str, float]

    def speaks(self, features: frozenset[str]) -> float:
        """Logarithm of the odds of the claim. A long sentence does not weigh more than a short one."""
        told = sum(self.words.get(feature, 0.0) for feature in features)
        return self.rest + told / math.sqrt(max(len(features), 1))


def features(text: str, spoken: Language) -> frozenset[str]:
    """Of a folded sentence: beginnings of its words, `en-fat` for a concept that it names, `is-denies` for a mark."""
    words = {word[:LETTERS] for word in re.findall(r"\w+", text)}
    concepts = {f"{spoken.code}-{name}" for name, forms in spoken.concepts.items() if forms.search(text)}
    marks = {
        f"is-{name}" for name, mark in spoken.marks.items() if name not in _OF_BUILD and mark.search(text)
    }
    return frozenset(words | concepts | marks)


def bears_out(claim: str, held: frozenset[str]) -> bool:
    """Whether the wording leaves the flag standing. A claim with too few labels to learn from is not judged."""
    least, _, weighed = _held()
    weights = weighed.get(MERGED.get(claim, claim))
    return weights is None or weights.speaks(held) >= weights.usual + least


def proposes(held: frozenset[str]) -> Iterator[str]:
    """Claims that the words alone speak for, whatever the phrases found."""
    _, enough, weighed = _held()
    return (claim for claim, weights in weighed.items() if weights.speaks(held) >= enough)


@cache
def _held() -> tuple[float, float, Mapping[str, Weights]]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    weighed = {claim: Weights(it["rest"], it["usual"], it["words"]) for claim, it in table["claims"].items()}
    return table["least"], table["enough"], weighed
