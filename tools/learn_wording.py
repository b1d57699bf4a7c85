"""Learns from the labelled sentences how the wording of each claim weighs: `python tools/learn_wording.py`.

It writes src/wheal/knowledge/data/phrases/wording.toml. With `--check` it writes nothing: it leaves one lot of texts
out at a time, learns from all the others, and tells what the weights would have made of that lot's first run, as
tests/claims/runs/first.toml keeps it: the flags of the phrases before anybody had looked at the lot.

One logistic regression a claim, over what `wheal.claims.wording.features` sees in a sentence, each sentence of length
one, large weights held back (ridge). Nothing is drawn by chance: the same sentences give the same weights. It asks for
numpy, which shapely brings along; what it writes is read without.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wheal.claims import detect, phrases, reading
from wheal.claims.wording import FILE, MERGED, Weights, features

Floats = np.ndarray[Any, np.dtype[np.float32]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
Score = tuple[int, int, int]
"""Right flags, wrong flags, missed claims."""
FRESH = ("unseen_18", "reversed")
"""Lots that were measured and not learned from, so that what they tell stays true; and claims turned round, which marks
decide and words could only blur."""
SENTENCES = Path(__file__).resolve().parents[1] / "tests" / "claims"
FEWEST = 20  # labels of a claim, below which its wording is not judged
SEEN = 2  # sentences that hold a feature, below which it is not weighed
RIDGE, STEPS = 0.1, 250
SMALLEST = 0.3  # weights below this are left out of the file
LEAST, ENOUGH = 0.9, 1.4
"""What the words must say at least (logarithms of odds): for a flag to stand, beside the odds of the claim among all
sentences; to propose a claim by themselves, as they are."""
LEASTS, ENOUGHS = (-99.0, -0.6, -0.1, 0.4, LEAST, 1.4), (99.0, ENOUGH, 0.9)
TRIED = [(least, enough) for least in LEASTS for enough in ENOUGHS]


@dataclass(frozen=True)
class Labelled:
    lot: str
    says: str
    language: str
    claims: tuple[str, ...]
    held: frozenset[str]


def labelled(lot: str) -> list[Labelled]:
    table = tomllib.loads((SENTENCES / f"{lot}.toml").read_text(encoding="utf-8"))
    return [
        Labelled(
            lot,
            row["says"],
            text["language"],
            tuple(row["claims"]),
            features(reading.fold(row["says"]).text, phrases.language(text["language"])),
        )
        for text in table["text"]
        for row in text["sentences"]
    ]


def learnt_from() -> list[str]:
    return sorted(path.stem for path in SENTENCES.glob("*.toml") if path.stem not in FRESH)


def made_of() -> str:
    """Digest of all that the weights depend on: the sentences, and the words and marks that are seen in them."""
    words = sorted(FILE.parent.glob("*/words.toml")) + sorted(FILE.parent.glob("*/stance.toml"))
    sentences = [SENTENCES / f"{lot}.toml" for lot in learnt_from()]
    read = [path.read_bytes() for path in (*sentences, *words)]
    return hashlib.sha256(b"\0".join(read)).hexdigest()[:16]


@dataclass(frozen=True)
class Held:
    """Which features each sentence holds, by sentence and by feature: most hold few of them."""

    of_row: Whole
    row_starts: Whole
    of_column: Whole
    column_starts: Whole
    length: Floats

    @staticmethod
    def of(rows: Sequence[Labelled], column: Mapping[str, int]) -> Held:
        """One more feature is held by every sentence, so that none is empty. It weighs nothing."""
        pairs = [(at, column[one]) for at, row in enumerate(rows) for one in row.held if one in column]
        row, to = np.array([*pairs, *((at, len(column)) for at in range(len(rows)))], dtype=np.int64).T
        by_row, by_column = np.lexsort((to, row)), np.lexsort((row, to))
        return Held(
            to[by_row],
            np.searchsorted(row[by_row], np.arange(len(rows))),
            row[by_column],
            np.searchsorted(to[by_column], np.arange(len(column) + 1)),
            np.array([[max(len(it.held), 1) ** -0.5] for it in rows], dtype=np.float32),
        )

    def times(self, weights: Floats) -> Floats:
        padded = np.vstack([weights, np.zeros_like(weights[:1])])
        return np.asarray(np.add.reduceat(padded[self.of_row], self.row_starts) * self.length)

    def turned_times(self, wrong: Floats) -> Floats:
        scaled = (wrong * self.length)[self.of_column]
        return np.asarray(np.add.reduceat(scaled, self.column_starts)[:-1])

    def largest(self) -> float:
        """At least the square of the largest singular value, by the power method."""
        guess = np.ones((len(self.column_starts) - 1, 1), dtype=np.float32)
        for _ in range(20):
            guess = self.turned_times(self.times(guess / np.linalg.norm(guess)))
        return 1.1 * float(np.linalg.norm(guess))


def learn(rows: Sequence[Labelled]) -> dict[str, Weights]:
    """By claim; those with few labels are left out."""
    wanted_of = [{MERGED.get(claim, claim) for claim in row.claims} for row in rows]
    often = Counter(one for row in rows for one in row.held)
    column = {one: at for at, one in enumerate(sorted(one for one, seen in often.items() if seen >= SEEN))}
    labels = Counter(claim for wanted in wanted_of for claim in wanted)
    claims = sorted(claim for claim, seen in labels.items() if seen >= FEWEST)
    wanted = np.array([[claim in made for claim in claims] for made in wanted_of], dtype=np.float32)
    usual = np.log(wanted.mean(axis=0) / (1 - wanted.mean(axis=0)))
    weights, rest = _fit(Held.of(rows, column), wanted, usual, len(column))
    return {
        claim: Weights(
            round(float(rest[at]), 2),
            round(float(usual[at]), 2),
            {
                one: round(float(weights[to, at]), 1)
                for one, to in column.items()
                if abs(weights[to, at]) >= SMALLEST
            },
        )
        for at, claim in enumerate(claims)
    }


def _fit(held: Held, wanted: Floats, usual: Floats, width: int) -> tuple[Floats, Floats]:
    """Nesterov's accelerated descent on the logarithmic loss of every claim at once."""
    pace = 1 / (0.25 * (held.largest() + len(wanted)) + RIDGE)
    weights = np.zeros((width, wanted.shape[1]), dtype=np.float32)
    rest = usual
    ahead, ahead_rest = weights, rest
    for step in range(1, STEPS + 1):
        wrong = 1 / (1 + np.exp(-(held.times(ahead) + ahead_rest))) - wanted
        to = ahead - pace * (held.turned_times(wrong) + RIDGE * ahead)
        to_rest = ahead_rest - pace * wrong.sum(axis=0)
        pull = step / (step + 3)
        ahead, ahead_rest = to + pull * (to - weights), to_rest + pull * (to_rest - rest)
        weights, rest = to, to_rest
    return weights, rest


