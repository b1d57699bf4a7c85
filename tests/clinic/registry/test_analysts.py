"""Whose people read as analysts stands in the record: with the audit of it or not at all."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from wheal.clinic.audit.models import Event
from wheal.clinic.registry import actions, analysts

pytestmark = pytest.mark.both_engines


@pytest.fixture
def file(data):
    """Where a version before kept them."""
    (data / "registry").mkdir()
    return data / "registry" / "analysts.json"


def upgrade() -> None:
    import_module("wheal.clinic.registry.migrations.0006_analysts").keep(apps, None)


def test_a_clinic_that_was_named_before_the_upgrade_reads_on_until_the_first_change(
    file, clinic, french_clinic, django_capture_on_commit_callbacks
) -> None:
    file.write_text(json.dumps([clinic.pk, 4711]))
    upgrade()
    assert analysts.may_read(clinic, None)
    assert not analysts.may_read(french_clinic, None)
    assert file.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.end_analysts(clinic=clinic)
    assert not analysts.may_read(clinic, None)
    assert not file.exists()


@pytest.mark.parametrize("damaged", ["", "[1", "7", '["one"]', "{}", "\udc80"])
def test_a_damaged_file_stops_no_upgrade_and_names_nobody(file, clinic, damaged) -> None:
    file.write_bytes(damaged.encode(errors="surrogateescape"))
    upgrade()
    assert not analysts.may_read(clinic, None)


def test_named_twice_is_named_once_and_one_end_ends_it(data, clinic) -> None:
    actions.name_analysts(clinic=clinic)
    actions.name_analysts(clinic=clinic)
    assert analysts.may_read(clinic, None)
    actions.end_analysts(clinic=clinic)
    assert not analysts.may_read(clinic, None)


def test_what_is_undone_leaves_neither_the_name_nor_the_event_nor_takes_the_file(file, clinic) -> None:
    file.write_text("[]")
    with suppress(ZeroDivisionError), transaction.atomic():
        actions.name_analysts(clinic=clinic)
        raise ZeroDivisionError
    assert not analysts.may_read(clinic, None)
    assert not Event.objects.filter(what="registry.analysts_named").exists()
    assert file.exists()
