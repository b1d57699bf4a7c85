"""Patients of the demo at home: answers sent before a visit, a consent that is being read, questions, a request."""

from __future__ import annotations

from wheal import knowledge
from wheal.clinic.demo_photographs import agree
from wheal.clinic.demo_quotes import quoted
from wheal.clinic.demo_sessions import CHEEK, SIGNATURE, Room, clock_at
from wheal.clinic.patients import link_actions
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.portal import actions

AT_HOME = {
    "weight": "64.5", "height": "171", "pregnant": False, "breastfeeding": False, "blood_thinners": [],
    "hopes": "My cheeks look tired. I would like fresher skin for a wedding in spring.",
}  # fmt: skip


def demo_portal(us: Room, fr: Room) -> None:
    _answered(us)
    _reading(fr, fr.patient("Quidam", "Sylvie"))
    _elena(us)
    _decided(us)
    _decided(fr)


def _decided(room: Room) -> None:
    """At home yesterday: the quote accepted, the agreement to photographs taken back."""
    family, given, answer = (
        ("Whoever", "Lucia", True) if room.made.clinic.language == "en" else ("Spécimen", "Noémie", False)
    )
    patient = room.patient(family, given)
    with clock_at(room.moment(-3, 16, 30)):
        session = room.book(patient, room.moment(24, 11), "")
        room.plan(session, CHEEK)
        quote = quoted(patient, physician=room.physician, desk=room.desk, accepted=False)
        if answer:
            agree(patient, SIGNATURE, by=room.assistant)
        link = _link(room, patient)
    with clock_at(room.moment(-1, 20, 15)):
        if answer:
            name = f"{patient.given_names} {patient.family_name}"
            actions.accept_quote(link=link, quote=quote, signed_name=name, signature=SIGNATURE)
            actions.withdraw_photographs(purpose="teaching", link=link)
        else:
            actions.refuse_quote(link=link, quote=quote, reason="Je préfère attendre l’an prochain.")


def _link(room: Room, patient: Patient) -> Link:
    return link_actions.give(patient=patient, purpose="pages", by=room.desk)


def _answered(room: Room) -> None:
    """Teresa, who comes for the first time today, answered on Sunday; Grace asks for a copy of her record."""
    teresa, grace = room.patient("Noname", "Teresa"), room.patient("Testwell", "Grace")
    with clock_at(room.moment(-2, 19, 12)):
        link = _link(room, teresa)
        actions.send_own(link=link, answers=AT_HOME, version=None, known=knowledge.current())
        actions.ask(link=link, text="May I drive home afterwards, or should somebody fetch me?")
    with clock_at(room.moment(-2, 19, 30)):
        _link(room, room.patient("Placeholder", "Susan"))  # who reported a sore spot
    with clock_at(room.moment(-1, 8, 40)):
        words = "For my own doctor, please: what was injected and when."
        actions.ask_for_data(link=_link(room, grace), kind="copy", words=words)


def _reading(room: Room, patient: Patient) -> None:
    """The text was handed over six days ago; the visit lies after the time to think."""
    with clock_at(room.moment(-6, 17, 5)):
        session = room.book(patient, room.moment(24, 9, 30), "1")
        room.plan(session, CHEEK)
        quoted(patient, physician=room.physician, desk=room.desk, accepted=False)
        handed = actions.hand_over(session=session, by=room.physician, known=knowledge.current())
        link = _link(room, patient)
    with clock_at(room.moment(-5, 20, 45)):
        actions.note_reading(handed=handed, link=link)


def _elena(room: Room) -> None:
    """Treated a fortnight ago, planning her cheeks: a question was answered, the text waits to be signed."""
    elena = room.patient("Mockingham", "Elena")
    _reading(room, elena)
    link = elena.links.filter(purpose="pages").latest("pk")
    with clock_at(room.moment(-5, 20, 50)):
        asked = actions.ask(link=link, text="Is it a problem that I go skiing the week after?")
    with clock_at(room.moment(-4, 9, 15)):
        answer = "We talk about sun and cold at your visit. Until then nothing is fixed: take your time with the text."
        actions.answer(patient=elena, text=answer, seen=asked.pk, by=room.physician)
