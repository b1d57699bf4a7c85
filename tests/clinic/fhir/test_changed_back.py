"""Whatever is told of lots, devices, rooms and people is found by whoever follows, also when it changes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from wheal.clinic.equipment import actions as equipment
from wheal.clinic.equipment.models import Kind, Thing
from wheal.clinic.people import actions as people
from wheal.clinic.people.models import Clinic, Membership, User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.actions.products import NewProduct
from wheal.clinic.stock.models import Lot

pytestmark = pytest.mark.both_engines
Step = Callable[[], object]


@pytest.fixture
def turn(monkeypatch) -> Callable[[], None]:
    """Each time a minute later, so that what has moved is seen."""
    real, minutes = timezone.now, [0]
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(minutes=minutes[0]))
    return lambda: minutes.__setitem__(0, minutes[0] + 1)


def hers() -> tuple[User, Clinic]:
    alice = User.objects.get(username="alice")
    return alice, Clinic.objects.filter(memberships__user=alice).earliest("pk")


def lot() -> tuple[list[str], list[Step]]:
    by, clinic = hers()
    row = Lot.objects.filter(product__clinic=clinic, quarantined_at=None, recalled_at=None).latest("pk")
    named = {each.name: getattr(row.product, each.name) for each in fields(NewProduct)}
    was = NewProduct(**named | {"also": tuple(map(tuple, row.product.also))})
    return [f"Medication/lot-{row.pk}"], [
        lambda: stock.quarantine(lot=row, reason="checked", by=by),
        lambda: stock.free(lot=row, reason="nothing found", by=by),
        lambda: stock.recall(lot=row, reason="called back", by=by),
        lambda: stock.free(lot=row, reason="another lot was meant", by=by),
        lambda: stock.correct_product(product=row.product, to=replace(was, maker="Another"), by=by),
    ]


def _of_a_thing(row: Thing, called: str) -> tuple[list[str], list[Step]]:
    by, _clinic = hers()
    to = equipment.NewThing(kind=row.kind, name="Called otherwise", number=row.number)
    return [called], [
        lambda: equipment.block(thing=row, reason="broken", by=by),
        lambda: equipment.free(thing=row, reason="mended", by=by),
        lambda: equipment.retire(thing=row, by=by),
        lambda: equipment.take_up_again(thing=row, by=by),
        lambda: equipment.correct_thing(thing=row, to=to, by=by),
    ]


def _thing(kind: str) -> Thing:
    return Thing.objects.filter(clinic=hers()[1], kind=kind, blocked_at=None, retired_at=None).earliest("pk")


def device() -> tuple[list[str], list[Step]]:
    row = _thing(Kind.DEVICE)
    return _of_a_thing(row, f"Device/{row.pk}")


def room() -> tuple[list[str], list[Step]]:
    row = _thing(Kind.ROOM)
    return _of_a_thing(row, f"Location/room-{row.pk}")


def _member() -> Membership:
    held = Membership.objects.filter(clinic=hers()[1], ended_at=None, administers=False)
    return held.exclude(user__username="alice").earliest("pk")


def _as(row: Membership, by: User, *, first: str, role: str) -> Step:
    return lambda: people.change_member(
        membership=row, first_name=first, last_name="Otherwise", role=role, by=by
    )


def role() -> tuple[list[str], list[Step]]:
    by, row = hers()[0], _member()
    return [f"PractitionerRole/{row.pk}"], [
        _as(row, by, first="Another", role=row.role),
        _as(row, by, first="Another", role="assistant"),
        _as(row, by, first="Another", role=row.role),
        lambda: people.end_membership(membership=row, by=by),
    ]


def practitioner() -> tuple[list[str], list[Step]]:
    (by, clinic), row = hers(), _member()
    held = []

    def licensed() -> None:
        held.append(people.record_credential(user=row.user, clinic=clinic, kind="licence", number="1",
                                             valid_until=date(2099, 1, 1), by=by))  # fmt: skip

    return [f"Practitioner/{row.user_id}"], [
        _as(row, by, first="Another", role=row.role),
        licensed,
        lambda: people.withdraw_credential(credential=held[0], clinic=clinic, by=by),
        lambda: people.end_membership(membership=row, by=by),
        lambda: people.join(user=row.user, clinic=clinic, role=row.role, by=by),
    ]


def _asked(client: Client, path: str) -> dict:
    answer = client.get(f"/fhir/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def _found(client: Client, kind: str, since: str) -> set[str]:
    told = _asked(client, f"{kind}?_lastUpdated=ge{since}&_count=500")
    return {f"{kind}/{each['resource']['id']}" for each in told.get("entry", [])}


def _moments(
    now: Callable[[], None], client: Client, path: str, steps: list[Step]
) -> Iterator[tuple[dict, dict]]:
    """What is told before and after each step, which is found by who asks from its moment on."""
    kind, before = path.partition("/")[0], _asked(client, path)
    for step in steps:
        now()
        since = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"
        assert path not in _found(client, kind, since)
        step()
        assert path in _found(client, kind, since), step
        after = _asked(client, path)
        yield before, after
        before = after


@pytest.mark.parametrize("made", [lot, device, room, role, practitioner])
def test_every_change_moves_when_it_was_last_changed_and_is_found(seen_by, db, turn, made):
    (path,), steps = made()
    for before, after in _moments(turn, seen_by("alice"), path, steps):
        assert after["meta"]["lastUpdated"] > before["meta"]["lastUpdated"]
        assert after["meta"]["versionId"] != before["meta"]["versionId"]


@pytest.mark.parametrize("made", [lot, device, room])
def test_what_was_blocked_and_is_free_again_is_told_as_active_to_who_follows(seen_by, db, turn, made):
    (path,), (block, free, *_more) = made()
    block()
    turn()
    since = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"
    free()
    told = _asked(seen_by("alice"), f"{path.partition('/')[0]}?_lastUpdated=ge{since}&_count=500")
    (one,) = [each["resource"] for each in told["entry"] if path.endswith(f"/{each['resource']['id']}")]
    assert one["status"] == "active"


def test_what_is_not_told_moves_nothing(seen_by, db, turn):
    client, row = seen_by("alice"), _thing(Kind.DEVICE)
    before = _asked(client, f"Device/{row.pk}")["meta"]
    turn()
    equipment.maintain(thing=row, by=hers()[0])
    row.refresh_from_db()
    assert _asked(client, f"Device/{row.pk}")["meta"] == before
