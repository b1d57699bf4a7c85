"""Allergies, medicines and conditions as they go out: in their own words, of their own day, under a name that stays."""

from __future__ import annotations

import json
from datetime import timedelta

import fhirkit
import pytest
from django.test import Client
from django.utils import timezone

import people
from clinic.fhir.sending import response, sent
from wheal import knowledge
from wheal.clinic.demo_sessions import clock_at
from wheal.clinic.fhir import summaries
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.patients.earlier import TOLD, of_day
from wheal.clinic.patients.elsewhere import Statement, with_words
from wheal.clinic.patients.models import History, Patient

SNOMED = "http://snomed.info/sct"
SPRING = timezone.now() - timedelta(days=180)
LISTED = ("AllergyIntolerance", "MedicationStatement", "Condition")


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    settings.SECOND_FACTOR = "nobody"


def statement(words: str, group: str, question: str, kind: str, *more: tuple[str, str], **told) -> Statement:
    fields = {"becomes": "other", "code": "other", "codes": ()} | told
    return Statement(
        words, group, fields["becomes"], question, more, SPRING.date(), "Hôpital du Lac", kind, fields["code"],
        fields["codes"],
    )  # fmt: skip


PENICILLIN = statement(
    "Penicillin", "allergies", "material_allergies", "AllergyIntolerance", ("criticality", "high"),
    ("reaction", "Anaphylaxis, severe"), codes=((SNOMED, "91936005", "Allergy to penicillin"),),
)  # fmt: skip
RIVAROXABAN = statement(
    "Rivaroxaban", "medications", "blood_thinners", "MedicationStatement", ("dosage", "20 mg once a day"),
    becomes="answer", code="direct_oral_anticoagulant",
)  # fmt: skip
LEIDEN = statement("Factor V Leiden", "conditions", "other_condition", "Condition")
PACEMAKER = statement("Pacemaker", "", "", "Flag", becomes="unasked", code="")
SAID = [PENICILLIN, RIVAROXABAN, LEIDEN, PACEMAKER]


def brought(patient: Patient, by: object, said: list[Statement] = SAID) -> History:
    """A summary of elsewhere waits in the draft."""
    answers: dict = {}
    for each in said:
        if each.question:
            answers[each.question] = of_day([each.code], each.day, each.where)
    return History.objects.create(patient=patient, started_by=by, answers=with_words(answers, said))


def summary(patient: Patient) -> dict:
    told = summaries.summary(patient, Telling(patient.clinic, knowledge.current()))
    assert fhirkit.validate(told) == []
    return told


def of(document: dict, kind: str) -> list[dict]:
    return [each["resource"] for each in document["entry"] if each["resource"]["resourceType"] == kind]


def lines(document: dict) -> str:
    return " ".join(each["text"]["div"] for each in document["entry"][0]["resource"]["section"])


def found(client: Client, kind: str, patient: Patient) -> dict[str, dict]:
    told = client.get(f"/fhir/{kind}?patient={patient.pk}").json()
    entries = [each["resource"] for each in told.get("entry", [])]
    for each in entries:
        assert fhirkit.validate(each) == [], each
    return {each["id"]: each for each in entries}


def is_nothing_known(document: dict) -> list[str]:
    return [code for code in ("no-known-allergies", "no-known-medications", "no-known-problems")
            if f'"{code}"' in json.dumps(document)]  # fmt: skip


