"""Random days in two clinics: deliveries, mixes, sessions, waste, counts, transfers, corrections and amendments in any
order. After each step the books balance to the microlitre, and the trace tells what the books say of each lot and mix,
whether the step was done or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import people
import ready
from wheal import knowledge
from wheal.clinic.audit.verifying import verify
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety.checking_trace import discrepancies
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import (
    Container,
    DeliveryLine,
    Lot,
    Movement,
    Product,
    Transfer,
)
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Mix, MixComponent, Session

REFUSED = (stock.StockRefused, actions.DraftRefused, actions.SignOffRefused)


@pytest.fixture
def day(clinic: Clinic, french_clinic: Clinic, alice: User, charlie: User) -> Day:
    """Two products of one acid, for one patient and for several; Charlie's clinic buys nothing itself."""
    for kind, size in (("multi_dose", "10"), ("single_dose", "2")):
        new = stock.NewProduct(f"Acid {kind}", "deoxycholic_acid", Decimal(10), "mg/mL", kind, Decimal(size))
        stock.add_product(clinic=clinic, product=new, by=alice)
    return Day(clinic, french_clinic, alice, charlie)


@dataclass
class Day:
    here: Clinic
    there: Clinic
    alice: User
    charlie: User
    done: list[str] = field(default_factory=list)

    @staticmethod
    def pick(rows: object, a: int) -> object:
        """One of them, or none where there is none: then the step is not possible today."""
        count = rows.count()
        return rows.order_by("pk")[a % count] if count else None

    def lot(self, a: int) -> Lot | None:
        return self.pick(Lot.objects.filter(product__clinic=self.here), a)

    def line(self, a: int, b: int, containers: int) -> stock.NewLine:
        product = self.pick(Product.objects.filter(clinic=self.here), a)
        expires = people.today() + timedelta(days=200)
        return stock.NewLine(product, f"N{b % 3}", expires, containers, Decimal("12.50"))

    def deliver(self, a: int, b: int) -> None:
        made = stock.begin_delivery(
            clinic=self.here, supplier=None, document=str(a), arrived_on=people.today(), by=self.alice
        )
        for more in range(1 + b % 2):
            stock.scan_line(delivery=made, new=self.line(a + more, b, 1 + b % 5), by=self.alice)
        if a % 5:
            stock.receive_delivery(delivery=made, by=self.alice)

    def replace(self, a: int, b: int) -> None:
        if (line := self.pick(DeliveryLine.objects.all(), a)) is not None:
            stock.replace_line(line=line, new=self.line(b, a, b % 4), reason="miscounted", by=self.alice)

    def receive(self, a: int, b: int) -> None:
        new = self.line(a, b, 1 + a % 4)
        stock.receive(
            product=new.product,
            number=new.number,
            expires=new.expires,
            containers=new.containers,
            by=self.alice,
        )

    def open(self, a: int, b: int) -> None:
        if (lot := self.lot(a)) is not None:
            stock.open_container(lot=lot, by=self.alice)

    def empty(self, a: int, b: int) -> None:
        if (one := self.pick(Container.objects.filter(emptied_at=None), a)) is not None:
            stock.empty_container(container=one, by=self.alice)

    def waste(self, a: int, b: int) -> None:
        if (lot := self.lot(a)) is not None:
            stock.waste(lot=lot, containers=1 + b % 3, reason="broken", by=self.alice)

    def give_back(self, a: int, b: int) -> None:
        if (lot := self.lot(a)) is not None:
            stock.give_back(lot=lot, containers=1 + b % 2, note="wrong one", by=self.alice)

    def take_back(self, a: int, b: int) -> None:
        if (row := self.pick(Movement.objects.all(), a)) is not None:
            stock.take_back(movement=row, reason="a slip", by=self.alice)

    def quarantine(self, a: int, b: int) -> None:
        if (lot := self.lot(a)) is not None:
            change = stock.free if lot.is_blocked else stock.quarantine
            change(lot=lot, reason="to be looked at", by=self.alice)

    def count(self, a: int, b: int) -> None:
        """What is found differs by a container, or by what an open one holds."""
        count = stock.begin_count(clinic=self.here, by=self.alice)
        found = {}
        for line in count.lines.select_related("lot__product", "container"):
            size = line.lot.product.container_ul
            there = line.container.left_ul if line.container else line.lot.unopened * size
            off = (
                (0, size, -size, 0, -min(a, there))[(b + line.pk) % 5] if not line.container else -(b % 2) * a
            )
            found[line.pk] = stock.Found(
                max(min(there + off, size if line.container else there + size), 0), "so"
            )
            if line.container is None:
                found[line.pk] = stock.Found(found[line.pk].volume_ul // size * size, "so")
        stock.save_count(count=count, found=found, by=self.alice)
        stock.close_count(count=count, by=self.alice)
        for line in count.lines.select_related("lot__product", "container"):
            assert line.books_ul == line.found_ul  # what was seen is what the books say from now on

    def send(self, a: int, b: int) -> None:
        if (lot := self.lot(a)) is not None:
            stock.send(sender=self.here, receiver=self.there, lots=[(lot, 1 + b % 3)], by=self.alice)

    def arrive(self, a: int, b: int) -> None:
        """Sometimes one too few, sometimes one too many, sometimes not at all."""
        if (transfer := self.pick(Transfer.objects.all(), a)) is None:
            return
        if b % 4 == 0:
            stock.call_back(transfer=transfer, by=self.alice)
            return
        lines = list(transfer.lines.all())
        found = {row.pk: stock.Arrived(max(row.containers + b % 3 - 1, 0), "counted twice") for row in lines}
        stock.arrive(transfer=transfer, found=found, by=self.charlie)

    def mix(self, a: int, b: int) -> None:
        """Into a session that is being drawn, or a new one, from a lot or an open container of it."""
        drafts = Session.objects.filter(signed_at=None)
        session = self.pick(drafts, a) if a % 3 else None
        mix = session.mixes.first() if session else self.begun()
        if mix is None or (lot := self.lot(b)) is None:
            return
        standing = lot.containers.filter(emptied_at=None).first() if b % 2 else None
        actions.add_component(
            mix=mix,
            lot=lot,
            container=standing,
            volume_ml=Decimal(1 + (a * 37 + b) % 3000) / 1000,
            by=self.alice,
        )

    def begun(self) -> Mix:
        patient = people.patient(self.here, self.alice, family_name=f"Day{len(self.done)}")
        session = ready.planned(patient, self.alice)
        mix = actions.add_mix(session=session, by=self.alice)
        begun = timezone.now() - timedelta(minutes=1)
        return actions.save_mix(
            mix=mix, prepared_by="chairside", prepared_at=begun, preparer=self.alice, by=self.alice
        )

    def put_back(self, a: int, b: int) -> None:
        drafts = MixComponent.objects.filter(mix__session__signed_at=None)
        if (row := self.pick(drafts, a)) is not None:
            if b % 4:
                actions.remove_component(component=row, by=self.alice)
            else:
                actions.remove_mix(mix=row.mix, by=self.alice)

    def sign(self, a: int, b: int) -> None:
        """As much of the first mix is injected as its points make of it; the rest is measured, or not."""
        filled = Session.objects.filter(signed_at=None, mixes__components__isnull=False).distinct()
        if (session := self.pick(filled, a)) is None:
            return
        mix = session.mixes.first()
        people.completed_history(session.patient, self.alice)
        ready.agree(session, self.alice)
        holds = sum(row.volume_ml for row in mix.components.all())
        ready.drawn(session, mix, self.alice, min(int(holds / Decimal("0.2")), 1 + b % 20))
        if b % 2:
            left = holds - sum(row.total_ml for row in mix.passes.all())
            actions.throw_away(mix=mix, volume_ml=left, by=self.alice)
        ready.checked(session, self.alice)
        actions.sign_off(session=session, by=self.alice, known=knowledge.current())

    def amend(self, a: int, b: int) -> None:
        signed = MixComponent.objects.filter(mix__session__signed_at__isnull=False)
        if (row := self.pick(signed, a)) is None:
            return
        if b % 2:
            others = Lot.objects.filter(product=row.lot.product).exclude(pk=row.lot_id)
            if (other := self.pick(others, b)) is not None:
                actions.amend_lot(component=row, lot=other, reason="misread", by=self.alice)
        else:
            volume = Decimal(b * 11 % 4000) / 1000
            actions.amend_volume(mix=row.mix, injected_ml=volume, reason="spilt", by=self.alice)


STEPS: dict[str, Callable[[Day, int, int], None]] = {
    name: getattr(Day, name)
    for name in (
        "amend", "arrive", "count", "deliver", "empty", "give_back", "mix", "open", "put_back", "quarantine", "receive",
        "replace", "send", "sign", "take_back", "waste",
    )
}  # fmt: skip
steps = st.tuples(
    st.sampled_from([*STEPS, "deliver", "mix", "mix", "sign", "sign", "amend"]),
    st.integers(0, 999),
    st.integers(0, 999),
)


@settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(todo=st.lists(steps, min_size=8, max_size=30))
def test_the_books_balance_after_every_step_of_any_day(day, todo):
    with transaction.atomic():
        for name, a, b in todo:
            _step(day, name, a, b)
            assert discrepancies() == [], (name, a, b)
        assert verify().broken == ()
        transaction.set_rollback(True)


def _step(day: Day, name: str, a: int, b: int) -> None:
    day.done.append(name)
    try:
        with transaction.atomic():
            STEPS[name](day, a, b)
    except REFUSED:
        day.done[-1] += " refused"
