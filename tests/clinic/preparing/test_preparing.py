"""Agreements answered later, the own doctor told only with agreement, questions open until they are answered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import people
from clinic.audit.test_fixed_rows import refuses
from clinic.treatments.conftest import as_
from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.patients import link_actions, links
from wheal.clinic.preparing import actions, pages
from wheal.clinic.preparing.actions import PreparingRefused
from wheal.clinic.preparing.models import Answer, Behaviour, Kept, Letter, OwnDoctor, Question, Sending
from wheal.clinic.treatments.models import Plan, Session


@pytest.fixture
def plan(patient, alice) -> Plan:
    return Plan.objects.create(
        patient=patient, purpose="fat", area="submental", substances=["deoxycholic_acid"], sessions=4, created_by=alice
    )  # fmt: skip


def write(patient, plan, by) -> Letter:
    return actions.write_letter(patient=patient, plan=plan, known=knowledge.current(), by=by)


def path(patient, what: str = "") -> str:
    return f"/preparing/patients/{patient.pk}/{what}"


def test_an_agreement_is_answered_at_later_visits_and_nothing_is_overwritten(patient, bob):
    helper, today = as_(bob), patient.clinic.day_of()
    assert helper.post(path(patient, "agree/"), {"behaviour-words": "I take the stairs"}).status_code == 302
    row = Behaviour.objects.get()
    for how in ("not_yet", "kept"):
        typed = {f"kept-{row.pk}-how": how, f"kept-{row.pk}-on": today.isoformat()}
        assert helper.post(f"/preparing/behaviours/{row.pk}/tell/", typed).status_code == 302
    assert [one.how for one in row.told.all()] == ["not_yet", "kept"]
    assert pages.standing(patient)[0].latest.how == "kept"
    actions.tell(behaviour=row, how="left", on=today, by=bob)
    assert pages.standing(patient) == []


@pytest.mark.parametrize(("days", "reason"), [(1, "to_come"), (-1, "before_it")])
def test_a_day_that_cannot_be_is_refused_at_its_form_and_nothing_is_kept(patient, bob, days, reason):
    row = actions.agree(patient=patient, words="I walk", by=bob)
    on = patient.clinic.day_of() + timedelta(days=days)
    with pytest.raises(PreparingRefused, match=reason):
        actions.tell(behaviour=row, how="kept", on=on, by=bob)
    typed = {f"kept-{row.pk}-how": "kept", f"kept-{row.pk}-on": on.isoformat()}
    assert as_(bob).post(f"/preparing/behaviours/{row.pk}/tell/", typed).status_code == 422
    assert not Kept.objects.exists()


def test_no_letter_without_the_agreement_that_stands_now(patient, plan, alice):
    with pytest.raises(PreparingRefused, match="no_doctor"):
        write(patient, plan, alice)
    agreed = {"patient": patient, "name": "Dr Elm", "address": "", "by": alice}
    actions.name_doctor(**agreed, may_be_told=True)
    letter = write(patient, plan, alice)
    actions.name_doctor(**agreed, may_be_told=False)
    with pytest.raises(PreparingRefused, match="not_agreed"):
        write(patient, plan, alice)
    with pytest.raises(PreparingRefused, match="not_agreed"):
        actions.note_sending(letter=letter, how="post", on=patient.clinic.day_of(), by=alice)
    assert Letter.objects.count() == 1
    assert not Sending.objects.exists()


def test_the_letter_speaks_the_patients_language_and_tells_what_is_planned_and_asked_alone(
    patient, plan, alice
):
    patient.language, plan.note = "fr", "private remark"
    patient.save()
    plan.save()
    actions.name_doctor(patient=patient, name="Dr Orme", address="Ville", may_be_told=True, by=alice)
    actions.ask(
        patient=patient, words="Quels médicaments ?", why="liste", on=patient.clinic.day_of(), by=alice
    )
    reader = as_(alice)
    assert reader.post(path(patient, "letter/"), {"letter-plan": plan.pk}).status_code == 302
    made = reader.get(f"/preparing/letters/{Letter.objects.get().pk}/letter.pdf").content
    text = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
    assert "Lettre au médecin traitant" in text
    assert "acide désoxycholique" in text.lower()
    assert "Quels médicaments" in text
    assert "Dr Orme" in text
    assert "private remark" not in text
    assert Event.objects.filter(what="preparing.letter_printed").count() == 1


def test_a_question_is_open_on_the_plan_and_the_check_until_its_answer_names_the_doctor(patient, plan, alice):
    reader, today = as_(alice), patient.clinic.day_of()
    asked = {
        "question-words": "Is the thyroid watched?",
        "question-why": "Told so",
        "question-on": today.isoformat(),
    }
    assert reader.post(path(patient, "ask/"), asked).status_code == 302
    assert "Is the thyroid watched?" in reader.get(path(patient, "open/")).content.decode()
    session = Session.objects.create(
        clinic=patient.clinic, patient=patient, plan=plan, planned_for=timezone.now(), created_by=alice
    )
    for step in ("plan", "check"):
        assert path(patient, "open/") in reader.get(f"/sessions/{session.pk}/{step}/").content.decode()
    row = Question.objects.get()
    form = f"answer-{row.pk}-"
    answer = {form + "words": "Yes", form + "how": "phone", form + "on": today.isoformat()}
    to = f"/preparing/questions/{row.pk}/answer/"
    assert reader.post(to, answer).status_code == 422  # by whom?
    assert reader.post(to, answer | {form + "doctor": "Dr Elm"}).status_code == 302
    assert reader.get(path(patient, "open/")).content.decode().strip() == ""
    assert "Dr Elm" in reader.get(path(patient)).content.decode()


def test_the_weight_is_read_from_the_history_and_the_sessions(patient, history, alice):
    assert pages.weight_of(patient, None, patient.clinic.day_of()).unknown == "never_weighed"
    Session.objects.create(
        clinic=patient.clinic, patient=patient, planned_for=timezone.now(), weight_kg=Decimal("64.0"), created_by=alice
    )  # fmt: skip
    found = pages.weight_of(patient, history, patient.clinic.day_of())
    assert (found.unknown, found.first.is_told, found.last.kg) == (None, True, Decimal("64.0"))


def by_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_row_is_fixed_and_the_audit_knows_its_digest(patient, plan, alice):
    today = patient.clinic.day_of()
    row = actions.agree(patient=patient, words="I walk", by=alice)
    actions.tell(behaviour=row, how="kept", on=today, by=alice)
    actions.name_doctor(patient=patient, name="Dr Elm", address="", may_be_told=True, by=alice)
    actions.note_sending(letter=write(patient, plan, alice), how="post", on=today, by=alice)
    asked = actions.ask(patient=patient, words="?", why="!", on=today, by=alice)
    actions.answer(question=asked, doctor="Dr Elm", how="letter", on=today, words="No", by=alice)
    for model in (Behaviour, Kept, OwnDoctor, Letter, Sending, Question, Answer):
        table = model._meta.db_table
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            assert refuses(partial(by_sql, statement)), statement
    assert [one for one in verify().broken if "preparing" in one.where] == []


def test_on_the_phone_the_patient_reads_what_was_agreed_and_not_what_was_left(patient, bob):
    for words in ("I take the stairs", "I give up sugar"):
        row = actions.agree(patient=patient, words=words, by=bob)
    actions.tell(behaviour=row, how="left", on=patient.clinic.day_of(), by=bob)
    link = link_actions.give(patient=patient, purpose="pages", by=bob)
    born, phone, door = patient.birth_date, Client(), reverse("links:door", args=[links.token(link)])
    phone.post(door, {"day": born.day, "month": born.month, "year": born.year})
    home = phone.get(reverse("portal:home", args=[links.token(link)])).content.decode()
    assert "I take the stairs" in home
    assert "I give up sugar" not in home


def test_another_clinic_finds_nothing_of_it(patient, plan, alice):
    row = actions.agree(patient=patient, words="I walk", by=alice)
    actions.name_doctor(patient=patient, name="Dr Elm", address="", may_be_told=True, by=alice)
    letter = write(patient, plan, alice)
    asked = actions.ask(patient=patient, words="?", why="!", on=patient.clinic.day_of(), by=alice)
    stranger = as_(people.person("Mallory", "physician", people.clinic("Elsewhere")))
    for where in (path(patient), path(patient, "piece/"), path(patient, "open/")):
        assert stranger.get(where).status_code == 404
    assert stranger.get(f"/preparing/letters/{letter.pk}/letter.pdf").status_code == 404
    for where in (
        f"behaviours/{row.pk}/tell/",
        f"questions/{asked.pk}/answer/",
        f"letters/{letter.pk}/sent/",
    ):
        assert stranger.post(f"/preparing/{where}").status_code == 404
