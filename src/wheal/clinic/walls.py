"""Of which clinics the rows are that the database may give out: said to PostgreSQL before each query that needs it.

A page sees the clinics where its person works; one that nobody has logged in to sees none; commands and nightly jobs
see all. What reaches over clinics on purpose says so: `with walls.every_clinic(): ...`. The database holds it by
policies where they are set up (`wheal manage wall up`, docs/decisions); without them this changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

EVERY: Final = "*"
SETTING: Final = "wheal.clinics"
_SEEN: ContextVar[str] = ContextVar("clinics that are seen", default=EVERY)


def seen() -> str:
    """`*`, or the numbers of clinics with commas between; "": none."""
    return _SEEN.get()


@contextmanager
def only(clinics: Iterable[int]) -> Iterator[None]:
    """Inside, rows of these clinics and of no other. Within it `show` may change which."""
    before = _SEEN.set(_said(clinics))
    try:
        yield
    finally:
        _SEEN.reset(before)


@contextmanager
def every_clinic() -> Iterator[None]:
    before = _SEEN.set(EVERY)
    try:
        yield
    finally:
        _SEEN.reset(before)


def show(clinics: Iterable[int]) -> None:
    """From here to the end of the request: it has become known who asks, and for which clinics."""
    _SEEN.set(_said(clinics))


def _said(clinics: Iterable[int]) -> str:
    return ",".join(str(int(clinic)) for clinic in clinics)
