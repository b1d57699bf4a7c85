"""The reference engine: what is right, said in plain Python over rows in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from wheal.knowledge.measuring import Measure
from wheal.measures.counting import Apart, Count, Months, Row


@dataclass(frozen=True, slots=True)
class Plain:
    tables: Mapping[str, list[Row]]

    def counts(self, measure: Measure, months: Months = None, apart: Apart | None = None) -> list[Count]:
        rows = [row for row in self._rows(measure, months) if all(row[column] for column in measure.by)]
        if apart:
            elsewhere = self._people(apart)
            rows = [row for row in rows if row["person"] not in elsewhere]
        if measure.shape == "attack_rate":
            onsets = _onsets(measure, self.tables["events"])
            return sorted(_attacked(measure, rows, onsets, self._told(measure)))
        if measure.shape == "share":
            return sorted(_shared(measure, rows))
        return sorted(_delayed(measure, rows))

    def _told(self, measure: Measure) -> dict[str, int]:
        """By clinic the last week that is held of it, whichever months are asked for."""
        found: dict[str, int] = {}
        for row in chain(self.tables[measure.table], self.tables["events"]):
            found[row["clinic"]] = max(row["week"], found.get(row["clinic"], row["week"]))
        return found

    def _people(self, apart: Apart) -> set[int]:
        rows, groups = self.tables[apart.measure.table], set(apart.groups)
        return {row["person"] for row in rows if _group(apart.measure, row) in groups}

    def _rows(self, measure: Measure, months: Months) -> Iterator[Row]:
        first, last = months or ("", "9999-12")
        return (row for row in self.tables[measure.table] if first <= row["month"] <= last)


def _group(measure: Measure, row: Row) -> tuple[str, ...]:
    return tuple(row[column] for column in measure.by)


@dataclass(slots=True)
class _Met:
    """One person in one group."""

    is_over: bool = False
    is_case: bool = False
    is_unjudged: bool = False


def _onsets(measure: Measure, events: Iterable[Row]) -> dict[int, set[tuple[int, bool]]]:
    """By person, the weeks in which such an event began, and whether it is known to be as grave as is asked."""
    found: dict[int, set[tuple[int, bool]]] = defaultdict(set)
    for event in events:
        if measure.kinds and event["kind"] not in measure.kinds:
            continue
        if (is_such := _is_such(measure, event)) is not False:
            found[event["person"]].add((event["week"], is_such is not None))
    return found


def _is_such(measure: Measure, event: Row) -> bool | None:
    """Whether it is as grave as is asked; None where nobody judged that."""
    grade, is_serious = event["grade"], event["is_serious"]
    asked = [grade if grade is None else grade >= measure.least_grade] if measure.least_grade > 1 else []
    asked += [is_serious] if measure.only_serious else []
    return False if False in asked else None if None in asked else True


def _attacked(
    measure: Measure,
    rows: Iterable[Row],
    onsets: Mapping[int, set[tuple[int, bool]]],
    told: Mapping[str, int],
) -> Iterator[Count]:
    people: dict[tuple[str, ...], dict[int, _Met]] = defaultdict(lambda: defaultdict(_Met))
    sessions: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for row in rows:
        group = _group(measure, row)
        sessions[group].add(row["session"])
        one = people[group][row["person"]]
        one.is_over |= row["week"] + measure.within_weeks <= told[row["clinic"]]
        for onset, is_judged in onsets.get(row["person"], ()):
            if 0 <= onset - row["week"] <= measure.within_weeks:
                one.is_case |= is_judged
                one.is_unjudged |= not is_judged
    for group, met in people.items():
        yield _attack(group, list(met.values()), len(sessions[group]))


def _attack(group: tuple[str, ...], met: Collection[_Met], sessions: int) -> Count:
    over = [one for one in met if one.is_over]
    cases = sum(one.is_case for one in over)
    return Count(
        group, len(over), cases, times=sessions, waiting=len(met) - len(over),
        so_far=sum(one.is_case for one in met) - cases,
        unjudged=sum(one.is_unjudged and not one.is_case for one in met),
    )  # fmt: skip


def _shared(measure: Measure, rows: Iterable[Row]) -> Iterator[Count]:
    of: Counter[tuple[str, ...]] = Counter()
    counted: Counter[tuple[str, ...]] = Counter()
    lost: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        if _is(row, measure.among):
            group = _group(measure, row)
            of[group] += 1
            counted[group] += _is(row, measure.counts)
            lost[group] += bool(measure.lost) and _is(row, measure.lost)
    for group, number in of.items():
        unjudged = lost[group] if measure.lost_may_count else 0
        yield Count(group, number, counted[group], lost=lost[group], unjudged=unjudged)


def _is(row: Row, wanted: Mapping[str, str]) -> bool:
    return all(row[column] == value for column, value in wanted.items())


def _delayed(measure: Measure, rows: Iterable[Row]) -> Iterator[Count]:
    found = Counter((_group(measure, row), row["days"]) for row in rows)
    for (group, days), number in found.items():
        yield Count(group, number, number, days=days)
