"""Which of the things that cases share is the likeliest cause, and which of them the record cannot tell apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from wheal.surveillance.background import KNOWN_LATE, Background, off
from wheal.surveillance.cases import Case, Cases, Key
from wheal.surveillance.causes import (
    EDGES,
    INCUBATION,
    MULTIPLES,
    SLOT_OF,
    log_bayes_factor,
    log_sum,
    shown_by,
)
from wheal.surveillance.chances import at_least
from wheal.surveillance.frequent import Frequent, Of
from wheal.surveillance.ledger import Ledger
from wheal.surveillance.look_back import EXTENDED, LOOK_BACK
from wheal.surveillance.records import Exposure, Suspect

USUAL_DELAY: Final = 10
"""Days from an onset to its report, as far as they tell which infections would be known by now: to begin with, as much
as so many reports say. Where people report late, those who seem well may not be."""
DELAY_WEIGHS: Final = 4
MOST: Final = 10
APART: Final = math.log(3)
"""Suspects less than three times as likely as one another cannot be told apart."""
_EACH: Final = tuple(tuple(float(one == at) for one in range(len(MULTIPLES))) for at in range(len(MULTIPLES)))
_LEAST: Final = 0.01
_MOSTLY: Final = 0.5
MANY_EXPECTED: Final = 1 / 3
"""From simulation, as the thresholds of the watch."""
# What carries nothing itself and only gathers things that do is held to be the cause more rarely.
_HELD: Final = {"product": 1 / 4, "room": 1 / 3, "clinic": 1 / 3}
_ALL_ALONG: Final = {"product": 0.5}  # what is wrong with a product was so before its newest lot
# Where suspects are as likely, the thing is named before the room and the hand: it can be cultured.
_ORDER: Final = (
    "container", "lot", "diluent", "mix", "device", "water_point", "disinfectant", "product", "practitioner",
    "room", "clinic",
)  # fmt: skip
_MIDDLES: Final = tuple((newer + older) / 2 for newer, older in pairwise((0, *EDGES)))


Given = tuple[Of | None, float, float]
"""A thing that brings a reaction so often a session, and the multiple of the rate of other causes."""


class Look:
    """One day's look at one group of cases, from one clinic."""

    def __init__(
        self,
        ledger: Ledger,
        cases: Cases,
        usual: Background,
        frequent: Frequent,
        today: int,
        clinic: int,
        explained: Container[Key] = (),
    ) -> None:
        self.ledger, self.cases, self.background, self.frequent = ledger, cases, usual, frequent
        self.today, self.clinic = today, clinic
        self._off = off(cases.all(), ledger, today, clinic, usual.rates[clinic], frequent, explained)
        self._delay = _delay(cases.all(), today - EDGES[-1])
        self._in_use = ledger.in_use(clinic, today - EXTENDED)
        self._usual: dict[
            tuple[Key, Given], float
        ] = {}  # of each case: asked once for each thing that it met
        self._edges = [*(today - edge + 1 for edge in reversed(EDGES)), today + 1]

    def having(self, exposure: int) -> list[Case]:
        """The recent cases that had it."""
        return self.cases.with_exposure(exposure, self.today - EDGES[-1])

    def weight(self, exposure: int) -> float:
        """Log of how much likelier the record is with it as the cause, times how likely such a cause is beforehand."""
        kind, beforehand = self.ledger.names[exposure][0], self._beforehand(exposure)
        given = self._given(exposure)
        if given is None:
            return math.log(beforehand) + self._factor(exposure, kind, self._off)
        weighed = [
            math.log(held * off) + self._factor(exposure, kind, only, (given, rate, times))
            for rate, held in self.frequent.of(given).in_play()
            for times, off, only in zip(MULTIPLES, self._off, _EACH, strict=True)
            if off > _LEAST
        ]
        return math.log(beforehand) + log_sum(weighed)

    def _beforehand(self, exposure: int) -> float:
        kind = self.ledger.names[exposure][0]
        return _HELD.get(kind, 1.0) / max(1, self._in_use[kind])

    def evidence(self, weights: Mapping[int, float]) -> float:
        """Log of how much likelier the record is by all shared causes together. Of a case that a label lets expect
        everything that it met explains a little, so that what they are held for beforehand must not add up where the
        likeliest has many of those; one beside two infections takes nothing from them."""
        together = log_sum(list(weights.values()))
        if not self.is_of_expected(weights):
            return together
        return together - math.log(max(1.0, math.fsum(map(self._beforehand, weights))))

    def is_of_expected(self, weights: Mapping[int, float]) -> bool:
        """Whether many cases of the likeliest are of a kind that a label lets expect, or that is seen all the time."""
        cases = self.having(max(weights, key=lambda it: weights[it]))
        expected = sum(self.frequent.otherwise(case) <= _MOSTLY for case in cases)
        return expected > len(cases) * MANY_EXPECTED

    def _given(self, exposure: int) -> Of | None:
        """What most of its cases may come of besides: how often it brings them is averaged over, each with how far the
        rate of other causes may be off; of anything else the mean is taken."""
        brought = Counter(it for case in self.having(exposure) for it in self.frequent.early(case))
        return min(brought, key=lambda it: (-brought[it], it), default=None)

    def _factor(
        self, exposure: int, kind: str, off: Sequence[float], given: Given = (None, 0.0, 1.0)
    ) -> float:
        cases = [self._times(case, exposure, given) for case in self.having(exposure)]
        return log_bayes_factor(cases, self._shown(exposure), off, _ALL_ALONG.get(kind, 0.0))

    def _otherwise(self, case: Case, given: Given) -> float:
        """How likely its onset was without a shared cause. What is promised is no more often where the rate of other
        causes is."""
        of, rate, times = given
        return self.background.usual(case) + self.frequent.usual(case, of, rate) / times

    def _times(self, case: Case, exposure: int, given: Given) -> list[tuple[int, float]]:
        key = case.key, given
        usual = self._usual.get(key) or self._usual.setdefault(key, self._otherwise(case, given))
        return [
            (SLOT_OF[self.today - visit.day], INCUBATION[case.onset - visit.day] / usual)
            for visit in case.visits
            if exposure in visit.exposures and 0 <= self.today - visit.day < EDGES[-1]
        ]

    def _shown(self, exposure: int) -> list[float]:
        counts = reversed(self.ledger.uses(exposure, self._edges))
        return [
            count * shown_by(middle - self._delay) for count, middle in zip(counts, _MIDDLES, strict=True)
        ]

    def suspect(self, exposure: int, weight: float, share: float) -> Suspect:
        cases = self.having(exposure)
        since = self._since(exposure, cases)
        expected = self._expected(exposure, since)
        return Suspect(
            exposure=self.ledger.names[exposure],
            cases=len(cases),
            exposed=self.ledger.exposed(exposure, since, self.today),
            expected=expected,
            score=weight,
            p=at_least(len(cases), expected),
            share=share,
        )

    def _since(self, exposure: int, cases: Iterable[Case]) -> int:
        """The first day on which one of them met it, or longer ago: people, cases and what is expected are told of the
        same days."""
        met = (visit.day for case in cases for visit in case.visits if exposure in visit.exposures)
        return min(self.today - LOOK_BACK - KNOWN_LATE, *met)

    def _expected(self, exposure: int, since: int) -> float:
        """What other causes and labels let expect after its sessions."""
        by_clinic = self.ledger.by_clinic(exposure, since, self.today)
        otherwise = math.fsum(many * self.background.rates[clinic] for clinic, many in by_clinic.items())
        if not self.frequent.is_asked:  # a group's sessions are many
            return otherwise
        sessions = Counter(self.ledger.met(exposure, since, self.today))
        return otherwise + math.fsum(
            many * self.frequent.expected(met, clinic) for (met, clinic), many in sessions.items()
        )


def _delay(cases: Iterable[Case], since: int) -> float:
    known = [case.reported - case.onset for case in cases if case.onset >= since]
    return (DELAY_WEIGHS * USUAL_DELAY + sum(known)) / (DELAY_WEIGHS + len(known))


def ranked(look: Look, weights: Mapping[int, float]) -> tuple[list[Suspect], tuple[Exposure, ...]]:
    """The suspects, best first, and those that cannot be told apart from the first."""
    names, total = look.ledger.names, log_sum(list(weights.values()))
    order = sorted(weights, key=lambda it: (-round(weights[it], 9), _rank(names[it]), names[it]))[:MOST]
    suspects = [look.suspect(it, weights[it], math.exp(weights[it] - total)) for it in order]
    near = tuple(names[it] for it in order if weights[order[0]] - weights[it] < APART)
    return suspects, near if len(near) > 1 else ()


def _rank(exposure: Exposure) -> int:
    return _ORDER.index(exposure[0]) if exposure[0] in _ORDER else len(_ORDER)
