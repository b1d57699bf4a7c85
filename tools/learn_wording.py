"""Learns from the labelled sentences how the wording of each claim weighs: `python tools/learn_wording.py`.

It writes src/wheal/knowledge/data/phrases/wording.toml. With `--check` it writes nothing: it leaves one lot of texts
out at a time, learns from all the others, and tells what the weights would have made of that lot's first run, as
tests/claims/runs/first.toml keeps it: the flags of the phrases before anybody had looked at the lot.

One logistic regression a claim, over the beginnings of the words that a sentence holds, each sentence of length one,
large weights held back (ridge). Nothing is drawn by chance: the same sentences give the same weights. It asks for
numpy, which shapely brings along; what it writes is read without.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wheal.claims.wording import FILE, MERGED, Weights, beginnings

Floats = np.ndarray[Any, np.dtype[np.float32]]
Score = tuple[int, int, int]
"""Right flags, wrong flags, missed claims."""
SENTENCES = Path(__file__).resolve().parents[1] / "tests" / "claims"
FEWEST = 20  # labels of a claim, below which its wording is not judged
SEEN = 2  # sentences that hold a beginning, below which it is not weighed
RIDGE, STEPS = 0.1, 250
SMALLEST = 0.5  # weights below this are left out of the file
LEASTS = (-9.0, -1.0, -0.5, -0.2, 0.0, 0.2, 0.4)
LEAST = -0.2
"""How far the wording may speak against a claim (logarithm of the odds, above those of the claim among all
sentences) before its flag is dropped."""


@dataclass(frozen=True)
class Labelled:
    lot: str
    says: str
    words: frozenset[str]
    claims: tuple[str, ...]


def labelled(lot: str) -> list[Labelled]:
    table = tomllib.loads((SENTENCES / f"{lot}.toml").read_text(encoding="utf-8"))
    return [
        Labelled(lot, row["says"], beginnings(row["says"]), tuple(row["claims"]))
        for text in table["text"]
        for row in text["sentences"]
    ]


def learn(rows: Sequence[Labelled]) -> dict[str, Weights]:
    """By claim; those with few labels are left out."""
    wanted_of = [{MERGED.get(claim, claim) for claim in row.claims} for row in rows]
    often = Counter(word for row in rows for word in row.words)
    column = {
        word: at for at, word in enumerate(sorted(word for word, seen in often.items() if seen >= SEEN))
    }
    labels = Counter(claim for wanted in wanted_of for claim in wanted)
    claims = sorted(claim for claim, seen in labels.items() if seen >= FEWEST)
    held = np.zeros((len(rows), len(column)), dtype=np.float32)
    for at, row in enumerate(rows):
        held[at, [column[word] for word in row.words if word in column]] = max(len(row.words), 1) ** -0.5
    wanted = np.array([[claim in made for claim in claims] for made in wanted_of], dtype=np.float32)
    usual = np.log(wanted.mean(axis=0) / (1 - wanted.mean(axis=0)))
    weights, rest = _fit(held, wanted, usual)
    return {
        claim: Weights(
            round(float(rest[at] - usual[at]), 2),
            {
                word: round(float(weights[to, at]), 1)
                for word, to in column.items()
                if abs(weights[to, at]) >= SMALLEST
            },
        )
        for at, claim in enumerate(claims)
    }


def _fit(held: Floats, wanted: Floats, usual: Floats) -> tuple[Floats, Floats]:
    """Nesterov's accelerated descent on the logarithmic loss of every claim at once."""
    pace = 1 / (0.25 * (float(np.linalg.norm(held, 2)) ** 2 + len(held)) + RIDGE)
    weights, rest = np.zeros((held.shape[1], wanted.shape[1]), dtype=np.float32), usual
    ahead, ahead_rest = weights, rest
    for step in range(1, STEPS + 1):
        wrong = 1 / (1 + np.exp(-(held @ ahead + ahead_rest))) - wanted
        to, to_rest = ahead - pace * (held.T @ wrong + RIDGE * ahead), ahead_rest - pace * wrong.sum(axis=0)
        pull = step / (step + 3)
        ahead, ahead_rest = to + pull * (to - weights), to_rest + pull * (to_rest - rest)
        weights, rest = to, to_rest
    return weights, rest


def write(learnt: Mapping[str, Weights], sentences: int) -> None:
    head = (
        "# How the words of a sentence speak for each claim (above 0) or against it. Made by tools/learn_wording.py\n"
        f"# from {sentences} labelled sentences (tests/claims); see docs/decisions/0009. Do not edit.\n\n"
        f"least = {LEAST}\n"
    )
    tables = [f"\n[claims.{claim}]\nrest = {held.rest}\n{_table(held)}\n" for claim, held in learnt.items()]
    FILE.write_text(head + "".join(tables), encoding="utf-8")


def _table(held: Weights) -> str:
    return "words = { " + ", ".join(f"{word} = {weight}" for word, weight in held.words.items()) + " }"


def check(rows: Sequence[Labelled]) -> None:
    """Right flags, wrong flags and missed claims, for several values of LEAST."""
    first_runs = tomllib.loads((SENTENCES / "runs" / "first.toml").read_text(encoding="utf-8"))
    sums = [(0, 0, 0)] * len(LEASTS)
    for lot, run in first_runs.items():
        learnt = learn([row for row in rows if row.lot != lot])
        mine = [_score(labelled(lot), run, learnt, least) for least in LEASTS]
        print(f"{lot}: {_said(mine[0])}; with weights from the other lots {_said(mine[LEASTS.index(LEAST)])}")
        sums = [_added(one, other) for one, other in zip(sums, mine, strict=True)]
    for least, score in zip(LEASTS, sums, strict=True):
        print(f"all lots, least {least}: {_said(score)}")


def _score(
    rows: Sequence[Labelled], run: Mapping[str, Any], learnt: Mapping[str, Weights], least: float
) -> Score:
    right = wrong = missed = 0
    for at, row in enumerate(rows, start=1):
        wanted, key = set(row.claims), str(at)
        flagged = wanted - set(run["missed"].get(key, ())) | set(run["wrong"].get(key, ()))
        kept = {it for it in flagged if _stands(learnt.get(MERGED.get(it, it)), row.words, least)}
        right, wrong, missed = (
            right + len(kept & wanted),
            wrong + len(kept - wanted),
            missed + len(wanted - kept),
        )
    return right, wrong, missed


def _added(one: Score, other: Score) -> Score:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _stands(weights: Weights | None, words: frozenset[str], least: float) -> bool:
    return weights is None or weights.speaks(words) >= least


def _said(score: Score) -> str:
    right, wrong, missed = score
    return (
        f"precision {right}/{right + wrong} = {right / (right + wrong):.3f}, "
        f"recall {right}/{right + missed} = {right / (right + missed):.3f}"
    )


def main() -> None:
    lots = sorted(path.stem for path in SENTENCES.glob("*.toml"))
    rows = [row for lot in lots for row in labelled(lot)]
    if "--check" in sys.argv:
        check(rows)
    else:
        write(learn(rows), len(rows))


if __name__ == "__main__":
    main()
