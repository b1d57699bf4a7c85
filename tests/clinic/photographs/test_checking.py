"""Files that are gone, cut off, altered, or sealed with another key are found: at once by a look, or within a week."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import photos
from wheal.clinic import vault
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.photographs import checking
from wheal.clinic.photographs.models import Photograph

Take = Callable[..., Photograph]
pytestmark = pytest.mark.django_db


def path_of(settings, name: str) -> Path:
    return Path(settings.VAULT) / name[:2] / name


def night() -> dict[str, object]:
    """As the timetable runs it: what it answers is what the next night finds."""
    NightlyJob.objects.update_or_create(
        name=checking.JOB,
        defaults={"next_at": datetime(2026, 11, 27, tzinfo=UTC), "outcome": checking.nightly()},
    )
    return NightlyJob.objects.get(name=checking.JOB).outcome


def test_a_clinic_without_photographs_has_nothing_to_look_at_and_no_key_is_made(settings) -> None:
    assert (str(checking.look()), checking.look().wrong) == ("no encrypted file is kept", ())
    assert night()["read"] == 0
    assert not Path(settings.VAULT_KEY_FILE).exists()


def cut_off(settings, row: Photograph) -> None:
    path_of(settings, row.original).write_bytes(b"x")


def shortened(settings, row: Photograph) -> None:
    path = path_of(settings, row.original)
    path.write_bytes(path.read_bytes()[:-100])


def gone(settings, row: Photograph) -> None:
    path_of(settings, row.original).unlink()


def without_screen(settings, row: Photograph) -> None:
    path_of(settings, row.screen).unlink()


def screen_cut_off(settings, row: Photograph) -> None:
    path = path_of(settings, row.screen)
    path.write_bytes(path.read_bytes()[:-5000])


def flipped(settings, row: Photograph) -> None:
    path = path_of(settings, row.original)
    held = bytearray(path.read_bytes())
    held[-20] ^= 1
    path.write_bytes(held)


def another_key(settings, row: Photograph) -> None:
    Path(settings.VAULT_KEY_FILE).write_text(b64encode(bytes(32)).decode())


def no_key(settings, row: Photograph) -> None:
    Path(settings.VAULT_KEY_FILE).unlink()


def no_key_at_all(settings, row: Photograph) -> None:
    Path(settings.VAULT_KEY_FILE).write_text("a secret")


HARM = [
    (cut_off, "the original is damaged"),
    (shortened, "the original is not as long"),
    (gone, "the original has no file"),
    (without_screen, "the screen has no file"),
    (screen_cut_off, "the screen is damaged"),
    (flipped, "the original is damaged"),  # it is the newest, which is opened
    (another_key, "which is not here: nobody can open them"),
    (no_key, "is missing, and there are files that only it opens"),
    (no_key_at_all, "holds something that is no key"),
]


@pytest.mark.parametrize(("harm", "said"), HARM)
def test_a_look_and_a_night_find_what_is_wrong(taken: Take, settings, harm, said) -> None:
    row = taken()
    assert checking.look().wrong == ()
    assert str(checking.look()).startswith("1 photograph: each has its files")
    harm(settings, row)
    assert said in " ".join(checking.look().wrong)
    assert night()["wrong"] == 1


def test_a_swap_with_another_original_is_found_by_reading(taken: Take, settings) -> None:
    one, other = taken(), taken(data=photos.jpeg(photos.drawn(500, 500)))
    ours, theirs = (path_of(settings, row.original) for row in (one, other))
    held = ours.read_bytes()
    ours.write_bytes(theirs.read_bytes())
    theirs.write_bytes(held)
    assert night()["wrong"] == 2


def test_each_night_reads_a_part_until_all_are_read_and_damage_stays_told_until_it_is_mended(
    taken: Take, settings, monkeypatch
) -> None:
    monkeypatch.setattr(checking, "AT_LEAST", 2)
    rows = [taken() for _ in range(5)]
    damaged = path_of(settings, rows[0].screen)
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-1])
    nights = [night() for _ in range(3)]
    assert [each["read"] for each in nights] == [2, 2, 1]
    assert [each["this_round"] for each in nights] == [2, 4, 0]
    assert [bool(each.get("last_round_ended")) for each in nights] == [False, False, True]
    assert [each["wrong"] for each in nights] == [1, 1, 1]
    damaged.write_bytes(whole)
    after = night()
    assert (after.get("wrong"), after["damaged"], after["read"]) == (None, [], 2)
    assert after["last_round_ended"] == nights[-1]["last_round_ended"]


def test_a_round_that_began_when_photographs_alone_were_read_begins_anew_and_forgets_no_damage(
    taken: Take, settings
) -> None:
    row = taken()
    gone(settings, row)
    before = {"after": row.pk, "this_round": 1, "damaged": [row.pk]}
    NightlyJob.objects.create(name=checking.JOB, next_at=datetime(2026, 11, 27, tzinfo=UTC), outcome=before)
    told = night()
    assert (told["wrong"], told["damaged"]) == (1, [f"photographs.Photograph {row.pk}"])
    assert told["read"] == 1


def test_what_was_framed_anew_or_deleted_while_it_was_read_is_not_damaged(taken: Take, settings) -> None:
    row = taken()
    stale = Photograph.objects.get(pk=row.pk)
    stale.screen = "0" * 32  # as it was called before
    assert checking.problem(stale, vault.as_it_is())
    assert list(checking.damaged([stale], vault.as_it_is())) == []
