"""Does the rest of the sentence bear a claim out, once its concepts have met?

A second opinion that can only take a flag back. Each word speaks a little for or against each claim, by how often it
stood in labelled sentences that made the claim and in those that did not: "popular", "approved" or "device" beside
melting fat mostly go with sentences that claim nothing. The weights are data, made by tools/learn_wording.py.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from wheal.claims.reading import fold
from wheal.knowledge.load import DATA

FILE: Final = DATA / "phrases" / "wording.toml"
LETTERS: Final = 6
"""Of each word only the beginning counts, so that its forms weigh alike."""
MERGED: Final = {
    "reduces_fat_deoxycholic_submental": "reduces_fat_cocktails",
    "reduces_fat_phosphatidylcholine": "reduces_fat_cocktails",
}
"""What is injected tells these apart, not how it is said."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`rest`: how far a sentence without any weighed word speaks against the claim (logarithm of the odds)."""

    rest: float
    words: Mapping[str, float]

    def speaks(self, words: frozenset[str]) -> float:
        """For the claim above 0, against it below. A long sentence does not weigh more than a short one."""
        return self.rest + sum(self.words.get(word, 0.0) for word in words) / math.sqrt(max(len(words), 1))


def beginnings(text: str) -> frozenset[str]:
    return frozenset(word[:LETTERS] for word in re.findall(r"\w+", fold(text).text))


def bears_out(claim: str, sentence: str) -> bool:
    """Whether the wording leaves the flag standing. A claim with too few labels to learn from is not judged."""
    least, held = _held()
    weights = held.get(MERGED.get(claim, claim))
    return weights is None or weights.speaks(beginnings(sentence)) >= least


@cache
def _held() -> tuple[float, Mapping[str, Weights]]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return table["least"], {claim: Weights(it["rest"], it["words"]) for claim, it in table["claims"].items()}
