"""Whose people read what this registry tells in confidence though their clinic does not count in it."""

from __future__ import annotations

from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic
from wheal.clinic.registry import analysts


@transaction.atomic
def name_analysts(*, clinic: Clinic) -> None:
    """At the console: by whoever keeps the registry."""
    audit.record(by=None, what="registry.analysts_named", clinic=clinic)
    analysts.keep(analysts.named() | {clinic.pk})


@transaction.atomic
def end_analysts(*, clinic: Clinic) -> None:
    audit.record(by=None, what="registry.analysts_ended", clinic=clinic)
    analysts.keep(analysts.named() - {clinic.pk})
