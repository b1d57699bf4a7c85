"""A clinic that ends and agrees again, here or elsewhere, tells no day more finely than one that agreed once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from clinic.followup.conftest import treated as treated
from clinic.registry.conftest import ON_SOCKET
from clinic.registry.test_editions import _told
from wheal.clinic import vault
from wheal.clinic.photographs import checking
from wheal.clinic.registry import actions, delivering
from wheal.clinic.registry.actions.enrolling import keys
from wheal.clinic.registry.models import KEYS, Shifts
from wheal.knowledge import current
from wheal.measures.deidentifying import MONDAY, SHIFT, Hiding

OFTEN = 6


def _visits() -> dict[int, list[int]]:
    """By number of the person, the weeks of the visits, as a reader of the store has them."""
    found = defaultdict(list)
    for row in _told(delivering.store(), "sessions"):
        found[row["person"]].append(row["week"])
    return {person: sorted(weeks) for person, weeks in found.items()}


def _may_be(week: int) -> set[date]:
    """The days that one week of one edition leaves."""
    first = MONDAY + timedelta(weeks=week) - timedelta(days=SHIFT)
    return {first + timedelta(days=at) for at in range(7 + 2 * SHIFT)}


def _agree_again(clinic, dora, commit):
    with commit(execute=True):
        actions.end(clinic=clinic, by=dora)
    assert not _visits()
    return actions.agree(clinic=clinic, by=dora)


def test_who_keeps_what_each_of_six_enrolments_sent_knows_no_day_better_than_from_one(
    agreed, treated, clinic, dora, django_capture_on_commit_callbacks
):
    """One person is known again by the time between three visits. With a shift for each enrolment a week of days was
    left after four, of 35."""
    days = (300, 262, 225)
    who = treated(*days, name="Known")
    for at in range(6):
        treated(300, 272, name=f"Person{at}")
    true = clinic.day_of(who.sessions.earliest("signed_at").signed_at)
    left, seen, numbers = [], [], set()
    for _time in range(OFTEN):
        actions.send(agreed, current())
        ((person, weeks),) = [(each, weeks) for each, weeks in _visits().items() if len(weeks) == 3]
        numbers.add(person)
        seen.append(weeks)
        left.append(len(set.intersection(*(_may_be(each[0]) for each in seen))))
        agreed = _agree_again(clinic, dora, django_capture_on_commit_callbacks)
    assert left == [7 + 2 * SHIFT] * OFTEN
    assert true in _may_be(seen[0][0])
    assert len(numbers) == OFTEN  # the numbers are new each time


@ON_SOCKET
def test_another_registry_is_told_the_same_weeks(
    agreed, many, clinic, dora, settings, elsewhere, django_capture_on_commit_callbacks
):
    actions.send(agreed, current())
    here = sorted(_visits().values())
    again = _agree_again(clinic, dora, django_capture_on_commit_callbacks)
    settings.REGISTRY = elsewhere
    call_command("registry", "admit", again.name, actions.public_key(again), "The clinic of the tests")
    actions.send(again, current())
    assert sorted(_visits().values()) == here


def test_the_secret_of_the_days_stays_when_those_of_an_enrolment_are_deleted(
    agreed, many, clinic, dora, django_capture_on_commit_callbacks
):
    actions.send(agreed, current())
    (kept,) = Shifts.objects.all()
    again = _agree_again(clinic, dora, django_capture_on_commit_callbacks)
    assert not vault.current().holds(agreed.keys)
    assert vault.current().holds(kept.secret)
    assert Shifts.objects.get() == kept
    assert keys(again)[0].days not in (keys(again)[0].secret, b"")
    assert not checking.look().wrong


@pytest.mark.parametrize("ends", [False, True])
def test_a_clinic_that_agreed_before_clinics_had_a_secret_keeps_its_days(
    agreed, many, clinic, dora, ends, django_capture_on_commit_callbacks
):
    vault.current().remove(Shifts.objects.get().secret)
    Shifts.objects.all().delete()
    before = Hiding(vault.current().read(agreed.keys, about=KEYS)[:32])
    if ends:
        actions.send(agreed, current())
        agreed = _agree_again(clinic, dora, django_capture_on_commit_callbacks)
    else:
        assert keys(agreed)[0].person(7) == before.person(7)
    now = keys(agreed)[0]
    assert [now.shift(who) for who in range(50)] == [before.shift(who) for who in range(50)]


def test_one_that_left_before_the_upgrade_and_is_still_to_be_taken_out_keeps_them_too(agreed, clinic, dora):
    vault.current().remove(Shifts.objects.get().secret)
    Shifts.objects.all().delete()
    before = Hiding(vault.current().read(agreed.keys, about=KEYS)[:32])
    agreed.destinations.create(address="http://127.0.0.1:9", first_at=timezone.now())  # never answers
    actions.end(clinic=clinic, by=dora)
    again = actions.agree(clinic=clinic, by=dora)
    assert keys(again)[0].shift(3) == before.shift(3)
