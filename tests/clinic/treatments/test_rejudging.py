"""A signed decision comes out again from what was stored, whatever has become of the knowledge since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

import guards
import people
from clinic.treatments.conftest import OUTLINE, SQUARE, again, agree, check_all, draw, inject
from wheal import knowledge
from wheal.clinic.demo_sessions import clock_at
from wheal.clinic.treatments import actions, record
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.models import Session
from wheal.clinic.treatments.rejudging import Replay
from wheal.knowledge import archive
from wheal.knowledge.load import load

pytestmark = pytest.mark.both_engines

LIMIT = """
[[limits]]
code = "dose_per_session"
max = "{mg} mg"
kind = "clinic"
sources = ["kybella_pi"]
jurisdictions = []
"""


@pytest.fixture(autouse=True)
def kept(settings, tmp_path):
    settings.KNOWLEDGE_KEPT = tmp_path / "kept"
    return settings.KNOWLEDGE_KEPT


@pytest.fixture
def tightened(tmp_path):
    """The knowledge with a limit of the clinic's own."""

    def lay(mg: int) -> knowledge.Knowledge:
        own = tmp_path / f"own-{mg}"
        (own / "substances").mkdir(parents=True)
        (own / "substances" / "deoxycholic_acid.toml").write_text(LIMIT.format(mg=mg))
        return load(extra=own)

    return lay


def said(*arguments) -> str:
    out = StringIO()
    call_command("rejudge", *arguments, stdout=out)
    return out.getvalue()


def test_signing_archives_the_knowledge_once(signed, kept, known):
    assert [path.name for path in kept.iterdir()] == [f"{known.digest}.zip"]
    again_kept = archive.kept(known.digest, kept)
    assert (again_kept.digest, again_kept.version) == (known.digest, known.version)
    assert archive.keep(known, kept).stat().st_mtime_ns == next(kept.iterdir()).stat().st_mtime_ns


def test_the_decision_comes_out_again_after_the_knowledge_has_changed(ready, alice, tightened, monkeypatch):
    then, later = tightened(90), tightened(60)  # 80 mg are injected
    session = actions.sign_off(session=ready, by=alice, known=then)
    monkeypatch.setattr(knowledge, "current", lambda: later)
    assert "session " in said("--all")
    assert Replay().differences(session.pk) == []


def test_with_other_knowledge_it_would_not_and_that_is_told(ready, alice, tightened, kept):
    then, later = tightened(90), tightened(60)
    session = actions.sign_off(session=ready, by=alice, known=then)
    forged = Replay(loaded={then.digest: later})
    told = forged.differences(session.pk)
    assert any(line.startswith("decision: was go, is stop") for line in told)
    assert any("finding not made then" in line and "dose_per_session" in line for line in told)
    assert any(line.startswith("total of deoxycholic_acid") for line in told)


def test_several_passes_share_their_syringe_again(ready, lot, alice, known):
    mix = ready.mixes.get()
    row = actions.add_pass(session=ready, mix=mix, by=alice, known=known)
    actions.save_pass(
        row=row, by=alice, points=[(x, y + 500) for x, y in SQUARE[:5]], outline=OUTLINE, spacing_cm=Decimal(1),
        depth_mm=Decimal(6), volume_ml=Decimal("0.2"),
    )  # fmt: skip
    session = actions.sign_off(session=again(ready), by=alice, known=known)
    assert len(session.document["plan"]["passes"]) == 2
    assert Replay().differences(session.pk) == []


def test_what_was_altered_behind_our_back_is_found(signed):
    guards.take_away_triggers()
    signed.document["patient"]["pregnant"] = True
    Session.objects.filter(pk=signed.pk).update(document=signed.document)
    told = Replay().differences(signed.pk)
    assert "the record is not the one that was signed: its digest differs" in told
    assert any(line.startswith("decision: was go, is stop") for line in told)
    with pytest.raises(CommandError, match="1 of 1 sessions do not come out"):
        said(str(signed.pk))


