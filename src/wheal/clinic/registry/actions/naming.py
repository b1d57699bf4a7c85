"""Whose people read what this registry tells in confidence though their clinic does not count in it."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic
from wheal.clinic.registry.delivering import store
from wheal.clinic.registry.models import Analysts

NAMED_BEFORE = "analysts.json"
"""Beside the store: where a version before kept who was named. The upgrade read it; the first change lets it go."""


@transaction.atomic
def name_analysts(*, clinic: Clinic) -> None:
    """At the console: by whoever keeps the registry."""
    audit.record(by=None, what="registry.analysts_named", clinic=clinic)
    Analysts.objects.get_or_create(clinic=clinic, defaults={"named_at": timezone.now()})
    _let_go_of_the_file()


@transaction.atomic
def end_analysts(*, clinic: Clinic) -> None:
    audit.record(by=None, what="registry.analysts_ended", clinic=clinic)
    Analysts.objects.filter(clinic=clinic).delete()
    _let_go_of_the_file()


def _let_go_of_the_file() -> None:
    transaction.on_commit(partial((store().folder / NAMED_BEFORE).unlink, missing_ok=True))
