"""The years after, in the demo: two courses of six sessions with two years of measures, and ten people treated once.

Every figure is invented. One of the two kept her weight, the other gained; one of the ten was never seen again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from wheal import knowledge
from wheal.clinic import demo_cast as cast
from wheal.clinic.demo_people import history, registered
from wheal.clinic.demo_photographs import agree, take
from wheal.clinic.demo_sessions import CHIN, SIGNATURE, Room, clock_at
from wheal.clinic.followup import actions
from wheal.clinic.followup.actions import Figure, NewContact, Place
from wheal.clinic.patients import link_actions
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot

if TYPE_CHECKING:
    from wheal.clinic.demo import DemoClinic

BEGAN: Final = -1000  # days from today
SESSIONS: Final = tuple(BEGAN + 31 * number for number in range(6))
LATER: Final = (28, 60, 120, 182, 365, 730)  # days after the last session
SITE: Final = Place("submental", "", "midline, 2 cm in front of the neck crease")
HOW: Final = "Ultrasound 12 MHz, sitting, head level"
# thickness in mm at each session and at each later day, and the weight in kg beside it
KEPT: Final = (
    "9.2 8.9 8.3 7.8 7.4 7.1 6.9 6.6 6.5 6.6 6.7 6.8",
    "63.0 63.2 62.8 62.9 63.1 62.7 62.9 63.0 63.3 63.1 62.8 63.2",
)
GAINED: Final = (
    "9.6 9.2 8.7 8.1 7.8 7.5 7.2 6.9 6.9 7.6 8.6 9.3",
    "66.2 66.0 66.4 66.3 66.5 66.4 66.8 67.1 67.6 69.2 72.5 75.1",
)
# of the clinician and of the patient: hers that stayed, and hers that came back
STAYED: Final = (3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1)
CAME_BACK: Final = (3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 2, 2)
PICTURED: Final = (0, 5, 10, 11)  # before, at the last session, after a year and after two
ONCE: Final = (  # before, 60 days after, and the weights: of nine people
    ("8.8", "8.1", "71.0", "71.4"), ("10.4", "9.9", "88.2", "87.0"), ("7.9", "7.6", "58.8", "59.9"),
    ("11.2", "10.9", "92.6", "94.1"), ("9.0", "8.1", "66.0", "65.2"), ("9.7", "9.4", "79.4", "79.9"),
    ("8.2", "7.4", "61.2", "60.1"), ("10.1", "9.2", "70.3", "70.1"), ("9.4", "9.3", "84.0", "86.2"),
)  # fmt: skip


def demo_years(made: DemoClinic) -> None:
    room = Room(made, made.people["alice"], made.people["bob"], made.people["dora"])
    with clock_at(room.moment(BEGAN - 7, 9)):
        lot = _old_lot(room)
        people = [_registered(room, one) for one in cast.YEARS]
    old = replace(room, made=replace(made, lots={**made.lots, CHIN.substance: lot}))
    for patient, (thickness, kilos), grades in zip(people, (KEPT, GAINED), (STAYED, CAME_BACK), strict=True):
        _course(old, patient, thickness.split(), kilos.split(), grades)
    _treated_once(room)


def _old_lot(room: Room) -> Lot:
    return stock.receive(
        product=room.made.lots[CHIN.substance].product, number="US01-EARLY",
        expires=timezone.localdate() + timedelta(days=400), containers=12, by=room.assistant,
    )  # fmt: skip


def _registered(room: Room, one: cast.Patient) -> Patient:
    made = registered(room.made.clinic, one, "+1 503 555 0199", by=room.desk)
    history(made, cast.HISTORIES[one.history], by=room.physician)
    return made


def _course(
    room: Room, patient: Patient, thickness: list[str], kilos: list[str], grades: tuple[int, ...]
) -> None:
    course = CHIN._replace(sessions=6, price=3600)
    days = (*SESSIONS, *(SESSIONS[-1] + day for day in LATER))
    for place, (day, mm, kg) in enumerate(zip(days, thickness, kilos, strict=True)):
        at = room.moment(day, 9)
        with clock_at(at):
            _measured(room, patient, mm, kg, grades[place])
            if place in PICTURED:
                _photographed(room, patient, at, grades[place], PICTURED.index(place))
        if day in SESSIONS:
            room.treat(patient, room.moment(day, 10), course, 10, kg=Decimal(kg))


def _photographed(room: Room, patient: Patient, at: datetime, grade: int, place: int) -> None:
    """One view of four days, as full as the grade says."""
    if place == 0:
        agree(patient, SIGNATURE, by=room.assistant)
    take(patient, at, grade / 3, place, views=("head_left",), by=room.assistant)


def _measured(room: Room, patient: Patient, mm: str, kg: str, grade: int | None = None) -> None:
    figures = [Figure("ultrasound", Decimal(mm)), Figure("weight", Decimal(kg))]
    if grade is not None:
        figures.append(Figure("submental_patient", Decimal(grade)))
        _written(room.physician, patient, [Figure("submental_clinician", Decimal(grade))])
    _written(room.assistant, patient, figures, HOW)


def _written(by: User, patient: Patient, figures: list[Figure], how: str = "") -> None:
    on = patient.clinic.day_of()
    actions.measure(
        patient=patient, place=SITE, on=on, figures=figures, known=knowledge.current(), how=how, by=by
    )


def _treated_once(room: Room) -> None:
    """Between half a year and four months ago, one after the other."""
    for place, one in enumerate(cast.ONCE):
        first = -175 + 4 * place
        with clock_at(room.moment(first, 8)):
            patient = _registered(room, one)
        figures = ONCE[place] if place < len(ONCE) else None
        before, after, kg, kg_after = figures or ("9.1", None, "68.0", None)
        with clock_at(room.moment(first, 9)):
            _measured(room, patient, before, kg)
        room.treat(patient, room.moment(first, 11), CHIN, 10, kg=Decimal(kg))
        if after and kg_after:
            with clock_at(room.moment(first + 61, 9)):
                _measured(room, patient, after, kg_after)
        else:
            with clock_at(room.moment(first + 66, 9)):
                unreached = NewContact("submental", "not_reached", note="No answer, twice.")
                actions.contact(patient=patient, new=unreached, by=room.desk)


def demo_answers(room: Room) -> None:
    """From phones: one says that something was noticed and nobody has called back; another has not answered yet."""
    grace, harold = room.patient("Testwell", "Grace"), room.patient("Samplewood", "Harold")
    with clock_at(room.moment(-6, 19)):
        link = link_actions.give(patient=grace, purpose="follow_up", by=room.desk)
        said = NewContact("submental", "answered", True, "A numb spot that is still there.")
        actions.answer(link=link, contacts=[said], figures={}, known=knowledge.current())
    with clock_at(room.moment(-1, 9)):
        link_actions.give(patient=harold, purpose="follow_up", by=room.desk)
