"""The watch itself: told of sessions and events one by one, it says when a shared cause stands out.

Figures: a look-back of 120 days covers the longest incubations of Denver 1996 (114 days), New York 2002 (80) and
Colombia 2007 (84). Background and thresholds are this project's own, calibrated by simulation: see
docs/explanation/the-watch.md.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from wheal.surveillance.chances import at_least, likelihood_ratio
from wheal.surveillance.records import Exposure, Level, Notice, Reported, Suspect, Treated

LOOK_BACK: Final = 120  # days from a session to an onset
KNOWN_LATE: Final = 30  # days from an onset to its report
WINDOWS: Final = (28, 60, 120)  # days of onset that are counted together
PRIOR_RATE: Final = 0.001  # infections and the like a session, where the clinic has no history
PRIOR_SESSIONS: Final = 3000  # how much history of its own outweighs the prior
LEAST_EXPECTED: Final = 0.005
WATCH_P: Final = 0.004
ALARM_P: Final = 0.00025
LEAST_CASES: Final = {"watch": 2, "alarm": 3}
MOST_SUSPECTS: Final = 10
NEAR: Final = 7  # days around a session within which others are compared with it
CAUSED: Final = 0.9  # share of the cases that one cause is taken to explain
ALIKE: Final = ("suspected_infection", "abscess", "nodule", "ulcer_or_necrosis")
"""Kinds that one contaminated thing causes side by side: counted together. Others are watched each by itself."""
COMMON: Final = frozenset(
    ("bruising", "swelling", "pain", "redness", "itch", "numbness", "hardening", "no_effect")
)
"""So frequent after a sound injection that two together tell nothing: recorded, not watched."""
# Where suspects score the same, the thing is named before the room and the hand: it can be cultured.
_ORDER: Final = (
    "lot", "diluent", "mix", "device", "water_point", "disinfectant", "product", "room", "practitioner", "clinic",
)  # fmt: skip


@dataclass(slots=True)
class _Thing:
    """What is known of one exposure: the days of its sessions, and the cases that had it."""

    days: list[int] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)  # beside `days`
    cases: dict[str, int] = field(default_factory=dict)  # patient: onset


@dataclass(slots=True)
class _Group:
    """Events that are counted together."""

    onsets: dict[str, int] = field(default_factory=dict)  # the first of each patient
    reports: list[int] = field(default_factory=list)
    things: dict[Exposure, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    said: dict[Exposure, tuple[int, int]] = field(default_factory=dict)  # level and cases last told


class Watch:
    """Records may come late but not from the future: a session is known from its day, an event from its report."""

    def __init__(self) -> None:
        self._things: dict[Exposure, _Thing] = defaultdict(_Thing)
        self._visits: dict[str, list[tuple[int, tuple[Exposure, ...]]]] = defaultdict(list)
        self._days: list[int] = []
        self._groups: dict[str, _Group] = defaultdict(_Group)

    def treated(self, session: Treated) -> None:
        day = session.day.toordinal()
        self._visits[session.patient].append((day, session.exposures))
        _insert(self._days, day)
        for exposure in dict.fromkeys(session.exposures):
            thing = self._things[exposure]
            place = bisect_right(thing.days, day)
            thing.days.insert(place, day)
            thing.patients.insert(place, session.patient)

    def reported(self, event: Reported) -> Notice | None:
        """What the event makes stand out, or None. A patient's further events of a group change nothing."""
        if event.kind in COMMON:
            return None
        group = self._groups[ALIKE[0] if event.kind in ALIKE else event.kind]
        if event.patient in group.onsets:
            return None
        onset = event.onset.toordinal()
        shared = self._exposures(event.patient, onset)
        if not shared:
            return None
        group.onsets[event.patient] = onset
        group.reports.append(event.day.toordinal())
        for exposure in shared:
            group.things[exposure][event.patient] = onset
        return self._judge(group, shared, event.day)

    def _exposures(self, patient: str, onset: int) -> list[Exposure]:
        visits = self._visits.get(patient, ())
        return list(
            dict.fromkeys(
                exposure
                for day, exposures in visits
                if onset - LOOK_BACK <= day <= onset
                for exposure in exposures
            )
        )

    def _judge(self, group: _Group, shared: list[Exposure], on: date) -> Notice | None:
        today = on.toordinal()
        rate = self._background(group, today)
        found = [self._suspect(group, exposure, today, rate) for exposure in shared]
        worst = max(found, key=lambda one: (_level(one), one.cases, -one.p))
        level = _level(worst)
        before = max((group.said.get(one.exposure, (0, 0)) for one in found if _level(one)), default=(0, 0))
        if level == 0 or (level, worst.cases) <= before:
            return None
        for one in found:
            if _level(one):
                group.said[one.exposure] = (level, one.cases)
        suspects = self._ranked(group, today, rate)
        cases = group.things[suspects[0].exposure] if suspects else group.things[worst.exposure]
        names: tuple[Level, Level] = ("watch", "alarm")
        return Notice(on, names[level - 1], tuple(cases), tuple(suspects[:MOST_SUSPECTS]))

    def _ranked(self, group: _Group, today: int, rate: float) -> list[Suspect]:
        """Everything that two recent cases share, by how well it tells them from those treated around the same days."""
        recent = {
            patient: onset
            for patient, onset in group.onsets.items()
            if onset >= today - LOOK_BACK - KNOWN_LATE
        }
        shared: dict[Exposure, int] = defaultdict(int)
        for patient, onset in recent.items():
            for exposure in self._exposures(patient, onset):
                shared[exposure] += 1
        found = [
            replace(self._suspect(group, exposure, today, rate), score=self._explains(exposure, recent))
            for exposure, cases in shared.items()
            if cases >= LEAST_CASES["watch"]
        ]
        return sorted(found, key=lambda one: (-one.score, one.p, _rank(one.exposure), one.exposure))

    def _explains(self, exposure: Exposure, cases: Mapping[str, int]) -> float:
        """Log-likelihood ratio: were these patients exposed more often than others treated within a week of them?

        Were it the cause, all but a tenth would have had it, and the others as often as anybody.
        """
        total = 0.0
        for patient, onset in cases.items():
            visits = [(day, had) for day, had in self._visits[patient] if onset - LOOK_BACK <= day <= onset]
            usual = 1.0
            for day, _had in visits:
                usual *= 1 - self._share(exposure, day)
            usual = 1 - usual
            times = sum(exposure in had for _day, had in visits)
            total += math.log((CAUSED + (1 - CAUSED) * usual) / usual) if times else math.log(1 - CAUSED)
        return total

    def _share(self, exposure: Exposure, day: int) -> float:
        """Of the sessions within a week of a day, so many had it; a little less than all and more than none."""
        days = self._things[exposure].days
        had = bisect_right(days, day + NEAR) - bisect_left(days, day - NEAR)
        sessions = bisect_right(self._days, day + NEAR) - bisect_left(self._days, day - NEAR)
        return (had + 0.5) / (sessions + 1)

    def _background(self, group: _Group, today: int) -> float:
        """A session's share of events from other causes: the own history before the look-back, shrunk to the prior."""
        until = today - LOOK_BACK
        events = sum(day <= until for day in group.reports)
        sessions = bisect_right(self._days, until)
        return (events + PRIOR_RATE * PRIOR_SESSIONS) / (sessions + PRIOR_SESSIONS)

    def _suspect(self, group: _Group, exposure: Exposure, today: int, rate: float) -> Suspect:
        """By the window of onsets in which it stands out most."""
        thing, onsets = self._things[exposure], group.things[exposure]
        first = bisect_left(thing.days, today - LOOK_BACK - KNOWN_LATE)
        last = bisect_right(thing.days, today)
        sessions, exposed = last - first, len(set(thing.patients[first:last]))
        best: Suspect | None = None
        for window in WINDOWS:
            cases = sum(onset >= today - window - KNOWN_LATE for onset in onsets.values())
            share = min(1.0, (window + KNOWN_LATE) / (LOOK_BACK + KNOWN_LATE))
            expected = max(rate * sessions * share, LEAST_EXPECTED)
            p = at_least(cases, expected)
            if best is None or (p, -cases) < (best.p, -best.cases):
                best = Suspect(exposure, cases, exposed, expected, likelihood_ratio(cases, expected), p)
        assert best is not None
        return best


def _level(suspect: Suspect) -> int:
    """0 nothing, 1 watch, 2 alarm."""
    if suspect.cases >= LEAST_CASES["alarm"] and suspect.p <= ALARM_P:
        return 2
    return 1 if suspect.cases >= LEAST_CASES["watch"] and suspect.p <= WATCH_P else 0


def _rank(exposure: Exposure) -> int:
    return _ORDER.index(exposure[0]) if exposure[0] in _ORDER else len(_ORDER)


def _insert(days: list[int], day: int) -> None:
    if not days or days[-1] <= day:
        days.append(day)
    else:
        days.insert(bisect_right(days, day), day)
