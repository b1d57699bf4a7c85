"""One lot of a maker may be held in several clinics of one server, as a row in each."""

from __future__ import annotations

from django.db.models import QuerySet

from wheal.clinic.people.models import Clinic, User
from wheal.clinic.people.permissions import Permission, permissions_of
from wheal.clinic.stock.models import Lot, numbered


def everywhere(lot: Lot) -> QuerySet[Lot]:
    """The lot, and every other row of it in this clinic and in others."""
    return Lot.objects.all().same_as(lot)


def perhaps(lot: Lot) -> QuerySet[Lot]:
    """Of the same substance and number elsewhere, where a code is missing on one side: somebody must compare them."""
    alike = Lot.objects.filter(numbered(lot.number), product__substance=lot.product.substance)
    alike = alike.exclude(pk__in=everywhere(lot).values("pk"))
    known = lot.product.gtin or lot.product.national_code
    return alike.filter(product__gtin="", product__national_code="") if known else alike


def clinics_of(user: User, permission: Permission) -> list[Clinic]:
    """Where this person may do this."""
    held = user.memberships.filter(ended_at=None).select_related("clinic")
    return [row.clinic for row in held if permission in permissions_of(row.role, administers=row.administers)]
