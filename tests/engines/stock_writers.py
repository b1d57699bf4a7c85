"""Eight people at the same shelf, on the database of a data folder: `python -m engines.stock_writers` tells, as JSON,
how often each thing was done and what the books say afterwards."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

import people  # noqa: E402
import ready  # noqa: E402
from wheal import knowledge  # noqa: E402
from wheal.clinic.audit.verifying import verify  # noqa: E402
from wheal.clinic.people.models import Role  # noqa: E402
from wheal.clinic.safety.checking_trace import discrepancies  # noqa: E402
from wheal.clinic.stock import actions as stock  # noqa: E402
from wheal.clinic.stock.models import Container, Movement  # noqa: E402
from wheal.clinic.treatments import actions  # noqa: E402

WRITERS = 8
REFUSED = (stock.StockRefused, actions.DraftRefused, actions.SignOffRefused)


class Shelf:
    """A clinic with one lot of ten containers of 10 mL, and a session for each writer."""

    def __init__(self) -> None:
        self.clinic, self.other = people.clinic(), people.clinic("Mill Lane")
        self.alice = people.person("Alice", Role.PHYSICIAN, self.clinic)
        self.lot = ready.lot(self.clinic, self.alice, "A-1")
        self.open = stock.open_container(lot=self.lot, by=self.alice)
        self.mixes = [self._mix(number) for number in range(WRITERS)]

    def _mix(self, number: int) -> object:
        patient = people.patient(self.clinic, self.alice, family_name=f"Writer{number}")
        people.completed_history(patient, self.alice)
        session = ready.planned(patient, self.alice)
        ready.agree(session, self.alice)
        return actions.add_mix(session=session, by=self.alice)

    def at_once(self, work: Callable[[int], object], times: int = 1) -> str:
        """`work` by all of them at the same moment; how often it was done."""
        start, done = threading.Barrier(WRITERS), Counter()

        def write(number: int) -> None:
            start.wait()
            try:
                for _ in range(times):
                    done[_done(work, number)] += 1
            finally:
                connection.close()

        threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return f"{done[True]} done, {done[False]} refused"

    def draw_from_one_container(self) -> str:
        """10 mL are in it; 8 × 3 × 0.7 mL are asked for."""

        def draw(number: int) -> None:
            actions.add_component(
                mix=self.mixes[number],
                lot=self.lot,
                container=self.open,
                volume_ml=Decimal("0.7"),
                by=self.alice,
            )

        return self.at_once(draw, 3)

    def open_the_last(self) -> str:
        """Nine are left; sixteen are wanted."""
        return self.at_once(lambda _: stock.open_container(lot=self.lot, by=self.alice), 2)

    def receive_one_delivery(self) -> str:
        made = stock.begin_delivery(
            clinic=self.clinic, supplier=None, document="7", arrived_on=timezone.localdate(), by=self.alice
        )
        new = stock.NewLine(self.lot.product, "A-1", self.lot.expires, 5)
        stock.scan_line(delivery=made, new=new, by=self.alice)
        self.at_once(lambda _: stock.receive_delivery(delivery=made, by=self.alice))
        return f"{Movement.objects.filter(delivery_line__delivery=made).count()} line in the books"

    def take_one_back(self) -> str:
        thrown = stock.waste(lot=self.lot, containers=1, reason="broken", by=self.alice)
        return self.at_once(lambda _: stock.take_back(movement=thrown, reason="a slip", by=self.alice))

    def throw_away_the_rest(self) -> str:
        return self.at_once(lambda _: stock.waste(lot=self.lot, containers=1, reason="broken", by=self.alice))

    def arrive_once(self) -> str:
        stock.receive(
            product=self.lot.product, number="A-1", expires=self.lot.expires, containers=2, by=self.alice
        )
        sent = stock.send(sender=self.clinic, receiver=self.other, lots=[(self.lot, 2)], by=self.alice)
        found = {sent.lines.get().pk: stock.Arrived(2)}
        return self.at_once(lambda _: stock.arrive(transfer=sent, found=found, by=self.alice))

    def sign(self) -> str:
        """Whoever could draw injects two points of 0.2 mL."""
        filled = [mix for mix in self.mixes if mix.components.exists()]
        for mix in filled:
            actions.save_mix(
                mix=mix,
                prepared_by="chairside",
                prepared_at=timezone.now(),
                preparer=self.alice,
                by=self.alice,
            )
            ready.drawn(mix.session, mix, self.alice, 2)
            ready.checked(mix.session, self.alice)

        def signed(number: int) -> None:
            session = self.mixes[number].session
            actions.sign_off(session=session, by=self.alice, known=knowledge.current())

        done, _ = self.at_once(signed).split(",")
        return f"{'all' if done == f'{len(filled)} done' else done} who drew"


def _done(work: Callable[[int], object], number: int) -> bool:
    try:
        work(number)
    except REFUSED:
        return False
    return True


if __name__ == "__main__":
    shelf = Shelf()
    told: dict[str, object] = {
        name: getattr(shelf, name)()
        for name in (
            "draw_from_one_container", "open_the_last", "receive_one_delivery", "take_one_back",
            "throw_away_the_rest", "arrive_once", "sign",
        )
    }  # fmt: skip
    told["left_in_it"] = Container.objects.get(pk=shelf.open.pk).left_ul
    told["books"] = [str(each) for each in discrepancies()]
    told["audit"] = len(verify().broken)
    print(json.dumps(told))
