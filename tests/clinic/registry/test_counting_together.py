"""Agreeing, what leaves, what comes back: the clinic's side of the registry, and its pages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

import people
from clinic.followup.conftest import treated as treated
from wheal.clinic import vault
from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import Membership
from wheal.clinic.photographs import checking
from wheal.clinic.registry import actions, delivering
from wheal.clinic.registry.actions.enrolling import keys
from wheal.clinic.registry.extracting import months
from wheal.clinic.registry.models import Enrolment, Sending
from wheal.clinic.safety.models import Reaction
from wheal.clinic.stock import actions as stock
from wheal.clinic.treatments.models import Mix, MixComponent, Session
from wheal.knowledge import current
from wheal.knowledge.measuring import TABLES
from wheal.measures.allowed import Allowed
from wheal.measures.deidentifying import Hiding, month_of
from wheal.measures.formats import GONE

OPEN = (
    "/registry/",
    "/registry/infection_by_clinic/",
    "/registry/days_to_alarm/",
    "/registry/infection_by_lot.csv",
)


def _as(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_nothing_that_names_somebody_is_among_the_rows(agreed, many):
    told = str(months(agreed, Hiding(b"s" * 32), current()))
    for name in (
        "Person",
        "Secret",
        "Example",
        str(many[0].number),
        str(many[0].birth_date),
        agreed.clinic.name,
    ):
        assert name not in told


def test_every_session_and_reaction_is_there_once_in_the_month_of_its_shifted_day(agreed, many):
    hiding = Hiding(b"s" * 32)
    held = months(agreed, hiding, current())
    sessions = [row for tables in held.values() for row in tables["sessions"]]
    assert len(sessions) == 12
    assert len({row["person"] for row in sessions}) == 6
    first = many[0].sessions.earliest("pk")
    week = hiding.week(many[0].pk, agreed.clinic.day_of(first.signed_at))
    assert hiding.thing("session", first.pk) in {row["session"] for row in held[month_of(week)]["sessions"]}
    (event,) = [row for tables in held.values() for row in tables["events"]]
    assert (event["kind"], event["grade"], event["person"]) == ("abscess", 3, hiding.person(many[0].pk))


def test_a_month_that_is_not_over_for_everybody_waits(agreed, treated):
    for at in range(6):
        treated(3, name=f"New{at}")
    assert months(agreed, Hiding(b"s" * 32), current()) == {}


def test_what_was_sent_is_sent_again_only_where_it_changed(agreed, many, treated, later):
    first = actions.send(agreed, current())
    assert sum(row.rows.get("sessions", 0) for row in first) == 12
    assert actions.send(agreed, current()) == []
    treated(300, name="Late")
    assert actions.send(agreed, current()) == []
    later(31)
    again = actions.send(agreed, current())
    assert {row.edition for row in again} == {2} or {row.edition for row in again} <= {1, 2}
    assert sum(one.rows.get("sessions", 0) for one in delivering.store().receipts()) == 13
    assert Event.objects.filter(what="registry.sent").count() == Sending.objects.count()


def test_ending_takes_everything_out_and_deletes_the_secret(
    agreed, many, clinic, dora, django_capture_on_commit_callbacks
):
    actions.send(agreed, current())
    with django_capture_on_commit_callbacks(execute=True):
        actions.end(clinic=clinic, by=dora)
    assert list(delivering.store().receipts()) == []
    assert not vault.current().holds(agreed.keys)
    assert Enrolment.objects.standing().count() == 0
    with pytest.raises(actions.NotAgreed):
        actions.end(clinic=clinic, by=dora)
    assert actions.agree(clinic=clinic, by=dora).name != agreed.name


def test_what_is_sent_while_a_clinic_leaves_is_taken_out_the_next_night(agreed, many, clinic, dora):
    actions.send(agreed, current())
    Enrolment.objects.filter(pk=agreed.pk).update(ended_at=timezone.now(), ended_by=dora)
    delivering.store().drop(agreed.name, agreed.sendings.first().month)
    with pytest.raises(delivering.NotDelivered, match="ended"):
        actions.send(agreed, current())
    actions.nightly()
    assert actions.is_taken_out(agreed)
    delivering.store().waiting.take(agreed.name, sha256(b"late").hexdigest(), b"late")
    actions.nightly()
    assert not delivering.store().holds(agreed.name)


def test_the_keys_are_looked_for_as_long_as_they_are_needed(agreed, clinic, dora):
    assert str(checking.look()).startswith(
        "1 enrolment in the registry, 1 secret of the days in the registry: each has its files"
    )
    path = vault.current().folder / agreed.keys[:2] / agreed.keys
    path.write_bytes(path.read_bytes()[:-1])
    assert [said.partition(": ")[0] for said in checking.look().wrong] == [
        f"enrolment in the registry {agreed.pk}"
    ]
    elsewhere = agreed.destinations.create(address="https://registry.example", first_at=timezone.now())
    Enrolment.objects.filter(pk=agreed.pk).update(ended_at=timezone.now(), ended_by=dora)
    assert checking.look().rows == 2  # by them it asks to be taken out
    elsewhere.out_at = timezone.now()
    elsewhere.save()
    assert checking.look().rows == 1  # the secret of its days


def test_a_clinic_agrees_once(agreed, clinic, dora):
    with pytest.raises(actions.NotAgreed):
        actions.agree(clinic=clinic, by=dora)


def test_only_an_administrator_agrees_and_ends(data, alice, dora, clinic):
    assert _as(alice).post("/registry/agree/").status_code == 403
    Membership.objects.filter(user=dora).update(administers=True)
    assert _as(dora).post("/registry/agree/").status_code == 302
    assert Enrolment.objects.standing().filter(clinic=clinic).exists()
    assert _as(alice).post("/registry/end/").status_code == 403


def test_the_pages_answer_with_nothing_and_with_something(agreed, many, alice):
    client = _as(alice)
    assert "No clinic has sent anything yet" in client.get("/registry/").content.decode()
    actions.send(agreed, current())
    for path in OPEN:
        assert client.get(path).status_code == 200, path
    assert client.get("/registry/no_such_measure/").status_code == 404


def test_a_month_that_the_registry_refuses_stays_and_is_told_and_the_others_are_sent(
    agreed, many, alice, monkeypatch
):
    due = sorted(months(agreed, keys(agreed)[0], current()))
    older = Allowed.of(current(), until=due[0])  # as a registry whose clock, or knowledge, is behind
    monkeypatch.setattr(delivering, "allowed", lambda: older)
    told = actions.nightly()
    assert (told["sent"], told["not_sent"]) == (0, 1)
    assert Sending.objects.count() > 0
    page = _as(alice).get("/registry/").content.decode()
    assert "The registry refused a month" in page
    assert "is no month that may be told yet" in page
    monkeypatch.undo()
    assert actions.nightly()["not_sent"] == 0
    assert "The registry refused a month" not in _as(alice).get("/registry/").content.decode()


def test_a_store_that_cannot_be_counted_gives_pages_that_say_so_and_the_console_finds_the_month(
    agreed, many, alice
):
    actions.send(agreed, current())
    store = delivering.store()
    one = next(it for it in store.receipts() if "events" in it.rows)
    store.file("events", one).write_bytes(b"torn")
    client, told = _as(alice), StringIO()
    for path in ("/registry/", "/registry/infection_by_clinic/", "/registry/infection_by_lot.csv"):
        page = client.get(path)
        assert page.status_code == (200 if path == "/registry/" else 503)
        assert "This cannot be counted now" in page.content.decode()
    with pytest.raises(CommandError, match="1 found"):
        call_command("registry", "check", stdout=told)
    assert told.getvalue().startswith(f"{agreed.name} {one.month}: events, it cannot be read")
    call_command("registry", "check", "--take-out", stdout=told)
    assert client.get("/registry/infection_by_clinic/").status_code == 200
    assert [row.month for row in actions.send(agreed, current())] == [one.month]
    call_command("registry", "check", stdout=told)
    assert told.getvalue().endswith("every row that is held would be taken today\n")


def test_a_clinic_of_fewer_than_five_people_sends_nothing(agreed, treated):
    for at in range(4):
        treated(300, 30, name=f"Few{at}")
    assert months(agreed, Hiding(b"s" * 32), current()) == {}


def test_neither_practitioner_nor_age_country_or_volume_leaves(agreed, many):
    rows = [
        (table, row)
        for it in months(agreed, Hiding(b"s" * 32), current()).values()
        for table in it
        for row in it[table]
    ]
    assert {table for table, _row in rows} >= {"sessions", "events", "courses"}
    for table, row in rows:
        assert list(row) == list(TABLES[table])
        assert not set(GONE.get(table, ())) & row.keys()


GTIN = "03400000000005"


@pytest.mark.parametrize(
    ("gtin", "told"),
    [(GTIN, ("3400000000005", "K1", "caffeine+procaine")), ("", ("", "", ""))],
)
def test_the_substances_of_a_product_leave_with_its_code_and_never_without(
    gtin, told, agreed, clinic, alice, treated
):
    both = stock.NewProduct("Own words", "procaine", Decimal(20), "mg/mL", "single_dose", Decimal(5), gtin,
                            also=(("caffeine", "5", "mg/mL"),))  # fmt: skip
    product = stock.add_product(clinic=clinic, product=both, by=alice)
    lot = stock.receive(
        product=product, number="K 1", expires=people.today() + timedelta(days=9), containers=9, by=alice
    )
    for at in range(6):
        visit = Session.objects.create(clinic=clinic, patient=treated(name=f"Mixed{at}"), created_by=alice,
                                       planned_for=timezone.now(), weight_kg=Decimal(70))  # fmt: skip
        mix = Mix.objects.create(session=visit, label="A")
        MixComponent.objects.create(mix=mix, lot=lot, substance="procaine", strength=20, strength_unit="mg/mL",
                                    also=[["caffeine", "5", "mg/mL"]], volume_ml=1)  # fmt: skip
        visit.signed_at, visit.signed_by = timezone.now() - timedelta(days=200), alice
        visit.signed_role, visit.decision = "physician", "go"
        visit.save()
    sent = months(agreed, Hiding(b"s" * 32), current())
    given = [row for tables in sent.values() for row in tables["given"]]
    assert [(row["product"], row["lot"], row["substance"]) for row in given] == [told] * 6


def test_a_reaction_that_nobody_judged_leaves_as_not_known(agreed, many):
    Reaction.objects.update(grade=None)
    sent = months(agreed, Hiding(b"s" * 32), current())
    (event,) = [row for tables in sent.values() for row in tables["events"]]
    assert (event["grade"], event["is_serious"]) == (None, None)


def test_the_page_lists_all_that_leaves(data, alice):
    page = _as(alice).get("/registry/").content.decode()
    for said in (
        "lots and substances of what was given",
        "No name, number, birth date, age, practitioner",
        "whether it was serious",
        "For each alarm",
        "its substances",
        "nothing leaves",
    ):
        assert said in page