def told_in(zone: str, monkeypatch) -> datetime:
    """From now on the clock tells its moments in that zone."""
    at = timezone.now().astimezone(ZoneInfo(zone))
    monkeypatch.setattr(timezone, "now", lambda: at)
    return at


def whole(session: Session) -> bool:
    signed = Session.objects.select_related("consent", "clinic").get(pk=session.pk)
    return record.is_as_signed(read_chart(again(session)), signed)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kathmandu", "UTC"])
def test_the_same_moment_is_the_same_record_whatever_the_zone_of_the_clock_that_told_it(
    ready, alice, known, monkeypatch, zone
):
    at = told_in(zone, monkeypatch)
    signed = actions.sign_off(session=ready, by=alice, known=known)
    assert signed.inject_at == signed.signed_at == at
    assert whole(signed)
    assert Replay().differences(signed.pk) == []


@pytest.mark.parametrize("injected", ["clinic", "UTC"])
def test_a_record_whose_moments_were_written_in_the_zone_of_the_clinic_is_found_whole_and_a_moved_one_is_not(
    signed, clinic, injected
):
    """As records were signed before every moment was digested in UTC."""
    clinic.time_zone = "America/Los_Angeles"
    clinic.save(update_fields=["time_zone"])
    here = ZoneInfo(clinic.time_zone)
    told = record.digest_of(
        read_chart(signed),
        signed.consent.digest,
        signed_in=here,
        injected_in=here if injected == "clinic" else UTC,
    )
    assert told != signed.record_digest
    guards.take_away_triggers()
    Session.objects.filter(pk=signed.pk).update(record_digest=told)
    assert whole(signed)
    Session.objects.filter(pk=signed.pk).update(signed_at=signed.signed_at + timedelta(hours=1))
    assert not whole(signed)


def test_an_archive_that_is_missing_or_changed_is_told(ready, alice, tightened, kept):
    session = actions.sign_off(session=ready, by=alice, known=(then := tightened(90)))
    path = kept / f"{then.digest}.zip"
    path.write_bytes(archive.keep(knowledge.current(), kept).read_bytes())
    assert "was changed" in Replay().differences(session.pk)[0]
    path.write_bytes(b"half")
    assert "is no archive" in Replay().differences(session.pk)[0]
    path.unlink()
    assert "is not archived" in Replay().differences(session.pk)[0]


def test_a_missing_archive_of_the_knowledge_of_today_is_told_too(ready, alice, known, kept):
    session = actions.sign_off(session=ready, by=alice, known=known)
    (kept / f"{known.digest}.zip").unlink()
    assert "is not archived" in Replay().differences(session.pk)[0]
    with pytest.raises(CommandError, match="1 of 1"):
        said("--all")


def test_nothing_half_written_stays_when_the_disk_fails(known, tmp_path, monkeypatch):
    def fail(*_arguments):
        raise OSError("the disk is full")

    monkeypatch.setattr(archive.os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        archive.keep(known, tmp_path / "place")
    assert list((tmp_path / "place").iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["--all", "1"], ["999"]])
def test_it_must_be_said_which_sessions(signed, arguments):
    with pytest.raises(CommandError):
        said(*arguments)


def test_an_afternoon_that_is_two_days_in_another_time_zone_is_judged_as_one_again(
    planned, patient, lot, alice, known
):
    """Opened at 15:54 and injected at 16:04 in Portland is one day there; in Greenwich midnight lies between."""
    planned.clinic.time_zone = "America/Los_Angeles"
    planned.clinic.save(update_fields=["time_zone"])
    tomorrow = timezone.now().astimezone(UTC).replace(hour=0, minute=4, second=0) + timedelta(days=2)
    with clock_at(tomorrow):
        people.completed_history(patient, alice)
        agree(planned, alice, known)
        inject(planned, draw(planned, lot, alice), alice, known)
        check_all(planned, alice)
        signed = actions.sign_off(session=again(planned), by=alice, known=known)
    assert signed.decision == "go"
    assert Replay().differences(signed.pk) == []
