"""A summary brought to the desk: looked at first, taken in as said elsewhere, or nothing at all."""

from __future__ import annotations

import json
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import people
from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir import summaries
from wheal.clinic.fhir.arrivals import fetching
from wheal.clinic.fhir.health_links import actions as links
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.earlier import TOLD
from wheal.clinic.patients.models import History, Patient
from wheal.fhir import health_links

LATER = datetime(2040, 1, 1, tzinfo=UTC)
SAID = {"blood_thinners": ["warfarin"], "food_and_plant_allergies": ["soy"]}


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    settings.SECOND_FACTOR = "nobody"


@pytest.fixture
def theirs(charlie) -> Patient:
    """Of another clinic, with warfarin and an allergy to soy."""
    there = charlie.memberships.get().clinic
    patient = people.patient(there, charlie, family_name="Voyageuse", given_names="Zoé Anne")
    people.completed_history(patient, charlie, people.healthy_answers(SAID))
    return patient


@pytest.fixture
def document(theirs) -> dict:
    return summaries.summary(theirs, Telling(theirs.clinic, knowledge.current()))


@pytest.fixture
def at() -> Callable[[object], Client]:
    def logged_in(user: object) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    return logged_in


def brought(client: Client, document: object) -> object:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post("/arrivals/", {"file": SimpleUploadedFile("summary.json", body)})


def confirmed(client: Client, page: object, **more: str) -> object:
    fields = {name: value for name, value in page.context["form"].initial.items() if value}
    fields["birth_date"] = f"{fields['birth_date']:%m/%d/%Y}" if "birth_date" in fields else ""
    return client.post("/arrivals/take/", fields | {"sealed": page.context["sealed"]} | more)


def nothing_is_written(patients: int) -> bool:
    no_taken = not Event.objects.filter(what="fhir.summary_taken").exists()
    return (Patient.objects.count(), no_taken) == (patients, True)


def test_a_summary_is_shown_first_and_confirmed_it_waits_as_said_elsewhere(
    at, alice, clinic, theirs, document
) -> None:
    alices = at(alice)
    page = brought(alices, document)
    assert page.status_code == 200
    shown = page.content.decode()
    assert theirs.clinic.name in shown
    assert "to confirm today" in shown
    assert "nothing known there" in shown
    assert nothing_is_written(1)
    assert not History.objects.filter(patient__clinic=clinic).exists()

    answer = confirmed(alices, page)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    new = Patient.objects.get(clinic=clinic)
    draft = new.histories.get()
    assert draft.completed_at is None
    assert {name: said["earlier"] for name, said in draft.answers.items() if name != TOLD} == SAID
    taken = Event.objects.get(what="fhir.summary_taken")
    assert (taken.by, taken.patient_id, taken.detail["from"]) == (alice, new.pk, theirs.clinic.name)
    history = alices.get(f"/patients/{new.pk}/history/").content.decode()
    assert history.count("Said elsewhere (") == 2
    assert history.count('name="still"') == 3  # and that what stands there in its own words was asked about
    # left as it stands it answers nothing; what is confirmed counts
    send = {"version": "1", "after": "0", "still": ["blood_thinners"]}
    alices.post(f"/patients/{new.pk}/history/save/", send)
    after = new.histories.get().answers
    assert after["blood_thinners"] == ["warfarin"]
    assert after["food_and_plant_allergies"]["earlier"] == ["soy"]


def test_the_desk_brings_it_in_and_reads_none_of_it(at, dora, clinic, document) -> None:
    doras = at(dora)
    page = brought(doras, document)
    shown = page.content.decode()
    assert page.status_code == 200
    assert "arfarin" not in shown
    assert "statements. Whoever asks the history sees them" in shown
    assert confirmed(doras, page).status_code == 302
    assert Patient.objects.get(clinic=clinic).histories.get().answers.keys() == {*SAID, TOLD}


