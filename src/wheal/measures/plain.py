"""The reference engine: what is right, said in plain Python over rows in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wheal.knowledge.measuring import Measure
from wheal.measures.counting import Count, Months, Row


@dataclass(frozen=True, slots=True)
class Plain:
    tables: Mapping[str, list[Row]]

    def counts(self, measure: Measure, months: Months = None) -> list[Count]:
        rows = [row for row in self._rows(measure, months) if all(row[column] for column in measure.by)]
        if measure.shape == "attack_rate":
            return sorted(_attacked(measure, rows, _onsets(measure, self.tables["events"])))
        if measure.shape == "share":
            return sorted(_shared(measure, rows))
        return sorted(_delayed(measure, rows))

    def _rows(self, measure: Measure, months: Months) -> Iterator[Row]:
        first, last = months or ("", "9999-12")
        return (row for row in self.tables[measure.table] if first <= row["month"] <= last)


def _group(measure: Measure, row: Row) -> tuple[str, ...]:
    return tuple(row[column] for column in measure.by)


def _onsets(measure: Measure, events: Iterable[Row]) -> dict[int, set[int]]:
    """By person, the weeks in which such an event began."""
    found: dict[int, set[int]] = defaultdict(set)
    for event in events:
        if (not measure.kinds or event["kind"] in measure.kinds) and event["grade"] >= measure.least_grade:
            found[event["person"]].add(event["week"])
    return found


def _attacked(measure: Measure, rows: Iterable[Row], onsets: Mapping[int, set[int]]) -> Iterator[Count]:
    people: dict[tuple[str, ...], set[int]] = defaultdict(set)
    sessions: dict[tuple[str, ...], set[int]] = defaultdict(set)
    cases: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for row in rows:
        group = _group(measure, row)
        people[group].add(row["person"])
        sessions[group].add(row["session"])
        if any(0 <= onset - row["week"] <= measure.within_weeks for onset in onsets.get(row["person"], ())):
            cases[group].add(row["person"])
    for group, treated in people.items():
        yield Count(group, len(treated), len(cases[group]), times=len(sessions[group]))


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
        yield Count(group, number, counted[group], lost=lost[group])


def _is(row: Row, wanted: Mapping[str, str]) -> bool:
    return all(row[column] == value for column, value in wanted.items())


def _delayed(measure: Measure, rows: Iterable[Row]) -> Iterator[Count]:
    found = Counter((_group(measure, row), row["days"]) for row in rows)
    for (group, days), number in found.items():
        yield Count(group, number, number, days=days)
