"""A session that was signed before signatures kept names is shown with those of the day of the upgrade, and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

import guards
from clinic.portal.conftest import phone_of
from clinic.treatments.conftest import again, as_
from clinic.treatments.test_as_signed import OTHER, altered, shown
from wheal import passport
from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.verifying import verify
from wheal.clinic.people import actions as people_actions
from wheal.clinic.people.models import Membership
from wheal.clinic.stock.models import Product
from wheal.clinic.treatments import actions, called, passports, record
from wheal.clinic.treatments.models import CalledThen, Session

SAID = "not of the day of signing"

pytestmark = pytest.mark.both_engines


@pytest.fixture(autouse=True)
def _read_anew():
    called._then.cache_clear()
    yield
    called._then.cache_clear()


@pytest.fixture
def older(ready, alice, known, monkeypatch) -> Session:
    """As a version signed it that kept no names."""
    with monkeypatch.context() as before:
        before.setattr(record, "names_of", lambda _chart: None)
        signed = again(actions.sign_off(session=ready, by=alice, known=known))
    assert signed.names is None
    return signed


def upgrade() -> None:
    """What the upgrade does after the tables are there."""
    import_module("wheal.clinic.treatments.migrations.0021_called_then_kept").keep(apps, None)
    audit.adopt()
    called._then.cache_clear()


def renamed(user) -> None:
    product = Product.objects.get(name="Kybella")
    assert as_(user).post(f"/stock/products/{product.pk}/edit/", OTHER).status_code == 302


def test_a_product_that_is_renamed_after_the_upgrade_changes_no_session_of_before(older, alice) -> None:
    upgrade()
    assert verify().broken == ()
    renamed(alice)
    told = shown(older, alice)
    assert "Kybella" in told["passport"]
    for name in ("passport", "timeline", "record", "aftercare"):
        assert "Renamed Later" not in told[name], name
    for name in ("page", "record", "passport", "timeline"):
        assert SAID in told[name], name
    assert verify().broken == ()


def test_telephone_and_emergency_say_of_which_day_the_names_are_and_the_codes_are_read_as_before(
    older, alice
) -> None:
    upgrade()
    page = phone_of(older.patient, alice).go("passport/").content.decode()
    assert SAID in page
    (visit,) = passports.visits_of(older.patient)
    assert visit.names_of == timezone.localdate()
    with translation.override("fr"):
        assert "et non du jour de la signature" in render_to_string(
            "breakglass/_visit.html", {"visit": visit}
        )
    person = passport.Person("Maria", date(1990, 1, 1), "Bridge Street", "")
    _person, (scanned,) = passport.read(passport.parts(person, [visit]))
    assert scanned == replace(visit, names_of=None)


def test_who_signed_is_named_as_on_the_day_of_the_upgrade_and_as_today(older, clinic, alice) -> None:
    upgrade()
    member = Membership.objects.get(user=alice, clinic=clinic)
    people_actions.change_member(
        membership=member, first_name="Alice", last_name="Married", role=member.role, administers=True, by=alice
    )  # fmt: skip
    for name in ("page", "record"):
        assert "Alice Example (today Alice Married)" in shown(older, alice)[name]


def test_what_is_signed_with_its_names_says_nothing_of_an_upgrade(signed, alice) -> None:
    upgrade()
    assert not CalledThen.objects.exists()
    told = shown(signed, alice)
    assert SAID not in "".join(told.values())


def test_only_what_sessions_of_before_name_is_kept(older, lot, anaesthetic, alice) -> None:
    upgrade()
    kept = CalledThen.objects.exclude(lot=None).values_list("lot", "name", "number", "expires")
    assert list(kept) == [(lot.pk, lot.product.name, lot.number, lot.expires)]
    assert list(CalledThen.objects.exclude(user=None).values_list("user", "name")) == [
        (alice.pk, "Alice Example")
    ]


def test_a_kept_name_cannot_be_changed_and_one_that_is_altered_behind_the_site_is_found(older) -> None:
    upgrade()
    row = CalledThen.objects.exclude(lot=None).get()
    statement = f"UPDATE treatments_calledthen SET name = 'Other' WHERE id = {row.pk}"
    with pytest.raises(IntegrityError, match="this row is fixed"), transaction.atomic():
        altered(statement)
    guards.take_away_triggers()
    altered(statement)
    found = {(each.kind, each.where) for each in verify().broken}
    assert ("altered", f"treatments.calledthen {row.pk}") in found


def test_what_is_added_to_the_kept_names_later_is_found(older, anaesthetic) -> None:
    upgrade()
    added = CalledThen.objects.create(
        lot=anaesthetic, name="Added", expires=anaesthetic.expires, kept_at=CalledThen.objects.first().kept_at
    )
    assert [str(each) for each in verify().broken] == [
        f"treatments.calledthen {added.pk} is there and fixed, but no event of the audit tells of it."
    ]


def test_many_sessions_of_before_cost_one_query_in_all(older, alice, django_assert_num_queries) -> None:
    upgrade()
    first = Session.objects.select_related("practitioner").get(pk=older.pk)
    with django_assert_num_queries(1):
        called.name_of(first, first.practitioner)
    with django_assert_num_queries(0):
        called.as_signed(first, [])
        called.name_of(first, first.practitioner)
        called.kept_on(first)