def test_who_is_here_already_gets_it_into_their_own_record_unless_a_draft_stands(
    at, alice, clinic, document
) -> None:
    here = people.patient(clinic, alice, family_name="Voyageuse", given_names="Zoe Anne")
    alices = at(alice)
    page = brought(alices, document)
    assert [one.patient for one in page.context["perhaps"]] == [here]
    assert confirmed(alices, page).status_code == 422  # nobody said that it is somebody else
    assert nothing_is_written(2)
    sealed = {"sealed": page.context["sealed"], "whose": str(here.pk)}
    assert alices.post("/arrivals/take/", sealed | {"whose": "9" * 5000}).status_code == 422
    assert alices.post("/arrivals/take/", sealed).status_code == 302
    assert here.histories.get().answers["blood_thinners"]["earlier"] == ["warfarin"]
    again = alices.post("/arrivals/take/", sealed)
    assert again.status_code == 409
    assert "never written over" in again.content.decode()
    assert confirmed(alices, page, somebody_else="1").status_code == 302
    assert Patient.objects.filter(clinic=clinic).count() == 2


def test_whoever_begins_the_history_meanwhile_is_not_written_over(
    at, alice, clinic, document, monkeypatch
) -> None:
    here = people.patient(clinic, alice, family_name="Voyageuse", given_names="Zoe Anne")
    alices = at(alice)
    sealed = brought(alices, document).context["sealed"]

    def refused(**_asked: object) -> None:
        raise patients.HistoryRefused("changed_elsewhere")

    monkeypatch.setattr(patients, "save_history", refused)
    answer = alices.post("/arrivals/take/", {"sealed": sealed, "whose": str(here.pk)})
    assert (answer.status_code, "never written over" in answer.content.decode()) == (409, True)
    assert nothing_is_written(2)


def test_where_it_brings_nothing_nothing_is_said_to_wait(at, alice, clinic, document) -> None:
    told = ("AllergyIntolerance", "MedicationStatement", "Condition", "Observation")
    kept = [each for each in document["entry"] if each["resource"]["resourceType"] not in told]
    kept[0]["resource"].pop("section")  # of which they were
    alices = at(alice)
    page = brought(alices, document | {"entry": kept})
    new = alices.get(confirmed(alices, page).headers["Location"])
    here = Patient.objects.get(clinic=clinic)
    again = {"sealed": page.context["sealed"], "whose": str(here.pk)}
    for shown in (new, alices.post("/arrivals/take/", again, follow=True)):
        assert "brought nothing new" in shown.content.decode()
        assert "waits in the history" not in shown.content.decode()
    assert not here.histories.exists()


XHTML = "http://www.w3.org/1999/xhtml"


HL7 = "http://terminology.hl7.org/CodeSystem"


def foreign(document: dict) -> dict:
    """As another house writes one: its own codes, words alone, something named and not sent."""
    entry = next(each for each in document["entry"] if each["resource"]["resourceType"] == "Patient")
    who = {"reference": entry["fullUrl"]}
    snomed = {"system": "http://snomed.info/sct", "code": "91936005", "display": "Penicillin"}
    verified = {"coding": [{"system": f"{HL7}/allergyintolerance-verification", "code": "refuted"}]}
    allergy = {
        "resourceType": "AllergyIntolerance", "patient": who, "criticality": "high", "code": {"coding": [snomed]},
        "reaction": [{"manifestation": [{"text": "Anaphylaxis"}], "severity": "severe"}],
    }  # fmt: skip
    title_page = {
        "resourceType": "Composition", "status": "final", "title": "Summary", "date": "2026-03-02",
        "type": {"text": "Summary"}, "author": [{"display": "Hôpital du Lac"}], "subject": who,
        "section": [
            {"title": "Allergies", "code": {"coding": [{"system": "http://loinc.org", "code": "48765-2"}]},
             "text": {"status": "generated", "div": f"<div xmlns='{XHTML}'>Allergic to <b>latex</b></div>"},
             "emptyReason": {"coding": [{"code": "unavailable"}]}},
            {"title": "More", "entry": [{"reference": "urn:uuid:9", "display": "Bee venom"}]},
        ],
    }  # fmt: skip
    refuted = {
        "resourceType": "AllergyIntolerance",
        "patient": who,
        "code": {"text": "Nuts"},
        "verificationStatus": verified,
    }
    held = [title_page, allergy, refuted]
    return document | {"entry": [{"resource": held[0]}, entry, *({"resource": each} for each in held[1:])]}


