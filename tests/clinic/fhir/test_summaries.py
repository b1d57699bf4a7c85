"""The passport as an IPS document, and the link by which a patient shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import fhirkit
import pytest
from django.test import Client
from django.utils import timezone, translation
from fhir.resources.R4B.bundle import Bundle

import people
from wheal import knowledge
from wheal.clinic import vault
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir import summaries
from wheal.clinic.fhir.health_links import actions
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.models import HEALTH_LINK, TRIES, HealthLink
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.earlier import TOLD
from wheal.clinic.patients.models import Patient
from wheal.clinic.people import token_actions
from wheal.clinic.people.tokens import Scope
from wheal.clinic.photographs import checking
from wheal.clinic.safety.reactions import actions as reactions
from wheal.clinic.safety.reactions.actions import NewReaction
from wheal.fhir import health_links

ADDRESS = "http://testserver"


def told(patient: Patient) -> dict:
    return summaries.summary(patient, Telling(patient.clinic, knowledge.current()))


def of(document: dict, kind: str) -> list[dict]:
    return [each["resource"] for each in document["entry"] if each["resource"]["resourceType"] == kind]


def codes(document: dict, kind: str, element: str = "code") -> list[str]:
    return [each[element]["coding"][0]["code"] for each in of(document, kind)]


def test_nothing_asked_is_not_known_and_asked_with_none_given_is_none(patient, alice) -> None:
    before = told(patient)
    assert codes(before, "AllergyIntolerance") == ["no-allergy-info"]
    assert codes(before, "MedicationStatement", "medicationCodeableConcept") == ["no-medication-info"]
    assert codes(before, "Condition") == ["no-problem-info"]
    people.completed_history(patient, alice)
    after = told(patient)
    assert codes(after, "AllergyIntolerance") == ["no-known-allergies"]
    assert codes(after, "Condition") == ["no-known-problems"]
    open_one = people.healthy_answers({"blood_thinners": ["warfarin"]}, without=("food_and_plant_allergies",))
    people.completed_history(patient, alice, open_one)
    later = told(patient)
    assert codes(later, "AllergyIntolerance") == ["no-allergy-info"]  # one question of the list was left open
    assert codes(later, "MedicationStatement", "medicationCodeableConcept") == ["warfarin"]


def test_the_document_is_sound_and_leads_nowhere_outside_itself(patient, history) -> None:
    document = told(patient)
    assert fhirkit.validate(document) == []
    Bundle.model_validate_json(json.dumps(document))
    addresses = {each["fullUrl"] for each in document["entry"]}
    pointed = [part.partition('"')[0] for part in json.dumps(document).split('"reference": "')[1:]]
    assert pointed
    assert set(pointed) <= addresses
    assert document["entry"][0]["resource"]["resourceType"] == "Composition"
    sections = {each["code"]["coding"][0]["code"] for each in document["entry"][0]["resource"]["section"]}
    assert {"10160-0", "48765-2", "11450-4"} <= sections


@pytest.fixture
def made(patient, history, alice) -> Callable[..., actions.Made]:
    def make(passcode: str = "", days: int = 7) -> actions.Made:
        return actions.make(
            patient=patient,
            days=days,
            passcode=passcode,
            address=ADDRESS,
            known=knowledge.current(),
            by=alice,
        )

    return make


def knock(text: str, **told_more: object) -> object:
    url = health_links.opened(text)["url"].removeprefix(ADDRESS)
    body = {"recipient": "Dr Elsewhere"} | told_more
    return Client().post(url, json.dumps(body), content_type="application/json")


def test_whoever_has_the_link_reads_the_summary_and_the_server_alone_cannot(made, patient) -> None:
    link = made()
    answer = knock(link.text)
    file = answer.json()["files"][0]
    document = json.loads(health_links.decrypted(file["embedded"], health_links.opened(link.text)["key"]))
    assert of(document, "Patient")[0]["name"][0]["family"] == "Rivera"
    key = health_links.opened(link.text)["key"]
    assert key not in json.dumps([str(value) for value in HealthLink.objects.values().get().values()])
    kept = vault.current().read(link.row.name, about=HEALTH_LINK)
    assert b"Rivera" not in kept
    assert str(checking.look()).startswith("1 health link: each has its files")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    opened = Event.objects.latest("pk")
    assert (opened.what, opened.patient_id, opened.detail) == (
        "fhir.health_link_opened",
        patient.pk,
        {"recipient": "Dr Elsewhere"},
    )


def test_a_long_document_is_fetched_from_an_address_that_holds_an_hour(made, patient, alice) -> None:
    link = made()
    file = knock(link.text, embeddedLengthMax=100).json()["files"][0]
    path = file["location"].removeprefix(ADDRESS)
    answer = Client().get(path)
    assert answer.headers["Content-Type"] == "application/jose"
    key = health_links.opened(link.text)["key"]
    assert json.loads(health_links.decrypted(answer.content.decode(), key))["type"] == "document"
    assert Client().get(path[:-3] + "abc").status_code == 404
    patients.forget_who(patient=patient, by=alice)
    assert Client().get(path).status_code == 404, "of somebody who was forgotten since"


def test_a_passcode_is_asked_for_counts_down_and_shuts_the_link(made) -> None:
    link = made(passcode="right one")
    assert health_links.opened(link.text)["flag"] == "P"
    assert knock(link.text, passcode="right one").status_code == 200
    HealthLink.objects.update(tries=TRIES - 2)
    for left in (1, 0):
        answer = knock(link.text, passcode="wrong one")
        assert (answer.status_code, answer.json()) == (401, {"remainingAttempts": left})
    shut = knock(link.text, passcode="right one")
    assert (shut.status_code, shut.json()["why"]) == (404, "shut")
    assert Event.objects.filter(what="fhir.wrong_passcode", refused=True).count() == 2


def test_a_link_that_ended_or_ran_out_or_is_of_somebody_forgotten_opens_nothing(made, patient, alice) -> None:
    link = made()
    assert knock(link.text).status_code == 200
    HealthLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert why(link) == "expired"
    HealthLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    patients.forget_who(patient=patient, by=alice)
    assert why(link) == "ended"
    assert actions.nightly() == {"links": 1}
    assert not vault.current().holds(link.row.name)


def why(link: actions.Made) -> str:
    answer = knock(link.text)
    assert answer.status_code == 404
    return answer.json()["why"]


def test_after_the_night_too_a_link_says_whether_it_ran_out_or_was_ended(made, alice) -> None:
    ran_out, by_hand = made(), made()
    HealthLink.objects.filter(pk=ran_out.row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    actions.end(row=by_hand.row, by=alice)
    assert actions.nightly() == {"links": 1}
    assert (why(ran_out), why(by_hand)) == ("expired", "ended")
    day = timedelta(days=1)  # and when the day of the one that was ended is over too
    HealthLink.objects.filter(pk=by_hand.row.pk).update(
        ended_at=timezone.now() - 2 * day, expires_at=timezone.now() - day
    )
    assert why(by_hand) == "ended"
    HealthLink.objects.filter(pk=by_hand.row.pk).update(secret="another")
    assert why(by_hand) == "unknown"


def test_a_page_makes_links_and_ends_them(alice, settings, django_capture_on_commit_callbacks) -> None:
    settings.PROVEN_FOR = None
    patient = people.patient(alice.memberships.get().clinic, alice)
    page = Client(raise_request_exception=False)
    page.force_login(alice)
    path = f"/health-links/{patient.pk}/"
    assert page.post(path, {"days": "7", "passcode": "short"}).status_code == 422
    shown = page.post(path, {"days": "7", "passcode": ""})
    assert shown.status_code == 200
    assert shown.context["text"].startswith(f"{ADDRESS}/passport/#shlink:/")
    assert shown.context["by_browsers"] is False  # plain http at a name: browsers would not decrypt there
    assert "Browsers on other devices cannot open it" in shown.content.decode()
    assert knock(shown.context["text"]).status_code == 200
    row = HealthLink.objects.get()
    assert page.get(path).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert page.post(f"{path}{row.pk}/end/").status_code == 302
    assert knock(shown.context["text"]).status_code == 404
    assert not vault.current().holds(row.name)


@pytest.mark.parametrize("body", ["", "[]", "{", '{"passcode": "x"}'])
def test_who_does_not_say_who_they_are_is_told_so(made, body: str) -> None:
    url = health_links.opened(made().text)["url"].removeprefix(ADDRESS)
    assert Client().post(url, body, content_type="application/json").status_code == 400


def brought(client: Client, document: object, path: str = "Patient/$import") -> tuple[int, dict]:
    answer = client.post(f"/fhir/{path}", json.dumps(document), content_type="application/fhir+json")
    return answer.status_code, answer.json()


@pytest.fixture
def program(clinic, ada) -> Client:
    scopes = [Scope.PATIENTS_WRITE, Scope.RECORDS_WRITE, Scope.PATIENTS_READ]
    _row, text = token_actions.make(clinic=clinic, name="Arrivals", scopes=scopes, days=9, by=ada)
    return Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)


def test_who_comes_from_another_wheal_is_registered_and_their_history_waits_to_be_asked(
    program, charlie, clinic
) -> None:
    theirs = people.patient(
        charlie.memberships.get().clinic, charlie, family_name="Voyageuse", given_names="Zoé Anne"
    )
    people.completed_history(
        theirs,
        charlie,
        people.healthy_answers({"blood_thinners": ["warfarin"], "food_and_plant_allergies": ["soy"]}),
    )
    document = told(theirs)
    status, answer = brought(program, document)
    assert status == 201, answer
    new = Patient.objects.get(clinic=clinic)
    assert (new.family_name, new.given_names, new.birth_date) == ("Voyageuse", "Zoé Anne", theirs.birth_date)
    draft = new.histories.get()
    assert draft.completed_at is None
    said = {"said_on": theirs.clinic.day_of().isoformat(), "elsewhere": theirs.clinic.name}
    own_words = draft.answers.pop(TOLD)["earlier"]
    assert [each["group"] for each in own_words if each["group"]] == ["allergies", "medications"]
    assert {each["kind"] for each in own_words if not each["group"]} == {"Observation"}  # weight, height, …
    assert draft.answers == {
        "blood_thinners": {"earlier": ["warfarin"]} | said,
        "food_and_plant_allergies": {"earlier": ["soy"]} | said,
    }
    assert "Aucun problème de santé connu" in json.dumps(answer, ensure_ascii=False)  # told, and asked anew
    status, answer = brought(program, document)
    assert (status, Patient.objects.filter(clinic=clinic).count()) == (409, 1)
    assert brought(program, document, f"Patient/$import?despite={new.pk}")[0] == 201


def test_what_is_not_understood_waits_for_a_physician_and_is_told(program, clinic, patient, history) -> None:
    document = told(patient)
    person = of(document, "Patient")[0]
    person["name"] = [{"family": "Else", "given": ["Some"]}]
    person["birthDate"] = "1990-01-01"
    who = {
        "reference": next(
            each["fullUrl"] for each in document["entry"] if each["resource"]["resourceType"] == "Patient"
        )
    }
    icd = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E10.9"}]}
    document["entry"] += [
        {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Condition", "code": icd, "subject": who}},
        {"fullUrl": "urn:uuid:3", "resource": {"resourceType": "MedicationStatement", "status": "active",
            "subject": who,
                                               "medicationCodeableConcept": {"text": "Something rare"}}},
    ]  # fmt: skip
    status, answer = brought(program, document)
    assert status == 201, answer
    draft = Patient.objects.get(family_name="Else").histories.get()
    rare = next(each for each in draft.answers.pop(TOLD)["earlier"] if each["kind"] == "MedicationStatement")
    assert (rare["words"], rare["becomes"]) == ("Something rare", "other")
    said = [code for answer in draft.answers.values() for code in answer["earlier"]]
    assert set(said) == {"diabetes_type_1", "other"}
    assert "Something rare" in json.dumps(answer)


def test_a_summary_that_does_not_say_whose_it_is_is_refused_by_its_path(
    program, clinic, patient, history, alice
) -> None:
    whole = told(patient)
    place = next(
        number for number, each in enumerate(whole["entry"]) if each["resource"]["resourceType"] == "Patient"
    )
    path = f"Bundle.entry[{place}].resource"
    for changed, where in (
        ({"birthDate": "1990"}, f"{path}.birthDate"), ({"gender": "unknown"}, f"{path}.gender"),
        ({"name": [{"given": ["X"]}]}, f"{path}.name"), ({"birthDate": "2050-01-01"}, f"{path}.birthDate"),
        ({"birthDate": "1850-01-01"}, f"{path}.birthDate"), ({"name": [{"family": "…", "given": ["X"]}]},
            f"{path}.name"),
        ({"name": [{"family": "X" * 81, "given": ["X"]}]}, f"{path}.name"),
        ({"telecom": [{"system": "email", "value": "nobody"}]}, f"{path}.telecom"),
    ):  # fmt: skip
        document = json.loads(json.dumps(whole))
        document["entry"][place]["resource"] |= changed
        status, answer = brought(program, document)
        assert (status, answer["issue"][0]["expression"]) == (422, [where])
    assert brought(program, whole | {"type": "collection"})[0] == 422
    status, answer = brought(program, whole | {"entry": whole["entry"][1:]})
    assert (status, answer["issue"][0]["expression"]) == (422, ["Bundle.entry[0].resource"])
    assert brought(program, {"resourceType": "Patient"})[0] == 400
    assert Patient.objects.count() == 1


def of_another_day_than_utc() -> str:
    """A zone in which it is, now, another day than in UTC: an evening or an early morning."""
    return "Pacific/Pago_Pago" if timezone.now().hour < 11 else "Pacific/Kiritimati"


@pytest.mark.parametrize("in_utc", [False, True])
def test_the_days_of_a_summary_are_the_same_in_the_record_that_takes_it(
    program, clinic, patient, alice, in_utc: bool
) -> None:
    """Whether its moments say the clinic's own clock, as Wheal writes them, or UTC, as most others do."""
    clinic.time_zone = of_another_day_than_utc()
    clinic.save()
    patient.refresh_from_db()
    people.completed_history(patient, alice, people.healthy_answers({"blood_thinners": ["warfarin"]}))
    today = clinic.day_of()
    assert today != timezone.now().date()
    document = told(patient)
    assert {each["effectiveDateTime"][:10] for each in of(document, "Observation")} == {today.isoformat()}
    assert document["timestamp"][:10] == of(document, "Composition")[0]["date"][:10] == today.isoformat()
    assert fhirkit.validate(document) == []
    if in_utc:
        offset = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d)")
        document = json.loads(
            offset.sub(lambda found: f"{datetime.fromisoformat(found[0]).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                json.dumps(document))
        )  # fmt: skip
    assert brought(program, document, f"Patient/$import?despite={patient.pk}")[0] == 201
    copy = Patient.objects.exclude(pk=patient.pk).get()
    answers = copy.histories.get().answers
    assert answers["blood_thinners"]["said_on"] == today.isoformat()
    kept = [
        each["words"]
        for each in answers[TOLD]["earlier"]
        if each["kind"] in ("Observation", "MedicationStatement")
    ]
    assert kept
    assert all(each.endswith(today.isoformat()) for each in kept)


def test_no_known_allergy_of_another_hospital_is_told_on_as_no_allergy(
    program, clinic, patient, history
) -> None:
    document = told(patient)
    person = of(document, "Patient")[0]
    person["name"], person["birthDate"] = [{"family": "Else", "given": ["Some"]}], "1990-01-01"
    who = {"reference": document["entry"][1]["fullUrl"]}
    assert document["entry"][1]["resource"] is person
    sct = {"system": "http://snomed.info/sct", "code": "716186003", "display": "No known allergy"}
    for number, concept in enumerate(({"coding": [sct]}, {"text": "No known peanut allergy"})):
        none = {"resourceType": "AllergyIntolerance", "patient": who, "code": concept} | {
            "clinicalStatus": {"coding": [{"code": "active", "system": CLINICAL}]}
        }
        document["entry"].append({"fullUrl": f"urn:uuid:{number}", "resource": none})
    status, answer = brought(program, document)
    assert status == 201, answer
    heard = [each["diagnostics"] for each in answer["issue"]]
    assert "No known allergy: it is asked here" in heard
    assert "No known peanut allergy: none told of there; ask" in heard
    here = Patient.objects.get(family_name="Else")
    summary = told(here)
    assert codes(summary, "AllergyIntolerance") == ["no-allergy-info"]  # nobody has asked here
    assert "No known peanut allergy" in json.dumps(summary["entry"][0]["resource"]["section"])


CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ALLERGIC = [
    {"kind": "anaphylaxis"},
    {"kind": "allergic_reaction"},
    {"kind": "redness", "warnings": ("warning_hives_or_faint",)},
]


@pytest.mark.parametrize("new", ALLERGIC, ids=lambda new: new["kind"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Recorded since then as a reaction after treatment: "),
        ("fr", "Enregistré depuis comme réaction après un soin : "),
    ],
)
def test_none_is_not_said_to_be_known_over_an_allergic_reaction_since(
    patient, history, alice, new, language, words
) -> None:
    known = knowledge.current()
    patient.language = language
    patient.save()
    assert codes(told(patient), "AllergyIntolerance") == ["no-known-allergies"]
    row = reactions.record(
        patient=patient, new=NewReaction(onset=people.today(), **new), by=alice, known=known
    )
    document = told(patient)
    assert codes(document, "AllergyIntolerance") == ["no-allergy-info"]
    (nothing,) = of(document, "AllergyIntolerance")
    assert words in nothing["code"]["text"]
    assert known.text(f"code.event_kinds.{new['kind']}", language) in nothing["code"]["text"]
    read = [each["text"]["div"] for each in document["entry"][0]["resource"]["section"]]
    place = next(number for number, each in enumerate(read) if words in each)
    assert place == len(of(document, "Flag")), "only flags stand before it"
    assert known.text(f"code.event_kinds.{new['kind']}", language) in read[place + 1]
    assert fhirkit.validate(document) == []
    reactions.correct(
        reaction=row, corrects="withdrawn", should_be="", reason="another person", is_physician=True, by=alice,
        known=known,
    )  # fmt: skip
    assert codes(told(patient), "AllergyIntolerance") == ["no-known-allergies"]


def test_a_kind_that_was_corrected_later_and_questions_asked_again_count_by_their_days(
    patient, history, alice
) -> None:
    known = knowledge.current()
    new = NewReaction(kind="bruising", onset=people.today())
    row = reactions.record(patient=patient, new=new, by=alice, known=known)
    people.completed_history(patient, alice)
    assert codes(told(patient), "AllergyIntolerance") == ["no-known-allergies"]
    reactions.correct(
        reaction=row, corrects="kind", should_be="anaphylaxis", reason="hives", is_physician=True, by=alice, known=known
    )  # fmt: skip
    assert codes(told(patient), "AllergyIntolerance") == ["no-allergy-info"]
    people.completed_history(patient, alice)
    assert codes(told(patient), "AllergyIntolerance") == ["no-known-allergies"]


@pytest.mark.parametrize(
    ("language", "figure", "days"),
    [
        ("fr", "0,3", ("11 novembre 2026", "novembre 2026", "2026")),
        ("en", "0.3", ("11 November 2026", "November 2026", "2026")),
    ],
)
def test_figures_and_days_are_in_the_language_of_the_reader(language, figure, days) -> None:
    with translation.override(language):
        assert summaries.WORDING.number("0.3") == figure
        assert tuple(map(summaries.WORDING.day, ("2026-11-11", "2026-11", "2026"))) == days
