"""Treatments of the demo, past and of today, made by the same actions as a clinic's own, at the clock of their day."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone

from wheal import bodymap, knowledge
from wheal.clinic.demo_calendar import fill_calendar
from wheal.clinic.demo_cast import HISTORIES
from wheal.clinic.demo_equipment import name_what_served
from wheal.clinic.demo_photographs import ALL, agree, straighten, take
from wheal.clinic.demo_quotes import begun, paid_in_portland, pay, quoted
from wheal.clinic.demo_stock import since as stock_since
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.treatments import actions, checklist, consents, grounds
from wheal.clinic.treatments.models import Pass, Session

if TYPE_CHECKING:
    from wheal.clinic.demo import DemoClinic

BEFORE: Final = {
    "US": timedelta(days=10),
    "FR": timedelta(days=17),
}  # a quote waits as long as the country asks
AMPOULE_ML: Final = {"deoxycholic_acid": 2, "hyaluronic_acid_non_crosslinked": 3, "lidocaine": 20}
LARGER: Final = Decimal("1.05")  # than the chart
SIGNATURE: Final = [
    [[60, 190], [110, 90], [150, 200], [190, 80], [240, 205], [300, 150], [340, 190], [420, 140]],
    [[450, 185], [520, 120], [560, 190], [640, 130], [720, 185], [860, 150]],
]


class Course(NamedTuple):
    """What is planned for somebody, and how a session of it is drawn."""

    purpose: str
    area: str
    technique: str
    substance: str
    sessions: int
    price: int
    spacing_cm: str
    depth_mm: str
    volume_ml: str


CHIN: Final = Course("fat", "submental", "point_by_point", "deoxycholic_acid", 4, 2400, "1", "6", "0.2")
CHEEK: Final = Course("skin", "cheeks", "papule", "hyaluronic_acid_non_crosslinked", 3, 540, "1", "2", "0.02")
NUMB: Final = Course("skin", "decollete", "papule", "lidocaine", 1, 90, "2", "2", "0.1")


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """What is done in here happens at `moment`: models and actions ask this one clock, which tells UTC."""
    real, told = timezone.now, moment.astimezone(UTC)
    timezone.now = lambda: told
    try:
        yield
    finally:
        timezone.now = real


@dataclass(frozen=True, slots=True)
class Room:
    """One clinic's treatments: its physician treats, its assistant prepares, its desk books."""

    made: DemoClinic
    physician: User
    assistant: User
    desk: User

    def patient(self, family_name: str, given_names: str) -> Patient:
        return next(
            row
            for row in self.made.patients
            if (row.family_name, row.given_names) == (family_name, given_names)
        )

    def moment(self, days: int, hour: int, minute: int = 0) -> datetime:
        """So many days from today, by the clinic's own clock."""
        zone = ZoneInfo(self.made.clinic.time_zone)
        day = timezone.localdate(timezone=zone) + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), zone)

    def book(self, patient: Patient, at: datetime, room: str) -> Session:
        return actions.book(
            clinic=self.made.clinic,
            patient=patient,
            planned_for=at,
            room=room,
            practitioner=self.physician,
            by=self.desk,
        )

    def ask(self, patient: Patient, said: str) -> None:
        """The history questions anew, every one answered."""
        last = patient.histories.completed().first()
        answers = {**(last.answers if last else {}), **HISTORIES[said]}
        patients.complete_history(
            patient=patient, answers=answers, version=0, after=last.pk if last else 0, by=self.assistant,
            known=knowledge.current(),
        )  # fmt: skip

    def plan(self, session: Session, course: Course) -> None:
        law = knowledge.current().jurisdictions[self.made.clinic.jurisdiction]
        actions.save_plan(
            session=session, purpose=course.purpose, area=course.area, technique=course.technique,
            substances=[course.substance], sessions=course.sessions, price=Decimal(course.price), currency=law.currency,
            by=self.physician,
        )  # fmt: skip

    def agree(self, session: Session) -> None:
        """Read and signed in the patient's language."""
        session.refresh_from_db()
        patient, known = session.patient, knowledge.current()
        text = consents.text_of(session.plan, session.clinic, self.physician, patient.language, known)
        actions.give_consent(
            session=session, language=patient.language, text_digest=sha256(text.encode()).hexdigest(),
            signed_name=f"{patient.given_names} {patient.family_name}", signature=SIGNATURE, by=self.physician,
            known=known,
        )  # fmt: skip

    def draw(self, session: Session, course: Course, volume_ml: Decimal) -> None:
        """As many ampoules as the volume asks for, checked by a second person."""
        mix = actions.add_mix(session=session, by=self.assistant)
        each = Decimal(AMPOULE_ML[course.substance])
        while volume_ml > 0:
            drawn = min(volume_ml, each)
            actions.add_component(
                mix=mix, lot=self.made.lots[course.substance], volume_ml=drawn, by=self.assistant
            )
            volume_ml -= drawn
        actions.save_mix(
            mix=mix, prepared_by="chairside", prepared_at=timezone.now(), preparer=self.assistant,
            checker=self.physician, by=self.assistant,
        )  # fmt: skip

    def inject(self, session: Session, course: Course, points: Sequence[bodymap.Point]) -> None:
        row = actions.add_pass(
            session=session, mix=session.mixes.first(), by=self.physician, known=knowledge.current()
        )
        self.measure(row)
        actions.save_pass(
            row=row, points=points, outline=[(x, y) for x, y in row.outline], spacing_cm=Decimal(course.spacing_cm),
            depth_mm=Decimal(course.depth_mm), volume_ml=Decimal(course.volume_ml), by=self.physician,
        )  # fmt: skip

    def measure(self, row: Pass) -> None:
        """A patient a little larger than the chart, where the chart says what to measure."""
        known = knowledge.current()
        ruler = grounds.place_of(row, known).ruler
        if not ruler:
            return
        one, other = ruler
        distance_cm = (Decimal(math.dist(one, other)) / bodymap.PER_CM * LARGER).quantize(Decimal("0.1"))
        actions.measure(row=row, ruler=(one, other), distance_cm=distance_cm, by=self.physician, known=known)

    def prepare(self, session: Session, course: Course, most: int, kg: Decimal | None = None) -> None:
        """From the weight of the day to the last point."""
        points = grid(course, most)
        volume = len(points) * Decimal(course.volume_ml)
        weight = Decimal("81.4") if session.patient.sex == "male" else Decimal("61.8")
        weight += (
            Decimal((datetime.now(UTC) - session.planned_for).days // 10) / 10
        )  # a little less each time
        actions.save_weight(session=session, weight_kg=kg or weight, by=self.assistant)
        name_what_served(session, by=self.assistant)
        self.draw(session, course, volume)
        self.inject(session, course, points)

    def check(self, session: Session) -> None:
        for item in checklist.ITEMS:
            actions.tick(session=session, item=item, done=True, by=self.assistant)

    def treat(
        self,
        patient: Patient,
        at: datetime,
        course: Course,
        most: int,
        *,
        said: str = "clear",
        reason: str = "",
        kg: Decimal | None = None,
    ) -> Session:
        """A whole session, from the door to the signature; the first of a course is booked and quoted weeks before."""
        with clock_at(at - BEFORE[self.made.clinic.jurisdiction]):
            session = self.book(patient, at, "1")
            if is_first := session.plan.consents.count() == 0:
                self.plan(session, course)
                quoted(patient, physician=self.physician, desk=self.desk)
        with clock_at(at - timedelta(minutes=40)):
            actions.arrive(session=session, by=self.desk)
            self.ask(patient, said)
            if is_first:
                self.agree(session)
        with clock_at(at - timedelta(minutes=10)):
            self.prepare(session, course, most, kg)
            self.check(session)
        with clock_at(at):
            return actions.sign_off(
                session=session, by=self.physician, known=knowledge.current(), reason=reason
            )


def grid(course: Course, most: int) -> list[bodymap.Point]:
    """The area's own outline, a grid over it, points in danger zones left out, those nearest the middle taken."""
    place = bodymap.place(course.area, knowledge.current())
    points = bodymap.lay_grid(place.outline, Decimal(course.spacing_cm))
    zones = bodymap.zones(place, knowledge.current())
    danger = {point for hit in bodymap.in_danger(zones, points, course.substance).values() for point in hit}
    safe = [point for point in points if point not in danger]
    middle = [sum(edges) / len(safe) for edges in zip(*safe, strict=True)]
    taken = set(sorted(safe, key=lambda point: math.dist(point, middle))[:most])
    return [point for point in safe if point in taken]


def demo_treatments(portland: DemoClinic, lyon: DemoClinic) -> tuple[Room, Room]:
    """Sessions of the last months, one refused, one amended; and today's list at every step."""
    us = Room(portland, portland.people["alice"], portland.people["bob"], portland.people["dora"])
    fr = Room(lyon, lyon.people["camille"], lyon.people["basile"], lyon.people["delphine"])
    _past_in_portland(us)
    _past_in_lyon(fr)
    for room in (us, fr):
        stock_since(room.made.clinic, room.moment, clock_at, by=room.assistant, physician=room.physician)
    _today_in_portland(us)
    _today_in_lyon(fr)
    for room in (us, fr):
        fill_calendar(
            room.made.clinic, room.made.patients, room.moment, physician=room.physician, desk=room.desk
        )
    return us, fr


def _past_in_portland(room: Room) -> None:
    maria, grace = room.patient("Samplewood", "Maria"), room.patient("Testwell", "Grace")
    for days, most in ((-170, 30), (-132, 28), (-95, 26)):
        session = room.treat(maria, room.moment(days, 10), CHIN, most)
        if days == -132:
            with clock_at(room.moment(days, 16)):
                actions.amend(
                    session=session, corrects="depth", was="6 mm", should_be="8 mm",
                    reason="The needle used has its stop at 8 mm; the depth of the session before was left standing.",
                    by=room.physician,
                )  # fmt: skip
    _photographed(room, maria)
    for days in (-88, -50):
        room.treat(grace, room.moment(days, 14), CHIN, 24)
    paid_in_portland(
        maria.quotes.latest("pk"), grace.quotes.latest("pk"), room.moment, clock_at, by=room.desk
    )
    room.treat(room.patient("Samplewood", "Harold"), room.moment(-21, 11), CHIN, 30)
    room.treat(room.patient("Mockingham", "Elena"), room.moment(-14, 9), NUMB, 20)
    room.treat(
        room.patient("Placeholder", "Susan"), room.moment(-45, 15), CHIN, 20, said="warfarin",
        reason="INR 2.1 this morning. Few points, pressure afterwards, bruising explained and accepted.",
    )  # fmt: skip


def _photographed(room: Room, maria: Patient) -> None:
    """Before the first session, at the third, and at a follow-up without one; today's are begun."""
    for place, (days, full, views) in enumerate(
        (
            (-170, 1.0, ALL),
            (-95, 0.55, ALL),
            (-40, 0.35, ("head_left",)),
            (0, 0.2, ("head_front", "head_left")),
        )
    ):
        at = min(room.moment(days, 9, 40), timezone.now())
        with clock_at(at):
            if place == 0:
                agree(maria, SIGNATURE, by=room.assistant)
            taken = take(maria, at, full, place, views=views, by=room.assistant)
            if days == -40:
                straighten(taken, by=room.assistant)


def _past_in_lyon(room: Room) -> None:
    for days in (-75, -45, -16):
        room.treat(room.patient("Exemplaire", "Élodie"), room.moment(days, 10, 30), CHEEK, 60)
    room.treat(room.patient("Dupont-Fictif", "Marie"), room.moment(-9, 15), CHEEK, 50)


def _today_in_portland(room: Room) -> None:
    now = timezone.now()
    maria, daniel, irene = (
        room.patient("Samplewood", "Maria"), room.patient("Prototype", "Daniel"), room.patient("Specimen", "Irene"),
    )  # fmt: skip
    at_check = room.book(maria, room.moment(0, 9), "1")
    actions.arrive(session=at_check, by=room.desk)
    with clock_at(now - timedelta(minutes=15)):
        room.ask(maria, "clear")
        room.prepare(at_check, CHIN, 24)
    waiting = room.book(room.patient("Placeholder", "Susan"), room.moment(0, 9, 45), "2")
    actions.arrive(session=waiting, by=room.desk)
    with clock_at(now - timedelta(minutes=25)):
        room.ask(waiting.patient, "warfarin")
        room.prepare(waiting, CHIN, 20)
        room.check(waiting)
    agreed = room.book(daniel, room.moment(0, 10, 30), "1")
    actions.arrive(session=agreed, by=room.desk)
    room.plan(agreed, CHIN)
    room.agree(agreed)
    _refused(room, room.book(irene, room.moment(0, 11, 15), "2"))
    room.plan(room.book(room.patient("Anyperson", "Joan"), room.moment(0, 14), "1"), CHIN)
    begun(room.patient("Anyperson", "Joan"), physician=room.physician, desk=room.desk)
    room.book(room.patient("Noname", "Teresa"), room.moment(0, 15), "2")
    room.book(room.patient("Standin", "Carmen"), room.moment(1, 10), "1")


def _refused(room: Room, session: Session) -> None:
    """Prepared by somebody in a hurry, refused at the signature: the patient is pregnant."""
    actions.arrive(session=session, by=room.desk)
    room.plan(session, CHIN)
    room.agree(session)
    with clock_at(timezone.now() - timedelta(minutes=30)):
        room.prepare(session, CHIN, 20)
        room.check(session)
    try:
        actions.sign_off(session=session, by=room.physician, known=knowledge.current())
    except actions.SignOffRefused:
        return
    raise AssertionError("the demo's refused session was signed")


def _today_in_lyon(room: Room) -> None:
    marie, elodie = room.patient("Dupont-Fictif", "Marie"), room.patient("Exemplaire", "Élodie")
    ready = room.book(marie, room.moment(0, 9, 30), "1")
    actions.arrive(session=ready, by=room.desk)
    with clock_at(timezone.now() - timedelta(minutes=12)):
        room.ask(marie, "clear")
        room.prepare(ready, CHEEK, 40)
    room.book(elodie, room.moment(0, 11), "1")
    room.plan(room.book(room.patient("Factice", "Jean-Pierre"), room.moment(0, 14, 30), "2"), CHEEK)
    with clock_at(room.moment(-6, 17)):
        quoted(
            room.patient("Factice", "Jean-Pierre"), physician=room.physician, desk=room.desk, accepted=False
        )
    pay(elodie.quotes.get(), "payment", "360", "card", by=room.desk)
    room.book(room.patient("Personne", "Ulysse"), room.moment(0, 16), "2")