def test_what_nobody_has_asked_about_is_told_in_its_words_and_never_as_none_known(patient, alice) -> None:
    draft = brought(patient, alice)
    for step in ("in the draft", "completed with none everywhere and nothing of it asked"):
        document = summary(patient)
        assert "meta" not in document  # the profile wants codes and entries of every section; words have none
        assert is_nothing_known(document) == [], step
        (allergy,) = of(document, "AllergyIntolerance")
        assert (allergy["code"]["text"], allergy["criticality"]) == ("Penicillin", "high")
        assert allergy["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
        assert allergy["reaction"][0]["manifestation"][0]["text"] == "Anaphylaxis, severe"
        assert allergy["recordedDate"] == SPRING.date().isoformat()
        assert {"system": SNOMED, "code": "91936005", "display": "Allergy to penicillin"} in allergy["code"][
            "coding"
        ]
        assert "recorder" not in allergy
        read = lines(document)
        told = ("Penicillin", "criticality: high", "Anaphylaxis, severe", "Rivaroxaban", "20 mg once a day",
                "Factor V Leiden", "Pacemaker", "Nobody has asked about it here yet", "Hôpital du Lac")  # fmt: skip
        assert [words for words in told if words not in read] == [], step
        none = people.healthy_answers() | {TOLD: draft.answers[TOLD]}
        people.completed_history(patient, alice, none)


def test_asked_about_and_denied_it_is_over_and_none_is_known(patient, alice, program) -> None:
    brought(patient, alice, [PENICILLIN])
    (before,) = found(program(), "AllergyIntolerance", patient)
    rows = [PENICILLIN.as_json()]
    people.completed_history(patient, alice, people.healthy_answers() | {TOLD: rows})
    assert is_nothing_known(summary(patient)) != []
    assert [each["code"]["coding"][0]["code"] for each in of(summary(patient), "AllergyIntolerance")] == [
        "no-known-allergies"
    ]
    after = found(program(), "AllergyIntolerance", patient)[before]  # whoever follows finds it, as over
    assert after["clinicalStatus"]["coding"][0]["code"] == "inactive"
    assert "Denied when it was asked" in json.dumps(after)


def test_what_other_means_goes_out_with_it_once_it_is_confirmed(patient, alice, program) -> None:
    brought(patient, alice)
    (unconfirmed,) = found(program(), "AllergyIntolerance", patient)
    yes = {"material_allergies": ["other"], "blood_thinners": ["direct_oral_anticoagulant"],
           "other_condition": ["other"], TOLD: [each.as_json() for each in SAID]}  # fmt: skip
    people.completed_history(patient, alice, people.healthy_answers(yes))
    people.completed_history(
        patient, alice, people.healthy_answers({name: yes[name] for name in list(yes)[:3]})
    )
    (allergy,) = found(program(), "AllergyIntolerance", patient).values()
    assert allergy["id"] == unconfirmed
    assert (allergy["code"]["text"], allergy["criticality"]) == ("Penicillin", "high")
    assert allergy["recorder"]["reference"] == f"Practitioner/{alice.pk}"
    assert allergy["recordedDate"][:10] == people.today().isoformat()
    (medicine,) = found(program(), "MedicationStatement", patient).values()
    assert medicine["dosage"] == [{"text": "20 mg once a day"}]
    assert "Rivaroxaban" in json.dumps(medicine)
    (condition,) = found(program(), "Condition", patient).values()
    assert condition["code"]["text"] == "Factor V Leiden"
    read = lines(summary(patient))
    assert "Another allergy" not in read
    assert "Nobody has asked" not in read
    whole = program().get(f"/fhir/Patient/{patient.pk}/$everything").content.decode()
    assert "Penicillin" in whole


def test_another_allergy_that_was_said_here_before_is_not_taken_for_what_was_said_elsewhere(
    patient, alice
) -> None:
    with clock_at(SPRING):
        people.completed_history(patient, alice, people.healthy_answers({"material_allergies": ["other"]}))
    both = {"material_allergies": ["other"], TOLD: [PENICILLIN.as_json()]}
    people.completed_history(patient, alice, people.healthy_answers(both))
    assert sorted(each["code"]["text"] for each in of(summary(patient), "AllergyIntolerance")) == [
        "Another allergy", "Penicillin",
    ]  # fmt: skip


def test_a_figure_that_a_program_sends_re_dates_nothing_and_hides_nothing(patient, alice, program) -> None:
    with clock_at(SPRING):
        last = people.completed_history(
            patient, alice, people.healthy_answers({"food_and_plant_allergies": ["soy"]})
        )
    before = {kind: found(program(), kind, patient) for kind in LISTED}
    weight = f"history-{last.pk}-weight-kg"
    assert sent(program(), "QuestionnaireResponse", response(patient, {"pulse": "66"}))[0] == 201
    assert {kind: found(program(), kind, patient) for kind in LISTED} == before
    (soy,) = before["AllergyIntolerance"].values()
    assert soy["recordedDate"][:10] == SPRING.date().isoformat()
    assert soy["recorder"]["reference"] == f"Practitioner/{alice.pk}"
    figures = found(program(), "Observation", patient)
    assert figures[weight]["effectiveDateTime"][:10] == SPRING.date().isoformat()
    document = summary(patient)
    assert is_nothing_known(document) == ["no-known-medications", "no-known-problems"]
    (none,) = of(document, "MedicationStatement")
    assert none["effectiveDateTime"][:10] == SPRING.date().isoformat()  # as of then, not of today
    shown = {each["code"]["coding"][0]["code"]: each for each in of(document, "Observation")}
    assert {"29463-7", "8302-2", "85354-9", "8867-4"} <= shown.keys()
    assert shown["8867-4"]["valueQuantity"]["value"] == 66
    assert len(of(document, "Observation")) == len(shown)  # the newest of each


def test_a_history_that_is_asked_anew_moves_the_day_and_keeps_the_name(patient, alice, program) -> None:
    with clock_at(SPRING):
        people.completed_history(patient, alice, people.healthy_answers({"blood_thinners": ["warfarin"]}))
    (first,) = found(program(), "MedicationStatement", patient)
    people.completed_history(patient, alice, people.healthy_answers({"blood_thinners": ["warfarin"]}))
    (again,) = found(program(), "MedicationStatement", patient).items()
    assert (again[0], again[1]["status"]) == (first, "active")
    assert again[1]["effectiveDateTime"][:10] == people.today().isoformat()
    people.completed_history(patient, alice)
    assert found(program(), "MedicationStatement", patient)[first]["status"] == "completed"
    since = (timezone.now() - timedelta(days=2)).strftime("%Y-%m-%d")
    told = program().get(f"/fhir/MedicationStatement?_lastUpdated=ge{since}").json()
    assert [each["resource"]["id"] for each in told["entry"]] == [first]
    assert is_nothing_known(summary(patient)) != []


def test_pregnancy_that_nobody_asked_today_is_told_of_its_own_day(patient, alice, program) -> None:
    with clock_at(SPRING):
        last = people.completed_history(patient, alice, people.healthy_answers({"pregnant": True}))
    assert sent(program(), "QuestionnaireResponse", response(patient, {"pulse": "66"}))[0] == 201
    told = [each for name, each in found(program(), "Observation", patient).items() if "pregnant" in name]
    assert [each["id"] for each in told] == [f"history-{last.pk}-pregnant"]


def test_the_summary_speaks_the_language_of_the_patient(patient, alice) -> None:
    people.completed_history(patient, alice)
    Patient.objects.filter(pk=patient.pk).update(language="fr")
    patient.refresh_from_db()
    page = summary(patient)["entry"][0]["resource"]
    assert page["language"] == "fr"
    assert "Traitements médicamenteux" in [each["title"] for each in page["section"]]
    assert "Aucune allergie connue" in lines(summary(patient))
