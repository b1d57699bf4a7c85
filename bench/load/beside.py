"""The same pages inside one process, and the reads that each of them needs by the driver alone."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.large.asking import Driver, statements
from bench.load.asking import Asking
from bench.load.clinic_of import Played
from bench.timing import Timing

RUNS = 60
READ = ("day list", "chart", "search by name", "drawing", "timeline", "photographs", "picture", "sign page")


def beside(played: Played) -> dict[str, tuple[Timing, Timing, int]]:
    """Of each page that is read: what this thread worked for it, what the driver worked, and how many statements."""
    from django.test import Client

    browser, driver = Client(), Driver()
    browser.cookies["sessionid"] = played.cookies[0]
    asking, told = Asking(0, played), {}
    for what in READ:
        pages: list[float] = []
        raws: list[float] = []
        count = 0
        for number in range(RUNS + 5):
            draft = asking._draft(what)
            path = asking._request(what, draft)[1]
            kept = driver.ready(statements(lambda path=path: browser.get(path))) if number % 3 == 0 else kept  # noqa: F821
            page, raw = (
                _worked(lambda path=path: browser.get(path)),
                _worked(lambda kept=kept: driver.ask(kept)),
            )
            if draft:
                played.drafts.append(draft)
            if number >= 5:
                pages.append(page)
                raws.append(raw)
            count = max(count, len(kept))
        told[what] = Timing(pages), Timing(raws), count
    return told


def _worked(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun
