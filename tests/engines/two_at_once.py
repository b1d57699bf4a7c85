"""Two transactions at the same moment on the database of a data folder: `python -m engines.two_at_once` tells, as
JSON, what came of each."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import django

django.setup()

from django.db import OperationalError, connection, transaction  # noqa: E402

import people  # noqa: E402
from wheal import knowledge  # noqa: E402
from wheal.clinic.audit import actions as audit  # noqa: E402
from wheal.clinic.audit.verifying import verify  # noqa: E402
from wheal.clinic.fhir.arrivals import actions as arrivals  # noqa: E402
from wheal.clinic.patients.actions import Demographics  # noqa: E402
from wheal.clinic.people.models import Clinic, Role  # noqa: E402
from wheal.clinic.transactions import one_moment  # noqa: E402
from wheal.fhir.incoming import Person, Summary  # noqa: E402

PATIENCE = 20


def beside(work: Callable[[], None]) -> threading.Thread:
    """In a thread with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def check_then_write() -> str:
    """Each adds a clinic unless one is there. Whoever asks second has to find that of the first."""

    def found() -> None:
        with transaction.atomic():
            if not Clinic.objects.filter(name="the only one").exists():
                time.sleep(0.2)  # the other is well on its way
                people.clinic("the only one")

    for thread in [beside(found) for _ in range(4)]:
        thread.join(PATIENCE)
    return f"{Clinic.objects.filter(name='the only one').count()} clinic"


def read_while_writing() -> str:
    """Whoever reads sees one moment, and whoever writes meanwhile does not wait."""
    people.clinic("before")
    with one_moment():
        before = Clinic.objects.count()
        writer = beside(lambda: people.clinic("meanwhile"))
        writer.join(PATIENCE)
        is_written = not writer.is_alive()
        after = Clinic.objects.count()
    return f"written {is_written}, seen {after - before}, then {Clinic.objects.count() - before}"


def many_events() -> str:
    """Events of several at once form one chain."""
    clinic = people.clinic()

    def write() -> None:
        for number in range(25):
            with transaction.atomic():
                audit.record(by=None, what="people.test_noted", clinic=clinic, detail={"number": number})
            audit.record(by=None, what="people.test_noted", clinic=clinic)

    for thread in [beside(write) for _ in range(4)]:
        thread.join(PATIENCE)
    read = verify()
    return f"{read.events} events, {len(read.broken)} broken"


def wait_in_vain() -> str:
    """A turn that does not come ends in an error, and the next transaction is as good as any."""
    begun, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            people.clinic("held")
            begun.set()
            may_end.wait(PATIENCE)

    holder = beside(hold)
    begun.wait(PATIENCE)
    said = "no error"
    try:
        with transaction.atomic():
            people.clinic("refused")
    except OperationalError:
        said = "refused"
    may_end.set()
    holder.join(PATIENCE)
    with transaction.atomic():
        people.clinic("after")
    there = Clinic.objects.filter(name__in=["held", "refused", "after"]).order_by("id")
    return f"{said}: {', '.join(there.values_list('name', flat=True))}"


def arrive_once() -> str:
    """The same summary sent by six at the same moment registers one person."""
    clinic = people.clinic("Arrivals")
    alice, known = people.person("Alice", Role.PHYSICIAN, clinic), knowledge.current()
    born = people.date(1984, 5, 2)
    summary = Summary(Person("Twice", "Zoé", born, "female", "", "", "en"), "", None, [])
    who = Demographics("Twice", "Zoé", born, "female", "en")

    def register() -> None:
        with suppress(arrivals.PerhapsHere):
            arrivals.register(clinic=clinic, person=who, summary=summary, by=alice, known=known)

    for thread in [beside(register) for _ in range(6)]:
        thread.join(PATIENCE)
    return f"{clinic.patients.count()} patient"


if __name__ == "__main__":
    done = (check_then_write, read_while_writing, many_events, arrive_once, wait_in_vain)
    print(json.dumps({each.__name__: each() for each in done}))
