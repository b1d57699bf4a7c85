"""The clinic's own rates of tax and packages: written once, retired when another takes their place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.quotes.actions.drafting import NewLine
from wheal.clinic.quotes.actions.noting import QuoteRefused
from wheal.clinic.quotes.models import Package, PackageLine, Tax


@transaction.atomic
def state_tax(*, clinic: Clinic, name: str, percent: Decimal, by: User) -> Tax:
    """Another of the same name is retired: quotes that were handed over keep it."""
    if not name.strip():
        raise QuoteRefused(_("Name the rate as it is printed on a quote."))
    if not 0 <= percent < 100:
        raise QuoteRefused(_("A rate of tax lies between 0 and 100 per cent."))
    Tax.objects.filter(clinic=clinic, name=name.strip(), retired_at=None).update(retired_at=timezone.now())
    made = Tax.objects.create(clinic=clinic, name=name.strip(), percent=percent, stated_by=by)
    _note("tax_stated", made, clinic, by, percent=str(percent))
    return made


@transaction.atomic
def retire_tax(*, tax: Tax, by: User) -> None:
    _retire(tax, "tax_retired", by)


@transaction.atomic
def write_package(*, clinic: Clinic, name: str, lines: Sequence[NewLine], by: User) -> Package:
    if not name.strip() or not lines:
        raise QuoteRefused(_("A package has a name and at least one line."))
    Package.objects.filter(clinic=clinic, name=name.strip(), retired_at=None).update(
        retired_at=timezone.now()
    )
    made = Package.objects.create(clinic=clinic, name=name.strip(), written_by=by)
    PackageLine.objects.bulk_create(PackageLine(package=made, **line.as_fields()) for line in lines)
    _note("package_written", made, clinic, by, lines=len(lines))
    return made


@transaction.atomic
def retire_package(*, package: Package, by: User) -> None:
    _retire(package, "package_retired", by)


def _retire(row: Tax | Package, what: str, by: User) -> None:
    """Said twice, the first time stands."""
    if row.retired_at is None:
        row.retired_at = timezone.now()
        row.save(update_fields=["retired_at"])
        _note(what, row, row.clinic, by)


def _note(what: str, subject: Model, clinic: Clinic, by: User, **detail: object) -> None:
    kept = type(subject).objects.filter(pk=subject.pk)
    lines = [PackageLine.objects.filter(package=subject)] if isinstance(subject, Package) else []
    audit.record(
        by=by, what=f"quotes.{what}", subject=subject, clinic=clinic, detail=detail, fixes=[kept, *lines]
    )
