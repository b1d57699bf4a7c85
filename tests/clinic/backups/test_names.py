"""What one site keeps is never dropped by another, nor by a backup in which something was found wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wheal.clinic import examined_files
from wheal.clinic.backups import content, making, names, restoring, retention
from wheal.clinic.examined import LOOK, WELL, WRONG, Told

NIGHT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = retention.Kept(2, 0, 0)
Backup = Callable[..., making.Made]


@pytest.fixture
def out(tmp_path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def backup(tmp_path, settings, monkeypatch, out) -> Backup:
    """`make`, as the site in that folder calls it; what its trial finds wrong is said, and nothing is copied."""
    manifest = content.Manifest(made_at="", wheal="0", engine="sqlite", vault_key=True)

    def run(at: datetime, *wrong: str, site: str = "data") -> making.Made:
        settings.DATA, settings.BACKUPS = tmp_path / site, str(out)
        settings.DATA.mkdir(exist_ok=True)
        tried = restoring.Tried("whole", "" if wrong else "all there", wrong, key_is_missing=False)
        monkeypatch.setattr(making, "_write", lambda part, *_: part.write_bytes(names.SEALED) and manifest)
        monkeypatch.setattr(restoring, "try_out", lambda *_, **__: tried)
        return making.make(out, kept=KEPT, now=at)

    return run


def held(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def examined(out: Path, settings, now: datetime) -> list[Told]:
    return [told for told in examined_files.backups(settings.DATA, now) if "to seal for" not in told.what]


def test_a_backup_that_was_found_wrong_drops_none_and_says_so_in_its_name(backup, out) -> None:
    night = backup(NIGHT)
    noon = [backup(NIGHT + n * DAY, "vault-key is missing") for n in range(1, 6)]
    assert [made.dropped for made in noon] == [()] * 5
    assert held(out) == {made.file.name for made in [night, *noon]}
    assert all(".found-wrong." in made.file.name for made in noon)
    assert ".found-wrong." not in night.file.name


def test_those_that_were_found_wrong_push_out_none_that_is_whole(backup, out) -> None:
    night = backup(NIGHT)
    for n in range(1, 6):
        backup(NIGHT + n * DAY, "the original has no file")
    again = backup(NIGHT + 6 * DAY)
    whole = {name for name in held(out) if ".found-wrong." not in name}
    assert whole == {night.file.name, again.file.name}
    assert len(held(out)) == 4  # and two of the others, by the same rule
    assert len(again.dropped) == 3


def test_two_sites_in_one_folder_leave_each_other_alone(backup, out, settings) -> None:
    theirs = [backup(NIGHT + n * DAY, site="theirs").file.name for n in range(2)]
    ours = [backup(NIGHT + n * DAY, site="ours") for n in range(4)]
    assert set(theirs) < held(out)
    assert held(out) == {*theirs, *(made.file.name for made in ours[2:])}
    assert [each.at for each in making.backups(out, NIGHT + 9 * DAY)] == [NIGHT + 3 * DAY, NIGHT + 2 * DAY]


def test_what_is_restored_elsewhere_is_another_site(backup, tmp_path) -> None:
    """Served to be looked at, it would otherwise drop what it was restored from."""
    backup(NIGHT)
    assert (tmp_path / "data" / names.FILE).exists()
    assert list(content.files_of(tmp_path / "data")) == []


@pytest.mark.parametrize("inside", ["data", "data/backups"])
def test_a_folder_within_the_data_is_refused_and_the_doctor_says_so(tmp_path, settings, inside) -> None:
    settings.DATA, to = tmp_path / "data", tmp_path / inside
    to.mkdir(parents=True)
    with pytest.raises(making.NotMade, match="lies within the data"):
        making.make(to)
    assert [path for path in settings.DATA.rglob("*") if path.is_file()] == []
    settings.BACKUPS = str(to)
    assert [(told.level, "within the data" in told.what) for told in examined(to, settings, NIGHT)][-1] == (
        WRONG,
        True,
    )


def test_the_doctor_counts_no_file_that_is_empty_of_a_time_to_come_or_of_nobody(
    backup, out, settings
) -> None:
    site = names.of_backup("0a1b2c3d", NIGHT, is_whole=True)
    made = backup(NIGHT)
    now = NIGHT + 3 * DAY
    ours = names.of_site(settings.DATA)
    (out / names.of_backup(ours, now - timedelta(hours=1), is_whole=True)).touch()
    (out / names.of_backup(ours, now + DAY, is_whole=True)).write_bytes(names.SEALED)
    (out / f"wheal-{now:{names.MOMENT}}.backup.age").write_bytes(names.SEALED)
    (out / site).write_bytes(names.SEALED)  # another site's is its own business
    told = examined(out, settings, now)
    assert [each.level for each in told if "is not counted as a backup" in each.what] == [LOOK] * 3
    assert not [each for each in told if site in each.what]
    assert told[-1].level == WRONG
    assert f"the newest is of {NIGHT:%Y-%m-%d %H:%M} UTC" in told[-1].what
    backup(now)
    assert made.file.exists()
    assert examined(out, settings, now)[-1] == Told(WELL, f"the newest backup is of {now:%Y-%m-%d %H:%M} UTC")


def test_the_doctor_tells_the_newest_whole_one_beside_one_that_was_found_wrong(backup, out, settings) -> None:
    backup(NIGHT)
    backup(NIGHT + DAY, "the original has no file")
    told = examined(out, settings, NIGHT + DAY)[-1]
    assert (told.level, "was found wrong" in told.what, "2026-11-20 01:30" in told.what) == (LOOK, True, True)
    assert examined(out, settings, NIGHT + 3 * DAY)[-1].level == WRONG
