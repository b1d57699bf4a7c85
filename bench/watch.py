"""Operating characteristics of the watch on simulated clinic-years: `python -m bench watch`.

Everything is drawn at random with a fixed seed: 3,000 sessions a year, background 1 in 1,000 sessions, outbreaks from
one lot, device, water point or practitioner. Beside it the plain rule: two infections in ninety days.
"""

from __future__ import annotations

import itertools
import random
import statistics
from dataclasses import dataclass
from datetime import date, timedelta

from wheal.surveillance import Reported, Treated, Watch
from wheal.surveillance.records import Exposure, Notice

SEED = 20261123
SESSIONS, DAYS = 3000, 365
BACKGROUND = 0.001
FIRST = date(2025, 1, 1)
SOURCES = ("lot", "device", "water_point", "practitioner")


@dataclass(slots=True)
class Year:
    sessions: list[Treated]
    events: list[Reported]
    source: Exposure | None = None
    linked: list[str] | None = None  # patients who fell ill of the source, in the order of their reports


def quiet(draw: random.Random, clinics: int = 1) -> Year:
    sessions = [each for clinic in range(clinics) for each in _sessions(draw, clinic)]
    return Year(sessions, _background(draw, sessions))


def outbreak(draw: random.Random, kind: str, clinics: int = 1) -> Year:
    """One thing is contaminated from some day on, and ill are 8 to 25 of 100 sessions that it touched."""
    year = quiet(draw, clinics)
    begin = FIRST + timedelta(days=draw.randrange(120, 240))
    used = sorted({e for s in year.sessions if s.day >= begin for e in s.exposures if e[0] == kind})
    year.source = draw.choice(used)
    touched = [s for s in year.sessions if s.day >= begin and year.source in s.exposures]
    touched = [s for s in touched if s.day < begin + timedelta(days=90)]
    rate = draw.uniform(0.08, 0.25)
    ill: dict[str, Reported] = {}
    for session in touched:
        if draw.random() < rate and session.patient not in ill:
            onset = session.day + timedelta(days=min(114, max(3, round(draw.lognormvariate(3.4, 0.5)))))
            report = onset + timedelta(days=draw.randrange(1, 21))
            ill[session.patient] = Reported(report, session.patient, onset, "suspected_infection")
    year.linked = [each.patient for each in sorted(ill.values(), key=lambda it: (it.day, it.patient))]
    year.events += ill.values()
    return year


def _sessions(draw: random.Random, clinic: int) -> list[Treated]:
    """Lots are used for a fortnight or two, two at a time; things and hands by habit more than by chance."""
    people = [f"c{clinic}p{number}" for number in range(1200)]
    made = []
    for _ in range(SESSIONS):
        day = draw.randrange(DAYS)
        hand = draw.randrange(3)
        room = hand if draw.random() < 0.7 else draw.randrange(3)
        device = room if draw.random() < 0.7 else draw.randrange(3)
        lots = (
            {f"c{clinic}a{(day + 5) // 15}", f"c{clinic}b{day // 20}"}
            if draw.random() < 0.6
            else {f"c{clinic}c{day // 12}"}
        )
        exposures = [("lot", lot) for lot in sorted(lots)] + [
            ("device", f"c{clinic}g{device}"),
            ("water_point", f"c{clinic}w{room // 2}"),
            ("disinfectant", f"c{clinic}d{day // 60}"),
            ("room", f"c{clinic}r{room}"),
            ("practitioner", f"c{clinic}h{hand}"),
            ("clinic", f"c{clinic}"),
        ]
        made.append(Treated(FIRST + timedelta(days=day), draw.choice(people), tuple(exposures)))
    return made


def _background(draw: random.Random, sessions: list[Treated]) -> list[Reported]:
    found = []
    for session in sessions:
        if draw.random() < BACKGROUND:
            onset = session.day + timedelta(days=draw.randrange(1, 60))
            found.append(
                Reported(
                    onset + timedelta(days=draw.randrange(1, 21)),
                    session.patient,
                    onset,
                    "suspected_infection",
                )
            )
    return found


def notices(year: Year) -> list[Notice]:
    watch, told, at = Watch(), [], 0
    sessions = sorted(year.sessions, key=lambda it: (it.day, it.patient))
    for event in sorted(year.events, key=lambda it: (it.day, it.patient)):
        while at < len(sessions) and sessions[at].day <= event.day:
            watch.treated(sessions[at])
            at += 1
        if said := watch.reported(event):
            told.append(said)
    return told


def plain_rule(year: Year) -> list[date]:
    """Two infections within ninety days, by report."""
    days = sorted(event.day for event in year.events)
    return [b for a, b in itertools.pairwise(days) if (b - a).days <= 90]


def run(years: int = 100) -> None:
    draw = random.Random(SEED)
    alarms = watches = plain = 0
    for _ in range(years):
        year = quiet(draw)
        told = notices(year)
        alarms += any(each.level == "alarm" for each in told) and len(
            {e.suspects[0].exposure for e in told if e.level == "alarm"}
        )
        watches += sum(each.level == "watch" for each in told)
        plain += len(plain_rule(year))
    rates = f"alarms {alarms / years:.3f}, watches {watches / years:.2f}, plain rule {plain / years:.2f}"
    print(f"quiet clinic-years: {years}. A year: {rates}")
    for kind in SOURCES:
        _outbreaks(draw, kind, years // len(SOURCES))


def _outbreaks(draw: random.Random, kind: str, years: int) -> None:
    at_case, first, three, judged, seen = [], 0, 0, 0, 0
    while seen < years:
        year = outbreak(draw, kind)
        assert year.linked is not None
        if len(year.linked) < 5:
            continue
        seen += 1
        told = notices(year)
        report = {event.patient: event.day for event in year.events if event.patient in year.linked}
        order = [report[patient] for patient in year.linked]
        alarm = next(
            (
                n.day
                for n in told
                if n.level == "alarm" and any(s.exposure == year.source for s in n.suspects)
            ),
            None,
        )
        at_case.append(sum(day <= alarm for day in order) if alarm else 99)
        fifth = [n for n in told if n.day <= order[4]]
        if fifth:
            judged += 1
            names = [s.exposure for s in fifth[-1].suspects]
            first += names[:1] == [year.source]
            three += year.source in names[:3]
    by_fourth = sum(each <= 4 for each in at_case) / seen
    alarmed = f"alarmed by the 4th case {by_fourth:.0%}, median case {statistics.median(at_case):g}"
    named = f"source first {first / seen:.0%}, among three {three / seen:.0%}"
    print(f"{kind:13} {seen} outbreaks: {alarmed}, {named}")
