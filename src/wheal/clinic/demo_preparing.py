"""Getting ready, in the demo: one patient whose doctor was asked and answered, one whose answer is awaited today."""

from __future__ import annotations

from datetime import timedelta

from wheal import knowledge
from wheal.clinic.demo_sessions import Room, clock_at
from wheal.clinic.preparing import actions
from wheal.clinic.treatments.models import Plan

DOCTOR = "Dr Elm"
ADDRESS = "Example Surgery\n2 Nowhere Street\nExample Town"


def demo_preparing(room: Room) -> None:
    _answered(room)
    _awaited(room)


def _answered(room: Room) -> None:
    maria = room.patient("Samplewood", "Maria")
    plan = Plan.objects.filter(patient=maria).latest("pk")
    with clock_at(room.moment(-21, 9)):
        day = maria.clinic.day_of()
        weighs = actions.agree(
            patient=maria, words="I weigh myself once a week and write it down", until=day + timedelta(days=21),
            by=room.assistant,
        )  # fmt: skip
        actions.agree(patient=maria, words="I take the stairs at work", by=room.assistant)
        actions.name_doctor(patient=maria, name=DOCTOR, address=ADDRESS, may_be_told=True, by=room.assistant)
        question = actions.ask(
            patient=maria, words="Have her medicines changed since the spring?",
            why="The list that she brought is from March.", on=day, by=room.physician,
        )  # fmt: skip
    with clock_at(room.moment(-20, 9)):
        letter = actions.write_letter(patient=maria, plan=plan, known=knowledge.current(), by=room.physician)
        actions.note_sending(letter=letter, how="handed", on=maria.clinic.day_of(), by=room.desk)
    with clock_at(room.moment(-9, 11)):
        day = maria.clinic.day_of()
        actions.answer(
            question=question, doctor=DOCTOR, how="phone", on=day, words="No change since March.", by=room.physician
        )  # fmt: skip
        actions.tell(behaviour=weighs, how="partly", on=day, note="Two weeks of three.", by=room.assistant)


def _awaited(room: Room) -> None:
    susan = room.patient("Placeholder", "Susan")
    with clock_at(room.moment(-4, 16)):
        actions.name_doctor(patient=susan, name="Dr Alder", address="", may_be_told=False, by=room.assistant)
        actions.ask(
            patient=susan, words="Who watches over the warfarin, and what do they say of this treatment?",
            why="She takes warfarin, as the history tells.", on=susan.clinic.day_of(), by=room.physician,
        )  # fmt: skip
