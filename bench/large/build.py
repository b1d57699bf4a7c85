"""The group's rows, twenty thousand visits at a time: each a copy of what one real session left."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from bench.clinic import GIVEN, NAMES
from bench.large import one
from bench.large.bulk import Bulk
from bench.large.scale import DAYS, LONG_LOT, MANY_LOT, PRODUCTS, Scale, Visit, product_of, visits

if TYPE_CHECKING:
    from wheal.clinic.treatments.models import Session

AT_ONCE = 20_000
APART = 1000  # the ids of what is copied begin here; the one session and its rows keep theirs
LOT_NAMES = {LONG_LOT: "LONG", MANY_LOT: "MANY"}


def group(scale: Scale, bulk: Bulk) -> None:
    session = one.signed()
    _people_and_products(scale, session)
    rows = Rows(session, bulk)
    bulk.begin()
    made = visits(scale)
    rows.lots(scale)
    while some := list(islice(made, AT_ONCE)):
        for visit in some:
            rows.add(visit)
        rows.write()
    bulk.end()


def _people_and_products(scale: Scale, session: Session) -> None:
    """Clinics, a physician in each, and their products: a few rows, by the ORM."""
    from wheal.clinic.people.models import Clinic, Membership, User
    from wheal.clinic.stock.models import Product

    product = Product.objects.first()
    for number in range(1, scale.clinics + 1):
        clinic = Clinic.objects.create(
            id=APART + number, name=f"Bench {number}", jurisdiction="US", time_zone="UTC"
        )
        user = User.objects.create(
            id=APART + number, username=f"bench{number}", first_name="Bench", last_name=f"P{number}"
        )
        Membership.objects.create(user=user, clinic=clinic, role="safety_officer")
        product.clinic = clinic
        for place in range(PRODUCTS):
            product.pk, product.name = APART + (number - 1) * PRODUCTS + place + 1, f"Product {place}"
            product.save(force_insert=True)


class Copy:
    """Rows of one table that differ from a real one in a few columns."""

    def __init__(self, bulk: Bulk, table: str, pk: int) -> None:
        self.table, held = table, bulk.template(table, pk)
        self.columns, self.values = list(held), list(held.values())
        self.place = {name: place for place, name in enumerate(held)}
        self.rows: list[list[Any]] = []

    def add(self, **changed: object) -> None:
        row = self.values.copy()
        for name, value in changed.items():
            row[self.place[name]] = value
        self.rows.append(row)


class Rows:
    def __init__(self, session: Session, bulk: Bulk) -> None:
        from wheal.clinic.audit.models import Event
        from wheal.clinic.patients.models import SearchWord
        from wheal.clinic.stock.models import Movement
        from wheal.clinic.treatments.models import MixComponent

        self.bulk, self.draw, self.ids = bulk, random.Random(3), defaultdict(lambda: APART)
        first = date.today() - timedelta(days=DAYS)  # noqa: DTZ011 (any day will do)
        self.days = [f"{first + timedelta(days=day)}" for day in range(DAYS)]
        part = MixComponent.objects.filter(mix__session=session).first()
        moved = Movement.objects.filter(container=part.container).order_by("pk")
        self.moves = [Copy(bulk, "stock_movement", move.pk) for move in moved]
        self.of = {
            "patients_patient": session.patient_id,
            "patients_searchword": SearchWord.objects.first().pk,
            "patients_history": session.history_id,
            "treatments_plan": session.plan_id,
            "treatments_consent": session.consent_id,
            "treatments_session": session.pk,
            "treatments_mix": part.mix_id,
            "stock_lot": part.lot_id,
            "stock_container": part.container_id,
            "treatments_mixcomponent": part.pk,
            "treatments_pass": session.passes.get().pk,
            "audit_event": Event.objects.get(what="treatments.session_signed").pk,
        }
        self.of = {table: Copy(bulk, table, pk) for table, pk in self.of.items()}
        self.points = _points()

    def lots(self, scale: Scale) -> None:
        clinic_of: dict[int, int] = {}
        for visit in visits(scale):
            for lot in visit.lots:
                clinic_of.setdefault(lot, visit.clinic)
        for number in range(1, scale.lots + 1):
            clinic = clinic_of.get(number, number % scale.clinics + 1)
            self.of["stock_lot"].add(
                id=APART + number, product_id=APART + product_of(clinic, number), received_by_id=APART + clinic,
                number=LOT_NAMES.get(number, f"L{number:06}"),
            )  # fmt: skip
        self.write()

    def add(self, visit: Visit) -> None:
        of, at = self.of, self._moment(visit)
        key, clinic, patient = APART + visit.number, APART + visit.clinic, APART + visit.patient
        if visit.is_first:
            self._patient(clinic, patient, at)
        of["treatments_session"].add(
            id=key, clinic_id=clinic, patient_id=patient, plan_id=patient, history_id=patient, consent_id=patient,
            planned_for=at, arrived_at=at, inject_at=at, signed_at=at, created_at=at, saved_at=at,
            practitioner_id=clinic, signed_by_id=clinic, created_by_id=clinic,
        )  # fmt: skip
        of["treatments_mix"].add(id=key, session_id=key, preparer_id=clinic, prepared_at=at, code=None)
        for lot in visit.lots:
            self._part(key, APART + lot, clinic, at)
        of["treatments_pass"].add(
            id=key, session_id=key, mix_id=key, count=visit.points, total_ml=visit.points / 20,
            points=self.draw.choice(self.points[visit.points]),
        )  # fmt: skip
        of["audit_event"].add(
            id=key, at=at, by_id=clinic, clinic_id=clinic, patient_id=patient, subject_id=str(key)
        )

    def _moment(self, visit: Visit) -> str:
        hour, minute = divmod(480 + visit.minute, 60)
        return f"{self.days[visit.day]} {hour:02}:{minute:02}:00{self.bulk.zone}"

    def _next(self, table: str) -> int:
        self.ids[table] += 1
        return self.ids[table]

    def _patient(self, clinic: int, patient: int, at: str) -> None:
        family, given = (
            f"{self.draw.choice(NAMES)}{'abcdefghijklmnop'[patient % 16]}",
            self.draw.choice(GIVEN),
        )
        of, name = self.of, f"{family} {given}".lower()
        of["patients_patient"].add(
            id=patient, clinic_id=clinic, number=str(patient), family_name=family, given_names=given, search_name=name,
            birth_date=f"{1950 + patient % 50}-{patient % 12 + 1:02}-{patient % 28 + 1:02}", created_at=at,
            phone=f"+1 503 5{patient:08}", search_phone=f"{patient:09}", created_by_id=clinic,
        )  # fmt: skip
        for word in name.split():
            key = self._next("patients_searchword")
            of["patients_searchword"].add(id=key, clinic_id=clinic, patient_id=patient, word=word)
        of["patients_history"].add(
            id=patient, patient_id=patient, started_at=at, completed_at=at, saved_at=at, started_by_id=clinic,
            completed_by_id=clinic,
        )  # fmt: skip
        of["treatments_plan"].add(
            id=patient, patient_id=patient, created_by_id=clinic, created_at=at, saved_at=at
        )
        of["treatments_consent"].add(id=patient, plan_id=patient, signed_at=at, witnessed_by_id=clinic)

    def _part(self, key: int, lot: int, clinic: int, at: str) -> None:
        """A container opened for it, what was drawn, injected and thrown away."""
        part = self._next("treatments_mixcomponent")
        self.of["stock_container"].add(id=part, lot_id=lot, opened_at=at, opened_by_id=clinic, emptied_at=at)
        drawn = None
        for number, move in enumerate(self.moves):
            moved = self._next("stock_movement")
            of_mix = move.values[move.place["mix"]] is not None
            move.add(
                id=moved, lot_id=lot, container_id=part, mix=key if of_mix else None, at=at, by_id=clinic
            )
            drawn = moved if number == 1 else drawn
        self.of["treatments_mixcomponent"].add(
            id=part, mix_id=key, lot_id=lot, container_id=part, movement_id=drawn
        )

    def write(self) -> None:
        for copy in (*self.of.values(), *self.moves):
            if copy.rows:
                self.bulk.load(copy.table, copy.columns, copy.rows)
                copy.rows = []


def _points() -> dict[int, list[bytes]]:
    """Some grids of forty and of eighty points."""
    from wheal.bodymap import pack_points

    draw = random.Random(4)
    return {
        count: [
            pack_points(
                [
                    (x * 90 + draw.randrange(9), y * 90 + draw.randrange(9))
                    for y in range(8)
                    for x in range(10)
                ][:count]
            )
            for _ in range(16)
        ]
        for count in (40, 80)
    }


def check(scale: Scale) -> Iterator[tuple[str, int]]:
    """What is there, told by the site's own models."""
    from django.db.models import Sum

    from wheal.clinic.patients.models import Patient
    from wheal.clinic.stock.models import Lot
    from wheal.clinic.treatments.models import Pass, Session

    yield "patients", Patient.objects.count() - 1
    yield "sessions", Session.objects.count() - 1
    yield "points", Pass.objects.aggregate(points=Sum("count"))["points"] - len(one.GRID)
    yield "lots", Lot.objects.count() - len(one.DRAWN)
