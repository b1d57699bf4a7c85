"""What is counted of every request, and what the state of the site comes to in figures, as Prometheus reads it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from wheal.clinic.operations.counting import FOLDER

WITHIN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
REQUESTS = Counter("wheal_requests", "Requests answered", ["page", "method", "status"])
SECONDS = Histogram("wheal_request_seconds", "Time until the answer was ready", ["page"], buckets=WITHIN)
DATABASE = Counter("wheal_database_seconds", "Time that requests spent in the database", ["page"])
SLOW = Counter("wheal_slow_statements", "Statements that took longer than WHEAL_SLOW_STATEMENT")
TROUBLES = Counter("wheal_troubles", "Requests not carried out because the ground gave way", ["kind"])
LISTS = Counter("wheal_lists", "Lists that a standby may be asked for: read there, or why not", ["where"])


def request(page: str, method: str, status: int, seconds: float, database: float) -> None:
    REQUESTS.labels(page, method, status).inc()
    SECONDS.labels(page).observe(seconds)
    DATABASE.labels(page).inc(database)


def text(state: Iterable[tuple[str, str, float]]) -> bytes:
    """All of it. `state`: name, what it means, figure, as of now."""
    registry = CollectorRegistry()
    registry.register(_State(state))  # type: ignore[arg-type]
    if FOLDER in os.environ:
        MultiProcessCollector(registry)
    else:
        for each in (REQUESTS, SECONDS, DATABASE, SLOW, TROUBLES, LISTS):
            registry.register(each)
    return generate_latest(registry)


class _State:
    def __init__(self, state: Iterable[tuple[str, str, float]]) -> None:
        self.state = state

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, meaning, figure in self.state:
            yield GaugeMetricFamily(name, meaning, value=figure)
