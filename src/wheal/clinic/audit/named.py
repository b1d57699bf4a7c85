"""Whom the events that one request writes name, so that a page which told of them itself is not told of twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from wheal.clinic.audit import whose
from wheal.clinic.audit.models import Event

_HEARD: ContextVar[set[int] | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[set[int]]:
    """The patients named from now on, as they are named."""
    heard: set[int] = set()
    before = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(before)


def note(event: Event) -> None:
    if (heard := _HEARD.get()) is not None:
        heard |= whose.told(event.detail)
        if event.patient_id:
            heard.add(event.patient_id)
