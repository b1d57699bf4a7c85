"""Questions, requests, aftercare, passport and photographs: what passes between home and clinic, and who may see it."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

import photos
import ready
from clinic.portal.conftest import DRAWN, phone_of
from clinic.treatments.conftest import as_
from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.photographs import actions as photographing
from wheal.clinic.photographs import agreed, wording
from wheal.clinic.photographs.models import PhotographConsentWithdrawal
from wheal.clinic.portal import actions
from wheal.clinic.portal.models import DataRequest, Message, OwnAct
from wheal.clinic.safety.models import ReportPhotograph
from wheal.clinic.treatments import actions as treatments


@pytest.fixture
def treated(planned, alice, clinic):
    ready.agree(planned, alice)
    ready.drawn(planned, ready.mixed(planned, ready.lot(clinic, alice, "K-1"), alice), alice, 20)
    ready.checked(planned, alice)
    return treatments


@pytest.fixture
def signed(patient, alice, history, treated, planned):
    return treatments.sign_off(session=planned, by=alice, known=knowledge.current())


def test_a_question_is_answered_and_each_side_sees_what_is_new(phone, client, bob, patient):
    phone.send("questions/ask/", question="May I swim?")
    client.force_login(bob)
    assert f"/from-patients/{patient.pk}/questions/" in client.get("/from-patients/waiting/").content.decode()
    client.get(f"/from-patients/{patient.pk}/questions/")
    assert "waits for an answer" in client.get("/from-patients/waiting/").content.decode(), (
        "looking answers nobody"
    )
    seen = str(Message.objects.latest("pk").pk)
    client.post(f"/from-patients/{patient.pk}/questions/answer/", {"answer": "Not this week.", "seen": seen})
    assert client.get("/from-patients/waiting/").content.decode().strip() == ""
    assert "1 new answer" in phone.go("home/").content.decode()
    assert "Not this week." in phone.go("questions/").content.decode()
    assert "new answer" not in phone.go("home/").content.decode()
    assert verify().broken == ()


@pytest.mark.parametrize("sent", [{"answer": "Not this week."}, {"dealt_with": "1"}])
def test_what_was_asked_while_the_page_stood_open_still_waits(phone, client, bob, patient, sent):
    thread = f"/from-patients/{patient.pk}/questions/"
    phone.send("questions/ask/", question="May I swim?")
    client.force_login(bob)
    page = client.get(thread).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    phone.send("questions/ask/", question="My chin is hot and red.")
    client.post(f"{thread}answer/", sent | {"seen": seen})
    assert [(each.text, each.read_at is None) for each in Message.objects.filter(by=None)] == [
        ("May I swim?", False),
        ("My chin is hot and red.", True),
    ]
    assert "waits for an answer" in client.get("/from-patients/waiting/").content.decode()


def test_who_says_that_a_question_is_dealt_with_elsewhere_stands_in_the_audit(phone, client, bob, patient):
    phone.send("questions/ask/", question="May I swim?")
    client.force_login(bob)
    sent = {"dealt_with": "1", "seen": str(Message.objects.get().pk)}
    for _twice in range(2):
        client.post(f"/from-patients/{patient.pk}/questions/answer/", sent)
    event = Event.objects.get(what="portal.question_dealt_with")
    assert (event.by, event.patient_id) == (bob, patient.pk)
    assert client.get("/from-patients/waiting/").content.decode().strip() == ""


@pytest.mark.parametrize("typed", ["", "   ", "x" * 4001])
def test_nothing_or_too_much_is_not_sent_and_not_lost(phone, typed):
    refused = phone.send("questions/ask/", question=typed)
    assert (refused.status_code, Message.objects.count()) == (422, 0)
    assert typed.strip() in refused.content.decode()


def test_after_twenty_questions_a_day_the_telephone_is_named(phone):
    answers = [phone.send("questions/ask/", question=f"Question {turn}") for turn in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [422]
    assert "call the clinic" in answers[-1].content.decode()


def test_what_was_said_is_fixed_by_the_database(phone, patient, bob):
    phone.send("questions/ask/", question="May I swim?")
    for change in ({"text": "No"}, {"by": bob, "link": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.all()._raw_delete("default")


def test_a_request_about_the_data_is_recorded_seen_and_answered_once(phone, client, alice):
    for _twice in range(2):
        phone.send("data/ask/", kind="deletion", words="All of it, please.")
    asked = DataRequest.objects.get()
    client.force_login(alice)
    page = f"/from-patients/requests/{asked.pk}/"
    assert page in client.get("/from-patients/waiting/").content.decode()
    assert "All of it, please." in client.get(page).content.decode()
    assert client.post(f"{page}answer/", {"outcome": "refused", "answer": " "}).status_code == 422
    words = "The record is kept until 2046."
    client.post(f"{page}answer/", {"outcome": "refused", "answer": words})
    assert words in phone.go("data/").content.decode()
    assert client.post(f"{page}answer/", {"outcome": "done", "answer": "Gone."}).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.update(answer="Gone.")
    assert verify().broken == ()


def test_an_unknown_request_is_refused(phone):
    assert phone.send("data/ask/", kind="everything").status_code == 422


@pytest.mark.parametrize("page", ["/from-patients/{patient}/questions/", "/from-patients/{patient}/"])
def test_the_clinic_s_pages_are_of_its_own_patients(patient, client, charlie, dora, page):
    path = page.format(patient=patient.pk)
    client.force_login(charlie)
    assert client.get(path).status_code == 404
    client.force_login(dora)
    assert client.get(path).status_code == 403


def test_a_request_to_another_clinic_is_not_found_and_the_asking_audited(phone, client, charlie):
    phone.send("data/ask/", kind="copy")
    client.force_login(charlie)
    assert client.get(f"/from-patients/requests/{DataRequest.objects.get().pk}/").status_code == 404
    assert Event.objects.first().what == "patients.record_refused"


def test_aftercare_and_passport_tell_the_last_session_in_the_patient_s_words(phone, signed):
    told = phone.go("aftercare/").content.decode()
    known = knowledge.current()
    assert known.text("aftercare.late_nodule", "en") in told
    assert "tel:" in told or not signed.clinic.phone
    assert "Keep this sheet" not in told  # the page names no lots
    passport = phone.go("passport/").content.decode()
    assert "K-1" in passport
    pdf = phone.go("passport/passport.pdf")
    assert "K-1" in "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    event = Event.objects.filter(what="treatments.passport_printed").get()
    assert (event.by, event.detail["link"]) == (None, phone.link.pk)


def test_before_the_first_session_there_is_nothing_to_print(phone):
    assert phone.go("passport/passport.pdf").status_code == 404
    assert "begins with your first session" in phone.go("passport/").content.decode()
    assert "after your first session" in phone.go("aftercare/").content.decode()


def test_photographs_taken_back_at_home_are_shown_to_nobody_from_then_on(phone, patient, alice):
    known = knowledge.current()
    photographing.give_consent(
        patient=patient, purposes=["record", "teaching"], language="en", signed_name="Maria Rivera",
        text_digest=wording.digest(patient, "en", known), signature=[[[0, 0], [900, 60]]], by=alice, known=known,
    )  # fmt: skip
    assert agreed.stands("record", patient)
    phone.send("photographs/withdraw/", purpose="record")
    assert not agreed.stands("record", patient)
    taken_back = PhotographConsentWithdrawal.objects.get()
    assert (taken_back.link, taken_back.recorded_by) == (phone.link, None)
    assert "Withdrawn" in phone.go("photographs/").content.decode()
    assert verify().broken == ()


def test_photographs_of_a_report_are_told_and_taken_back_at_home(phone, signed, patient, alice):
    file = SimpleUploadedFile("skin.jpg", photos.as_a_telephone_sends_it(), content_type="image/jpeg")
    phone.post(phone.at("report/photographs/"), {"photograph": file})
    phone.send("report/send/", signs=["bruised"], onset=patient.clinic.day_of().isoformat(), words="")
    kept = ReportPhotograph.objects.get()
    shown = phone.go("photographs/").content.decode()
    assert ("keeps 1 photograph of you" in shown, f"report/photographs/{kept.pk}/" in shown) == (True, True)
    assert as_(alice).get(f"/safety/reported/{kept.pk}/thumb").status_code == 200
    for _twice in range(2):
        phone.send(f"photographs/{kept.report_id}/take-back/")
    assert as_(alice).get(f"/safety/reported/{kept.pk}/thumb").status_code == 403
    assert "nobody at the clinic sees them" in phone.go("photographs/").content.decode()
    assert [act.what for act in OwnAct.objects.all()] == ["photographs"]  # told once
    assert verify().broken == ()


MOST = {
    "home/": 14, "history/": 4, "questions/": 6, "aftercare/": 9, "passport/": 8, "photographs/": 5, "data/": 3,
}  # fmt: skip


@pytest.mark.parametrize("page", MOST)
def test_each_page_asks_a_fixed_number_of_queries(phone, signed, patient, alice, page):
    for turn in range(3):
        actions.ask(link=phone.link, text=f"Question {turn}")
        actions.ask_for_data(link=phone.link, kind="copy", words=str(turn))
    phone.go(page)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert phone.go(page).status_code == 200
    assert len(asked) <= MOST[page], [each["sql"][:90] for each in asked.captured_queries]


def test_the_inbox_asks_three_queries_however_many_write(client, clinic, alice, dora, patient):
    import people

    for turn in range(4):
        other = people.patient(clinic, alice, family_name=f"Writer {turn}")
        actions.ask(link=phone_of(other, dora).link, text="May I swim?")
    client.force_login(alice)
    client.get("/from-patients/waiting/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/from-patients/waiting/").content.decode().count("waits for an answer") == 4
    assert len(asked) <= 11, [  # four of them write whose names were read
        each["sql"][:90] for each in asked.captured_queries
    ]


def test_signed_at_home_it_lets_the_session_be_signed(phone, patient, alice, history, planned, clinic):
    """From the sofa to the needle: the consent that was signed by a link is the one that the signature asks for."""
    text = actions.hand_over(session=planned, by=alice, known=knowledge.current())
    page = phone.go(f"texts/{text.pk}/").content.decode()
    digest = page.split('name="digest" value="')[1].split('"')[0]
    phone.send(f"texts/{text.pk}/sign/", digest=digest, signed_name="Maria Rivera", signature=DRAWN)
    ready.drawn(planned, ready.mixed(planned, ready.lot(clinic, alice, "K-1"), alice), alice, 20)
    ready.checked(planned, alice)
    assert treatments.sign_off(session=planned, by=alice, known=knowledge.current()).is_signed
