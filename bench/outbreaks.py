"""When would the watch have alarmed in the published outbreaks? `python -m bench outbreaks` makes the table of
docs/explanation/outbreaks.md; `python -m bench.outbreaks | wheal replay` puts one drawing of each through the command.

How they are drawn is told in bench/redrawn.py. Those that lay in many clinics are judged on counts alone.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from bench.redrawn import (
    AFTER,
    HISTORY,
    LATE,
    OTHER_CAUSES,
    PROMPT,
    Drawn,
    Outbreak,
    drawn,
    exposed,
    incubation,
    published,
    window,
)  # fmt: skip
from bench.streams import Stream, as_scenario
from wheal.surveillance import Notice, Watch
from wheal.surveillance.across import Cell, looked, released

SEED, DRAWINGS = 20261125, 25


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first alarm came to that has two linked cases among its patients; None: it never came."""

    day: date
    at_case: int
    after_first: int  # days since the first linked report
    after_exposure: int  # days since the first exposure
    later: int  # cases infected after the alarm
    named: bool  # the source among the first three suspects


def answered(one: Drawn) -> Answer | None:
    notice = _first_alarm(one.stream)
    if notice is None:
        return None
    days = [event.day for event in one.stream.linked]
    return Answer(
        notice.day,
        sum(day <= notice.day for day in days),
        (notice.day - days[0]).days,
        (notice.day - one.begins).days,
        sum(day > notice.day for day in one.infected.values()),
        one.stream.source in [suspect.exposure for suspect in notice.suspects[:3]],
    )


def _first_alarm(stream: Stream) -> Notice | None:
    watch, at, linked = Watch(), 0, {event.patient for event in stream.linked}
    sessions = sorted(stream.sessions, key=lambda it: (it.day, it.patient))
    for event in sorted(stream.events, key=lambda it: (it.day, it.onset, it.patient)):
        while at < len(sessions) and sessions[at].day <= event.day:
            watch.treated(sessions[at])
            at += 1
        said = watch.reported(event)
        if said and said.level == "alarm" and len(linked & set(said.patients)) >= min(2, len(linked)):
            return said
    return None


OTHER_CLINICS, PRODUCTS = 10, 6
PEOPLE = (5, 20)
"""Treated with another product in a clinic and month."""


@dataclass(frozen=True, slots=True)
class _Treated:
    """One person with the bad product. `told`: the day of the report of whoever fell ill."""

    day: date
    clinic: int
    told: date | None


def answered_across(one: Outbreak, draw: random.Random, late: int = PROMPT) -> Answer | None:
    """Looked at on the first of every month, with what was reported until then and may leave its clinic."""
    begins, ends = window(one, draw)
    people = [_person(one, draw, begins, ends, late, number) for number in range(exposed(one, draw))]
    told = sorted(person.told for person in people if person.told)
    months = _months(begins - timedelta(days=HISTORY), ends + timedelta(days=AFTER))
    quiet = [cell for at in range(one.across + OTHER_CLINICS) for cell in _quiet(draw, f"c{at}", months)]
    for on in [month for month in months if month > begins]:
        cells = released([*quiet, *_bad(people, on)])
        if any(found.product == "bad" and found.level == "alarm" for found in looked(cells, on=on)):
            known, later = sum(day < on for day in told), sum(bool(it.told) and it.day >= on for it in people)
            return Answer(on, known, (on - told[0]).days, (on - begins).days, later, named=True)
    return None


def _person(one: Outbreak, draw: random.Random, begins: date, ends: date, late: int, number: int) -> _Treated:
    """The first ones fell ill, and the first of these one in each clinic."""
    day = begins + timedelta(days=draw.randrange((ends - begins).days + 1))
    clinic = number if number < one.across else draw.randrange(one.across)
    told = day + timedelta(days=incubation(one, draw) + draw.randint(1, late))
    return _Treated(day, clinic, told if number < one.cases else None)


def _quiet(draw: random.Random, clinic: str, months: Sequence[date]) -> Iterator[Cell]:
    for product in draw.sample(range(PRODUCTS), PRODUCTS // 2):
        for month in months:
            people = draw.randint(*PEOPLE)
            events = sum(draw.random() < OTHER_CAUSES for _ in range(people))
            yield Cell(month, clinic, f"p{product}", people, events)


def _bad(people: Sequence[_Treated], on: date) -> Iterator[Cell]:
    treated = Counter((it.day.replace(day=1), it.clinic) for it in people if it.day < on)
    ill = Counter((it.day.replace(day=1), it.clinic) for it in people if it.told and it.told < on)
    for (month, clinic), count in treated.items():
        yield Cell(month, f"c{clinic}", "bad", count, ill[month, clinic])


def _months(since: date, until: date) -> list[date]:
    first, last = since.year * 12 + since.month, until.year * 12 + until.month
    return [date((month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(first, last + 1)]


def answers(one: Outbreak, late: int, drawings: int = DRAWINGS) -> list[Answer | None]:
    draw = random.Random(f"{SEED} {one.id}")
    again: Callable[[], Answer | None] = (
        (lambda: answered_across(one, draw, late))
        if one.across
        else (lambda: answered(drawn(one, draw, late)))
    )
    return [again() for _ in range(drawings)]


def row(one: Outbreak, prompt: Sequence[Answer | None], late: Sequence[Answer | None]) -> str:
    """A line of the table."""
    known = [each for each in prompt if each]
    cells = [
        f"{one.told} [{one.source}]",
        f"{one.cases}" if one.exposed is None else f"{one.cases} of {one.exposed}",
        _heard(one),
        f"{len(known)} of {len(prompt)}",
        _range([each.at_case for each in known]),
        _range([each.after_first for each in known]),
        _range([each.after_exposure for each in known]),
        _range([each.later for each in known]),
        f"{sum(each.named for each in known)} of {len(known)}",
        _range([each.at_case for each in late if each]),
    ]
    return f"| {' | '.join(cells)} |"


def _heard(one: Outbreak) -> str:
    if one.heard is None:
        return "not published"
    days = f"day {(one.heard['day'] - one.begins).days}: " if one.begins else ""
    return f"{days}{one.heard['how']}"


def _range(values: Sequence[int]) -> str:
    return f"{median(values):g} ({min(values)} to {max(values)})" if values else "—"


def run(drawings: int = DRAWINGS) -> None:
    for one in published():
        print(row(one, answers(one, PROMPT, drawings), answers(one, LATE, drawings)), flush=True)


def scenarios() -> Iterator[bytes]:
    for one in published():
        if not one.across:
            yield as_scenario(drawn(one, random.Random(f"{SEED} {one.id}")).stream, one.id)


if __name__ == "__main__":
    sys.stdout.buffer.writelines(scenarios())
