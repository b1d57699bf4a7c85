"""Published outbreaks drawn again as streams of sessions and reports.

What was published (bench/outbreaks.toml) is held to exactly: how many were exposed and fell ill, between which days,
after which incubations. Everything else is drawn at random from a fixed seed: the other patients of the practice in the
year before and since, who came how often, which lots and things were in use, and when the clinic heard of a reaction.
Other causes bring 1 event in 1,000 sessions. A source that was not found is drawn among the things named for it.
"""

from __future__ import annotations

import math
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.streams import FIRST, Setting, Stream, lot_of, lots
from wheal.surveillance import Exposure, Reported, Treated

PROMPT, LATE = 20, 60
"""Days from an onset to its report, at most; each drawn evenly."""
ATTACK = (0.11, 0.68)
"""Of people: Korea 2008 to Denver 1996."""
OTHER_CAUSES = Setting().background
HISTORY = 365
AFTER = 120


@dataclass(frozen=True, slots=True)
class Outbreak:
    id: str
    told: str
    source: str
    cases: int
    cause: tuple[str, ...]
    exposed: int | None = None
    begins: date | None = None
    ends: date | None = None
    window: tuple[int, int] | None = None
    onsets: tuple[date, date] | None = None
    incubation: tuple[float, float, float] | None = None
    hands: int | None = None
    heard: Mapping[str, Any] | None = None
    found: bool = True
    across: int = 0


def published() -> list[Outbreak]:
    rows = tomllib.loads(Path(__file__).with_name("outbreaks.toml").read_text(encoding="utf-8"))["outbreak"]
    return [_outbreak(row) for row in rows]


def _outbreak(row: dict[str, Any]) -> Outbreak:
    names = {"from": "begins", "until": "ends"}
    return Outbreak(**{
        names.get(key, key): tuple(value) if isinstance(value, list) else value for key, value in row.items()
    })  # fmt: skip


@dataclass(slots=True)
class Drawn:
    """One drawing. `infected`: the days on which the linked cases were infected, by patient."""

    stream: Stream
    begins: date
    infected: Mapping[str, date]


def drawn(one: Outbreak, draw: random.Random, late: int = PROMPT) -> Drawn:
    begins, ends = window(one, draw)
    practice = _Practice(one, draw, begins, ends)
    others = practice.others()
    treated = practice.exposed(exposed(one, draw))
    ill = _fell_ill(one, draw, treated, late)
    known = {event.patient: event.day for event in ill.values()}
    sessions = [s for s in (*others, *treated) if s.day <= known.get(s.patient, s.day)]
    linked = sorted(ill.values(), key=lambda it: (it.day, it.patient))
    stream = Stream(sessions, [*_by_chance(draw, others, late), *linked], practice.source, linked)
    return Drawn(stream, begins, {event.patient: session.day for session, event in ill.items()})


def window(one: Outbreak, draw: random.Random) -> tuple[date, date]:
    if one.onsets:  # whoever fell ill on the first of these days was infected before it
        return one.onsets[0] - timedelta(days=30), one.onsets[1] - timedelta(days=7)
    if one.begins and one.ends:
        return one.begins, one.ends
    days = draw.randint(*(one.window or (60, 180)))
    last = one.heard["day"] if one.heard else FIRST + timedelta(days=days)
    return last - timedelta(days=days), last


def exposed(one: Outbreak, draw: random.Random) -> int:
    return one.exposed or round(one.cases / draw.uniform(*ATTACK))


def _source(one: Outbreak, draw: random.Random) -> Exposure | None:
    """What wears out or is used up was new; the others were there before they were contaminated."""
    if not one.cause:
        return None
    kind = one.cause[0] if one.found else draw.choice(one.cause)
    return kind, "bad" if kind in ("lot", "diluent", "disinfectant") else "0"


