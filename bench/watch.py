"""What the watch achieves on simulated clinic-years: `python -m bench watch`.

500 quiet years and 500 outbreaks with one clinic, as many with three that share lots and one hand; then fewer of each
with one thing about the simulation changed. The streams are told in bench/streams.py, the result in
docs/explanation/the-watch.md. Fixed seed: a run repeats another's figures.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from bench.streams import FIRST, LABELLED, NODULE, SOURCES, Setting, Stream, outbreak, quiet
from wheal.surveillance import Notice, Watch
from wheal.surveillance.watch import LEAST_CASES

SEED = 20261123
"""On its streams the thresholds and weights were set."""
HELD_OUT = 20270117
"""On its streams they are tried; nothing was set by them."""
LONGER = 20270118
"""On its streams the later years of a clinic are tried."""
YEARS = 500
FEWER = 60
NEVER = 99
DEOXYCHOLIC = {"sessions": 1000, "nodules": 0.13, "label": 0.13}
OTHERWISE = {
    "rooms, devices and hands go together 9 times of 10": {"habit": 0.9},
    "they go together 3 times of 10": {"habit": 0.3},
    "patients come at random, not in courses": {"courses": False},
    "other causes three times as often as the prior": {"background": 0.003},
    "other causes a third as often": {"background": 0.0003},
    "2 to 8 of 100 touched sessions infect": {"attack": (0.02, 0.08)},
    "reported up to 60 days after the onset": {"report_days": 60},
    "incubation around 5 to 15 days": {"median_days": (5, 15)},
    "a thousand sessions a year": {"sessions": 1000},
    "deoxycholic acid in every session, nodules in 13 of 100 people as its label tells": DEOXYCHOLIC,
    "half of the infections there are reported as nodules too": DEOXYCHOLIC | {"as_nodules": 0.5},
    "nodules there, and nothing is known of a label": DEOXYCHOLIC | {"label": 0.0},
    "nodules there in 30 of 100 people, more than twice the label": DEOXYCHOLIC | {"nodules": 0.3},
    "redness or swelling follow one session in ten": {"redness": 0.1},
    "and every other infection is first reported as such": {"redness": 0.1, "begins_red": 0.5},
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One outbreak: how many linked cases were reported when the source was first named in an alarm, and by whom it
    was named at the fifth."""

    at_case: int
    days: int | None  # from the first linked report to the alarm
    first: bool
    three: bool


def notices(stream: Stream) -> list[Notice]:
    promised = {(NODULE, LABELLED): stream.label} if stream.label else {(NODULE, ("product", "")): 0.0}
    watch, told, at = Watch(promised, learns=not stream.label), [], 0
    sessions = sorted(stream.sessions, key=lambda it: (it.day, it.patient))
    for event in sorted(stream.events, key=lambda it: (it.day, it.onset, it.patient)):
        while at < len(sessions) and sessions[at].day <= event.day:
            watch.treated(sessions[at])
            at += 1
        if said := watch.reported(event):
            told.append(said)
    return told


def judged(stream: Stream, told: Sequence[Notice], alarm_at: float | None = None) -> Judged:
    """An alarm counts where it names the source among its first three suspects. `alarm_at`: another threshold."""
    days = [event.day for event in stream.linked]
    loud = [n for n in told if (n.level == "alarm" if alarm_at is None else n.evidence >= alarm_at)]
    alarms = [n for n in loud if len(n.patients) >= LEAST_CASES["alarm"]]
    alarm = next((n.day for n in alarms if stream.source in _names(n)[:3]), None)
    by_fifth = [notice for notice in told if notice.day <= days[4]]
    names = _names(by_fifth[-1]) if by_fifth else []
    return Judged(
        sum(day <= alarm for day in days) if alarm else NEVER,
        (alarm - days[0]).days if alarm else None,
        names[:1] == [stream.source],
        stream.source in names[:3],
    )


def _names(notice: Notice) -> list[tuple[str, str]]:
    return [suspect.exposure for suspect in notice.suspects]


def quiet_years(setting: Setting, years: int, seed: int = HELD_OUT) -> Iterator[Stream]:
    draw = random.Random(seed)
    return (quiet(draw, setting) for _ in range(years))


