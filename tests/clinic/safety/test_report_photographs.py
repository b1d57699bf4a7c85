"""Photographs of a reaction: sent by the patient with the report, and taken in the clinic since its first day."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from PIL import Image

import photos
from clinic.photographs.conftest import agree
from clinic.safety.outbreak import fell_ill
from clinic.safety.test_reporting import opened, told
from clinic.treatments.conftest import as_
from wheal.clinic import vault
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.patients.models import Patient
from wheal.clinic.photographs import actions as photographs
from wheal.clinic.photographs import checking
from wheal.clinic.safety.models import PatientReport, Reaction, ReportPhotograph

pytestmark = pytest.mark.both_engines


@pytest.fixture
def phone(signed, dora) -> Client:
    return opened(signed.patient, dora)


def adds(phone: Client, data: bytes | None = None, name: str = "skin.jpg"):
    file = SimpleUploadedFile(name, data or photos.as_a_telephone_sends_it(), content_type="image/jpeg")
    return phone.post(f"{phone.path}photographs/", {"photograph": file})


def sent(phone: Client, patient: Patient) -> Reaction:
    phone.post(f"{phone.path}send/", told(patient))
    return Reaction.objects.get()


def test_a_photograph_is_kept_with_the_draft_encrypted_and_without_what_the_phone_noted(phone):
    answer = adds(phone)
    assert (answer.status_code, answer.url) == (302, f"{phone.path}#photographs")
    kept = ReportPhotograph.objects.get()
    assert kept.report.sent_at is None
    assert f"photographs/{kept.pk}/" in phone.get(phone.path).content.decode()
    content = vault.current().read(kept.picture, about=f"safety.report_picture {kept.report.patient_id}")
    with Image.open(BytesIO(content)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (kept.width, kept.height), {})
    assert vault.digest_of(content) == kept.sha256
    stored = [path.read_bytes() for path in Path(settings.VAULT).rglob("*") if path.is_file()]
    assert len(stored) == 2
    assert not any(b"\xff\xd8\xff" in each or b"Fictional" in each for each in stored)
    with pytest.raises(vault.Damaged):
        vault.current().read(kept.picture, about=f"safety.report_picture {kept.report.patient_id + 1}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_says_what_sending_a_photograph_agrees_to(phone, language):
    Patient.objects.update(language=language)
    page = phone.get(phone.path).content.decode()
    words = {"en": "By sending the report you agree", "fr": "En envoyant le signalement, vous acceptez"}
    assert words[language] in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "no JPEG, PNG, WebP or HEIC",
        ),
        (photos.jpeg()[:400], "damaged or is no photograph"),
        (photos.jpeg(photos.drawn(100, 100)), "too small"),
        (b"GIF89a" + bytes(400), "no JPEG, PNG, WebP or HEIC"),
    ],
)
def test_what_is_no_photograph_is_refused_in_words_and_nothing_is_kept(phone, data, words):
    phone.post(f"{phone.path}save/", {"words": "It burns", "version": "0"})
    answer = adds(phone, data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "It burns" in page
    assert not ReportPhotograph.objects.exists()
    assert list(vault.current().names()) == []
    assert Event.objects.filter(what="photographs.upload_refused", refused=True, by=None).count() == 1


@pytest.mark.parametrize("kind", ["picture", "thumb"])
@pytest.mark.parametrize(
    ("harm", "said"),
    [(Path.unlink, "has no file"), (lambda path: path.write_bytes(path.read_bytes()[:-40]), "")],
)
def test_one_that_is_lost_or_cut_off_is_found_by_the_doctor_the_night_and_by_hand(
    phone, signed, kind, harm, said, capsys
):
    """It is the evidence of a reaction, and there is one of it."""
    adds(phone)
    sent(phone, signed.patient)
    kept = ReportPhotograph.objects.get()
    assert str(checking.look()).startswith("1 photograph of a report: each has its files")
    assert "wrong" not in checking.nightly()
    name = getattr(kept, kind)
    harm(Path(settings.VAULT) / name[:2] / name)
    (found,) = dict.fromkeys(checking.look().wrong)
    assert found.startswith(f"photograph of a report {kept.pk}: the {kind} ")
    assert said in found
    assert checking.nightly()["wrong"] == 1
    with pytest.raises(CommandError, match="the files of 1 are missing or damaged"):
        call_command("check_photographs")
    assert (
        f"photograph of a report {kept.pk} of patient {signed.patient.number}: the {kind}"
        in capsys.readouterr().out
    )


def test_a_fourth_is_refused_until_one_is_taken_out_and_what_is_taken_out_is_gone(
    phone, django_capture_on_commit_callbacks
):
    for _time in range(3):
        adds(phone)
    assert adds(phone).status_code == 422
    assert len(list(vault.current().names())) == 6
    first = ReportPhotograph.objects.first()
    with django_capture_on_commit_callbacks(execute=True):
        phone.post(f"{phone.path}photographs/{first.pk}/out/")
    assert ReportPhotograph.objects.count() == 2
    assert len(set(vault.current().names()) - {first.picture, first.thumb}) == 4
    assert len(list(vault.current().names())) == 4
    assert adds(phone).status_code == 302


def test_a_photograph_is_fixed_with_the_report_by_the_database_and_named_in_the_audit(phone, signed):
    adds(phone)
    sent(phone, signed.patient)
    kept = ReportPhotograph.objects.get()
    phone.post(f"{phone.path}photographs/{kept.pk}/out/")
    for statement in (
        "UPDATE safety_reportphotograph SET picture = 'x'",
        "DELETE FROM safety_reportphotograph",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert ReportPhotograph.objects.get() == kept
    assert verify().broken == ()
    adds(phone)
    assert PatientReport.objects.filter(sent_at=None).get().photographs.count() == 1


def test_the_clinic_sees_it_on_the_reaction_and_each_look_is_written_down(phone, signed, alice):
    adds(phone)
    made = sent(phone, signed.patient)
    client, kept = as_(alice), ReportPhotograph.objects.get()
    page = client.get(f"/safety/reactions/{made.pk}/").content.decode()
    assert "Sent by the patient with the report" in page
    for kind in ("thumb", "picture"):
        assert f'"/safety/reported/{kept.pk}/{kind}"' in page
        answer = client.get(f"/safety/reported/{kept.pk}/{kind}")
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-store, private")
        with Image.open(BytesIO(answer.content)) as image:
            assert image.format == "JPEG"
    seen = Event.objects.filter(what="safety.report_photograph_seen", by=alice, patient_id=signed.patient_id)
    assert [each.detail["kind"] for each in seen.order_by("pk")] == ["thumb", "picture"]


def test_nobody_else_sees_it(phone, signed, charlie, french_clinic, alice):
    adds(phone)
    draft = ReportPhotograph.objects.get()
    address = f"/safety/reported/{draft.pk}/picture"
    assert as_(alice).get(address).status_code == 404  # not sent yet
    sent(phone, signed.patient)
    assert as_(charlie).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert Client().get(f"{phone.path}photographs/{draft.pk}/").status_code == 302
    assert phone.get(f"{phone.path}photographs/{draft.pk}/").status_code == 200
    refused = Event.objects.filter(what="photographs.record_refused", refused=True)
    assert sorted(each.by.username for each in refused) == sorted([alice.username, charlie.username])


def test_a_consent_taken_back_after_the_report_hides_its_photographs(phone, signed, alice):
    agree(signed.patient, alice, "record")
    adds(phone)
    made = sent(phone, signed.patient)
    photographs.withdraw_consent(patient=signed.patient, purpose="record", reason="", by=alice)
    client = as_(alice)
    assert "kept, unseen" in client.get(f"/safety/reactions/{made.pk}/").content.decode()
    assert client.get(f"/safety/reported/{ReportPhotograph.objects.get().pk}/picture").status_code == 403


def test_the_clinic_takes_them_back_where_the_patient_says_so_there(phone, signed, alice, charlie):
    adds(phone)
    made, client = sent(phone, signed.patient), as_(alice)
    address = f"/safety/reported/{made.report.pk}/take-back/"
    assert address in client.get(f"/safety/reactions/{made.pk}/").content.decode()
    assert as_(charlie).post(address).status_code == 404
    assert client.post(address).url == f"/safety/reactions/{made.pk}/"
    assert client.get(f"/safety/reported/{ReportPhotograph.objects.get().pk}/thumb").status_code == 403
    assert (made.report.taken_back.recorded_by, verify().broken) == (alice, ())


def test_photographs_of_the_place_since_the_first_day_stand_on_the_reaction(signed, alice, bob):
    made = fell_ill(signed, bob)
    client, path = as_(alice), f"/safety/reactions/{made.pk}/"
    assert "There is no signed consent" in client.get(path).content.decode()
    agree(signed.patient, alice, "record")
    assert "None taken since the first day" in client.get(path).content.decode()
    during = takes(signed.patient, alice, "head_front", made.onset)
    earlier = takes(signed.patient, alice, "head_front", made.onset - timedelta(days=1))
    page = client.get(path).content.decode()
    assert f"/photographs/{during.pk}/thumb" in page
    assert f"/photographs/{earlier.pk}/thumb" not in page
    assert f"/photographs/of/{signed.patient_id}/take/?" in page
    seen = Event.objects.get(what="photographs.photographs_seen")
    assert seen.detail == {"photographs": [during.pk], "where": "reaction"}


def takes(patient: Patient, by, pose: str, on):
    return photographs.add(patient=patient, shot=photographs.Shot(photos.jpeg(), pose, on, uuid4()), by=by)
