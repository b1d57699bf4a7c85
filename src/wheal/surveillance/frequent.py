"""How often a reaction follows that a label lets expect, or that is seen all the time where no label is known.

A label tells how many people had a reaction: 13 of 100 a nodule after deoxycholic acid. As many are no sign of a shared
cause; more are, and so are as many of one lot. So the frequency is averaged over, weighed by how well it agrees with
all that was seen: up to what the label lets expect, spread over the sessions of a person. Where the watch is not told
what was given, a kind that labels know may be frequent too: the prior of 1 in 1,000 gives way to what the clinic sees.

A reaction to the injection is looked for within PROMISED_WITHIN days. What comes later, and what is never promised
(NEVER_PROMISED), is judged as if there were no label. Counted is by clinic and by product; where a session names no
product, all such sessions of the clinic are taken together.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final

from wheal.surveillance.cases import NEVER_PROMISED, Case, Cases, Key
from wheal.surveillance.causes import log_sum
from wheal.surveillance.chances import at_least
from wheal.surveillance.ledger import Ledger, Visit
from wheal.surveillance.look_back import LOOK_BACK
from wheal.surveillance.records import Exposure

Promised = Mapping[tuple[str, Exposure], float]
"""Share of people with a thing who have a reaction of a kind by its label; 0: its label is known and lists none."""

PROMISED_WITHIN: Final = 28
"""Days after a session in which a reaction is looked for that a label lets expect; as LATE_AFTER of `cases`."""
SHARES: Final = (0.25, 0.5, 1.0, 1.5)
"""Of what a label lets expect: held alike beforehand. A clinic may see half as much again; more is not promised."""
EXCESS: Final = 0.001
"""Where as many as were seen have less than this chance by the label, the label explains nothing any more."""
LEARNT: Final = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16)
"""Reactions a session where nothing is known of a label, held alike beforehand, together as much as LEARNT_HELD."""
LEARNT_HELD: Final = 0.3
OTHERWISE: Final = 0.00025
"""Such reactions a session of other causes: a quarter of the prior rate of `background`. This project's own choice."""
_UNSHOWN: Final = 42
"""Days within which a reaction may still be to begin or to be reported: of these sessions so many count."""
_SHOWN: Final = 0.43
_LEAST: Final = 1e-3

