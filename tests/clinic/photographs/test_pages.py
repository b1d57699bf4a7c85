"""The pages of photographs: who may see them, what is written down, what stands where."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

import people
import photos
import ready
from clinic.photographs.conftest import SIGNATURE, agree, as_
from wheal import knowledge
from wheal.clinic import vault
from wheal.clinic.audit.models import Event
from wheal.clinic.followup import actions as follow_up
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.photographs import actions, wording
from wheal.clinic.photographs.models import Photograph, PhotographConsent
from wheal.clinic.treatments import actions as treatments

Take = Callable[..., Photograph]
pytestmark = pytest.mark.django_db
KINDS = ("screen", "thumb", "unframed", "outline")


def seen() -> list[dict[str, object]]:
    return [
        event.detail for event in Event.objects.filter(what="photographs.photographs_seen").order_by("pk")
    ]


def posted(patient: Patient, **change: object) -> dict[str, object]:
    sent = {
        "photograph": SimpleUploadedFile("../../evil.php", photos.jpeg(), "text/html"), "pose": "head_front",
        "taken_on": f"{people.today()}", "key": f"{uuid4()}", "how": "file",
    }  # fmt: skip
    return {**sent, **change}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_served_as_nothing_but_a_picture_and_kept_nowhere(
    taken: Take, alice: User, kind: str
) -> None:
    answer = as_(alice).get(f"/photographs/{taken().pk}/{kind}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == ("image/png" if kind == "outline" else "image/jpeg")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    Image.open(BytesIO(answer.content)).load()


@pytest.mark.parametrize("kind", ["", "screen", "thumb", "unframed", "outline"])
def test_another_clinic_finds_nothing_and_its_asking_is_written_down(
    taken: Take, charlie: User, kind: str
) -> None:
    row = taken()
    answer = as_(charlie).get(f"/photographs/{row.pk}/{kind}")
    assert answer.status_code == 404
    event = Event.objects.filter(what="photographs.record_refused").get()
    assert (event.by, event.refused, event.detail["photograph"]) == (charlie, True, row.pk)


def test_every_address_refuses_another_clinic(taken: Take, charlie: User) -> None:
    row = taken()
    client = as_(charlie)
    for path in ("", "strips/", "today/", "take/", "compare/", "consent/"):
        assert client.get(f"/photographs/of/{row.patient_id}/{path}").status_code == 404, path
    for path in ("add/", "consent/give/", "consent/withdraw/"):
        assert client.post(f"/photographs/of/{row.patient_id}/{path}").status_code == 404, path
    for path in ("frame/", "file/", "delete/", "give-out/"):
        assert client.post(f"/photographs/{row.pk}/{path}").status_code == 404, path


@pytest.mark.parametrize(
    ("who", "looks", "takes", "deletes"),
    [("alice", 200, 201, 200), ("nora", 200, 201, 403), ("bob", 200, 201, 403), ("sam", 200, 403, 403),
     ("dora", 403, 403, 403), ("ada", 403, 403, 403)],
)  # fmt: skip
def test_each_role_may_do_its_part(
    request: pytest.FixtureRequest, taken: Take, who: str, looks: int, takes: int, deletes: int
) -> None:
    row, client = taken(), as_(request.getfixturevalue(who))
    assert client.get(f"/photographs/{row.pk}/screen").status_code == looks
    assert client.get(f"/photographs/of/{row.patient_id}/").status_code == looks
    address = f"/photographs/of/{row.patient_id}/add/"
    assert (
        client.post(address, posted(row.patient), headers={"accept": "application/json"}).status_code == takes
    )
    sent = {"because": "somebody_else", "note": "somebody else's face"}
    assert client.post(f"/photographs/{row.pk}/delete/", sent, follow=True).status_code == deletes


def test_a_look_is_written_down_once_with_what_was_seen(taken: Take, alice: User) -> None:
    rows, client = [taken(), taken()], as_(alice)
    page = client.get(f"/photographs/of/{rows[0].patient_id}/").content.decode()
    for address in re.findall(r'src="(/photographs/\d+/thumb\?seen=[^"]+)"', page):
        assert client.get(address.replace("&amp;", "&")).status_code == 200
    assert seen() == [{"photographs": [row.pk for row in rows], "where": "gallery"}]


def test_a_file_that_is_gone_is_told_in_words(taken: Take, alice: User) -> None:
    row = taken()
    vault.current().remove(row.screen)
    answer = as_(alice).get(f"/photographs/{row.pk}/screen")
    assert answer.status_code == 500
    assert "restored from the backup" in answer.content.decode()


@pytest.mark.parametrize("ticket", ["", "forged", "of_another_person", "of_another_picture"])
def test_a_look_without_a_good_ticket_is_written_down(
    taken: Take, alice: User, nora: User, ticket: str
) -> None:
    row, other = taken(), taken()
    if ticket.startswith("of_another"):
        whose = nora if ticket == "of_another_person" else alice
        page = as_(whose).get(f"/photographs/{row.pk}/").content.decode()
        ticket = re.search(r"seen=([^\"]+)", page)[1]
    before = len(seen())
    later = other if before and whose is alice else row
    if before and whose is alice:  # a page of one view shows all of that view: ask for one of another
        later = taken(pose="head_left")
    assert as_(alice).get(f"/photographs/{later.pk}/thumb?seen={ticket}").status_code == 200
    assert len(seen()) == before + 1
    assert seen()[-1] == {"photographs": [later.pk], "where": "thumb"}


def test_what_was_withdrawn_is_shown_to_nobody(taken: Take, alice: User) -> None:
    row, client = taken(), as_(alice)
    actions.withdraw_consent(patient=row.patient, purpose="record", reason="", by=alice)
    for kind in KINDS:
        answer = client.get(f"/photographs/{row.pk}/{kind}")
        assert (answer.status_code, answer["Content-Type"][:10]) == (403, "text/plain")
    before = len(seen())
    for path in ("", "compare/", "take/", "strips/", "today/?area=submental"):
        page = client.get(f"/photographs/of/{row.patient_id}/{path}").content.decode()
        assert f"/photographs/{row.pk}/thumb" not in page, path
    assert "1 photograph is kept, unseen" in client.get(f"/photographs/of/{row.patient_id}/").content.decode()
    assert client.get(f"/photographs/{row.pk}/").status_code == 403
    assert len(seen()) == before
    agree(row.patient, alice, "record")
    assert client.get(f"/photographs/{row.pk}/screen").status_code == 200


def test_a_deleted_one_says_so(taken: Take, alice: User) -> None:
    row, client = taken(), as_(alice)
    client.post(f"/photographs/{row.pk}/delete/", {"because": "somebody_else", "note": "wrong person"})
    assert client.get(f"/photographs/{row.pk}/screen").status_code == 410
    page = client.get(f"/photographs/{row.pk}/")
    assert page.status_code == 410
    assert "wrong person" in page.content.decode()
    assert "It shows somebody else" in client.get(f"/photographs/of/{row.patient_id}/").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"photograph": SimpleUploadedFile("a.jpg", b"<html><script>")}, "no JPEG, PNG, WebP or HEIC"),
        ({"photograph": SimpleUploadedFile("a.jpg", photos.jpeg()[:900])}, "damaged"),
        ({"photograph": ""}, "at most 25 MB"),
        ({"taken_on": "2999-01-01"}, "still to come"),
        ({"pose": "on_the_moon"}, "on_the_moon"),
        ({"key": "none"}, "UUID"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("asks_for", ["application/json", "text/html"])
def test_what_cannot_be_kept_is_refused_in_words(
    agreed: Patient, alice: User, change: dict[str, object], words: str, asks_for: str
) -> None:
    if isinstance(change.get("photograph"), SimpleUploadedFile):
        change["photograph"].seek(0)
    client = as_(alice)
    answer = client.post(
        f"/photographs/of/{agreed.pk}/add/", posted(agreed, **change), headers={"accept": asks_for}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Photograph.objects.exists()


def test_a_refused_file_is_written_down_without_its_name(agreed: Patient, alice: User) -> None:
    as_(alice).post(
        f"/photographs/of/{agreed.pk}/add/",
        posted(agreed, photograph=SimpleUploadedFile("maria-rivera.exe", b"MZ...")),
    )
    event = Event.objects.get(what="photographs.upload_refused")
    assert (event.refused, event.detail, event.patient_id) == (True, {"reason": "wrong_kind"}, agreed.pk)


def test_an_upload_never_touches_the_disk_unencrypted(agreed: Patient, alice: User, settings) -> None:
    """Django would write a large one to a temporary file."""
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    huge = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + bytes(settings.FILE_UPLOAD_MAX_MEMORY_SIZE))
    answer = as_(alice).post(f"/photographs/of/{agreed.pk}/add/", posted(agreed, photograph=huge))
    assert answer.status_code == 422
    assert "at most 25 MB" in answer.content.decode()


def test_the_camera_page_offers_the_views_of_the_area_with_the_earlier_ones(taken: Take, alice: User) -> None:
    row = taken(pose="head_left", on=people.today() - timedelta(days=30))
    page = as_(alice).get(f"/photographs/of/{row.patient_id}/take/?area=submental").content.decode()
    views = re.findall(r'data-view="(\w+)"', page)
    assert {"head_front", "head_left", "head_raised"} <= set(views)
    assert "trunk_front" not in views
    assert f"/photographs/{row.pk}/outline" in page
    assert seen()[-1] == {"photographs": [row.pk], "where": "camera"}


@pytest.mark.parametrize(
    "back",
    ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\\\\elsewhere.example"],
)
def test_the_way_back_leads_nowhere_else(agreed: Patient, alice: User, back: str) -> None:
    page = as_(alice).get(f"/photographs/of/{agreed.pk}/take/", {"area": "submental", "back": back})
    assert f'href="{back}"' not in page.content.decode()


def test_the_steps_tell_what_is_missing_of_today(taken: Take, alice: User) -> None:
    row = taken(pose="head_front")
    taken(pose="head_left", on=people.today() - timedelta(days=30))
    page = as_(alice).get(f"/photographs/of/{row.patient_id}/today/?area=submental&back=/x/").content.decode()
    assert "1 of 6" in page
    missing = page.split("Still to take:")[1].split("</p>")[0]
    assert "Left side of the face" in missing
    assert "Face from the front" not in missing


def test_a_treatment_does_not_wait_for_a_consent_to_photographs(patient: Patient, alice: User) -> None:
    page = as_(alice).get(f"/photographs/of/{patient.pk}/today/?area=submental").content.decode()
    assert "The treatment does not depend on it." in page


def test_photographs_stand_on_their_day_of_the_timeline(taken: Take, alice: User) -> None:
    now = timezone.now()
    row = taken(on=people.today())
    between = taken(on=people.today() - timedelta(days=12))
    ready.planned(row.patient, alice, now)
    ready.planned(row.patient, alice, now - timedelta(days=30))
    timeline = as_(alice).get(f"/timeline/{row.patient_id}/").content.decode()
    days = re.findall(r'id="photographs-([\d-]+)"', timeline)
    assert days == [
        f"{row.taken_on}",
        f"{between.taken_on}",
        f"{timezone.localdate(now - timedelta(days=30), ZoneInfo(row.patient.clinic.time_zone))}",
    ]
    strips = as_(alice).get(f"/photographs/of/{row.patient_id}/strips/").content.decode()
    for each in (row, between):
        laid = strips.split(f"innerHTML:#photographs-{each.taken_on}")[1].split("</div>")[0]
        assert f"/photographs/{each.pk}/" in laid


def weigh(patient: Patient, by: User, days_ago: int, kg: str) -> None:
    session = ready.planned(patient, by, timezone.now() - timedelta(days=days_ago))
    treatments.save_weight(session=session, weight_kg=Decimal(kg), by=by)


@pytest.mark.parametrize(
    ("weighed", "words"),
    [
        ({60: "62.4", 0: "60.1"}, ["62.4", "60.1", "2.3\xa0kg less than at the earlier picture"]),
        ({60: "60", 0: "62"}, ["2\xa0kg more than at the earlier picture"]),
        ({60: "60", 0: "60"}, ["The weight is the same in both."]),
        ({57: "60", 0: "61"}, ["weighed", "1\xa0kg more"]),
        ({40: "60"}, ["not weighed", "(60\xa0kg on", "is not known"]),
        ({}, ["not weighed", "is not known"]),
    ],
)
def test_the_weight_of_the_day_stands_beneath_two_photographs(
    patient: Patient, alice: User, weighed: dict[int, str], words: list[str]
) -> None:
    for days, kg in weighed.items():
        weigh(patient, alice, days, kg)
    today = people.today()
    days = [f"{today - timedelta(days=60)}", f"{today}"]
    page = as_(alice).get(f"/weights/{patient.pk}/", {"day": days}).content.decode()
    for each in words:
        assert each in page, page


def test_a_weight_of_the_follow_up_counts_beneath_photographs_too(patient: Patient, alice: User) -> None:
    today = people.today()
    weigh(patient, alice, 60, "62.4")
    later = [follow_up.Figure("weight", Decimal("60.1"))]
    follow_up.measure(
        patient=patient, place=follow_up.Place(), on=today, figures=later, known=knowledge.current(), by=alice
    )
    days = [f"{today - timedelta(days=60)}", f"{today}"]
    page = as_(alice).get(f"/weights/{patient.pk}/", {"day": days}).content.decode()
    assert "2.3\xa0kg less than at the earlier picture" in page


def test_weights_of_another_clinic_are_not_found(patient: Patient, charlie: User) -> None:
    assert as_(charlie).get(f"/weights/{patient.pk}/?day=2026-01-01").status_code == 404


def test_days_that_are_none_are_no_error(patient: Patient, alice: User) -> None:
    assert as_(alice).get(f"/weights/{patient.pk}/?day=x&day=2026-13-40").status_code == 200


def test_the_first_and_the_last_of_a_view_are_compared_unless_others_are_chosen(
    taken: Take, alice: User
) -> None:
    today = people.today()
    rows = [taken(pose="head_left", on=today - timedelta(days=days)) for days in (90, 40, 0)]
    taken(pose="head_front")
    client, address = as_(alice), f"/photographs/of/{rows[0].patient_id}/compare/"
    shown = lambda page: re.findall(r'src="/photographs/(\d+)/screen', page.content.decode())  # noqa: E731
    assert set(shown(client.get(address))) == {f"{rows[0].pk}", f"{rows[2].pk}"}
    chosen = client.get(address, {"view": "head_left", "before": rows[0].pk, "after": rows[1].pk})
    assert set(shown(chosen)) == {f"{rows[0].pk}", f"{rows[1].pk}"}
    assert "7 weeks later" in chosen.content.decode()
    assert set(shown(client.get(address, {"view": "nonsense", "before": "999999"}))) == {
        f"{rows[0].pk}", f"{rows[2].pk}",
    }  # fmt: skip


def test_a_copy_leaves_the_record_for_what_was_agreed_to(taken: Take, alice: User) -> None:
    row, client = taken(data=photos.as_a_telephone_sends_it()), as_(alice)
    refused = client.post(f"/photographs/{row.pk}/give-out/", {"purpose": "publication"})
    assert refused.status_code == 403
    agree(row.patient, alice, "publication")
    copy = client.post(f"/photographs/{row.pk}/give-out/", {"purpose": "publication"})
    assert copy.status_code == 200
    assert "Rivera" not in copy["Content-Disposition"]
    assert not Image.open(BytesIO(copy.content)).getexif()
    assert client.post(f"/photographs/{row.pk}/give-out/", {"purpose": "sale"}).status_code == 404


def test_a_framing_out_of_bounds_is_refused(taken: Take, alice: User) -> None:
    row, client = taken(), as_(alice)
    sent = {"turn": "10", "zoom": "1.5", "x": "0", "y": "0"}
    assert client.post(f"/photographs/{row.pk}/frame/", {**sent, "zoom": "9"}).status_code == 422
    assert client.post(f"/photographs/{row.pk}/frame/", {**sent, "turn": "x"}).status_code == 422
    assert client.post(f"/photographs/{row.pk}/frame/", sent).status_code == 302
    row.refresh_from_db()
    assert row.framing == {"turn": "10", "zoom": "1.5", "x": "0", "y": "0"}


def signed(patient: Patient, language: str, **change: object) -> dict[str, object]:
    digest = wording.digest(patient, language, knowledge.current())
    return {
        "digest": digest, "language": language, "purpose": ["record"], "signed_name": "Maria Rivera",
        "signature": f"{SIGNATURE}", **change,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_consent_is_read_and_signed_in_the_patients_language(
    patient: Patient, alice: User, language: str
) -> None:
    address = f"/photographs/of/{patient.pk}/consent/"
    page = as_(alice).get(address, {"language": language}).content.decode()
    assert wording.digest(patient, language, knowledge.current()) in page
    assert as_(alice).post(f"{address}give/", signed(patient, language)).status_code == 302
    held = PhotographConsent.objects.get()
    assert (held.language, held.purposes) == (language, ["record"])


def test_a_consent_without_a_signature_comes_back_with_what_was_ticked(patient: Patient, alice: User) -> None:
    address = f"/photographs/of/{patient.pk}/consent/give/"
    answer = as_(alice).post(address, signed(patient, "en", signature="", purpose=["record", "teaching"]))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Draw the signature" in page
    assert page.count(" checked") == 2


def test_no_page_asks_the_database_more_the_more_photographs_there_are(
    taken: Take, alice: User, django_assert_max_num_queries
) -> None:
    client = as_(alice)
    pages = ("", "strips/", "today/?area=submental", "take/?area=submental", "compare/", "consent/")
    counts = {}
    for _ in range(2):
        patient = taken().patient
        taken(on=people.today() - timedelta(days=3))
        for path in pages:
            client.get(f"/photographs/of/{patient.pk}/{path}")
            with django_assert_max_num_queries(counts.get(path, 17)) as asked:
                client.get(f"/photographs/of/{patient.pk}/{path}")
            counts[path] = len(asked)
