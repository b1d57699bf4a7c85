"""Clinics drawn at random, quiet or with one contaminated thing: what the watch and its rivals are tried on.

What makes it hard is meant. Patients come in courses, so a case has met many things; rooms, devices and hands go
together seven times of ten; a water point serves two rooms for good, so it and they can hardly be told apart; lots of
several products are in one syringe and change in the same weeks; onset follows after weeks and the report after days.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wheal.surveillance import Exposure, Reported, Treated

FIRST = date(2025, 1, 1)
INFECTED, RED, NODULE = "suspected_infection", "redness", "nodule"
LABELLED: Exposure = ("product", "p0")
SOURCES = ("lot", "device", "water_point", "practitioner")


@dataclass(frozen=True, slots=True)
class Setting:
    clinics: int = 1
    sessions: int = 3000  # a clinic and year
    days: int = 365
    background: float = 0.001  # suspected infections a session, of other causes
    habit: float = 0.7  # how often hand and room, room and device go together; else by chance
    courses: bool = True  # else every session is of a patient drawn at random
    attack: tuple[float, float] = (0.05, 0.25)  # share of touched sessions that infect
    median_days: tuple[float, float] = (15, 45)  # of incubation; drawn for each outbreak
    report_days: int = 20  # from onset to report, at most
    lasts: tuple[int, int] = (60, 150)  # days that a device, water point or hand stays contaminated
    begins_red: float = 0.0  # share of the infections that are reported as redness or swelling
    redness: float = 0.0  # redness or swelling of other causes a session, most within days of it
    nodules: float = 0.0  # share of people with a nodule of the first product, which then is in every session
    label: float = 0.0  # what its label lets expect, told to the watch; 0: it has to be learnt
    as_nodules: float = 0.0  # share of the infections that are reported as nodules


@dataclass(slots=True)
class Stream:
    sessions: list[Treated]
    events: list[Reported]
    source: Exposure | None = None
    linked: Sequence[Reported] = ()  # the events that the source caused, in the order of their reports
    label: float = 0.0


def quiet(draw: random.Random, setting: Setting) -> Stream:
    sessions = _sessions(draw, setting)
    events = [*_background(draw, sessions, setting), *_reddened(draw, sessions, setting)]
    return Stream(sessions, [*events, *_promised(draw, sessions, setting)], label=setting.label)


def outbreak(draw: random.Random, kind: str, setting: Setting, least: int = 5) -> Stream:
    """One thing of a kind infects a share of the sessions it touches; drawn anew until `least` cases are linked."""
    while True:
        stream = quiet(draw, setting)
        source, touched = _contaminated(draw, kind, stream.sessions, setting)
        linked = _infected(draw, touched, setting)
        if len(linked) >= least:
            break
    ill = {event.patient: event.day for event in linked}
    stream.sessions = [s for s in stream.sessions if s.day <= ill.get(s.patient, s.day)]
    stream.source, stream.linked = source, linked
    stream.events = [*(e for e in stream.events if e.patient not in ill), *linked]
    return stream


def _contaminated(
    draw: random.Random, kind: str, sessions: Sequence[Treated], setting: Setting
) -> tuple[Exposure, list[Treated]]:
    """A lot is contaminated for as long as it is used, other things from some day on for some months."""
    used: dict[Exposure, list[Treated]] = {}
    for session in sessions:
        for exposure in session.exposures:
            if exposure[0] == kind:
                used.setdefault(exposure, []).append(session)
    source = draw.choice(sorted(used))
    if kind in ("lot", "mix", "diluent", "disinfectant"):
        return source, used[source]
    begin = FIRST + timedelta(days=draw.randrange(60, 240))
    end = begin + timedelta(days=draw.randint(*setting.lasts))
    return source, [session for session in used[source] if begin <= session.day <= end]


def _infected(draw: random.Random, touched: Sequence[Treated], setting: Setting) -> list[Reported]:
    rate, middle = draw.uniform(*setting.attack), draw.uniform(*setting.median_days)
    ill: dict[str, Reported] = {}
    for session in sorted(touched, key=lambda it: (it.day, it.patient)):
        if draw.random() < rate and session.patient not in ill:
            wait = min(120, max(2, round(middle * draw.lognormvariate(0, 0.5))))
            red = bool(setting.begins_red) and draw.random() < setting.begins_red
            nodule = bool(setting.as_nodules) and draw.random() < setting.as_nodules
            kind = RED if red else NODULE if nodule else INFECTED
            ill[session.patient] = _reported(draw, session, wait, setting, kind)
    return sorted(ill.values(), key=lambda it: (it.day, it.patient))


def _background(draw: random.Random, sessions: Sequence[Treated], setting: Setting) -> list[Reported]:
    ill = (session for session in sessions if draw.random() < setting.background)
    return [_reported(draw, session, draw.randrange(1, 60), setting) for session in ill]


def _reddened(draw: random.Random, sessions: Sequence[Treated], setting: Setting) -> list[Reported]:
    """Of the injection itself: half within two days, one in 200 after four weeks."""
    red = (session for session in sessions if setting.redness and draw.random() < setting.redness)
    return [
        _reported(draw, session, min(120, round(2 * draw.lognormvariate(0, 1))), setting, RED)
        for session in red
    ]


def _promised(draw: random.Random, sessions: Sequence[Treated], setting: Setting) -> list[Reported]:
    """Nodules as a label tells of them: within four weeks of one session of the person."""
    visits: dict[str, list[Treated]] = {}
    for session in sessions if setting.nodules else ():
        visits.setdefault(session.patient, []).append(session)
    having = [theirs for _, theirs in sorted(visits.items()) if draw.random() < setting.nodules]
    return [_reported(draw, draw.choice(theirs), draw.randrange(2, 28), setting, NODULE) for theirs in having]


def _reported(
    draw: random.Random, session: Treated, wait: int, setting: Setting, kind: str = INFECTED
) -> Reported:
    onset = session.day + timedelta(days=wait)
    told = onset + timedelta(days=draw.randint(1, setting.report_days))
    return Reported(told, session.patient, onset, kind)


def _sessions(draw: random.Random, setting: Setting) -> list[Treated]:
    held = {product: lots(draw, f"p{product}", setting.days) for product in range(6)}
    saline, made = lots(draw, "saline", setting.days), []
    for clinic in range(setting.clinics):
        batches = draw.random() < 0.3  # mixes are drawn up once a day for everybody
        for number, visits in enumerate(_visits(draw, setting)):
            products, hand = draw.sample(range(6), draw.choice((1, 2, 2, 3))), draw.randrange(4)
            products = sorted({0, *products}) if setting.nodules else products
            for day in visits:
                hand = hand if draw.random() < 0.8 else draw.randrange(4)
                exposures = [
                    ("clinic", f"c{clinic}"),
                    *_things(draw, clinic, hand, day, setting),
                    *(("product", f"p{product}") for product in products),
                    *(("lot", lot_of(draw, held[product], day)) for product in products),
                    ("mix", f"c{clinic}m{day}-{products[0]}" if batches else f"c{clinic}m{number}-{day}"),
                ]
                if draw.random() < 0.6:
                    exposures.append(("diluent", lot_of(draw, saline, day)))
                made.append(Treated(FIRST + timedelta(days=day), f"c{clinic}n{number}", tuple(exposures)))
    return made


def _things(draw: random.Random, clinic: int, hand: int, day: int, setting: Setting) -> list[Exposure]:
    room = hand if draw.random() < setting.habit else draw.randrange(4)
    device = room if draw.random() < setting.habit else draw.randrange(4)
    # the first hand works in every clinic of a group
    name = "h0" if hand == 0 and setting.clinics > 1 else f"c{clinic}h{hand}"
    return [
        ("practitioner", name),
        ("room", f"c{clinic}r{room}"),
        ("device", f"c{clinic}g{device}"),
        ("water_point", f"c{clinic}w{room // 2}"),
        ("disinfectant", f"c{clinic}d{day // 28}"),
    ]


def _visits(draw: random.Random, setting: Setting) -> list[list[int]]:
    """The days of each patient: a course of one to twelve sessions, one to four weeks apart."""
    found: list[list[int]] = []
    if not setting.courses:
        people: dict[int, list[int]] = {}
        for _ in range(setting.sessions):
            people.setdefault(draw.randrange(setting.sessions * 2 // 5), []).append(
                draw.randrange(setting.days)
            )
        return [sorted(days) for _, days in sorted(people.items())]
    left = setting.sessions
    while left > 0:
        begin, apart = draw.randrange(-120, setting.days), draw.choice((7, 14, 14, 21, 28))
        planned = min(12, 1 + int(draw.expovariate(1 / 3.5)))
        days = [begin + apart * at for at in range(planned) if 0 <= begin + apart * at < setting.days][:left]
        left -= len(days)
        found += [days] if days else []
    return found


def lots(draw: random.Random, product: str, days: int) -> list[tuple[int, str]]:
    """The first day of each lot, one after the other, each for two weeks to two months."""
    found, day = [], -draw.randrange(30)
    while day < days:
        found.append((day, f"{product}-{len(found)}"))
        day += draw.randint(14, 60)
    return found


def lot_of(draw: random.Random, held: Sequence[tuple[int, str]], day: int) -> str:
    """The newest; one time in seven what is left of the one before."""
    at = max(number for number, (first, _) in enumerate(held) if first <= day)
    return held[at - 1 if at and draw.random() < 0.15 else at][1]


def as_scenario(stream: Stream, name: str) -> bytes:
    """As a line for `wheal replay`."""
    return json.dumps({
        "scenario": name,
        "sessions": [
            {"id": f"s{number}", "date": str(it.day), "patient": it.patient, "exposures": _by_kind(it.exposures)}
            for number, it in enumerate(stream.sessions, start=1)
        ],
        "events": [
            {"patient": it.patient, "onset": str(it.onset), "reported": str(it.day), "kind": it.kind}
            for it in stream.events
        ],
    }).encode() + b"\n"  # fmt: skip


def _by_kind(exposures: Iterable[Exposure]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, name in exposures:
        found.setdefault(kind, []).append(name)
    return found