def outbreaks(kind: str, setting: Setting, years: int, seed: int = HELD_OUT) -> Iterator[Stream]:
    """Cut after the eighth linked case: what follows is no longer asked about."""
    draw = random.Random(f"{seed} {kind}")
    for _ in range(years):
        stream = outbreak(draw, kind, setting)
        last = stream.linked[:8][-1].day
        stream.events = [event for event in stream.events if event.day <= last]
        yield stream


def opened(told: Iterable[Notice]) -> list[Notice]:
    """Alarms that name nobody of whom there was one before: as the site opens a new one for them."""
    known: set[str] = set()
    found = []
    for notice in told:
        if notice.level == "alarm":
            found += [] if known & set(notice.patients) else [notice]
            known |= set(notice.patients)
    return found


def false(told: Sequence[Sequence[Notice]], years: int) -> str:
    """`told`: of each stream."""
    every, new = [*chain.from_iterable(told)], [*chain.from_iterable(map(opened, told))]
    alarms = sum(notice.level == "alarm" for notice in every)
    return (
        f"{alarms / years:.3f} alarms ({alarms}), {len(new) / years:.3f} of other cases ({len(new)}), "
        f"{(len(every) - alarms) / years:.2f} watches a clinic-year ({years})"
    )


def longer(clinics: int, years: int = 3) -> None:
    """Quiet clinics over years, so that the later ones begin with a history."""
    setting = Setting(sessions=3000 * years, days=365 * years)
    told = [notices(stream) for stream in quiet_years(setting, clinics, LONGER)]
    for year in range(years):
        theirs = [[n for n in each if min((n.day - FIRST).days // 365, years - 1) == year] for each in told]
        print(f"  year {year + 1}: {false(theirs, clinics)}", flush=True)


def characteristics(setting: Setting, years: int) -> None:
    told = [notices(stream) for stream in quiet_years(setting, years)]
    print(f"  quiet: {false(told, years * setting.clinics)}", flush=True)
    everything: list[Judged] = []
    for kind in SOURCES:
        found = [judged(s, notices(s)) for s in outbreaks(kind, setting, years // len(SOURCES))]
        print(f"  {kind:12} {line(found)}", flush=True)
        everything += found
    print(f"  {'all':12} {line(everything)}")


def calibration(setting: Setting, years: int) -> None:
    """What other thresholds would give: false alarms a clinic-year, and how many outbreaks by the fourth case."""
    silent = [notice for stream in quiet_years(setting, years, SEED) for notice in notices(stream)]
    streams = [s for kind in SOURCES for s in outbreaks(kind, setting, years // len(SOURCES), SEED)]
    told = [notices(stream) for stream in streams]
    for times in (3, 30, 60, 100, 200, 300, 600, 1000, 3000):
        at = math.log(times)
        false = sum(n.evidence >= at and len(n.patients) >= 3 for n in silent) / years / setting.clinics
        found = [judged(s, n, at) for s, n in zip(streams, told, strict=True)]
        print(f"  {times:5} times: {false:.3f} alarms a clinic-year; {line(found)}", flush=True)


def line(found: Sequence[Judged]) -> str:
    of, days = len(found), [each.days for each in found if each.days is not None]
    fourth = sum(each.at_case <= 4 for each in found) / of
    middle = statistics.median(each.at_case for each in found)
    after = f"{statistics.median(days):.0f} days after the first report" if days else "never"
    first, three = sum(each.first for each in found) / of, sum(each.three for each in found) / of
    return (
        f"by the 4th case {fourth:.0%}, median case {middle:g}, {after}; "
        f"named first {first:.0%}, among three {three:.0%} ({of})"
    )


def run(years: int = YEARS, fewer: int = FEWER) -> None:
    for clinics in (1, 3):
        print(f"{clinics} clinic{'s' * (clinics > 1)}:")
        characteristics(Setting(clinics=clinics), years)
    for words, change in OTHERWISE.items():
        print(f"{words}:")
        characteristics(replace(Setting(), **change), fewer)
    print("one clinic over three years:")
    longer(fewer)
