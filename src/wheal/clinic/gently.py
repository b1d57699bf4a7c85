"""Heavy work that nobody else should wait for: done in one thread of the process that gives way to all others.

A picture from a tablet takes the processor for two tenths of a second, and a field that somebody saves meanwhile for a
tenth of that. Whoever sent the picture waits as before; the field does not wait for the picture.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, wraps
from typing import Final, ParamSpec, TypeVar

from django.utils import translation

LAST: Final = 10
"""Of 19: how far a thread steps back on Linux, where each has a place of its own. Elsewhere it stands with others."""
P = ParamSpec("P")
R = TypeVar("R")
_here = threading.local()


def gently(work: Callable[P, R]) -> Callable[P, R]:
    """As a decorator. It speaks the language of whoever asks; what it raises, it raises there. It asks no database."""

    @wraps(work)
    def asked(*args: P.args, **named: P.kwargs) -> R:
        if getattr(_here, "is_gentle", False):
            return work(*args, **named)
        language = translation.get_language()

        def done() -> R:
            with translation.override(language):
                return work(*args, **named)

        return _thread().submit(done).result()

    return asked


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "gently", initializer=_step_back)


def _step_back() -> None:
    _here.is_gentle = True
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LAST)


os.register_at_fork(after_in_child=_thread.cache_clear)
