"""Photographs are kept encrypted, framed beside the original, deleted by rule alone, and nothing is silently lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from PIL import Image, UnidentifiedImageError

import photos
from clinic.photographs.conftest import agree, shot
from wheal.clinic import doctor, vault
from wheal.clinic.audit.models import Event, NightlyJob
from wheal.clinic.audit.verifying import verify
from wheal.clinic.operations.nights import Stood, stood
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.photographs import actions, checking, files
from wheal.clinic.photographs.models import Photograph, PhotographConsent, about
from wheal.clinic.photographs.uploads import PictureRefused
from wheal.photography import Framing

Take = Callable[..., Photograph]
pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def at_commit(django_capture_on_commit_callbacks) -> Callable:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def on_disk(settings) -> list[Path]:
    return [path for path in Path(settings.VAULT).rglob("*") if path.is_file()]


def test_no_file_on_the_disk_can_be_opened_without_the_key(taken: Take, settings) -> None:
    taken(data=photos.as_a_telephone_sends_it())
    found = on_disk(settings)
    assert len(found) == 3  # the original, the one for the screen, the small one
    for path in found:
        sealed = path.read_bytes()
        assert b"\xff\xd8\xff" not in sealed[:200]
        with pytest.raises(UnidentifiedImageError):
            Image.open(BytesIO(sealed))


def test_what_is_kept_is_the_picture_without_its_notes(taken: Take) -> None:
    kept = taken(data=photos.as_a_telephone_sends_it())
    whole = files.original(kept)
    assert b"Exif" not in whole
    assert (kept.width, kept.height) == Image.open(BytesIO(whole)).size == (640, 480)
    assert (kept.size, kept.sha256) == (len(whole), vault.digest_of(whole))


def test_neither_the_key_nor_the_picture_is_in_the_database(taken: Take, settings) -> None:
    row = taken()
    held = repr(Photograph.objects.filter(pk=row.pk).values().get()) + repr(list(Event.objects.values()))
    assert Path(settings.VAULT_KEY_FILE).read_text().strip() not in held


def test_without_consent_nothing_is_taken(patient: Patient, alice: User, settings) -> None:
    with pytest.raises(actions.NotAgreed):
        actions.add(patient=patient, shot=shot(), by=alice)
    agree(patient, alice, "record")
    actions.withdraw_consent(patient=patient, purpose="record", reason="", by=alice)
    with pytest.raises(actions.NotAgreed):
        actions.add(patient=patient, shot=shot(), by=alice)
    assert (Photograph.objects.count(), on_disk(settings)) == (0, [])


def test_what_is_refused_leaves_no_file_and_no_row(agreed: Patient, alice: User, settings) -> None:
    with pytest.raises(PictureRefused):
        actions.add(patient=agreed, shot=shot(b"<html>"), by=alice)
    assert (Photograph.objects.count(), on_disk(settings)) == (0, [])


def test_a_transaction_that_fails_leaves_no_file(agreed: Patient, alice: User, settings, monkeypatch) -> None:
    def failing(*args: object, **named: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(Photograph, "save", failing)
    with pytest.raises(DatabaseError):
        actions.add(patient=agreed, shot=shot(), by=alice)
    assert on_disk(settings) == []


def test_the_same_shot_sent_again_is_kept_once(agreed: Patient, alice: User, settings) -> None:
    same = shot()
    first = actions.add(patient=agreed, shot=same, by=alice)
    again = actions.add(patient=agreed, shot=replace(same, pose="head_left"), by=alice)
    assert (again, again.pose) == (first, "head_front")
    assert len(on_disk(settings)) == 3


def test_framing_draws_anew_and_leaves_the_original_as_it_is(taken: Take, alice: User, at_commit) -> None:
    row = taken()
    before, screen = files.original(row), row.screen
    with at_commit():
        actions.frame(photograph=row, framing=Framing(turn=Decimal(90), zoom=Decimal("1.2")), by=alice)
    row.refresh_from_db()
    assert files.original(row) == before
    assert Image.open(BytesIO(files.screen(row))).size == (480, 640)
    assert row.as_framing() == Framing(turn=Decimal(90), zoom=Decimal("1.2"))
    with pytest.raises(vault.NotKept):
        vault.current().read(screen, about=about("screen", row.original))
    told = Event.objects.filter(what="photographs.photograph_framed").get().detail
    assert told == {"was": {}, "now": {"turn": "90", "zoom": "1.2", "x": "0", "y": "0"}}
    actions.frame(photograph=row, framing=Framing(), by=alice)
    row.refresh_from_db()
    assert row.framing == {}


def test_a_wrong_view_or_day_can_be_corrected_and_is_told(taken: Take, alice: User) -> None:
    row = taken(on=date(2026, 3, 5))
    actions.refile(photograph=row, pose="head_left", taken_on=date(2026, 3, 6), by=alice)
    row.refresh_from_db()
    assert (row.pose, row.taken_on) == ("head_left", date(2026, 3, 6))
    told = Event.objects.filter(what="photographs.photograph_filed").get().detail
    assert told["was"] == {"pose": "head_front", "taken_on": "2026-03-05"}


@pytest.mark.parametrize(
    "change",
    [{"original": "0" * 32}, {"sha256": "0" * 64}, {"size": 1}, {"how": "file"}, {"patient_id": None}],
)
def test_the_database_keeps_what_came_in(taken: Take, change: dict[str, object], alice: User) -> None:
    row = taken()
    if change == {"how": "file"}:
        change = {"how": "camera"}
    elif change == {"patient_id": None}:
        change = {"added_by_id": alice.pk + 1}
    with pytest.raises(DatabaseError), transaction.atomic():
        Photograph.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Photograph.objects.filter(pk=row.pk).delete()


def test_what_was_kept_and_signed_is_named_in_the_audit(taken: Take) -> None:
    row = taken()
    assert (
        str(row.pk) in Event.objects.get(what="photographs.photograph_added").fixes["photographs.photograph"]
    )
    assert verify().broken == ()


def test_framing_and_filing_are_no_tampering(taken: Take, alice: User) -> None:
    row = taken()
    actions.frame(photograph=row, framing=Framing(turn=Decimal(5)), by=alice)
    actions.refile(photograph=row, pose="head_left", taken_on=date(2026, 1, 1), by=alice)
    assert verify().broken == ()


DELETED = ("because", "note", "withdrawn", "is_deleted")


@pytest.mark.parametrize(
    DELETED,
    [
        ("withdrawn", "asked for it by letter", True, True),
        ("withdrawn", "asked for it by letter", False, False),  # the consent stands
        ("somebody_else", "the neighbour's picture", False, True),
        ("somebody_else", "x", False, False),  # no reason in words
        ("blurred", "not sharp enough", True, False),  # no rule lets it go
        ("", "no reason chosen", True, False),
    ],
)
def test_a_photograph_is_deleted_by_rule_alone(
    taken: Take, alice: User, settings, at_commit, because: str, note: str, withdrawn: bool, is_deleted: bool
) -> None:
    row = taken()
    if withdrawn:
        actions.withdraw_consent(patient=row.patient, purpose="record", reason="", by=alice)
    with at_commit():
        refused = nullcontext() if is_deleted else pytest.raises(actions.PhotographRefused)
        with refused:
            actions.delete_for_good(photograph=row, because=because, note=note, by=alice)
    row.refresh_from_db()
    assert (row.deleted_at is not None) is is_deleted
    assert len(on_disk(settings)) == (0 if is_deleted else 3)
    assert Event.objects.filter(what="photographs.photograph_deleted").exists() is is_deleted


def test_a_deleted_one_keeps_its_row_for_good(taken: Take, alice: User, at_commit) -> None:
    row = taken()
    with at_commit():
        actions.delete_for_good(photograph=row, because="somebody_else", note="another patient", by=alice)
    row.refresh_from_db()
    assert (row.deleted_by, row.deletion_note) == (alice, "another patient")
    with pytest.raises(actions.PhotographRefused):
        actions.frame(photograph=row, framing=Framing(turn=Decimal(1)), by=alice)
    with pytest.raises(DatabaseError), transaction.atomic():
        Photograph.objects.filter(pk=row.pk).update(deletion_note="something else")
    assert verify().broken == ()


def test_the_check_names_what_is_missing_and_removes_what_was_left(
    taken: Take, alice: User, settings, capsys
) -> None:
    taken()
    call_command("check_photographs")
    assert "whole: 1 photograph\n" in capsys.readouterr().out
    left = taken()  # deleted, and the process ended before its files were removed
    actions.delete_for_good(photograph=left, because="somebody_else", note="another patient", by=alice)
    call_command("check_photographs")
    assert f"photograph {left.pk} was deleted; a file of it was left" in capsys.readouterr().out
    assert not vault.current().holds(left.original)
    gone = taken()
    vault.current().remove(gone.original)
    with pytest.raises(CommandError, match="the files of 1 are missing"):
        call_command("check_photographs")
    assert f"photograph {gone.pk} of patient" in capsys.readouterr().out
    job = NightlyJob.objects.get(name=checking.JOB)  # found by hand, it stays told
    assert stood(job, timezone.now()) is Stood.WRONG
    told = doctor._night(job, "wheal nightly", timezone.now())
    assert (told.level, f"photograph {gone.pk}: the original has no file" in told.what) == ("wrong", True)
    actions.delete_for_good(photograph=gone, because="somebody_else", note="its file was lost", by=alice)
    call_command("check_photographs")
    job.refresh_from_db()
    assert stood(job, timezone.now()) is not Stood.WRONG
    taken()
    Path(settings.VAULT_KEY_FILE).unlink()
    with pytest.raises(CommandError, match=r"put it back\. Until then none of 2 photographs"):
        call_command("check_photographs")


def test_one_picture_cannot_stand_in_for_another(taken: Take, settings) -> None:
    """Whoever can write in the folder swaps two small pictures: neither is shown."""
    one, other = taken(), taken(data=photos.jpeg(photos.drawn(500, 500)))
    folder = Path(settings.VAULT)
    ours, theirs = (folder / row.thumb[:2] / row.thumb for row in (one, other))
    held = ours.read_bytes()
    ours.write_bytes(theirs.read_bytes())
    theirs.write_bytes(held)
    with pytest.raises(vault.Damaged):
        files.thumb(one)


def test_a_consent_stays_as_it_was_signed(agreed: Patient) -> None:
    consent = PhotographConsent.objects.get()
    assert "I agree to this." in consent.text
    assert consent.text.count("I do not agree to this.") == 2
    for change in (
        {"purposes": ["record", "publication"]},
        {"text": "anything"},
        {"signed_name": "Somebody"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            PhotographConsent.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PhotographConsent.objects.all().delete()


def test_purposes_are_given_and_withdrawn_apart(agreed: Patient, alice: User) -> None:
    agree(agreed, alice, "teaching", "publication")
    actions.withdraw_consent(patient=agreed, purpose="teaching", reason="not any more", by=alice)
    row = actions.add(patient=agreed, shot=shot(), by=alice)
    assert actions.give_out(photograph=row, purpose="publication", by=alice)
    with pytest.raises(actions.NotAgreed):
        actions.give_out(photograph=row, purpose="teaching", by=alice)
    actions.withdraw_consent(patient=agreed, purpose="record", reason="", by=alice)
    with pytest.raises(actions.NotAgreed):
        actions.give_out(photograph=row, purpose="publication", by=alice)
    given = [event.detail["purpose"] for event in Event.objects.filter(what="photographs.copy_given_out")]
    assert given == ["publication"]


@pytest.mark.parametrize(
    ("purposes", "change", "why"),
    [
        ((), {}, "agrees to nothing"),
        (("teaching",), {}, "rest on the first"),
        (("record",), {"signed_name": "x"}, "full name"),
        (("record",), {"signature": [[[0, 0], [3, 3]]]}, "Draw the signature"),
        (("record",), {"text_digest": "0" * 64}, "has changed"),
        (("record",), {"language": "xx"}, "no text in this language"),
    ],
)
def test_a_consent_that_is_not_whole_is_refused_in_words(
    patient: Patient, alice: User, monkeypatch, purposes: tuple[str, ...], change: dict[str, object], why: str
) -> None:
    real = actions.give_consent
    monkeypatch.setattr(actions, "give_consent", lambda **named: real(**{**named, **change}))
    with pytest.raises(actions.ConsentRefused, match=why):
        agree(patient, alice, *purposes)
    assert not PhotographConsent.objects.exists()
