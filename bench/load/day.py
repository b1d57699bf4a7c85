"""What the people of clinics ask for through a day, in which shares, and when."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

SHARES = {
    "autosave": 24,  # one field of the screening
    "chart": 15,
    "day list": 13,
    "search by name": 11,
    "points saved": 9,  # sixty points of a pass
    "drawing": 7,  # the page of the body map
    "timeline": 4,
    "photographs": 4,  # the page of somebody who has some
    "picture": 5,  # opened in the size of the screen
    "picture kept": 1,  # a megabyte of the tablet's camera
    "sign page": 4,
    "signature": 3,
}
WITHIN_150 = ("chart", "search by name", "day list", "autosave")
CYCLE, AT_PEAK = 30.0, 5.0  # seconds of a cycle, and of its peak


@dataclass(frozen=True, slots=True)
class Asked:
    at: float  # seconds from the beginning
    what: str


def day(rate: float, seconds: float, peak: float = 1, seed: int = 3) -> Iterator[Asked]:
    """`rate` a second on average, in peaks `peak` times that. Each comes by itself, whether those before have been
    answered or not."""
    draw, at = random.Random(seed), 0.0
    beside = (CYCLE - peak * AT_PEAK) / (CYCLE - AT_PEAK)  # so that the mean is one
    while True:
        share = peak if at % CYCLE < AT_PEAK else beside
        at += draw.expovariate(rate * share)
        if at > seconds:
            return
        yield Asked(at, draw.choices(list(SHARES), list(SHARES.values()))[0])