def test_the_words_of_elsewhere_stand_where_the_history_is_asked_until_somebody_has(
    at, alice, dora, clinic, document
) -> None:
    page = brought(at(dora), foreign(document))
    assert page.status_code == 200, page.content.decode()[-2000:]
    assert "4 statements" in page.content.decode()
    assert "Penicillin" not in page.content.decode()
    assert confirmed(at(dora), page).status_code == 302
    new, alices = Patient.objects.get(clinic=clinic), at(alice)
    history, chart = f"/patients/{new.pk}/history/", f"/patients/{new.pk}/"
    words = ("Penicillin", "SNOMED CT 91936005", "Anaphylaxis, severe", "Allergies: Allergic to latex", "Bee venom",
             "Nuts", "Hôpital du Lac · 2 March 2026", "refuted, as it says", "Criticality there: high")  # fmt: skip
    for shown in (alices.get(history), alices.get(chart)):
        assert [each for each in words if each not in " ".join(shown.content.decode().split())] == []
    assert "Bee venom" not in at(dora).get(chart).content.decode()
    # typing on takes nothing of it away; asked about, it stays in this history and goes into no other
    alices.post(f"{history}save/", {"version": "1", "after": "0", "pregnant": "no"})
    assert new.histories.get().answers[TOLD]["earlier"][0]["words"] == "Penicillin"
    alices.post(f"{history}save/", {"version": "2", "after": "0", "pregnant": "no", "still": [TOLD]})
    assert new.histories.get().answers[TOLD][0]["words"] == "Penicillin"
    assert "Bee venom" in alices.get(history).content.decode()
    assert "Somebody asked about it" in alices.get(chart).content.decode()
    last = people.completed_history(new, alice, new.histories.get().answers)
    assert last.answers[TOLD][0]["words"] == "Penicillin"
    assert "Bee venom" not in alices.get(history).content.decode()


def softened(document: dict) -> dict:
    """What stands beside a name and turns it: suspected, stopped for a while, with a dose; and what no list holds."""
    entry = next(each for each in document["entry"] if each["resource"]["resourceType"] == "Patient")
    who = {"subject": {"reference": entry["fullUrl"]}}
    ver_status = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    warfarin = {"coding": [{"system": "http://www.whocc.no/atc", "code": "B01AA03"}], "text": "Warfarin"}
    held = [
        {"resourceType": "Condition", "code": {"text": "Lupus"}, "onsetDateTime": "2019",
            "verificationStatus": {"coding": [{"system": ver_status, "code": "differential"}]}},
        {"resourceType": "MedicationStatement", "status": "on-hold", "statusReason": [{"text": "bleeding"}],
            "medicationCodeableConcept": warfarin, "dosage": [{"doseAndRate": [{"doseQuantity": {"value": 5,
                "unit": "mg"}}]}]},
        {"resourceType": "Observation", "status": "final", "code": {"text": "Pregnancy status"},
            "valueCodeableConcept": {"text": "Pregnant"}, "effectiveDateTime": "2026-03-01"},
        {"resourceType": "AdverseEvent", "actuality": "actual", "date": "2024-02-01",
            "event": {"text": "Skin necrosis after phosphatidylcholine"}},
    ]  # fmt: skip
    entries = [document["entry"][0], entry, *({"resource": each | who} for each in held)]
    provenance = {
        "resourceType": "Provenance", "target": [{"reference": "Patient/1"}], "recorded": "2026-03-02T10:00:00Z",
        "agent": [{"who": {"display": "Hôpital du Lac"}}],
    }  # fmt: skip
    entries[0]["resource"].pop("section")
    return document | {"entry": [*entries, {"resource": provenance}]}


