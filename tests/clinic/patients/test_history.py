"""The history saves itself, tells a second device, and is fixed when complete."""

import pytest

import people
from wheal import knowledge
from wheal.clinic.audit.models import Event

pytestmark = pytest.mark.both_engines

PAGE, SAVE, COMPLETE = "/patients/{}/history/", "/patients/{}/history/save/", "/patients/{}/history/complete/"


@pytest.fixture
def as_bob(client, bob):
    client.force_login(bob)
    return client


def all_none(**more: object) -> dict[str, object]:
    """What the page posts where everything is answered with no."""
    known = knowledge.current().questions
    posted: dict[str, object] = {}
    for name, question in known.items():
        measured = {"weight_kg": "62", "height_cm": "168", "record": "80"}
        posted[name] = (
            measured[question.fills]
            if question.kind == "number"
            else "no"
            if question.kind == "yes_no"
            else "02/01/2020"
            if question.kind == "date"
            else "none"
        )
    return {**posted, "on_page": list(known), "version": 0, "after": 0, **more}


def test_looking_makes_no_draft(as_bob, patient) -> None:
    assert as_bob.get(PAGE.format(patient.pk)).status_code == 200
    assert not patient.histories.exists()


def test_each_change_is_saved_and_is_there_when_one_comes_back(as_bob, patient) -> None:
    first = as_bob.post(SAVE.format(patient.pk), {"version": 0, "after": 0, "pregnant": "no"}).json()
    second = as_bob.post(
        SAVE.format(patient.pk),
        {"version": first["version"], "after": 0, "pregnant": "no", "weight": "heavy"},
    ).json()
    assert (first["version"], second["version"]) == (1, 2)
    assert "does not count" in second["errors"]["weight"]
    draft = patient.histories.get()
    assert draft.answers == {"pregnant": False, "weight": {"unreadable": "heavy"}}
    page = as_bob.get(PAGE.format(patient.pk)).content.decode()
    assert 'value="heavy"' in page
    assert 'name="version" value="2"' in page


def test_a_second_device_is_told_and_overwrites_nothing(as_bob, patient) -> None:
    as_bob.post(SAVE.format(patient.pk), {"version": 0, "after": 0, "pregnant": "yes"})
    late = as_bob.post(SAVE.format(patient.pk), {"version": 0, "after": 0, "pregnant": "no"})
    assert late.status_code == 409
    assert patient.histories.get().answers == {"pregnant": True}


def test_the_same_answers_sent_again_by_a_browser_that_left_mid_save_are_no_conflict(as_bob, patient) -> None:
    typed = {"version": 0, "after": 0, "pregnant": "no", "allergies": "yes"}
    as_bob.post(SAVE.format(patient.pk), typed)
    again = as_bob.post(SAVE.format(patient.pk), typed)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert patient.histories.get().draft_version == 1


def test_a_page_from_before_a_completion_is_told_too(as_bob, patient, history) -> None:
    assert as_bob.post(SAVE.format(patient.pk), {"version": 0, "after": 0}).status_code == 409
    assert as_bob.post(COMPLETE.format(patient.pk), all_none()).status_code == 409
    assert patient.histories.get() == history


def test_saving_the_same_again_changes_nothing(as_bob, patient) -> None:
    as_bob.post(SAVE.format(patient.pk), {"version": 0, "after": 0, "pregnant": "no"})
    events = Event.objects.count()
    again = as_bob.post(SAVE.format(patient.pk), {"version": 1, "after": 0, "pregnant": "no"}).json()
    assert again["version"] == 1
    assert Event.objects.count() == events


def test_the_audit_names_questions_and_no_answers(as_bob, patient) -> None:
    as_bob.post(SAVE.format(patient.pk), {"version": 0, "after": 0, "weight": "61"})
    event = Event.objects.first()
    assert event.what == "patients.history_begun"
    assert event.detail == {"version": 1, "questions": ["weight"]}


def test_completing_saves_fixes_and_says_with_which_knowledge(as_bob, bob, patient) -> None:
    answer = as_bob.post(COMPLETE.format(patient.pk), all_none())
    assert answer.url == f"/patients/{patient.pk}/"
    done = patient.histories.get()
    assert done.completed_by == bob
    assert done.knowledge_digest == knowledge.current().digest
    assert Event.objects.first().what == "patients.history_completed"


def test_completing_goes_back_to_where_one_came_from_but_not_elsewhere(as_bob, patient) -> None:
    answer = as_bob.post(COMPLETE.format(patient.pk), all_none(next="/sessions/7/screen/"))
    assert answer.url == "/sessions/7/screen/"
    last = patient.histories.get()
    form = all_none(next="https://elsewhere.example/", after=last.pk)
    assert as_bob.post(COMPLETE.format(patient.pk), form).url == f"/patients/{patient.pk}/"


