"""What other systems send: taken by the actions of the record, or refused with the path, and never by half."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import fhirkit
import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

import people
from clinic.fhir.sending import TYPE, booking, broken, bundle, paths, response, sent
from wheal import knowledge
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.audit.models import Event
from wheal.clinic.demo_sessions import clock_at
from wheal.clinic.fhir.models import Identifier
from wheal.clinic.fhir.smart import actions
from wheal.clinic.patients import actions as patient_actions
from wheal.clinic.patients.earlier import TOLD as TOLD_ELSEWHERE
from wheal.clinic.patients.models import History
from wheal.clinic.patients.verdict import verdict_of
from wheal.clinic.people import token_actions
from wheal.clinic.people.tokens import Scope
from wheal.fhir.datatypes import ABSENT


def test_answers_of_another_system_become_a_completed_history_that_reads_back_the_same(
    program, patient
) -> None:
    given = people.healthy_answers({"blood_thinners": ["warfarin"], "pregnant": None})
    status, told = sent(program(), "QuestionnaireResponse", response(patient, given))
    assert status == 201
    held = History.objects.get(pk=told["id"])
    assert held.completed_at is not None
    assert held.answers == given
    assert Event.objects.filter(what="patients.history_completed", subject_id=str(held.pk)).count() == 1
    assert Event.objects.latest("pk").what == "fhir.resource_taken"
    assert program().get(f"/fhir/MedicationStatement?patient={patient.pk}").json()["total"] == 1
    vouched = program().get(f"/fhir/Provenance/history-{held.pk}").json()["agent"][0]["who"]
    assert told["author"] == vouched == {"type": "Device", "display": "Laboratory"}  # it is no practitioner


def test_the_same_one_sent_again_under_its_number_is_taken_once(program, patient) -> None:
    number = {"identifier": {"system": "http://laboratory.example", "value": "A-1"}}
    body = response(patient, {"pregnant": False}, **number)
    unless = {"If-None-Exist": "identifier=http://laboratory.example|A-1"}
    first, second = (sent(program(), "QuestionnaireResponse", body, **unless) for _time in range(2))
    assert (first[0], second[0]) == (201, 200)
    assert first[1]["id"] == second[1]["id"]
    assert first[1]["identifier"]["value"] == "A-1"
    assert sent(program(), "QuestionnaireResponse", body)[0] == 409
    assert History.objects.count() == Identifier.objects.count() == 1


def test_what_lacks_the_number_that_is_asked_for_is_not_taken_for_it_would_be_taken_twice(
    program, patient
) -> None:
    unless = {"If-None-Exist": "identifier=http://laboratory.example|A-1"}
    for numbers in ({}, {"identifier": [{"system": "http://laboratory.example", "value": "A-2"}]},
        {"identifier": [{"value": "A-1"}]}):  # fmt: skip
        status, told = sent(program(), "Appointment", booking(patient, **numbers), **unless)
        assert (status, paths(told)) == (422, ["Appointment.identifier"])
    assert not Appointment.objects.exists()


def test_answers_of_a_day_to_come_or_of_before_the_newest_history_are_not_taken(program, patient) -> None:
    today, answers = str(people.today()), {"pregnant": False}
    for authored, status, words in (
        ("2999-01-01T00:00:00Z", 422, "has not come"), ("9999", 422, "has not come"),
        ("2026-02-30", 422, "outside expected range"), ("2026-11-26T23:59:60Z", 400, "seconds to 59"),
            ("1826-11-27", 422, "is the year right"), (today, 201, ""),
        ("2019-03-01", 409, "newer history"), (today, 201, ""),
        (str(people.today() + timedelta(days=1)), 422, "has not come"),
    ):  # fmt: skip
        answered, told = sent(
            program(), "QuestionnaireResponse", response(patient, answers, authored=authored)
        )
        assert (answered, words in str(told)) == (status, True), (authored, told)
        assert not words or paths(told) == ["QuestionnaireResponse.authored"]
    assert History.objects.count() == 2


FIGURES = {"pulse": "99", "weight": "64.5", "blood_pressure_systolic": "120", "pregnant": False}


def test_what_was_measured_in_the_morning_is_told_as_of_the_morning(program, patient) -> None:
    """It arrives two hours later, on the same day of the clinic."""
    filled, arrived = (datetime.combine(people.today(), time(hour), people.IN_AMERICA) for hour in (9, 11))
    with clock_at(arrived):
        status, told = sent(
            program(), "QuestionnaireResponse", response(patient, FIGURES, authored=filled.isoformat())
        )
        assert status == 201, told
        history = patient.histories.get()
        assert history.completed_at == arrived
        told = _figures(program(), history)
    assert {datetime.fromisoformat(at) for at in told} == {filled}
    with clock_at(arrived):
        found = program().get(
            "/fhir/QuestionnaireResponse", {"authored": f"lt{(filled + timedelta(minutes=1)).isoformat()}"}
        )
        assert found.json()["total"] == 1
        since = program().get("/fhir/Observation", {"_lastUpdated": f"ge{arrived.isoformat()}"}).json()
    assert len(since["entry"]) == len(told) - 1  # whoever follows is told when it came


def test_of_a_form_that_says_its_day_alone_the_day_alone_is_told(program, patient) -> None:
    today = people.today().isoformat()
    assert sent(program(), "QuestionnaireResponse", response(patient, FIGURES, authored=today))[0] == 201
    assert _figures(program(), patient.histories.get()) == [today] * 5


def test_of_a_clock_that_is_a_little_ahead_the_arrival_is_told(program, patient) -> None:
    ahead = (timezone.now() + timedelta(minutes=5)).isoformat()
    assert sent(program(), "QuestionnaireResponse", response(patient, FIGURES, authored=ahead))[0] == 201
    history = patient.histories.get()
    assert {datetime.fromisoformat(at) for at in _figures(program(), history)} == {
        history.completed_at.replace(microsecond=history.completed_at.microsecond // 1000 * 1000)
    }


def _figures(client: Client, history: History) -> list[str]:
    """When the form was filled in, and of when each figure of it is."""
    form = client.get(f"/fhir/QuestionnaireResponse/{history.pk}").json()
    figures = client.get("/fhir/Observation", {"patient": history.patient_id}).json()["entry"]
    assert fhirkit.validate(form) == []
    assert all(fhirkit.validate(each["resource"]) == [] for each in figures)
    return [form["authored"], *(each["resource"]["effectiveDateTime"] for each in figures)]


NEGATED = [{"url": "http://elsewhere.example/not-so", "valueBoolean": True}]
THEN, SPRING = people.today() - timedelta(days=40), timezone.now() - timedelta(days=400)
NOON = datetime.combine(THEN, time(12), people.IN_AMERICA).isoformat()  # wherever the clinic of this hour is
TOLD = {"pregnant": False, "organs": [], "blood_thinners": ["warfarin"], "weight": "70", "smoking": None}


@pytest.mark.parametrize(
    ("authored", "day"),
    [(str(THEN), THEN), (NOON, THEN), (f"{people.today().year}", None), (None, None)],
)
def test_answers_of_an_earlier_day_answer_nothing_and_wait_as_said_elsewhere(
    program, patient, alice, authored, day
) -> None:
    with clock_at(SPRING):
        people.completed_history(
            patient, alice, people.healthy_answers({"organs": ["liver_disease"], "pregnant": True})
        )
    form = response(
        patient, TOLD, authored=authored, identifier={"system": "http://forms.example", "value": "7"}
    )
    status, told = sent(program(), "QuestionnaireResponse", form)
    assert (status, [each["severity"] for each in told["issue"]]) == (202, ["warning"]), told
    draft = patient.histories.get(completed_at=None)
    there = {"said_on": str(day or ""), "elsewhere": "Laboratory"}
    assert draft.answers["blood_thinners"] == {"earlier": ["warfarin"]} | there
    assert draft.answers["weight"]["earlier"] == "70"
    assert draft.answers["organs"]["earlier"] == ["liver_disease"]  # a none of elsewhere takes no yes away
    assert draft.answers["pregnant"]["earlier"] is True
    assert [one.about for one in verdict_of(draft, jurisdiction="US").missing] != []
    page = _seen_by(alice).get(f"/patients/{patient.pk}/history/").content.decode()
    assert "Said elsewhere (Laboratory), " + (f"{day.day} {day:%B}" if day else "day not known") in page
    assert sent(program(), "QuestionnaireResponse", form)[0] == 202  # once more by its number: taken once
    assert sent(program(), "QuestionnaireResponse", response(patient, TOLD))[0] == 409
    assert History.objects.count() == 2


def _seen_by(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


BESIDE = [{"url": "http://elsewhere.example/comment", "valueString": "bleeding in early pregnancy"}]


def absent(reason: str) -> list[dict]:
    return [{"url": ABSENT, "valueCode": reason}]


def test_what_is_said_beside_the_answers_is_refused_by_its_path_and_never_dropped(program, patient) -> None:
    whole = response(patient, {"pregnant": False, "blood_thinners": ["warfarin"]})
    (page, at), (other, to) = (_place_of(whole, name) for name in ("pregnant", "blood_thinners"))
    item = ("item", page, "item", at)
    where = f"QuestionnaireResponse.item[{page}].item[{at}]"
    cases = [
        (broken(whole, *item, "extension", value=BESIDE), f"{where}.extension[0]"),
        (broken(whole, *item, "answer", 0, "extension", value=BESIDE), f"{where}.answer[0].extension"),
        (broken(whole, *item, "answer", 0, "_valueBoolean", value={"extension": BESIDE}),
            f"{where}.answer[0]._valueBoolean"),
        (broken(whole, *item, "extension", value=absent("masked")), f"{where}.extension[0]"),  # beside an answer
        (broken(whole, *item, "_text", value={"extension": BESIDE}), f"{where}._text"),
        (broken(whole, *item, "definition", value="http://elsewhere.example/d"), f"{where}.definition"),
        (broken(whole, "item", other, "item", to, "answer", 0, "valueCoding", "extension", value=BESIDE),
            f"QuestionnaireResponse.item[{other}].item[{to}].answer[0].valueCoding.extension"),
        (broken(whole, "item", page, "text", value="Allergic to latex since 2010"),
            f"QuestionnaireResponse.item[{page}].text"),
        (broken(whole, "item", value=[*whole["item"], {"linkId": "page.y", "text": "Latex"}]),
            f"QuestionnaireResponse.item[{len(whole['item'])}].linkId"),
        (whole | {"extension": BESIDE}, "QuestionnaireResponse.extension"),
        (whole | {"encounter": {"reference": "Encounter/1"}}, "QuestionnaireResponse.encounter"),
        (whole | {"contained": [{"resourceType": "Patient", "id": "a"}]}, "QuestionnaireResponse.contained"),
        (whole | {"source": {"reference": f"Patient/{patient.pk}1"}}, "QuestionnaireResponse.source"),
        (whole | {"source": {"reference": "RelatedPerson/1"}}, "QuestionnaireResponse.source"),
        (whole | {"text": {"status": "additional", "div": f"<div xmlns='{XHTML}'>Latex</div>"}},
            "QuestionnaireResponse.text"),
        (whole | {"meta": {"security": [{"code": "R"}]}}, "QuestionnaireResponse.meta.security"),
    ]  # fmt: skip
    client = program()
    for body, path in cases:
        status, told = sent(client, "QuestionnaireResponse", body)
        assert (status, path in paths(told)) == (422, True), (path, told)
    assert not History.objects.exists()


XHTML = "http://www.w3.org/1999/xhtml"


def _place_of(whole: dict, name: str) -> tuple[int, int]:
    return next(
        (page, at)
        for page, each in enumerate(whole["item"])
        for at, item in enumerate(each["item"])
        if item["linkId"] == name
    )


def test_what_a_sender_withholds_is_not_known_here_and_waits_in_its_own_words(
    program, patient, alice
) -> None:
    """Not the same as "they do not know": there is an answer, and somebody asks for it."""
    items = [
        {"linkId": "pregnant", "extension": absent("masked")},
        {"linkId": "smoking", "extension": absent("asked-declined")},
        {"linkId": "breastfeeding", "extension": absent("asked-unknown")},
    ]
    answers = response(patient, {}) | {"item": items, "source": {"reference": f"Patient/{patient.pk}"}}
    status, told = sent(program(), "QuestionnaireResponse", answers)
    assert status == 201, told
    held = History.objects.get().answers
    assert (held["pregnant"], held["smoking"], held["breastfeeding"]) == (None, None, None)
    rows = held[TOLD_ELSEWHERE]["earlier"]
    assert [(each["question"], each["becomes"], each["more"]) for each in rows] == [
        ("pregnant", "withheld", [["absent", "masked"]]), ("smoking", "withheld", [["absent", "asked-declined"]]),
    ]  # fmt: skip
    for page in (f"/patients/{patient.pk}/", f"/patients/{patient.pk}/history/"):
        shown = _seen_by(alice).get(page).content.decode()
        assert "Whoever sent it withholds the answer" in shown, page
        assert "They did not want to answer there" in shown
    items[0]["extension"] = absent("not-performed")
    status, told = sent(program(), "QuestionnaireResponse", answers)
    assert (status, paths(told)) == (422, ["QuestionnaireResponse.item[0].extension"])


def test_questions_asked_in_other_words_or_of_another_version_are_taken_and_told(program, patient) -> None:
    answers = response(patient, {"pregnant": False})
    answers["item"][0]["item"][0]["text"] = "Are you NOT pregnant?"
    answers["questionnaire"] += "|1999.1"
    status, told = sent(program(), "QuestionnaireResponse", answers)
    assert (status, paths(told)) == (
        201, ["QuestionnaireResponse.questionnaire", "QuestionnaireResponse.item[0].item[0].text"],
    )  # fmt: skip
    assert {each["severity"] for each in told["issue"]} == {"warning"}


def test_a_yes_that_a_form_does_not_speak_of_is_kept_and_told(program, patient, alice) -> None:
    with clock_at(SPRING):
        people.completed_history(
            patient, alice, people.healthy_answers({"blood_thinners": ["warfarin"], "pregnant": True})
        )
    status, told = sent(program(), "QuestionnaireResponse", response(patient, {"height": "170"}))
    assert (status, told["resourceType"]) == (201, "OperationOutcome")
    assert "blood_thinners, pregnant" in told["issue"][0]["diagnostics"]
    now = patient.histories.completed().first()
    then = str(patient.clinic.day_of(SPRING))
    assert now.answers["height"] == "170"
    assert now.answers["blood_thinners"] == {"earlier": ["warfarin"], "said_on": then}
    assert "warning_signs" not in now.answers  # a none to what is asked anew each day is over
    listed = program().get(f"/fhir/MedicationStatement?patient={patient.pk}").json()
    assert listed["total"] == 1
    whole = {"Prefer": "return=representation"}
    again = sent(program(), "QuestionnaireResponse", response(patient, {"height": "171"}), **whole)
    assert (again[0], again[1]["resourceType"]) == (201, "QuestionnaireResponse")
    assert patient.histories.completed().first().answers["blood_thinners"]["said_on"] == then
    only_sends = program(Scope.RECORDS_WRITE).post(
        "/fhir/QuestionnaireResponse", response(patient, {"height": "172"}), content_type=TYPE
    )
    assert (only_sends.status_code, only_sends.content) == (201, b"")  # what is held here is told to readers


def test_a_draft_that_somebody_fills_in_is_never_written_over(program, patient, alice) -> None:
    patient_actions.save_history(
        patient=patient, answers={"pregnant": True}, version=0, after=0, by=alice, known=knowledge.current()
    )
    status, _told = sent(program(), "QuestionnaireResponse", response(patient, {"pregnant": False}))
    assert status == 409
    assert [each.answers for each in History.objects.all()] == [{"pregnant": True}]


def test_malformed_and_foreign_answers_are_refused_by_their_path_and_leave_nothing(
    program, patient, charlie
) -> None:
    other = people.patient(charlie.memberships.get().clinic, charlie)
    whole = response(patient, {"pregnant": False, "weight": "62", "blood_thinners": ["warfarin"]})
    first = whole["item"][0]["item"]
    weight = next(place for place, each in enumerate(first) if each["linkId"] == "weight")
    root, item = "QuestionnaireResponse", f"QuestionnaireResponse.item[0].item[{weight}]"
    cases = [
        (broken(whole, "status"), f"{root}.status"),
        (broken(whole, "status", value="in-progress"), f"{root}.status"),
        (broken(whole, "questionnaire", value="http://elsewhere"), f"{root}.questionnaire"),
        (broken(whole, "subject"), f"{root}.subject"),
        (broken(whole, "subject", value={"reference": f"Patient/{other.pk}"}), f"{root}.subject.reference"),
        (broken(whole, "subject", value={"reference": "Device/1"}), f"{root}.subject.reference"),
        (broken(whole, "colour", value="red"), f"{root}.colour"),
        (broken(whole, "item", value=[]), f"{root}.item"),
        (whole | {"implicitRules": "http://elsewhere.example"}, f"{root}.implicitRules"),
        (whole | {"modifierExtension": NEGATED}, f"{root}.modifierExtension"),
        (broken(whole, "item", 0, "item", weight, "modifierExtension", value=NEGATED), f"{item}.modifierExtension"),
        (broken(whole, "item", 0, "linkId"), f"{root}.item[0].linkId"),
        (broken(whole, "item", 0, "item", weight, "linkId", value="shoe_size"), f"{item}.linkId"),
        (broken(whole, "item", 0, "item", weight, "answer", value=[{"valueDecimal": 9999}]),
            f"{item}.answer[0].valueDecimal"),
        (broken(whole, "item", 0, "item", weight, "answer", value=[{"valueString": "62"}]), f"{item}.answer[0]"),
        (broken(whole, "item", 0, "item", weight, "answer", value=[{"valueDecimal": "heavy"}]),
            f"{item}.answer[0].valueDecimal"),
        (broken(whole, "item", 0, "item", weight, "answer", value=[{"valueDecimal": 62}] * 2), f"{item}.answer[1]"),
        (broken(whole, "item", 0, "item", value=[*first, first[weight]]), f"{root}.item[0].item[{len(first)}]"),
    ]  # fmt: skip
    client, wrong = program(), []
    for body, path in cases:
        status, told = sent(client, "QuestionnaireResponse", body)
        if status not in (400, 422) or path not in paths(told):
            wrong.append((path, status, told))
    assert wrong == []
    assert not History.objects.exists()
    assert not Identifier.objects.exists()


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", '"Patient"', "null", '{"resourceType": "Patient"}',
        '{"resourceType": "QuestionnaireResponse", "status": NaN}',
     '{"status": "completed", "status": "amended", "resourceType": "QuestionnaireResponse"}', "[" * 20000, "\ud800"],
)  # fmt: skip
def test_what_is_no_such_resource_at_all_is_refused(program, body: str) -> None:
    answer = program().post(
        "/fhir/QuestionnaireResponse", body.encode("utf-8", "surrogatepass"), content_type=TYPE
    )
    assert answer.status_code == 400, answer.content
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_an_appointment_is_booked_under_the_rules_of_the_calendar(program, patient, alice) -> None:
    who = {"actor": {"reference": f"Practitioner/{alice.pk}"}, "status": "accepted"}
    body = booking(patient)
    body["participant"].append(who)
    status, told = sent(program(), "Appointment", body)
    assert status == 201, told
    row = Appointment.objects.get(pk=told["id"])
    assert (row.kind, row.patient, row.practitioner) == ("consultation", patient, alice)
    status, told = sent(program(), "Appointment", body)
    assert (status, paths(told)) == (422, ["Appointment.start"])
    assert Appointment.objects.count() == 1


def test_what_the_calendar_only_warns_of_is_told_as_an_outcome(program, patient, alice) -> None:
    who = {"actor": {"reference": f"Practitioner/{alice.pk}"}, "status": "accepted"}
    other = people.patient(patient.clinic, alice, family_name="Other")
    first, second = (
        broken(booking(each), "participant", value=[*booking(each)["participant"], who])
        for each in (patient, other)
    )
    assert sent(program(), "Appointment", first)[1]["resourceType"] == "Appointment"
    status, told = sent(program(), "Appointment", second)
    assert (status, told["resourceType"], paths(told)) == (201, "OperationOutcome", ["Appointment.start"])
    assert "Alice" in told["issue"][0]["diagnostics"]
    assert "Rivera" not in str(told)
    past = booking(other) | {"start": "2020-03-02T10:00:00Z", "end": "2020-03-02T10:30:00Z"}
    status, told = sent(program(), "", bundle(past))
    (entry,) = told["entry"]
    assert (status, entry["response"]["status"], entry["resource"]["resourceType"]) == (
        200,
        "201 Created",
        "Appointment",
    )
    assert "past already" in entry["response"]["outcome"]["issue"][0]["diagnostics"]
    assert Appointment.objects.count() == 3


def test_appointments_that_nobody_could_keep_are_refused_by_their_path(program, patient, charlie) -> None:
    whole = booking(patient)
    stranger = {"actor": {"reference": f"Practitioner/{charlie.pk}"}, "status": "accepted"}
    cases = [
        (broken(whole, "status", value="proposed"), "Appointment.status"),
        (broken(whole, "end", value=whole["start"]), "Appointment.start"),
        (broken(whole, "start"), "Appointment"),
        (broken(whole, "appointmentType"), "Appointment.appointmentType"),
        (broken(whole, "participant", value=[stranger]), "Appointment.participant"),
        (broken(whole, "participant", value=[*whole["participant"], stranger]),
            "Appointment.participant[1].actor.reference"),
        (broken(whole, "comment", value="x" * 201), "Appointment.comment"),
        (broken(whole, "participant", 0, "status"), "Appointment.participant[0].status"),
        (broken(whole, "participant", 0, "status", value="declined"), "Appointment.participant[0].status"),
        (whole | {"implicitRules": "http://elsewhere.example"}, "Appointment.implicitRules"),
        (broken(whole, "participant", 0, "modifierExtension", value=NEGATED),
            "Appointment.participant[0].modifierExtension"),
    ]  # fmt: skip
    client, wrong = program(), []
    for body, path in cases:
        status, told = sent(client, "Appointment", body)
        if status not in (400, 422) or path not in paths(told):
            wrong.append((path, status, told))
    assert wrong == []
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    "literal",
    ["https://hospital.example/fhir/Patient/{0}", "urn:uuid:3/Patient/{0}", "foo/Patient/{0}", "/Patient/{0}",
     "Patient/0{0}", "Patient/{0}/_history/1", "#Patient/{0}", "http://testserver/fhir2/Patient/{0}", "{0}"],
)  # fmt: skip
def test_the_number_of_a_patient_of_another_server_is_nobody_here(program, patient, alice, literal) -> None:
    whose = {"reference": literal.format(patient.pk)}
    answers = response(patient, {"pregnant": True}) | {"subject": whose}
    status, told = sent(program(), "QuestionnaireResponse", answers)
    assert (status, paths(told)) == (422, ["QuestionnaireResponse.subject.reference"])
    booked = broken(booking(patient), "participant", 0, "actor", value=whose)
    status, told = sent(program(), "Appointment", booked)
    assert status == 422, told
    assert paths(told)[0].startswith("Appointment.participant[0].actor")
    assert not History.objects.exists()
    assert not Appointment.objects.exists()


def test_what_a_calendar_has_no_place_for_is_refused_by_every_path_and_not_booked(
    program, patient, alice
) -> None:
    whole, item = booking(patient), [{"text": "x"}]
    more = {
        "reasonCode": [{"text": "possible infection at site"}], "description": "Urgent: swelling", "priority": 1,
        "serviceType": item, "patientInstruction": "Stop aspirin", "minutesDuration": 90, "specialty": item,
        "_start": {"extension": BESIDE}, "extension": BESIDE, "contained": [{"resourceType": "Patient", "id": "x"}],
    }  # fmt: skip
    status, told = sent(program(), "Appointment", whole | more)
    assert (status, set(paths(told))) == (422, {f"Appointment.{name}" for name in more})
    who = {
        "actor": {"reference": f"Practitioner/{alice.pk}"},
        "status": "accepted",
        "required": "information-only",
    }
    status, told = sent(program(), "Appointment", whole | {"participant": [*whole["participant"], who]})
    assert (status, paths(told)) == (422, ["Appointment.participant[1].required"])
    assert not Appointment.objects.exists()


def test_what_of_a_booking_is_kept_otherwise_is_told_by_its_path(program, patient) -> None:
    whole = booking(patient, comment="Urgent: swelling", minutesDuration=30)
    part = {"coding": [{"code": "ATND"}]}
    whole["participant"][0] |= {"status": "tentative", "type": [part], "required": "required"}
    whole["appointmentType"]["text"] = "Wound check"
    status, told = sent(program(), "Appointment", whole)
    assert (status, paths(told)) == (
        201,
        [
            "Appointment.participant[0].status",
            "Appointment.participant[0].type",
            "Appointment.appointmentType.text",
        ],
    )
    assert Appointment.objects.get().note == "Urgent: swelling"


def test_nobody_and_nothing_of_another_server_or_clinic_is_booked(program, patient, alice, charlie) -> None:
    there = f"clinic-{charlie.memberships.get().clinic_id}"
    far = "https://hospital.example/fhir"
    for actor in (
        f"{far}/Practitioner/{alice.pk}", f"{far}/Location/clinic-{patient.clinic_id}", f"Location/{there}",
        "Location/1", "Device/x", "Device/room-1",
    ):  # fmt: skip
        who = {"actor": {"reference": actor}, "status": "accepted"}
        status, told = sent(
            program(),
            "Appointment",
            booking(patient) | {"participant": [*booking(patient)["participant"], who]},
        )
        assert (status, paths(told)[0].startswith("Appointment.participant[1].actor")) == (422, True), (
            actor,
            told,
        )
    assert not Appointment.objects.exists()


def test_a_reference_may_be_written_whole_below_the_address_of_this_server(program, patient) -> None:
    whole = f"http://testserver/fhir/Patient/{patient.pk}"
    answers = response(patient, {"pregnant": False}) | {"subject": {"reference": whole}}
    status, told = sent(program(), "QuestionnaireResponse", answers)
    assert (status, told["subject"]["reference"]) == (201, f"Patient/{patient.pk}")


def test_a_transaction_is_taken_whole_or_not_at_all(program, patient) -> None:
    client, good = program(), [response(patient, {"pregnant": False}), booking(patient)]
    bad = broken(booking(patient, 11), "appointmentType")
    status, told = sent(client, "", bundle(*good, bad))
    assert (status, paths(told)) == (422, ["Bundle.entry[2].resource.appointmentType"])
    assert not History.objects.exists()
    assert not Appointment.objects.exists()
    assert Event.objects.latest("pk").what == "fhir.request_refused"
    status, told = sent(client, "", bundle(*good))
    assert (status, [each["response"]["status"] for each in told["entry"]]) == (200, ["201 Created"] * 2)
    assert (History.objects.count(), Appointment.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"resourceType": "Bundle", "type": "batch"}, "Bundle.type"),
        ({"resourceType": "Bundle", "type": "transaction", "entry": [{"request": {"method": "DELETE",
            "url": "Patient/1"}}]},
         "Bundle.entry[0].request"),
        ({"resourceType": "Bundle", "type": "transaction", "entry": [{"fullUrl": "urn:x:1"}]},
            "Bundle.entry[0].request"),
        ({"resourceType": "Bundle", "type": "transaction", "entry": None}, "Bundle.entry"),
        ({"resourceType": "Bundle", "type": "transaction", "entry": [{"request": None}]}, "Bundle.entry[0].request"),
        ({"resourceType": "Bundle", "type": "transaction", "entry": [None]}, "Bundle.entry"),
    ],
)  # fmt: skip
def test_transactions_of_anything_else_are_refused(program, body: dict, path: str) -> None:
    status, told = sent(program(), "", body)
    assert status in (400, 422)
    assert path in paths(told)


@pytest.mark.parametrize(
    "address", ["Patient/1%0A2", "Patient/1/_history/a%0D%0Ab", "%0A", "Patient/%E2%80%A8"]
)
def test_an_address_with_the_end_of_a_line_in_it_is_answered_as_any_other_that_is_none(
    program, address: str
) -> None:
    answer = program().get(f"/fhir/{address}")
    assert answer.status_code == 404
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_who_may_not_write_is_refused_and_what_is_written_elsewhere_alone_is_not_taken(
    program, patient, dora
) -> None:
    body = response(patient, {"pregnant": False})
    assert sent(program(Scope.RECORDS_READ), "QuestionnaireResponse", body)[0] == 403
    assert sent(program(), "Patient", {"resourceType": "Patient"})[0] == 405
    desk = Client(raise_request_exception=False)
    desk.force_login(dora)
    assert sent(desk, "QuestionnaireResponse", body)[0] == 403  # the front desk asks no history
    assert not History.objects.exists()


def test_a_log_in_writes_only_with_the_token_of_the_forms(patient, alice, settings) -> None:
    settings.SECOND_FACTOR = "nobody"
    body = response(patient, {"pregnant": False})
    other_site = Client(enforce_csrf_checks=True, raise_request_exception=False)
    other_site.force_login(alice)
    assert sent(other_site, "QuestionnaireResponse", body)[0] == 403
    assert not History.objects.exists()


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [
        ((Scope.PATIENTS_READ,), {"Patient"}),
        ((Scope.RECORDS_READ,), {"Procedure", "Observation", "Medication"}),
        ((Scope.STOCK_READ,), {"Device", "Medication"}),
        ((Scope.CALENDAR_READ,), {"Appointment"}),
        ((Scope.PATIENTS_WRITE,), set()),
        ((Scope.RECORDS_WRITE,), set()),
    ],
)
def test_a_token_opens_the_kinds_that_its_scopes_name(program, patient, scopes: tuple, seen: set) -> None:
    client = program(*scopes)
    kinds = ("Patient", "Procedure", "Observation", "Device", "Medication", "Appointment", "AuditEvent")
    codes = {kind: client.get(f"/fhir/{kind}").status_code for kind in kinds}
    assert codes == {kind: 200 if kind in seen else 403 for kind in kinds}
    assert client.get("/fhir/Organization").json()["total"] == 1


def test_a_token_that_is_revoked_or_made_up_opens_nothing(clinic, ada) -> None:
    row, text = token_actions.make(clinic=clinic, name="Old", scopes=[Scope.PATIENTS_READ], days=9, by=ada)
    token_actions.revoke(token=row, by=ada)
    for shown in (text, text[:-1] + "x", "nonsense", ""):
        client = Client(headers={"Authorization": f"Bearer {shown}"}, raise_request_exception=False)
        answer = client.get("/fhir/Patient")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_who_may_write_and_not_read_is_told_of_no_record_by_what_it_sends(
    program, patient, alice, clinic, ada
) -> None:
    """Nor by a question in `If-None-Exist`: it finds nothing but the number that the sender gave."""
    number = {"identifier": {"system": "http://laboratory.example", "value": "A-1"}}
    body, unless = (
        response(patient, {"pregnant": False}, **number),
        "identifier=http://laboratory.example|A-1",
    )
    writes, reads = program(Scope.RECORDS_WRITE), program()
    for client in (writes, reads):
        taken = client.post("/fhir/QuestionnaireResponse", body, TYPE, headers={"If-None-Exist": unless})
        assert (taken.status_code, bool(taken.content)) == (201 if client is writes else 200, client is reads)
    assert Event.objects.latest("pk").what == "fhir.resource_read"
    again = writes.post("/fhir/QuestionnaireResponse", body, TYPE, headers={"If-None-Exist": unless})
    assert (again.status_code, again.content) == (200, b"")
    assert Event.objects.latest("pk").what == "fhir.resource_taken"

    held = History.objects.get()
    new = actions.NewProgram("Forms", "app", "user/QuestionnaireResponse.c", "https://app.example/back")
    forms = actions.register(clinic=clinic, new=new, by=ada)[0]
    AccessToken.objects.create(
        application=forms.application, user=alice, token="t", scope="user/QuestionnaireResponse.c",
        expires=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    app = Client(headers={"Authorization": "Bearer t"}, raise_request_exception=False)
    for question in (
        f"_id={held.pk}", f"patient={patient.pk}", "identifier:missing=true", "identifier=http://laboratory.example|",
        f"{unless}&patient={patient.pk}", f"{unless},http://other|B", "identifier:not=x", "",
    ):  # fmt: skip
        asked = {"If-None-Exist": question}
        for client in (writes, app) if question else ():
            assert sent(client, "QuestionnaireResponse", body, **asked)[0] == 400, question
        if question:
            assert sent(writes, "Appointment", booking(patient), **asked)[0] == 400, question
        entry = bundle(booking(patient, identifier=[number["identifier"]]))
        entry["entry"][0]["request"]["ifNoneExist"] = question or unless
        status, told = sent(writes, "", entry)
        assert status == (400 if question else 200), question
    assert list(told["entry"][0]) == ["response"]
    assert (History.objects.count(), Appointment.objects.count()) == (1, 1)
