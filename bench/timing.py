"""Timing of one thing many times, told at the median and the 99th percentile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median, quantiles

CPU = "WHEAL_BENCH_CPU"
clock = time.thread_time if os.environ.get(CPU) else time.perf_counter
"""Where others work on the machine, the time that this thread worked says more than the time that passed."""


@dataclass(frozen=True)
class Timing:
    seconds: list[float]

    @property
    def ms(self) -> float:
        return median(self.seconds) * 1000

    @property
    def p99_ms(self) -> float:
        return quantiles(self.seconds, n=100)[98] * 1000

    def __str__(self) -> str:
        return f"{self.ms:8.2f} ms median {self.p99_ms:8.2f} ms 99th percentile ({len(self.seconds)} runs)"


def timed(work: Callable[[], object], runs: int, warm_up: int = 3) -> Timing:
    return timed_each([work] * (runs + warm_up), warm_up)


def timed_each(works: Iterable[Callable[[], object]], warm_up: int = 3) -> Timing:
    seconds = []
    for number, work in enumerate(works):
        begun = clock()
        work()
        if number >= warm_up:
            seconds.append(clock() - begun)
    return Timing(seconds)
