"""Who is to be asked: found, filtered, told on the day; answered from a phone behind the door of a link."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from clinic.treatments.conftest import as_
from wheal.clinic.followup import actions, courses, due
from wheal.clinic.followup.actions import NewContact
from wheal.clinic.followup.due import Asked
from wheal.clinic.followup.models import Contact, Measure
from wheal.clinic.followup.series import weighed
from wheal.clinic.patients import link_actions, links
from wheal.clinic.patients.actions import forget_who
from wheal.clinic.safety.models import PatientReport
from wheal.knowledge.following import Asked as Call
from wheal.weighing import pounds_of


def states(clinic, known, **asked: str) -> dict[str, str]:
    rows = due.board(clinic, Asked(**asked), known).rows
    return {row.patient.family_name: row.state for row in rows}


@pytest.fixture
def four(treated, measured):
    """Overdue, due, to come, and answered."""
    people = {
        "Overdue": treated(8 + 1, name="Overdue"),
        "Due": treated(7, name="Due"),
        "Later": treated(26, name="Later"),
        "Answered": treated(60, name="Answered"),
    }
    measured(people["Answered"], 1, ultrasound="9")
    return people


def test_due_and_overdue_are_shown_what_comes_soon_when_asked_for(clinic, four, known):
    assert states(clinic, known) == {"Overdue": "overdue", "Due": "due"}
    assert states(clinic, known, state="coming") == {"Later": "coming"}
    assert list(states(clinic, known)) == ["Overdue", "Due"]  # the worst first


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"name": "over"}, {"Overdue"}),
        ({"name": "OVERDUE example"}, {"Overdue"}),
        ({"name": "nobody"}, set()),
        ({"by": "patient"}, {"Overdue", "Due"}),
        ({"by": "clinic", "state": "coming"}, {"Later"}),
        ({"area": "abdomen"}, set()),
        ({"state": "due"}, {"Due"}),
    ],
)
def test_the_list_is_searched_and_filtered(clinic, four, known, asked, found):
    assert set(states(clinic, known, **asked)) == found


def test_the_list_takes_as_many_queries_for_ten_as_for_two(
    clinic, treated, alice, django_assert_max_num_queries
):
    for number in range(10):
        treated(9 + number, name=f"P{number}")
    reader = as_(alice)
    reader.get("/follow-up/")
    with django_assert_max_num_queries(15):  # three that write whose names were read
        page = reader.get("/follow-up/").content.decode()
    assert "P9" in page


@pytest.mark.parametrize("last", ["no_more", "ended"])
def test_whoever_wishes_to_be_left_alone_or_died_is_asked_no_more(clinic, four, known, alice, last):
    actions.contact(patient=four["Overdue"], new=NewContact("submental", last), by=alice)
    actions.contact(patient=four["Due"], new=NewContact("submental", "not_reached"), by=alice)
    rows = due.board(clinic, Asked(), known).rows
    assert [(row.patient.family_name, row.tries) for row in rows] == [("Due", 1)]


def test_a_call_that_was_noted_by_mistake_is_taken_back_once_and_told(clinic, four, known, alice, charlie):
    patient = four["Due"]
    made = actions.contact(patient=patient, new=NewContact("submental", "ended"), by=alice)
    assert "Due" not in states(clinic, known)
    path = f"/follow-up/contacts/{made.pk}/take-back/"
    assert as_(charlie).post(path, {"reason": "x"}).status_code == 404
    as_(alice).post(path, {"reason": ""})
    assert "Due" not in states(clinic, known)
    as_(alice).post(path, {"reason": "The wrong patient"})
    as_(alice).post(path, {"reason": "Again"})
    assert states(clinic, known)["Due"] == "due"
    assert Contact.objects.count() == 2
    assert "The wrong patient" in as_(alice).get(f"/follow-up/patients/{patient.pk}/").content.decode()


def test_nobody_is_called_who_was_taken_out(clinic, four, known, alice):
    forget_who(patient=four["Overdue"], by=alice)
    assert states(clinic, known) == {"Due": "due"}


def test_nobody_of_another_clinic_is_in_the_list(four, charlie, dora):
    assert "OVERDUE" not in as_(charlie).get("/follow-up/").content.decode()
    assert as_(dora).get("/follow-up/").status_code == 403


def test_the_list_as_a_table(four, alice):
    lines = as_(alice).get("/follow-up/due.csv?state=overdue").content.decode().splitlines()
    assert len(lines) == 2
    assert "OVERDUE Example" in lines[1]


def test_a_protocol_s_own_days_replace_those_of_the_knowledge(clinic, treated, known, alice):
    own = [Call("5 d", "clinic"), Call("84 d", "clinic", True)]
    form = {"after_0": "5", "unit_0": "d", "by_0": "clinic", "after_1": "84", "unit_1": "d", "by_1": "clinic",
            "measures_1": "on", "reason": "Trial days"}  # fmt: skip
    assert as_(alice).post("/follow-up/schedules/write/", form).status_code == 302
    patient = treated(3)
    one = courses.of_patient(patient, known)[0]
    assert [call.asked for call in one.calls] == own
    assert as_(alice).get("/follow-up/schedules/").content.decode().count("Trial days") == 1
    assert (
        as_(alice).post("/follow-up/schedules/write/", {"reason": "Back", "as_shipped": "1"}).status_code
        == 302
    )
    assert len(courses.of_patient(patient, known)[0].calls) == 10


# ---- from a phone


@pytest.fixture
def phone(treated, dora):
    """Of somebody whose seventh day is due."""
    return opened(treated(8, name="Phone"), dora)


def opened(patient, by, purpose: str = "follow_up") -> Client:
    link = link_actions.give(patient=patient, purpose=purpose, by=by)
    client, born = Client(), patient.birth_date
    client.door = f"/p/{links.token(link)}/"
    client.path = f"{client.door}follow-up/"
    client.patient = patient
    client.post(client.door, {"day": born.day, "month": born.month, "year": born.year})
    return client


def answers(**more: str) -> dict[str, str]:
    return {"noticed": "no", "words": "", "submental-submental_patient": "2", "submental-improvement_patient": "1",
            "body-weight": "69.5", **more}  # fmt: skip


def test_a_patient_answers_and_the_call_is_done(clinic, phone, known):
    page = phone.get(phone.path).content.decode()
    assert "how full does it look to you today" in page
    assert "ultrasound" not in page
    assert phone.post(phone.path, answers()).status_code == 302
    assert states(clinic, known) == {}
    made = {one.instrument: (one.value, one.recorded_by, one.area) for one in Measure.objects.all()}
    assert made == {
        "submental_patient": (2, None, "submental"),
        "improvement_patient": (1, None, "submental"),
        "weight": (69.5, None, ""),
    }
    assert "Your answers are with the clinic" in phone.get(f"{phone.path}sent/").content.decode()
    assert "nothing to answer now" in phone.get(phone.path).content.decode()


def test_what_was_noticed_is_reported_at_once_and_waits_for_a_call_back(clinic, phone, known, alice):
    phone.post(phone.path, answers(noticed="yes", words="A firm lump"))
    told = phone.get(f"{phone.path}sent/").content.decode()
    assert f"{phone.door}report/" in told
    assert phone.get(f"{phone.door}report/").status_code == 200  # the same door opens it
    assert not PatientReport.objects.exclude(sent_at=None).exists()
    assert states(clinic, known) == {"Phone": "noticed"}
    day = as_(alice).get("/follow-up/on-the-day/").content.decode()
    assert "nobody has called back" in day
    assert "PHONE Example" in day
    noted = {"outcome": "answered", "noticed": "yes", "note": "Seen today"}
    answer = as_(alice).post(f"/follow-up/patients/{phone.patient.pk}/submental/contact/", noted)
    assert answer.url.endswith(f"/patients/{phone.patient.pk}/reactions/new/")
    assert states(clinic, known) == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"noticed": ""}, "Please answer this one"),
        ({"body-weight": "18"}, "cannot be"),
        ({"body-weight": "35"}, "Look again"),
        ({"submental-submental_patient": "9"}, "Select a valid choice"),
    ],
)
def test_a_slip_is_asked_again_on_the_phone_and_nothing_is_kept(phone, change, words):
    answer = phone.post(phone.path, answers(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Contact.objects.exists()
    assert not Measure.objects.exists()


def test_the_weight_that_was_asked_again_is_kept_once_it_is_right(phone):
    phone.post(phone.path, answers(**{"body-weight": "35"}))
    assert (
        phone.post(phone.path, answers(**{"body-weight": "35", "body-sure_weight": "on"})).status_code == 302
    )


def test_a_weight_told_in_pounds_is_kept_in_kilograms_and_shown_as_told(phone, alice):
    pounds = {"body-weight": "153", "body-unit_weight": "lb"}
    assert phone.post(phone.path, answers(**pounds)).status_code == 302
    assert Measure.objects.get(instrument="weight").value == Decimal("69.4")
    course = f"/follow-up/patients/{phone.patient.pk}/"
    assert "told by the patient" in as_(alice).get(course).content.decode()
    told = Measure.objects.get(instrument="weight")
    of_the_day = {"patient": phone.patient, "instrument": "weight", "on": told.on}
    Measure.objects.create(**of_the_day, value="70.2", recorded_by=alice)
    Measure.objects.create(**of_the_day, value="69.5", link=told.link)
    assert [one.kg for one in weighed(phone.patient) if one.day == told.on] == [Decimal("70.2")]


@pytest.mark.parametrize("pounds", ["64.5", "153.3", "220.7"])
def test_a_figure_in_pounds_comes_back_as_it_was_typed(phone, pounds):
    sent = {"body-weight": pounds, "body-unit_weight": "lb", "body-sure_weight": "on"}
    assert phone.post(phone.path, answers(**sent)).status_code == 302
    assert pounds_of(Measure.objects.get(instrument="weight").value) == Decimal(pounds)


def test_pounds_finer_than_a_tenth_are_not_kept_as_something_else(phone):
    answer = phone.post(phone.path, answers(**{"body-weight": "153.25", "body-unit_weight": "lb"}))
    assert (answer.status_code, "steps of 0.1" in answer.content.decode()) == (422, True)
    assert not Measure.objects.exists()


def called(phone, alice, outcome="answered"):
    actions.contact(patient=phone.patient, new=NewContact("submental", outcome), by=alice)


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda phone, alice, measured: called(phone, alice),
        lambda phone, alice, measured: called(phone, alice, "no_more"),
        lambda phone, alice, measured: measured(phone.patient, 0, ultrasound="9"),
        lambda phone, alice, measured: phone.post(phone.path, answers()),
    ],
    ids=["called", "asked no more", "measured", "said no before"],
)
def test_a_worry_that_is_sent_is_kept_though_nobody_waits_for_the_answer_any_more(
    clinic, phone, known, alice, measured, meanwhile
):
    page = phone.get(phone.path).content.decode()
    asked = re.search('name="asked" value="([^"]+)"', page)[1]
    meanwhile(phone, alice, measured)
    worry = answers(noticed="yes", words="Hot and swollen", asked=asked)
    for _twice in range(2):
        assert phone.post(phone.path, worry).url == f"{phone.path}sent/"
    assert "Say what it is" in phone.get(f"{phone.path}sent/").content.decode()
    assert [one.note for one in Contact.objects.filter(noticed=True)] == ["Hot and swollen"]
    assert Measure.objects.get(instrument="weight").value == Decimal("69.5")
    assert states(clinic, known) == {"Phone": "noticed"}


def test_only_the_areas_that_the_page_asked_about_are_answered(clinic, treated, phone, known):
    treated(40, area="abdomen", patient=phone.patient)
    phone.post(phone.path, answers(noticed="yes", asked="fat submental"))
    assert [one.area for one in Contact.objects.all()] == ["submental"]


def test_what_cannot_be_kept_comes_back_in_words(patient, dora):
    phone = opened(patient, dora)
    answer = phone.post(phone.path, {"noticed": "yes", "words": "Hot and swollen"})
    assert (answer.status_code, Contact.objects.count()) == (422, 0)
    for words in ("This was not sent", "Hot and swollen"):
        assert words in answer.content.decode()


def test_the_pages_of_the_portal_open_it_too_and_a_report_link_does_not(treated, dora):
    patient = treated(8, name="Home")
    home = opened(patient, dora, "pages")
    assert home.get(home.path).status_code == 200
    assert '<li class="offered">' in home.get(f"{home.path}piece/").content.decode()
    report = opened(patient, dora, "report")
    assert report.get(report.path).status_code == 404


def test_without_the_birth_date_nothing_is_shown(treated, dora):
    link = link_actions.give(patient=treated(8, name="Shut"), purpose="follow_up", by=dora)
    stranger = Client()
    answer = stranger.get(f"/p/{links.token(link)}/follow-up/")
    assert answer.status_code == 302
    assert stranger.post(f"/p/{links.token(link)}/follow-up/", answers()).status_code == 302
    assert not Contact.objects.exists()