Of = tuple[int, str, int]
"""Clinic, kind, and the number of the thing; a clinic's sessions without a product are -1."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """`rates`: reactions a session, or of a person by a label; `held`: how likely each is by what was seen."""

    rates: tuple[float, ...]
    held: tuple[float, ...]

    @property
    def mean(self) -> float:
        return math.fsum(rate * held for rate, held in zip(self.rates, self.held, strict=True))

    @property
    def otherwise(self) -> float:
        """How likely it is that nothing besides other causes is at work."""
        return self.held[0] if self.rates[0] == 0 else 0.0

    def in_play(self) -> list[tuple[float, float]]:
        return [one for one in zip(self.rates, self.held, strict=True) if one[1] > _LEAST]


_NOTHING: Final = Frequency((0.0,), (1.0,))


def by_label(label: float, seen: int, people: float) -> Frequency:
    """How often a reaction follows of which a label tells that it comes in such a share of people, where it was seen in
    so many of `people`."""
    return _NOTHING if is_more(label, seen, people) else _about(label, seen, people)


def is_more(label: float, seen: int, people: float) -> bool:
    """Whether the label makes as many or more too unlikely to explain any of them."""
    return at_least(seen, label * max(people, 1.0)) < EXCESS


def _about(label: float, seen: int, people: float) -> Frequency:
    return _held_for({share * label: 1 / len(SHARES) for share in SHARES}, seen, people)


def is_soon(onset: int, day: int) -> bool:
    """Whether it began so soon after a session of that day that a label may have let it be expected."""
    return 0 <= onset - day <= PROMISED_WITHIN


def _held_for(beforehand: Mapping[float, float], seen: int, many: float) -> Frequency:
    of = [(rate + OTHERWISE) * max(many, 1.0) for rate in beforehand]
    logs = [
        math.log(held) + seen * math.log(expected) - expected
        for held, expected in zip(beforehand.values(), of, strict=True)
    ]
    total = log_sum(logs)
    return Frequency(tuple(beforehand), tuple(math.exp(log - total) for log in logs))


class Frequent:
    """As it stands on one day for one group of events."""

    def __init__(
        self,
        promised: Promised,
        *,
        learns: bool,
        ledger: Ledger,
        cases: Cases,
        today: int,
        explained: Container[Key] = (),
    ) -> None:
        numbers = ((kind, ledger.number(what), share) for (kind, what), share in promised.items())
        self._promised = {(kind, number): share for kind, number, share in numbers if number is not None}
        self._kinds = frozenset(kind for kind, _what in promised) - NEVER_PROMISED
        self._learns, self._ledger, self._today = learns, ledger, today
        self._seen: Counter[Of] = Counter()
        self._with_explained: Counter[Of] = Counter()
        self._known: dict[Of, Frequency] = {}
        self._each: dict[Of, float] = {}
        for case in cases.all() if self._kinds else ():
            early = self.early(case)
            self._with_explained.update(early)
            if not (case.reported <= today - LOOK_BACK and case.key in explained):
                self._seen.update(early)

    @property
    def is_asked(self) -> bool:
        """Whether anything was seen that may be promised or learnt."""
        return bool(self._seen)

    def early(self, case: Case) -> set[Of]:
        """What may have brought it by what is promised or learnt; nothing where the kind or the day is not so."""
        if case.kind not in self._kinds:
            return set()
        visits = (visit for visit in case.visits if is_soon(case.onset, visit.day))
        return {of for visit in visits for of in self.things(case.kind, visit.exposures, visit.clinic)}

    def things(self, kind: str, met: tuple[int, ...], clinic: int) -> list[Of]:
        products = [number for number in met if self._ledger.names[number][0] == "product"]
        found = [
            number for number in products if self._promised.get((kind, number), 1.0 if self._learns else 0.0)
        ]
        if self._learns and not products:
            found = [-1]
        return [(clinic, kind, number) for number in found]

    def of(self, it: Of) -> Frequency:
        return self._known.get(it) or self._known.setdefault(it, self._weighed(it))

    def otherwise(self, case: Case) -> float:
        """How much of a case counts among those of other causes."""
        return min((self.of(it).otherwise for it in self.early(case)), default=1.0)

    def usual(self, case: Case, given: Of | None, rate: float) -> float:
        """How likely an onset on that day was by what is promised or learnt, if `given` brings so many a session."""
        if case.kind not in self._kinds:
            return 0.0
        early = (visit for visit in case.visits if is_soon(case.onset, visit.day))
        return math.fsum(self._of_visit(case, visit, given, rate) for visit in early) / PROMISED_WITHIN

    def _of_visit(self, case: Case, visit: Visit, given: Of | None, rate: float) -> float:
        """Where several things may have brought it, the one that does so most often is taken."""
        things = self.things(case.kind, visit.exposures, visit.clinic)
        return max(
            (self._apiece(case, it, rate if it == given else self.of(it).mean) for it in things), default=0.0
        )

    def _apiece(self, case: Case, it: Of, rate: float) -> float:
        """Of one session: what a label tells of a person is spread over the sessions of that person so far."""
        _clinic, kind, thing = it
        if (kind, thing) not in self._promised:
            return rate
        return rate / sum(thing in visit.exposures for visit in case.visits)

    def expected(self, met: tuple[int, ...], clinic: int) -> float:
        """Reactions after one session."""
        return math.fsum(
            max(
                (self._a_session(it) for it in self.things(kind, met, clinic) if it in self._seen),
                default=0.0,
            )
            for kind in self._kinds
        )

    def _a_session(self, it: Of) -> float:
        """Asked once for each of many sessions."""
        if it not in self._each:
            clinic, kind, thing = it
            labelled = (kind, thing) in self._promised
            people = self._ledger.people_a_session(thing, clinic) if labelled else 1.0
            self._each[it] = self.of(it).mean * people
        return self._each[it]

    def _weighed(self, it: Of) -> Frequency:
        """What an alarm was about makes no label untrue. But it counts among what the label lets expect: without it the
        rest would be as few of all people as if they seldom had any, and one false alarm would bring the next."""
        clinic, kind, thing = it
        sessions, shown = self._sessions(clinic, thing)
        label, seen = self._promised.get((kind, thing)), self._seen[it]
        if label is not None:
            people = shown * (self._ledger.people_a_session(thing, clinic) if sessions else 1.0)
            return (
                _NOTHING if is_more(label, seen, people) else _about(label, self._with_explained[it], people)
            )
        learnt = dict.fromkeys(LEARNT, LEARNT_HELD / len(LEARNT))
        return _held_for({0.0: 1 - LEARNT_HELD} | learnt, seen, shown)

    def _sessions(self, clinic: int, thing: int) -> tuple[int, float]:
        """How many, and how many of them would have shown by now what they bring."""
        until = self._today - _UNSHOWN
        if thing < 0:
            every, old = self._ledger.sessions(clinic, self._today), self._ledger.sessions(clinic, until)
        else:
            every = self._ledger.by_clinic(thing, 0, self._today)[clinic]
            old = self._ledger.by_clinic(thing, 0, until)[clinic]
        return every, old + _SHOWN * (every - old)