def test_nothing_that_softens_or_sharpens_a_statement_is_left_out_on_the_way_in(
    at, alice, dora, clinic, document
) -> None:
    told = softened(document)
    words = (
        "Lupus", "Certainty there: differential", "Began, as it says: 2019", "Status there: on-hold",
        "Why it stands so: bleeding", "Dose there: 5 mg",
        "Pregnancy status · Pregnant · 2026-03-01", "Skin necrosis after phosphatidylcholine",
        "Unwanted event",
    )  # fmt: skip
    shown = " ".join(brought(at(alice), told).content.decode().split())
    assert [each for each in words if each not in shown] == []
    page = brought(at(dora), told)
    assert "4 statements" in page.content.decode()
    assert "Pregnan" not in page.content.decode()
    for each in (shown, page.content.decode()):
        assert 'Not read, for it says nothing of the person: 1 <span lang="en">Provenance</span>' in each
    assert confirmed(at(dora), page).status_code == 302
    new, alices = Patient.objects.get(clinic=clinic), at(alice)
    for path in (f"/patients/{new.pk}/history/", f"/patients/{new.pk}/"):
        shown = " ".join(alices.get(path).content.decode().split())
        assert [each for each in words if each not in shown] == []
    history = alices.get(f"/patients/{new.pk}/history/").content.decode()
    assert "“Warfarin (on-hold, 5 mg)”" in history  # beside the very question
    assert history.index("Skin necrosis") < history.index('name="pregnant"')  # above the questions
    rows = new.histories.get().answers[TOLD]["earlier"]
    assert [(each["kind"], each["code"]) for each in rows if each["group"]] == [
        ("Condition", "other"), ("MedicationStatement", "warfarin"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "changed", "where"),
    [
        (0, {"status": "banana"}, "status"), (0, {"status": "entered-in-error"}, "status"),
        (1, {"deceasedBoolean": True}, "deceasedBoolean"), (1, {"deceasedDateTime": "2020"}, "deceasedDateTime"),
        (1, {"active": False}, "active"), (1, {"gender": "banana"}, "gender"),
        (2, {"criticality": "super"}, "criticality"), (2, {"category": ["food", "x"]}, "category[1]"),
        (2, {"clinicalStatus": {"coding": [{"system": f"{HL7}/allergyintolerance-clinical", "code": "banana"}]}},
            "clinicalStatus"),
        (2, {"clinicalStatus": {"coding": [{"system": f"{HL7}/x", "code": "active"}]}}, "clinicalStatus"),
        (2, {"clinicalStatus": {"text": "active"}}, "clinicalStatus"),
        (2, {"verificationStatus": {"coding": [{"system": f"{HL7}/condition-ver-status", "code": "differential"}]}},
            "verificationStatus"),
        (2, {"reaction": [{"manifestation": [{"text": "x"}], "severity": "awful"}]}, "reaction[0].severity"),
        (4, {"status": "banana"}, "status"), (5, {"status": "banana"}, "status"),
    ],
)  # fmt: skip
def test_a_code_that_no_list_of_fhir_has_and_a_document_that_does_not_stand_are_refused_by_their_path(
    at, alice, document, place, changed, where
) -> None:
    """Read on, an unknown status would pass for a current one."""
    told, more = foreign(document), softened(document)["entry"]
    entries = [*told["entry"], more[3], more[4]]
    assert brought(at(alice), told | {"entry": entries}).status_code == 200  # whole, it is read
    entries[place] = entries[place] | {"resource": entries[place]["resource"] | changed}
    page = brought(at(alice), told | {"entry": entries})
    assert page.status_code == 422
    assert f"<code>Bundle.entry[{place}].resource.{where}</code>" in page.content.decode()
    assert nothing_is_written(1)


def test_what_is_said_of_somebody_else_is_refused_by_its_path(at, alice, document) -> None:
    wrong = foreign(document)
    wrong["entry"][2]["resource"]["patient"] = {"reference": "urn:uuid:the-brother"}
    page = brought(at(alice), wrong)
    assert (page.status_code, "Bundle.entry[2].resource.patient" in page.content.decode()) == (422, True)
    assert nothing_is_written(1)


