"""Who came when and what was drawn for them: the shape of a group of clinics over five years, drawn by a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

DAYS = 1800
LONG_LOT, LONG_LOT_SESSIONS = 1, 2700  # a diluent of which a large box was bought
MANY_LOT, MANY_LOT_PATIENTS = 2, 200  # each of its patients once
USUAL = (3.2, 0.6)  # of the logarithm of how many sessions a lot serves: half of them 16 to 37
PATIENTS_OF_A_CLINIC = 10_000
PRODUCTS = 12  # of a clinic: few are used much


@dataclass(frozen=True)
class Scale:
    """`part` of the group: 1 is 200,000 patients, 1,000,000 sessions, 60,000,000 points and 50,000 lots; `in_one`
    clinic."""

    part: float
    in_one: bool = False

    @property
    def patients(self) -> int:
        return round(200_000 * self.part)

    @property
    def sessions(self) -> int:
        return self.patients * 5

    @property
    def lots(self) -> int:
        return self.patients // 4

    @property
    def clinics(self) -> int:
        return 1 if self.in_one else max(2, self.patients // PATIENTS_OF_A_CLINIC)


@dataclass(frozen=True, slots=True)
class Visit:
    """Numbers from 1; `points` are sixty on average; `lots` one or two."""

    number: int
    clinic: int
    patient: int
    is_first: bool  # of this patient
    day: int
    minute: int
    points: int
    lots: tuple[int, ...]


def visits(scale: Scale) -> Iterator[Visit]:
    """In the order of time. Patients come back soon after they came; a lot is used until it is empty."""
    draw = random.Random(1)
    seen = [0] * scale.clinics  # patients of each clinic so far
    shelf = _Shelf(scale, draw)
    each = scale.patients // scale.clinics
    for number in range(1, scale.sessions + 1):
        clinic = number % scale.clinics
        is_first = seen[clinic] * scale.sessions < each * number
        seen[clinic] += is_first
        place = seen[clinic] if is_first else max(1, round(seen[clinic] * (1 - draw.random() ** 2 * 0.3)))
        yield Visit(
            number=number,
            clinic=clinic + 1,
            patient=(place - 1) * scale.clinics + clinic + 1,
            is_first=is_first,
            day=number * DAYS // (scale.sessions + 1),
            minute=draw.randrange(600),
            points=40 if number % 2 else 80,
            lots=shelf.drawn(clinic, is_first),
        )


class _Shelf:
    """Each clinic has one lot of each product open; a new one begins when it is empty."""

    def __init__(self, scale: Scale, draw: random.Random) -> None:
        self.draw, self.most, self.begun = draw, scale.lots, MANY_LOT
        self.left: dict[
            tuple[int, int], list[int]
        ] = {}  # of each product: the lot, and how often it still serves
        self.long, self.many = LONG_LOT_SESSIONS, MANY_LOT_PATIENTS

    def drawn(self, clinic: int, is_first: bool) -> tuple[int, ...]:
        lots = [self._next(clinic, min(int(self.draw.expovariate(0.35)), PRODUCTS - 1))]
        if clinic == 0 and is_first and self.many:  # of the first clinic, in its first months
            self.many -= 1
            lots.append(MANY_LOT)
        elif clinic == 1 and self.long:
            self.long -= 1
            lots.append(LONG_LOT)
        elif self.draw.random() < 0.3:
            lots.append(self._next(clinic, PRODUCTS))
        return tuple(lots)

    def _next(self, clinic: int, product: int) -> int:
        held = self.left.setdefault((clinic, product), [0, 0])
        if not held[1] and self.begun < self.most:
            self.begun += 1
            held[:] = self.begun, max(2, round(self.draw.lognormvariate(*USUAL)))
        held[1] = max(0, held[1] - 1)
        return held[0]


def product_of(clinic: int, lot: int) -> int:
    """A product of the clinic. Which one says nothing about speed."""
    return (clinic - 1) * PRODUCTS + lot % PRODUCTS + 1
