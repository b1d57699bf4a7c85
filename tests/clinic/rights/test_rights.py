"""The whole record as a copy, the years it is kept, and forgetting who somebody was only when they are over."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import people
import photos
from clinic.safety.test_reporting import opened, told
from wheal import knowledge
from wheal.clinic import vault
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.patients import link_actions
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Role
from wheal.clinic.portal import actions as portal
from wheal.clinic.portal.models import DataRequest
from wheal.clinic.rights import actions, terms
from wheal.clinic.rights.models import OwnTerm
from wheal.clinic.rights.whole import whole
from wheal.clinic.safety.models import ReportPhotograph
from wheal.clinic.safety.reporting import photographs as reported

KNOWN = knowledge.current()


@pytest.fixture
def treated(signed) -> Patient:
    """Maria, with one signed session."""
    return signed.patient


def seen_last(patient: Patient, years: int, days: int = 0) -> None:
    """As if the registration, which is all there is, were so long ago."""
    today = patient.clinic.day_of()
    then = today.replace(year=today.year - years) - timedelta(days=days)
    noon = patient.clinic.begin_of(then) + timedelta(hours=12)  # by its own clock, wherever it is day now
    Patient.objects.filter(pk=patient.pk).update(created_at=noon)


def copy_of(client, patient) -> zipfile.ZipFile:
    answer = client.post(f"/rights/patients/{patient.pk}/copy.zip")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_the_copy_has_papers_to_read_and_everything_as_data(client, alice, treated) -> None:
    client.force_login(alice)
    archive = copy_of(client, treated)
    names = archive.namelist()
    session = treated.sessions.get()
    assert {"READ-ME.txt", "record.json", "passport.pdf", f"sessions/{session.pk}.pdf"} <= set(names)
    for name in names:
        if name.endswith(".pdf"):
            assert pypdf.PdfReader(io.BytesIO(archive.read(name))).pages
    held = json.loads(archive.read("record.json"))
    records = held["records"]
    assert records["patients.patient"][str(treated.pk)]["family_name"] == treated.family_name
    drawn = next(iter(records["treatments.pass"].values()))
    assert len(drawn["points"]) == 40
    assert {
        "treatments.session",
        "treatments.mix",
        "treatments.mixcomponent",
        "treatments.consent",
        "patients.history",
    } <= set(records)
    assert any(each["what"] == "patients.patient_registered" for each in held["audit"])
    assert Event.objects.filter(what="rights.copy_given", patient_id=treated.pk, by=alice).count() == 1


def test_nothing_of_another_patient_and_no_secret_is_in_it(clinic, alice, treated) -> None:
    other = people.patient(clinic, alice, family_name="Somebodyelse")
    link = link_actions.give(patient=treated, purpose="report", by=alice)
    told = json.dumps(whole(treated), default=str)
    assert other.family_name not in told
    assert link.nonce not in told
    assert json.dumps(whole(other), default=str).count("treatments.session") == 0


def test_a_photograph_sent_with_a_report_is_in_it_and_a_lost_file_keeps_nothing_else_back(
    client, alice, dora, treated
) -> None:
    phone = opened(treated, dora)
    file = SimpleUploadedFile("skin.jpg", photos.as_a_telephone_sends_it(), content_type="image/jpeg")
    phone.post(f"{phone.path}photographs/", {"photograph": file})
    phone.post(f"{phone.path}send/", told(treated))
    sent = ReportPhotograph.objects.get()
    client.force_login(alice)
    assert copy_of(client, treated).read(f"photographs/report-{sent.pk}.jpg")[:2] == b"\xff\xd8"
    vault.current().remove(sent.picture)
    assert f"photographs/report-{sent.pk}.txt" in copy_of(client, treated).namelist()


def test_more_rows_ask_no_more_questions(treated, dora) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            whole(treated)
        return len(found)

    link = link_actions.give(patient=treated, purpose="pages", by=dora)
    portal.ask(link=link, text="May I swim?")
    once = asked()
    for turn in range(5):
        portal.ask(link=link, text=f"And on day {turn}?")
    assert asked() <= once < 100


@pytest.mark.parametrize("who", ["bob", "dora", "ada"])
def test_who_may_not_give_the_copy_is_refused(client, request, treated, who) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.post(f"/rights/patients/{treated.pk}/copy.zip").status_code == 403
    assert not Event.objects.filter(what="rights.copy_given").exists()


def test_a_copy_of_another_clinic_is_not_found(client, charlie, treated) -> None:
    client.force_login(charlie)
    assert client.post(f"/rights/patients/{treated.pk}/copy.zip").status_code == 404


@pytest.fixture
def in_lyon(french_clinic, charlie) -> Patient:
    return people.patient(french_clinic, charlie, family_name="Rivière", phone="+33 1 99 00 00 00")


def test_a_french_record_is_not_forgotten_on_the_last_day_of_twenty_years(in_lyon, charlie) -> None:
    seen_last(in_lyon, 20)
    with pytest.raises(actions.RightsRefused) as refused:
        actions.forget(patient=in_lyon, reason="asked by letter", known=KNOWN, by=charlie)
    assert (refused.value.reason, refused.value.until) == ("kept", in_lyon.clinic.day_of())
    in_lyon.refresh_from_db()
    assert in_lyon.family_name == "Rivière"


def test_the_day_after_it_may_be_and_then_no_search_finds_them(client, in_lyon, charlie) -> None:
    seen_last(in_lyon, 20, days=1)
    client.force_login(charlie)
    assert "RIVIÈRE" in client.get("/patients/?q=rivi").content.decode()
    answer = client.post(f"/rights/patients/{in_lyon.pk}/forget/", {"reason": "asked by letter"})
    assert answer.status_code == 302
    in_lyon.refresh_from_db()
    assert (in_lyon.family_name, in_lyon.phone, in_lyon.birth_date.month) == ("—", "", 1)
    assert "RIVIÈRE" not in client.get("/patients/?q=rivi").content.decode()
    assert Event.objects.filter(what="rights.patient_forgotten", patient_id=in_lyon.pk).exists()
    with pytest.raises(actions.RightsRefused, match="forgotten"):
        actions.forget(patient=in_lyon, reason="once more", known=KNOWN, by=charlie)


def test_photographs_that_came_with_a_report_are_deleted_with_the_name(
    in_lyon, charlie, dora, django_capture_on_commit_callbacks
) -> None:
    link = link_actions.give(patient=in_lyon, purpose="report", by=charlie)
    kept = reported.add(link=link, data=photos.jpeg())
    seen_last(in_lyon, 20, days=1)
    assert reported.content(kept, "thumb")
    with django_capture_on_commit_callbacks(execute=True):
        actions.forget(patient=in_lyon, reason="asked by letter", known=KNOWN, by=charlie)
    for kind in ("picture", "thumb"):
        with pytest.raises(vault.NotKept):
            reported.content(kept, kind)
    assert Event.objects.filter(what="safety.report_photographs_deleted", patient_id=in_lyon.pk).exists()
    assert not reported.kept_of(ReportPhotograph.objects.all()).exists()


def test_a_session_since_then_counts_and_the_refusal_names_the_day(client, alice, treated) -> None:
    actions.state_term(clinic=treated.clinic, years=7, source="invented board", by=alice)
    seen_last(treated, 30)
    client.force_login(alice)
    answer = client.post(f"/rights/patients/{treated.pk}/forget/", {"reason": "asked by letter"})
    assert answer.status_code == 422
    today = treated.clinic.day_of()
    assert f"{today.year + 7}" in answer.content.decode()


def test_a_visit_without_a_session_counts_too(in_lyon, charlie) -> None:
    seen_last(in_lyon, 21)
    Appointment.objects.create(
        clinic=in_lyon.clinic, patient=in_lyon, kind="consultation", state="done", booked_by=charlie,
        starts_at=timezone.now() - timedelta(days=400), ends_at=timezone.now() - timedelta(days=399),
    )  # fmt: skip
    with pytest.raises(actions.RightsRefused, match="kept"):
        actions.forget(patient=in_lyon, reason="asked by letter", known=KNOWN, by=charlie)


def test_where_no_term_is_known_nobody_is_forgotten_however_long_ago(clinic, alice) -> None:
    patient = people.patient(clinic, alice)
    seen_last(patient, 60)
    with pytest.raises(actions.RightsRefused, match="unknown"):
        actions.forget(patient=patient, reason="asked by letter", known=KNOWN, by=alice)


@pytest.mark.parametrize(("years", "source"), [(0, "a board"), (101, "a board"), (10, " ")])
def test_a_term_without_years_or_without_who_says_so_is_refused(clinic, alice, years, source) -> None:
    with pytest.raises(actions.RightsRefused):
        actions.state_term(clinic=clinic, years=years, source=source, by=alice)
    assert not OwnTerm.objects.exists()


def test_the_calendar_shows_who_is_over_and_who_is_soon(in_lyon, french_clinic, charlie, client) -> None:
    soon = people.patient(french_clinic, charlie, family_name="Bientôt")
    late = people.patient(french_clinic, charlie, family_name="Récente")
    seen_last(in_lyon, 21)
    seen_last(soon, 19, days=200)
    seen_last(late, 5)
    held = terms.term(french_clinic, KNOWN)
    found = [
        (row.patient.family_name, row.stands)
        for row in terms.calendar(french_clinic, held, french_clinic.day_of())
    ]
    assert found == [("Rivière", "over"), ("Bientôt", "kept")]
    client.force_login(charlie)
    page = client.get("/rights/").content.decode()
    assert "RIVIÈRE" in page
    assert "RÉCENTE" not in page


@pytest.mark.both_engines
def test_what_was_stated_and_done_cannot_be_changed(clinic, alice) -> None:
    made = actions.state_term(clinic=clinic, years=7, source="invented board", by=alice)
    for statement in ("UPDATE rights_ownterm SET years = 1", "DELETE FROM rights_ownterm"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert OwnTerm.objects.get().years == made.years


def test_the_desk_notes_what_was_asked_there_and_the_physician_answers_with_the_rule(
    client, french_clinic, in_lyon, charlie
) -> None:
    delphine = people.person("Delphine", Role.FRONT_DESK, french_clinic)
    client.force_login(delphine)
    address = f"/from-patients/{in_lyon.pk}/requests/"
    assert client.post(address, {"kind": "everything"}).status_code == 422
    client.post(address, {"kind": "deletion", "words": "By letter of Monday."})
    asked = DataRequest.objects.get()
    assert (asked.link, asked.noted_by, asked.kind) == (None, delphine, "deletion")
    assert "Delphine Example" in client.get(address).content.decode()
    client.force_login(charlie)
    assert "Delphine Example" in client.get(f"/from-patients/requests/{asked.pk}/").content.decode()
    ground = client.get(f"/rights/patients/{in_lyon.pk}/ground/").content.decode()
    words = re.search(r'class="said"[^>]*>([^<]+)<', ground)
    assert words is not None
    assert ("aucun délai légal" in words[1], "20 ans" in words[1]) == (True, True)  # an advice, by its name
    assert "doit être gardé" not in words[1]
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.update(words="Another")
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.all().delete()
    assert verify().broken == ()


def test_the_manager_finds_what_is_decided_for_the_whole_clinic_and_no_record(
    client, clinic, patient
) -> None:
    client.force_login(people.person("Adam", Role.ADMINISTRATOR, clinic))
    page = client.get("/").content.decode()
    for address in ("/follow-up/results/", "/quotes/accounts/", "/quotes/prices/", "/rights/"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    assert "whoever treats here answers them" in client.get("/rights/").content.decode()
    assert client.get(f"/rights/patients/{patient.pk}/").status_code == 403
