"""The watch itself: told of sessions and events one by one, it says when a shared cause stands out.

What it does and what it achieves is told in docs/explanation/the-watch.md.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from wheal.surveillance.background import background
from wheal.surveillance.cases import Case, Cases, Key, counted_as, is_late
from wheal.surveillance.frequent import Frequent, Promised
from wheal.surveillance.ledger import Ledger
from wheal.surveillance.look_back import EXTENDED
from wheal.surveillance.records import Level, Notice, Reported, Treated
from wheal.surveillance.suspects import Look, ranked

WATCH_AT: Final = math.log(3)
ALARM_AT: Final = math.log(100)
"""How much likelier the record must be by shared causes, together, than by chance. Calibrated by simulation."""
OF_EXPECTED: Final = {"watch": math.log(12), "alarm": math.log(600)}
"""The same where many of the cases are such as a label lets expect: of those so many are reported that chance has many
more occasions."""
LEAST_CASES: Final = {"watch": 2, "alarm": 3}
_IN_PLAY: Final = math.log(100)
"""Cases of things that explain them up to a hundred times worse than the best are looked at too."""


@dataclass(slots=True)
class _Group:
    """Events that are counted together."""

    cases: Cases = field(default_factory=Cases)
    told: dict[Key, Level] = field(default_factory=dict)  # the highest level told of each case


class Watch:
    """Records may come late but not from the future: a session is known from its day, an event from its report.

    `promised`: the share of people with a product for whom its label lets an event of a kind be expected, such as
    {("nodule", ("product", "7")): 0.13}; so many are no sign of anything else. `learns`: products that are not in it
    may be such too, see `frequent`.
    """

    def __init__(self, promised: Promised | None = None, *, learns: bool = False) -> None:
        self._ledger = Ledger()
        self._groups: dict[str, _Group] = defaultdict(_Group)
        self._promised, self._learns = dict(promised or {}), learns
        self._explained: set[str] = set()
        self._by_chance: set[str] = set()

    def treated(self, session: Treated) -> None:
        """One session, on its day or late."""
        self._ledger.add(session)
        for group in self._groups.values():
            group.cases.revisit(session.patient, self._ledger)

    def counted(self, clinic: str, days: Mapping[date, int]) -> None:
        """Sessions too long ago to be a cause, of people who stayed well, by day: they tell how often others fell
        ill."""
        self._ledger.count(clinic, days)

    def reported(self, event: Reported) -> Notice | None:
        """What the event makes stand out, or None. Further events of one illness change nothing."""
        said = [
            self._judge(group, case, event.day) for group, case in self._known(event) if case and case.visits
        ]
        spoken = (notice for notice in said if notice)
        return max(spoken, key=lambda one: (one.level == "alarm", one.evidence), default=None)

    def known(self, event: Reported) -> None:
        """One that was judged before: later ones are judged in its light, and nothing is said of it."""
        self._known(event)

    def explained(self, patients: Iterable[str]) -> None:
        """Somebody was alarmed of these and did not find chance behind it: they are no events of other causes. Those of
        the watch's own alarms are not either, unless `by_chance` says so."""
        self._explained |= set(patients)

    def by_chance(self, patients: Iterable[str]) -> None:
        """An alarm of these was closed without a shared cause: they are events of other causes after all."""
        self._by_chance |= set(patients)

    def review(self, on: date) -> list[Notice]:
        """The nightly look: what stands out more than was told, since sessions came to be known late."""
        notices = []
        for group in list(self._groups.values()):
            since = on.toordinal() - EXTENDED
            for case in [each for each in group.cases.all() if each.onset >= since]:
                before = dict(group.told)
                notice = self._judge(group, case, on)
                if notice and group.told != before:
                    notices.append(notice)
        return notices

    def _known(self, event: Reported) -> list[tuple[_Group, Case | None]]:
        """With what it is counted, and the case it makes in each, if it makes one."""
        onset = event.onset.toordinal()
        late = is_late(onset, (it.day for it in self._ledger.visits(event.patient, onset - EXTENDED, onset)))
        groups = counted_as((event.kind, *event.also), late=late)
        return [
            (self._groups[name], self._groups[name].cases.add(event, kind, self._ledger))
            for name, kind in groups.items()
        ]

    def _judge(self, group: _Group, case: Case, on: date) -> Notice | None:
        look = self._look(group, case, on.toordinal())
        weights = {it: look.weight(it) for it in case.exposures() if len(look.having(it)) >= 2}
        if not weights or (level := _level(evidence := look.evidence(weights), look, weights)) is None:
            return None
        weights |= {it: look.weight(it) for it in _in_play(look, weights)}
        suspects, alike = ranked(look, weights)
        first = self._ledger.number(suspects[0].exposure)
        having = look.having(first) if first is not None else []
        patients = tuple(each.patient for each in having)
        for key in (each.key for each in having):
            group.told[key] = level if _higher(level, group.told.get(key)) else group.told[key]
        reports = tuple(each.name for each in having)
        return Notice(on, level, patients, tuple(suspects), alike, evidence, reports)

    def _look(self, group: _Group, case: Case, today: int) -> Look:
        explained = {case.key for case in group.cases.all() if self._is_explained(group, case)}
        frequent = Frequent(
            self._promised, learns=self._learns, ledger=self._ledger, cases=group.cases, today=today,
            explained=explained,
        )  # fmt: skip
        usual = background(group.cases.all(), self._ledger, today, frequent, explained)
        return Look(self._ledger, group.cases, usual, frequent, today, case.clinic, explained)

    def _is_explained(self, group: _Group, case: Case) -> bool:
        named = group.told.get(case.key) == "alarm" or case.patient in self._explained
        return named and case.patient not in self._by_chance


def _level(evidence: float, look: Look, weights: Mapping[int, float]) -> Level | None:
    """All causes that the case shares with another are weighed together: one of them is enough."""
    cases = max(len(look.having(it)) for it in weights)
    at = OF_EXPECTED if look.is_of_expected(weights) else {"watch": WATCH_AT, "alarm": ALARM_AT}
    if evidence >= at["alarm"] and cases >= LEAST_CASES["alarm"]:
        return "alarm"
    return "watch" if evidence >= at["watch"] and cases >= LEAST_CASES["watch"] else None


def _in_play(look: Look, weights: dict[int, float]) -> Iterable[int]:
    """What else two of the same cases share, though the new one does not."""
    best = max(weights.values())
    cases = {each.key: each for it, w in weights.items() if w >= best - _IN_PLAY for each in look.having(it)}
    shared = Counter(exposure for case in cases.values() for exposure in case.exposures())
    return [exposure for exposure, count in shared.items() if count >= 2 and exposure not in weights]


def _higher(level: Level, than: Level | None) -> bool:
    return than is None or (level == "alarm" and than == "watch")