class _Practice:
    """The hands, rooms, devices and lots of one practice, one of them the source while the outbreak lasts."""

    def __init__(self, one: Outbreak, draw: random.Random, begins: date, ends: date) -> None:
        self.draw, self.begins, self.ends = draw, begins, ends
        self.hands = one.hands or draw.randint(1, 4)
        self.rooms, self.devices = draw.randint(1, 3), draw.randint(1, 3)
        days = (ends - begins).days + HISTORY + AFTER
        self.lots = [lots(draw, f"p{product}", days) for product in range(draw.randint(2, 6))]
        self.source = _source(one, draw)

    def others(self) -> list[Treated]:
        """Who came for something else, in the year before and until after the outbreak."""
        span = (self.ends - self.begins).days + HISTORY + AFTER
        first = self.begins - timedelta(days=HISTORY)
        count = round(self.draw.uniform(300, 1500) * span / 365)
        made = []
        for number in range(count):
            for day in self._course(self.draw.randrange(span), span):
                made.append(self._session(first + timedelta(days=day), f"n{number}"))
        return [session for session in made[:count] if not self._was_exposed(session)]

    def _was_exposed(self, session: Treated) -> bool:
        """Only those who were counted as exposed met the source while it was one."""
        return self.source in session.exposures and self.begins <= session.day <= self.ends

    def exposed(self, people: int) -> list[Treated]:
        span = (self.ends - self.begins).days + 1
        made = []
        for number in range(people):
            for day in self._course(self.draw.randrange(span), span):
                made.append(self._session(self.begins + timedelta(days=day), f"e{number}", self.source))
        return made

    def _course(self, begin: int, until: int) -> Iterator[int]:
        apart = self.draw.choice((7, 14, 14, 21, 28))
        for at in range(min(12, 1 + int(self.draw.expovariate(1 / 3.5)))):
            if begin + apart * at < until:
                yield begin + apart * at

    def _session(self, day: date, patient: str, source: Exposure | None = None) -> Treated:
        met = [*self._things((day - self.begins).days + HISTORY), ("clinic", "0")]
        if source:
            met = [each for each in met if each[0] != source[0]] + [source]
        return Treated(day, patient, tuple(dict.fromkeys(met)))

    def _things(self, since: int) -> list[Exposure]:
        draw = self.draw
        chosen = draw.sample(range(len(self.lots)), min(len(self.lots), draw.choice((1, 2, 2, 3))))
        room = draw.randrange(self.rooms)
        return [
            ("practitioner", f"{draw.randrange(self.hands)}"),
            ("room", f"{room}"),
            ("device", f"{draw.randrange(self.devices)}"),
            ("water_point", f"{room // 2}"),
            ("disinfectant", f"d{since // 28}"),
            ("mix", f"{chosen[0]}"),
            ("diluent", f"saline-{since // 45}"),
            *(("product", f"{product}") for product in chosen),
            *(("lot", lot_of(draw, self.lots[product], since)) for product in chosen),
        ]


def _fell_ill(
    one: Outbreak, draw: random.Random, exposed: Sequence[Treated], late: int
) -> dict[Treated, Reported]:
    """As many as were published, by the session that infected them: each session has the same chance."""
    left, ill = sorted(exposed, key=lambda it: (it.patient, it.day)), {}
    draw.shuffle(left)
    seen: set[str] = set()
    for session in left:
        if len(ill) == one.cases:
            break
        if session.patient not in seen and (onset := _onset(one, draw, session.day)):
            seen.add(session.patient)
            told = onset + timedelta(days=draw.randint(1, late))
            ill[session] = Reported(told, session.patient, onset, "suspected_infection")
    if len(ill) < one.cases:
        raise ValueError(f"{one.id}: {len(ill)} of {one.cases} cases could be drawn")
    return ill


def _onset(one: Outbreak, draw: random.Random, day: date) -> date | None:
    """None where it would lie outside of the published days."""
    onset = day + timedelta(days=incubation(one, draw))
    within = not one.onsets or one.onsets[0] <= onset <= one.onsets[1]
    return onset if within else None


def incubation(one: Outbreak, draw: random.Random) -> int:
    least, middle, most = one.incubation or (2, draw.uniform(15, 45), 120)
    middle = middle or math.sqrt(least * most)
    spread = math.log(most / middle) / 2 if one.incubation else 0.5
    while True:
        days = round(middle * draw.lognormvariate(0, spread))
        if least <= days <= most:
            return days


def _by_chance(draw: random.Random, sessions: Sequence[Treated], late: int) -> list[Reported]:
    found: dict[str, Reported] = {}
    for session in sessions:
        if draw.random() < OTHER_CAUSES:
            onset = session.day + timedelta(days=draw.randrange(1, 60))
            told = onset + timedelta(days=draw.randint(1, late))
            found.setdefault(session.patient, Reported(told, session.patient, onset, "suspected_infection"))
    return list(found.values())
