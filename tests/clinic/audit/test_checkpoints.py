"""Signed checkpoints: noted every night, missed when they are gone, and what they give away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

import guards
from clinic.treatments.conftest import *  # noqa: F403 (a signed session)
from wheal.clinic import doctor, jobs
from wheal.clinic.audit import actions, chain, checking, checkpoints
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import in_words, verify
from wheal.clinic.treatments.models import Pass

pytestmark = pytest.mark.both_engines


@pytest.fixture
def data(signed, settings, tmp_path, monkeypatch):
    """A clinic with a signed session, and nothing noted of it yet."""
    monkeypatch.setattr(checking, "REST", 0)
    settings.DATA = tmp_path
    return tmp_path


def tonight() -> dict[str, object]:
    row = jobs.run(next(job for job in jobs.TIMETABLE if job.name == "verify"))
    assert not row.failed, row.outcome
    return row.outcome


def sealed_anew() -> None:
    """Somebody without guards in their way writes the whole chain again: it holds."""
    guards.take_away_triggers()
    first_pass = Pass.objects.earliest("pk")
    Pass.objects.filter(pk=first_pass.pk).update(volume_ml=first_pass.volume_ml * 3)
    last = chain.FIRST
    for event in Event.objects.order_by("id"):
        if str(first_pass.pk) in event.fixes.get("treatments.pass", {}):
            event.fixes["treatments.pass"] |= chain.digests([Pass.objects.all()])["treatments.pass"]
        event.seal = last = chain.seal(last, event)
        event.save()
    assert verify().broken == ()


def wrong(capsys, **how: object) -> str:
    with pytest.raises(CommandError):
        call_command("verify", **how)
    return capsys.readouterr().out


def test_verify_tells_what_it_read_notes_a_checkpoint_and_says_aloud_that_there_was_none(
    data, capsys
) -> None:
    last = Event.objects.first()
    call_command("verify")
    told = capsys.readouterr().out
    assert "whole:" in told
    assert "No signed checkpoint was there before" in told
    assert [(each.event, each.seal) for each in checkpoints.noted(data)] == [(last.pk, last.seal)]
    assert Event.objects.first().what == checking.NOTED
    call_command("verify", only_look=True)
    told = capsys.readouterr().out
    assert "1 signed checkpoints" in told
    assert "No signed checkpoint" not in told
    assert len(checkpoints.noted(data)) == 1


def test_an_audit_written_anew_is_given_away_by_the_checkpoint_in_either_reading(data, capsys) -> None:
    tonight()
    sealed_anew()
    for how in ({}, {"new": True}):
        assert "the audit was rewritten" in wrong(capsys, **how)
    assert tonight()["wrong"]
    assert len(checkpoints.noted(data)) == 1, "nothing is noted of what is not whole"


def test_a_checkpoint_that_was_altered_is_refused(data) -> None:
    tonight()
    file = data / checkpoints.FILE
    file.write_text(file.read_text().replace('"events": ', '"events": 1'))
    with pytest.raises(CommandError, match="line 1 of the checkpoints"):
        call_command("verify")


@pytest.mark.parametrize("gone", [[checkpoints.FILE], [checkpoints.FILE, checkpoints.KEY], [checkpoints.KEY]])
def test_where_checkpoints_were_taken_away_the_audit_knows_that_there_was_one(data, capsys, gone) -> None:
    tonight()
    for name in gone:
        (data / name).unlink()
    if checkpoints.FILE not in gone:
        with pytest.raises(CommandError, match="bring the key back"):
            call_command("verify")
        assert not (data / checkpoints.KEY).exists(), "no other key takes its place"
        return
    assert "does not hold: it was taken away" in wrong(capsys)
    assert "taken away" in told_by_doctor(data)["wrong"]
    call_command("verify", accept="moved to a new machine without the file")
    assert checkpoints.noted(data)[0].accepted == "moved to a new machine without the file"
    assert Event.objects.first().detail["accepted"] == "moved to a new machine without the file"
    call_command("verify")


def test_a_second_server_on_the_same_database_has_a_folder_and_lines_of_its_own(
    data, settings, tmp_path
) -> None:
    tonight()
    settings.DATA = tmp_path / "second"
    settings.DATA.mkdir()
    (found,) = tonight()["first"]
    assert found["kind"] == "forgotten"
    call_command("verify", accept="the folder of a second server")
    for folder in (data, settings.DATA, data):
        settings.DATA = folder
        assert "wrong" not in tonight()


def test_a_table_that_is_gone_ends_in_a_sentence(data) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE audit_whose")
    with pytest.raises(CommandError, match=r"cannot be read: .*audit_whose"):
        call_command("verify")


def test_an_event_that_is_put_in_later_and_dated_back_is_told(data, capsys) -> None:
    """A pass in a signed session, and a signature of last month for it: the chain and the digests hold."""
    tonight()
    guards.take_away_triggers()
    held = Pass.objects.earliest("pk")
    held.pk = None
    held.save(force_insert=True)
    forged = actions.record(
        by=None, what="treatments.session_signed", fixes=[Pass.objects.filter(pk=held.pk)]
    )
    forged.at = timezone.now() - timedelta(days=30)
    before = Event.objects.filter(pk__lt=forged.pk).latest("pk").seal
    Event.objects.filter(pk=forged.pk).update(at=forged.at, seal=chain.seal(before, forged))
    assert verify().broken == ()
    for how in ({}, {"new": True}):
        told = wrong(capsys, **how)
        assert f"audit.event {forged.pk} says that it was written before the signed checkpoint" in told
    assert "its triggers are gone" in told


def test_a_clock_that_was_set_back_is_accepted_once_with_a_reason(data, capsys, monkeypatch) -> None:
    tonight()
    with monkeypatch.context() as clock:
        three_hours_ago = timezone.now() - timedelta(hours=3)
        clock.setattr(Event._meta.get_field("at"), "_get_default", lambda: three_hours_ago)
        actions.record(by=None, what="people.logged_in")
    assert "or the clock had been set back" in wrong(capsys)
    call_command("verify", accept="the battery of the clock was empty")
    for how in ({}, {"new": True}):
        call_command("verify", **how)
    assert "wrong" not in tonight()


def test_an_older_copy_that_was_brought_back_is_told_until_somebody_says_so(data, capsys) -> None:
    """As `wheal back` does: the record is that of before, the checkpoints are those of today."""
    tonight()
    with transaction.atomic():
        actions.record(by=None, what="people.logged_in")
        tonight()
        transaction.set_rollback(True)
    assert "the end of the audit was cut off" in wrong(capsys)
    actions.record(by=None, what="people.logged_out")
    actions.record(by=None, what="people.logged_out")
    found = (
        "the audit was rewritten" if connection.vendor == "sqlite" else "was cut off"
    )  # numbers given once
    assert found in (told := wrong(capsys, new=True))
    assert "does not follow" not in told
    call_command("verify", accept="went back to before the upgrade")
    said = Event.objects.first().detail
    assert (said["accepted"], said["found"]) == ("went back to before the upgrade", len(said["passed_over"]))
    assert found in in_words(said["passed_over"][0])
    for how in ({}, {"new": True}):
        call_command("verify", **how)


def test_a_night_reads_what_is_new_and_once_a_week_everything(data, monkeypatch) -> None:
    assert tonight()["all"] is True
    first = checkpoints.noted(data)[0]
    actions.record(by=None, what="people.logged_in")
    night = tonight()
    assert (night["all"], night["events"]) == (
        False,
        Event.objects.count() - 1,
    )  # and the note of this night itself
    monkeypatch.setattr(checking, "A_WEEK", timedelta(0))
    assert tonight()["all"] is True
    assert [each.whole for each in checkpoints.noted(data)] == [True, False, True]
    assert first in checkpoints.noted(data)


def test_an_earlier_event_that_was_taken_out_is_missed_by_the_next_night(data) -> None:
    tonight()
    guards.take_away_triggers()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [Event.objects.order_by("id")[2].pk])
    assert "counted" in [each["kind"] for each in tonight()["first"]]


def told_by_doctor(data, later: timedelta = timedelta(0)) -> dict[str, str]:
    return {told.level: told.what for told in doctor._checkpoints(data, timezone.now() + later)}


def test_doctor_tells_how_old_the_last_checkpoint_is(data) -> None:
    assert "no signed checkpoint" in told_by_doctor(data)["look"]
    tonight()
    assert "(0 h ago)" in told_by_doctor(data)["well"]
    assert "(3 days ago)" in told_by_doctor(data, timedelta(days=3))["look"]
    file = data / checkpoints.FILE
    file.write_text(file.read_text().replace('"events": ', '"events": 1'))
    assert "not as it was signed" in told_by_doctor(data)["wrong"]
