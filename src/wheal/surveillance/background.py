"""How often events happen of other causes: a clinic's own history, shrunk to a stated prior.

The rate of a clinic is that of its sessions and events from before the look-back, as if it had begun with 1,500
sessions at 1 in 1,000. No rate with a denominator is published for mesotherapy: the prior is this project's own. What
`frequent` explains does not count among the events. How far the rate may be off is averaged over: `off` weighs
multiples of it by how well they agree with what was seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

from wheal.surveillance.cases import Case, Key
from wheal.surveillance.causes import MULTIPLES, log_sum
from wheal.surveillance.frequent import Frequent
from wheal.surveillance.ledger import Ledger
from wheal.surveillance.look_back import LOOK_BACK

PRIOR_RATE: Final = 0.001
"""Infections and the like a session, where the clinic has no history."""
PRIOR_SESSIONS: Final = 1500
"""As many sessions as that prior weighs; more history of its own outweighs it."""
EARLY, EARLY_DAYS = 0.5, 60
"""Of other causes, half begin within so many days of a session, the others evenly over the look-back: infections by
whatever lives on the skin show sooner than mycobacteria do. This project's own choice too."""
KNOWN_LATE: Final = 30
"""Days from an onset to its report."""


@dataclass(frozen=True, slots=True)
class Background:
    """As it stands on one day for one group of events."""

    rates: tuple[float, ...]  # events a session, by clinic

    def usual(self, case: Case) -> float:
        """How likely an onset on that day was by other causes."""
        return math.fsum(self.rates[it.clinic] * _begins(case.onset - it.day) for it in case.visits)


def _begins(after: int) -> float:
    """The share of events of other causes that begin on one day so many days after a session."""
    return (1 - EARLY) / LOOK_BACK + (EARLY / EARLY_DAYS if after < EARLY_DAYS else 0.0)


def background(
    cases: Iterable[Case],
    ledger: Ledger,
    today: int,
    frequent: Frequent,
    explained: Container[Key] = (),
) -> Background:
    """`explained`: cases for which a shared cause was named. Theirs are no events of other causes."""
    until = today - LOOK_BACK
    events: dict[int, float] = defaultdict(float)
    for case in cases:
        if case.reported <= until and case.key not in explained:
            events[case.clinic] += frequent.otherwise(case)
    rates = (
        (events[clinic] + PRIOR_RATE * PRIOR_SESSIONS) / (ledger.sessions(clinic, until) + PRIOR_SESSIONS)
        for clinic in range(len(ledger.clinics))
    )
    return Background(tuple(rates))


def off(
    cases: Iterable[Case],
    ledger: Ledger,
    today: int,
    clinic: int,
    rate: float,
    frequent: Frequent,
    explained: Container[Key] = (),
) -> list[float]:
    """How likely each of MULTIPLES of a clinic's rate is: a gamma prior as wide as the history is short, weighed by
    the events seen since, as if none of them had a cause in common."""
    until = today - LOOK_BACK
    counted = [
        (case.reported <= until, frequent.otherwise(case))
        for case in cases
        if case.clinic == clinic and not (case.reported <= until and case.key in explained)
    ]
    shape = PRIOR_RATE * PRIOR_SESSIONS + math.fsum(share for early, share in counted if early)
    since = math.fsum(share for early, share in counted if not early)
    of = rate * (ledger.sessions(clinic, today - KNOWN_LATE) - ledger.sessions(clinic, until - KNOWN_LATE))
    logs = [(shape + since) * math.log(times) - (shape + of) * times for times in MULTIPLES]
    total = log_sum(logs)
    return [math.exp(each - total) for each in logs]