def test_a_history_with_gaps_can_be_completed_and_they_are_listed(as_bob, patient) -> None:
    form = all_none()
    del form["organs"]
    as_bob.post(COMPLETE.format(patient.pk), form)
    page = as_bob.get(f"/patients/{patient.pk}/screening/")
    assert page.context["verdict"].unanswered == ("organs",)
    assert page.context["verdict"].decision == "incomplete"


def test_what_cannot_be_read_keeps_a_history_from_being_completed(as_bob, patient) -> None:
    answer = as_bob.post(COMPLETE.format(patient.pk), all_none(weight="heavy"))
    assert answer.status_code == 422
    assert "does not count" in answer.content.decode()
    assert not patient.histories.completed().exists()


def test_contradicting_answers_are_told_and_kept(as_bob, patient) -> None:
    form = {"version": 0, "after": 0, "organs": ["liver_disease", "none"]}
    errors = as_bob.post(SAVE.format(patient.pk), form).json()["errors"]
    assert "not both" in errors["organs"]
    page = as_bob.get(PAGE.format(patient.pk)).content.decode()
    assert 'value="liver_disease" checked' in page


def test_a_new_history_begins_with_what_lasts(as_bob, patient, alice) -> None:
    people.completed_history(patient, alice, people.healthy_answers({"food_and_plant_allergies": ["soy"]}))
    page = as_bob.get(PAGE.format(patient.pk)).content.decode()
    assert 'name="food_and_plant_allergies" value="soy" checked' in page
    assert 'name="pregnant" value="no" checked' not in page
    assert patient.histories.count() == 1


def test_the_questions_are_asked_in_the_language_that_is_wanted(as_bob, patient) -> None:
    english, french = (knowledge.current().text("question.pregnant.ask", code) for code in ("en", "fr"))
    assert english in as_bob.get(PAGE.format(patient.pk)).content.decode().replace("&#x27;", "'")
    page = as_bob.get(PAGE.format(patient.pk) + "?language=fr").content.decode().replace("&#x27;", "'")
    assert french in page
    assert as_bob.get(PAGE.format(patient.pk) + "?language=xx").status_code == 200


def test_a_man_is_not_asked_whether_he_is_pregnant(as_bob, clinic, bob) -> None:
    him = people.patient(clinic, bob, sex="male", family_name="Other")
    assert 'name="pregnant"' not in as_bob.get(PAGE.format(him.pk)).content.decode()


def test_the_screening_says_why_and_who_says_so(as_bob, patient, alice) -> None:
    people.completed_history(patient, alice, people.healthy_answers({"skin_today": ["infection_at_site"]}))
    page = as_bob.get(f"/patients/{patient.pk}/screening/").content.decode()
    finding = as_bob.get(f"/patients/{patient.pk}/screening/").context["verdict"].findings[0]
    assert (finding.code, finding.severity) == ("infection_at_site", "stop")
    assert "Who says so" in page
    assert "Not a candidate at present" in page


def test_the_screening_as_a_fragment_has_no_page_around_it(as_bob, history) -> None:
    fragment = as_bob.get(f"/patients/{history.patient_id}/screening/", headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assert b"judgement" in fragment.content


def test_who_reacted_to_an_injection_is_asked_to_which_substance_by_its_name(as_bob, patient) -> None:
    answer = {"version": 0, "after": 0, "earlier_reaction": "reaction_to_injection"}
    pieces = as_bob.post(SAVE.format(patient.pk), answer).json()["pieces"]
    assert "Deoxycholic acid" in pieces["question-earlier_reaction_fat"]
    assert "What was injected is not known" in pieces["question-earlier_reaction_other"]
    taken_back = {"version": 1, "after": 0, "earlier_reaction": "none"}
    pieces = as_bob.post(SAVE.format(patient.pk), taken_back).json()["pieces"]
    assert pieces["question-earlier_reaction_fat"] == ""


def test_what_was_measured_and_no_rule_reads_stands_beside_the_verdict(as_bob, patient, bob):
    """No limit is held: the figure is shown for whoever treats, and the verdict does not pass for having read it."""
    people.completed_history(
        patient, bob, people.healthy_answers({"blood_pressure_systolic": "215"}, without=("pulse",))
    )
    page = as_bob.get(f"/patients/{patient.pk}/screening/")
    assert page.context["verdict"].measured == (
        ("blood_pressure_systolic", "215 mmHg"),
        ("blood_pressure_diastolic", "80 mmHg"),
    )
    assert "judged by no rule" in page.content.decode()
