"""One lot of a maker may be held in several clinics of one server, as a row in each."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wheal.clinic.people.models import Clinic, User
from wheal.clinic.people.permissions import Permission, permissions_of
from wheal.clinic.stock.models import Lot, Product, numbered


def everywhere(lot: Lot) -> QuerySet[Lot]:
    """The lot, and those of other clinics with its GTIN and number. Without a GTIN nobody can say that two are one."""
    found = Q(pk=lot.pk)
    if lot.product.gtin:
        products = Product.objects.all().with_gtin(lot.product.gtin.zfill(14))
        found |= Q(numbered(lot.number), product__in=products)
    return Lot.objects.filter(found)


def perhaps(lot: Lot) -> QuerySet[Lot]:
    """Of the same substance and number elsewhere, where a GTIN is missing on one side: somebody must compare them."""
    alike = Lot.objects.filter(numbered(lot.number), product__substance=lot.product.substance)
    alike = alike.exclude(pk__in=everywhere(lot).values("pk"))
    return alike if not lot.product.gtin else alike.filter(product__gtin="")


def clinics_of(user: User, permission: Permission) -> list[Clinic]:
    """Where this person may do this."""
    held = user.memberships.filter(ended_at=None).select_related("clinic")
    return [row.clinic for row in held if permission in permissions_of(row.role, administers=row.administers)]
