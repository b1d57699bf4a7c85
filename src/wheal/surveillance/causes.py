"""How well one thing, contaminated since some day, explains who fell ill and who did not.

Every session has a small chance to be followed by an event of other causes, spread evenly over the days after it. Were
a thing contaminated since a day, each session with it since then would besides have an unknown chance of an event,
after an incubation like those published. Cases count for it by how much likelier they become; every exposed session
that stayed well counts against it; visits add up, as in the outbreaks in which the risk rose with them. What is unknown
(the chance, and the day) is averaged over, not fitted. The result is a Bayes factor: its mean is 1 where nothing is
wrong, so that it passes a number N in at most one of N looks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from wheal.surveillance.look_back import EXTENDED

ATTACKS: Final = ((0.0375, 0.2), (0.075, 0.25), (0.15, 0.25), (0.3, 0.2), (0.6, 0.1))
"""Chance of an event a session with a contaminated thing, and how likely each is held to be beforehand. Of patients,
11 % (Korea 2008) to 68 % (Denver 1996) fell ill; of single sessions fewer, since most came several times."""
MULTIPLES: Final = (0.5, 1.0, 2.0, 4.0)
"""How far the rate of other causes may be off."""
EDGES: Final = (*range(7, 113, 7), *range(140, 365, 28))
"""Days ago since when a thing may be contaminated: every week of the last sixteen, then every four weeks of a year."""
SLOT_OF: Final = tuple(next(at for at, edge in enumerate(EDGES) if ago < edge) for ago in range(EDGES[-1]))
"""The slot of a session so many days ago."""
_LATE: Final = (0.75, 30.0, 0.65)  # share, median days, spread of the lognormal
_EARLY: Final = (0.15, 7.0, 0.8)
_ANY_DAY: Final = 0.10


def _normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _lognormal(share: float, median: float, spread: float) -> list[float]:
    """What falls on each whole day, of what falls within the extended look-back."""
    by = [0.0, *(_normal(math.log((day + 0.5) / median) / spread) for day in range(EXTENDED + 1))]
    return [share * (by[day + 1] - by[day]) / by[-1] for day in range(EXTENDED + 1)]


INCUBATION: Final = tuple(
    late + early + _ANY_DAY / (EXTENDED + 1)
    for late, early in zip(_lognormal(*_LATE), _lognormal(*_EARLY), strict=True)
)
"""The share of infections that show so many days after the session."""
_BY: Final = tuple(math.fsum(INCUBATION[: day + 1]) for day in range(EXTENDED + 1))


def shown_by(days: float) -> float:
    """The share of infections that show within so many days."""
    return _BY[min(int(days), EXTENDED)] if days >= 0 else 0.0


# Attack rates and multiples both double from one to the next, so that few of their ratios differ.
_RATIOS: Final = tuple(
    ATTACKS[0][0] / MULTIPLES[-1] * 2**step for step in range(len(ATTACKS) + len(MULTIPLES) - 1)
)
_PAIRS: Final = tuple(
    (len(MULTIPLES) - 1 - other + step, attack, held, other)
    for step, (attack, held) in enumerate(ATTACKS)
    for other in range(len(MULTIPLES))
)


def log_bayes_factor(
    cases: Sequence[Sequence[tuple[int, float]]],
    shown: Sequence[float],
    off: Sequence[float],
    always: float = 0.0,
) -> float:
    """How much likelier the record is with this cause than without, averaged over what is unknown; its log.

    `cases`: for each, its exposed visits as (slot of EDGES, how many times likelier than by other causes an onset on
    that day would be, were everybody infected). `shown`: for each slot, of its exposed sessions as many as would have
    shown an infection by now. `off`: how likely each of MULTIPLES is. `always`: how likely it is held to be
    contaminated all along; else from any slot on.
    """
    held = [
        (ratio, attack, math.log(chance * off[other]))
        for ratio, attack, chance, other in _PAIRS
        if off[other]
    ]
    since = [(1 - always) / len(EDGES)] * (len(EDGES) - 1) + [(1 - always) / len(EDGES) + always]
    logs = []
    for beginning, exposed, gained in _beginnings(_gains(cases), shown, since):
        log = math.log(beginning)
        logs += [log + chance + gained[ratio] - attack * exposed for ratio, attack, chance in held]
    return log_sum(logs)


def _beginnings(
    gains: Mapping[int, list[float]], shown: Sequence[float], since: Sequence[float]
) -> list[tuple[float, float, list[float]]]:
    """For each day since when it may be contaminated: how likely that is, how many exposed sessions would have shown
    it, and how much the cases speak for it by ratio. Days between which nothing lies are one."""
    found: list[tuple[float, float, list[float]]] = []
    likely, exposed, gained = 0.0, 0.0, [0.0] * len(_RATIOS)
    for slot, chance in enumerate(since):
        more = gains.get(slot)
        if likely and (more or shown[slot]):
            found.append((likely, exposed, gained))
            likely = 0.0
        likely, exposed = likely + chance, exposed + shown[slot]
        gained = [a + b for a, b in zip(gained, more, strict=True)] if more else gained
    return [*found, (likely, exposed, gained)]


def _gains(cases: Sequence[Sequence[tuple[int, float]]]) -> dict[int, list[float]]:
    """By slot: how much more the cases speak for a cause that began in it than for a later one, for each ratio."""
    gains: dict[int, list[float]] = {}
    for visits in cases:
        so_far, before = 0.0, [0.0] * len(_RATIOS)
        for slot, times in sorted(visits):
            so_far += times
            after = [math.log1p(ratio * so_far) for ratio in _RATIOS]
            held = gains.get(slot, [0.0] * len(_RATIOS))
            gains[slot] = [gain + a - b for gain, a, b in zip(held, after, before, strict=True)]
            before = after
    return gains


def log_sum(logs: Sequence[float]) -> float:
    """The log of a sum, from the logs of its parts."""
    most = max(logs)
    return most + math.log(math.fsum(math.exp(each - most) for each in logs))