def test_what_is_held_here_is_kept_beside_what_was_said_elsewhere(at, alice, clinic, document) -> None:
    here = people.patient(clinic, alice, family_name="Voyageuse", given_names="Zoé Anne")
    own = people.healthy_answers({"food_and_plant_allergies": ["egg"]})
    people.completed_history(here, alice, own)
    alices = at(alice)
    sealed = brought(alices, document).context["sealed"]
    assert alices.post("/arrivals/take/", {"sealed": sealed, "whose": str(here.pk)}).status_code == 302
    draft = here.histories.get(completed_at=None).answers
    assert draft["food_and_plant_allergies"]["earlier"] == ["egg", "soy"]
    assert draft["organs"] == []  # said here today, and nothing else elsewhere


def whose(document: dict) -> dict:
    return next(
        each["resource"] for each in document["entry"] if each["resource"]["resourceType"] == "Patient"
    )


def test_what_it_does_not_say_of_the_person_is_asked_for(at, alice, clinic, document) -> None:
    whose(document)["birthDate"] = "1984"
    whose(document)["gender"] = "unknown"
    alices = at(alice)
    page = brought(alices, document)
    assert page.status_code == 200
    assert confirmed(alices, page).status_code == 422
    assert nothing_is_written(1)
    answer = confirmed(alices, page, birth_date="05/31/1984", sex="female")
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert str(Patient.objects.get(clinic=clinic).birth_date) == "1984-05-31"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "submitted file is empty"),
        (b"not json", "no JSON"),
        (b"\xff{}", "no UTF-8"),
        (b'{"resourceType": "Patient"}', "resourceType"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "Bundle.type"),
        (b'{"resourceType": "Bundle", "type": "document", "entry": []}', "Bundle.entry"),
        (b'{"resourceType": "Bundle", "type": "document", "colour": 1}', "Bundle.colour"),
        (b'{"resourceType": "Bundle", "type": "document", "entry": [{"resource": {"resourceType": "Permission"}}]}',
            "Bundle.entry[0].resource.resourceType"),
    ],
)  # fmt: skip
def test_what_is_no_summary_is_told_with_its_path_and_nothing_is_written(at, alice, body, words) -> None:
    page = brought(at(alice), body)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert nothing_is_written(0)


def test_what_was_sealed_for_another_or_changed_takes_nothing_in(at, alice, bob, dora, document) -> None:
    page = brought(at(alice), document)
    sealed = page.context["sealed"]
    for client, text in ((at(dora), sealed), (at(alice), sealed[:-2] + "xx"), (at(alice), "")):
        answer = client.post("/arrivals/take/", {"sealed": text, "somebody_else": "1"})
        assert answer.headers["Location"] == "/arrivals/"
    assert nothing_is_written(1)


def test_a_follow_up_brings_the_question_that_leads_to_it(at, alice, clinic, charlie) -> None:
    theirs = people.patient(charlie.memberships.get().clinic, charlie, family_name="Leading")
    known = knowledge.current()
    first = next(name for name, one in known.questions.items() if "reaction_to_injection" in one.codes)
    said = {first: ["reaction_to_injection"], "earlier_reaction_skin": ["minoxidil"]}
    people.completed_history(theirs, charlie, people.healthy_answers(said))
    document = summaries.summary(theirs, Telling(theirs.clinic, known))
    held = [each for each in document["entry"] if "reaction_to_injection" not in json.dumps(each)]
    alices = at(alice)
    assert confirmed(alices, brought(alices, document | {"entry": held})).status_code == 302
    draft = Patient.objects.get(clinic=clinic).histories.get()
    assert set(draft.answers) >= set(said)


