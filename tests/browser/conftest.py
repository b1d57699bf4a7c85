"""One real server and one Chromium for all browser tests; each person gets a browser profile of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import people
from browser.hands import CHROMIUM, WHOLE, Person
from serving import Server

OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="package")
def server(site_of: Callable[[str], Server]) -> Iterator[Server]:
    server = site_of("browser.clinic")
    server.start()
    server.wait_for_an_answer()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    assert Path(CHROMIUM).exists(), "Chromium is missing: `make browser` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@contextmanager
def whole(chromium: Browser) -> Iterator[Browser]:
    """Chromium with all that belongs to a window, for what the shell does without."""
    browser = chromium.browser_type.launch(executable_path=WHOLE, args=OPTIONS)
    yield browser
    browser.close()


@pytest.fixture
def sits_down(chromium: Browser, server: Server) -> Iterator[Callable[..., Person]]:
    """Somebody logs in on a device of their own. In the end none of their pages may have complained."""
    seated: list[Person] = []

    def sit(name: str, size: tuple[int, int] = (1024, 768), **device: object) -> Person:
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=server.address, locale="en-US",
            timezone_id=people.IN_AMERICA.key, reduced_motion="reduce", **device,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        person = Person(name, context.new_page(), server)
        seated.append(person)
        person.log_in()
        return person

    yield sit
    for person in seated:
        person.picture(f"last-{person.name}")
        person.page.context.close()
    assert [complaint for person in seated for complaint in person.complaints] == []