def write(learnt: Mapping[str, Weights], sentences: int) -> None:
    head = (
        "# How the words of a sentence speak for each claim (above 0) or against it. Made by tools/learn_wording.py\n"
        f"# from {sentences} labelled sentences (tests/claims); see docs/decisions/0009. Do not edit.\n\n"
        f'made_of = "{made_of()}"\nleast = {LEAST}\nenough = {ENOUGH}\n'
    )
    tables = [
        f"\n[claims.{claim}]\nrest = {held.rest}\nusual = {held.usual}\n{_table(held)}\n"
        for claim, held in learnt.items()
    ]
    FILE.write_text(head + "".join(tables), encoding="utf-8")


def _table(held: Weights) -> str:
    return "words = { " + ", ".join(f"{word} = {weight}" for word, weight in held.words.items()) + " }"


def check(rows: Sequence[Labelled]) -> None:
    """What each lot's first run would have been with weights from all other lots, for several bounds."""
    first_runs = tomllib.loads((SENTENCES / "runs" / "first.toml").read_text(encoding="utf-8"))
    sums = [(0, 0, 0)] * len(TRIED)
    for lot, run in first_runs.items():
        learnt = learn([row for row in rows if row.lot != lot])
        judged = list(_first_flags([row for row in rows if row.lot == lot], run))
        mine = [_score(judged, learnt, *bounds) for bounds in TRIED]
        print(
            f"{lot}: {_said(mine[0])}; read a second time {_said(mine[TRIED.index((LEAST, ENOUGH))])}",
            flush=True,
        )
        sums = [_added(one, other) for one, other in zip(sums, mine, strict=True)]
    for bounds, score in zip(TRIED, sums, strict=True):
        print(f"all lots, least and enough {bounds}: {_said(score)}")


def _first_flags(
    rows: Sequence[Labelled], run: Mapping[str, Any]
) -> Iterator[tuple[Labelled, set[str], set[str]]]:
    """Each sentence with what was flagged in it, and what the words might have proposed."""
    for at, row in enumerate(rows, start=1):
        missed, wrong = run["missed"].get(str(at), ()), run["wrong"].get(str(at), ())
        flagged = set(row.claims) - set(missed) | set(wrong)
        yield (
            row,
            flagged,
            set(detect.left_open(row.says, row.language)) - {MERGED.get(it, it) for it in flagged},
        )


def _score(
    judged: Sequence[tuple[Labelled, set[str], set[str]]],
    learnt: Mapping[str, Weights],
    least: float,
    enough: float,
) -> Score:
    right = wrong = missed = 0
    for row, flagged, left_open in judged:
        said = {claim: weights.speaks(row.held) for claim, weights in learnt.items()}
        spare = {claim: said[claim] - weights.usual for claim, weights in learnt.items()}
        found = {it for it in flagged if spare.get(MERGED.get(it, it), least) >= least}
        found |= {it for it in left_open if said.get(it, -99) >= enough}
        wanted = set(row.claims)
        right, wrong, missed = (
            right + len(found & wanted),
            wrong + len(found - wanted),
            missed + len(wanted - found),
        )
    return right, wrong, missed


def _added(one: Score, other: Score) -> Score:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _said(score: Score) -> str:
    right, wrong, missed = score
    return (
        f"precision {right}/{right + wrong} = {right / (right + wrong):.3f}, "
        f"recall {right}/{right + missed} = {right / (right + missed):.3f}"
    )


def main() -> None:
    rows = [row for lot in learnt_from() for row in labelled(lot)]
    if "--check" in sys.argv:
        check(rows)
    else:
        write(learn(rows), len(rows))


if __name__ == "__main__":
    main()