@pytest.fixture
def elsewhere() -> Iterator[HTTPServer]:
    """Another system's door, which answers what a test tells it to."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.asked.append(asked)
            status, told = self.server.answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_words: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Door)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()


def link_to(server: HTTPServer, key: str) -> str:
    address = f"http://127.0.0.1:{server.server_port}/shl/x"
    return health_links.link(address, key, LATER, "Elsewhere", with_passcode=False)


def test_a_health_link_of_another_system_is_opened_where_its_address_may_be(
    at, alice, clinic, document, elsewhere, settings
) -> None:
    key = health_links.new_key()
    text, alices = link_to(elsewhere, key), at(alice)
    refused = alices.post("/arrivals/", {"link": text})
    assert (refused.status_code, elsewhere.asked) == (422, [])
    settings.HEALTH_LINK_HOSTS = [f"127.0.0.1:{elsewhere.server_port}"]
    sealed = health_links.encrypted(json.dumps(document).encode(), key)
    elsewhere.answer = 200, {"files": [{"contentType": "application/fhir+json", "embedded": sealed}]}
    page = alices.post("/arrivals/", {"link": f"https://viewer.example/#{text}", "passcode": "abc"})
    assert page.status_code == 200, page.content.decode()[-2000:]
    assert elsewhere.asked[-1]["recipient"] == clinic.name
    assert elsewhere.asked[-1]["passcode"] == "abc"
    for answer, words in (
        ((401, {"remainingAttempts": 2}), "2 more tries"), ((404, {}), "opens nothing any more"),
        ((503, {}), "does not answer"), ((429, {}), "does not answer"),
        ((200, {"files": []}), "no summary"), ((200, []), "no summary"),
        ((200, {"files": [{"contentType": "application/fhir+json", "embedded": "x.y"}]}), "no summary"),
        ((200, {"files": [{"contentType": "application/fhir+json", "location": "http://127.0.0.1:9/"}]}), "outside"),
    ):  # fmt: skip
        elsewhere.answer = answer
        told = alices.post("/arrivals/", {"link": text})
        assert (told.status_code, words in told.content.decode()) == (422, True), (answer, words)


def test_an_answer_that_trickles_in_is_cut_off_as_a_whole(settings, monkeypatch) -> None:
    """Each byte comes in time, and the answer never ends."""
    monkeypatch.setattr(fetching, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings.HEALTH_LINK_HOSTS = [address := f"127.0.0.1:{door.getsockname()[1]}"]
        thread = threading.Thread(target=trickle, args=[door], daemon=True)
        thread.start()
        text = health_links.link(
            f"http://{address}/x", health_links.new_key(), LATER, "", with_passcode=False
        )
        with pytest.raises(fetching.LinkNotOpened) as told:
            fetching.fetched(text, "", recipient="Somebody", here="http://testserver/shl/")
        thread.join(10)
    assert (told.value.reason, thread.is_alive()) == ("away", False)


def trickle(door: socket.socket) -> None:
    line, _address = door.accept()
    with line, suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b" ")
            time.sleep(0.1)


@pytest.mark.parametrize("flag", ["", "U"])
@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.8/x", "https://169.254.169.254/latest",
        "https://192.168.1.1:8443/", "http://8.8.8.8/x", "file:///etc/passwd", "ftp://example.org/", "https:///x",
        "https://0.0.0.0/", "https://[::ffff:127.0.0.1]/", "https://127.0.0.1:99999/", "gopher:x",
        "https://[half", "https://user@127.0.0.1/", "https://127.0.0.1:x/",
    ],
)  # fmt: skip
def test_a_link_leads_only_outside_and_only_by_https(address: str, flag: str) -> None:
    told = json.dumps({"url": address, "key": health_links.new_key(), "flag": flag})
    text = health_links.PREFIX + urlsafe_b64encode(told.encode()).decode()
    with pytest.raises(fetching.LinkNotOpened) as told:
        fetching.fetched(text, "", recipient="Somebody", here="http://testserver/shl/")
    assert told.value.reason == "address"


def test_a_link_of_another_clinic_of_this_house_is_opened_with_its_passcode(
    at, alice, charlie, theirs
) -> None:
    made = links.make(
        patient=theirs, days=7, passcode="right one", address="http://testserver", known=knowledge.current(),
        by=charlie,
    )  # fmt: skip
    alices = at(alice)
    wrong = alices.post("/arrivals/", {"link": made.text, "passcode": "wrong one"})
    assert (wrong.status_code, "9 more tries" in wrong.content.decode()) == (422, True)
    assert alices.post("/arrivals/", {"link": made.text, "passcode": "right one"}).status_code == 200
    assert alices.post("/arrivals/", {"link": "shlink:/nonsense"}).status_code == 422


def test_who_registers_nobody_brings_nobody_in(at, ada) -> None:
    assert at(ada).get("/arrivals/").status_code == 403
