"""How well are claims found in texts that the rules have not seen? `python -m bench.claims`

Precision: of the claims found in a sentence, how many are labelled there. Recall: of those labelled, how many
are found. Both with 95 % intervals: Wilson's over labels, and by 2,000 resamples of whole texts, because
sentences of one author are not independent. The sentences, and what was seen of them when: tests/claims/.
"""

from __future__ import annotations

import math
import random
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wheal import claims

SENTENCES = Path(__file__).resolve().parents[1] / "tests" / "claims"
Z = 1.959964
RESAMPLES = 2000
LATER = ("build_2", "unseen", *(f"unseen_{lot}" for lot in range(2, 19)))


@dataclass(frozen=True)
class Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> tuple[int, int]:
        return self.right, self.right + self.wrong

    @property
    def recall(self) -> tuple[int, int]:
        return self.right, self.right + self.missed


@dataclass(frozen=True)
class Judged:
    """One labelled sentence: what it claims and what is found in it."""

    says: str
    wanted: frozenset[str]
    found: frozenset[str]

    def score(self) -> Score:
        return Score(
            len(self.found & self.wanted), len(self.found - self.wanted), len(self.wanted - self.found)
        )


def texts(split: str) -> list[dict[str, Any]]:
    table = tomllib.loads((SENTENCES / f"{split}.toml").read_text(encoding="utf-8"))
    return list(table["text"])


def judged(text: dict[str, Any]) -> list[Judged]:
    return [
        Judged(
            row["says"],
            frozenset(row["claims"]),
            frozenset(made.claim for made in claims.statements(row["says"], text["language"])),
        )
        for row in text["sentences"]
    ]


def total(scores: Iterable[Score]) -> Score:
    return sum(scores, start=Score())


def wilson(hits: int, of: int) -> tuple[float, float]:
    if of == 0:
        return 0.0, 1.0
    share, spread = hits / of, Z * Z / of
    middle = share + spread / 2
    half = Z * math.sqrt(share * (1 - share) / of + spread / of / 4)
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


def by_text(scores: list[Score], what: str) -> tuple[float, float]:
    dice = random.Random(20261122)
    pairs: list[tuple[int, int]] = [getattr(score, what) for score in scores]
    resampled = (zip(*dice.choices(pairs, k=len(pairs)), strict=True) for _ in range(RESAMPLES))
    shares = sorted(hits / of for hits, of in (map(sum, columns) for columns in resampled) if of)
    return shares[int(0.025 * len(shares))], shares[int(0.975 * len(shares)) - 1]


def report(split: str, *, show: bool) -> None:
    rows = [(text, judged(text)) for text in texts(split)]
    scores = [total(one.score() for one in found) for _, found in rows]
    sentences = sum(len(found) for _, found in rows)
    print(f"{split}: {sentences} sentences from {len(rows)} texts, {total(scores).recall[1]} claims labelled")
    for what in ("precision", "recall"):
        hits, of = getattr(total(scores), what)
        low, high = wilson(hits, of)
        least, most = by_text(scores, what)
        print(
            f"  {what:9} {hits:3}/{of:<3} = {hits / max(of, 1):.3f}  95 % {low:.3f} to {high:.3f}"
            f"  (whole texts {least:.3f} to {most:.3f})"
        )
    for language in claims.LANGUAGES:
        score = total(one.score() for text, found in rows if text["language"] == language for one in found)
        print(f"  {language}: precision {_of(*score.precision)}, recall {_of(*score.recall)}")
    if show:
        _show(one for _, found in rows for one in found)


def _of(hits: int, of: int) -> str:
    return f"{hits}/{of}"


def _show(every: Iterable[Judged]) -> None:
    wrong, missed = Counter[str](), Counter[str]()
    for one in every:
        wrong.update(one.found - one.wanted)
        missed.update(one.wanted - one.found)
        if one.found != one.wanted:
            print(f"  + {sorted(one.found - one.wanted)} - {sorted(one.wanted - one.found)} {one.says}")
    print(f"  found wrongly: {dict(wrong)}\n  missed: {dict(missed)}")


def main() -> None:
    """Names of splits: these alone. `--show` lists the mistakes of the build split, `--show-held-out` those of the
    first held-out one, `--show-unseen_2` those of that one.
    """
    asked = [given for given in sys.argv[1:] if not given.startswith("--")]
    shown = {"build": "--show", "held_out": "--show-held-out"}
    for split in asked or ("build", "held_out", *LATER):
        report(split, show=shown.get(split, f"--show-{split}") in sys.argv)


if __name__ == "__main__":
    main()
