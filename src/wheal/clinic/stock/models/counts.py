"""Counting what is there, and explaining what differs from the books."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from wheal import ledger
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models.movements import Movement
from wheal.clinic.stock.models.places import Place
from wheal.clinic.stock.models.products import Container, Lot


class CountQuerySet(models.QuerySet["Count"]):
    def visible_to(self, user: User) -> CountQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)


class Count(models.Model):
    """Everything in one place, or in the whole clinic, counted by somebody."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="counts")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="counts")
    begun_at = models.DateTimeField(auto_now_add=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CountQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="count_closing_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.place or self.clinic} {self.begun_at:%Y-%m-%d}"


class CountLineQuerySet(models.QuerySet["CountLine"]):
    def with_latest(self) -> CountLineQuerySet:
        """`latest`: the last movement of the lot so far."""
        moved = Movement.objects.filter(lot=OuterRef("lot")).order_by("-pk").values("pk")[:1]
        return self.annotate(latest=Coalesce(Subquery(moved), 0))


class CountLine(models.Model):
    """Of one lot: the containers nobody has opened; or one container that is open.

    `expected_ul` is what the books said when the count was closed.
    """

    count = models.ForeignKey(Count, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="counted")
    container = models.ForeignKey(
        Container, null=True, blank=True, on_delete=models.PROTECT, related_name="counted"
    )
    found_ul = models.PositiveBigIntegerField(null=True, blank=True)  # empty: not counted yet
    expected_ul = models.PositiveBigIntegerField(null=True, blank=True)
    latest: int  # by `with_latest`
    seen = models.BigIntegerField(null=True, blank=True)  # the last movement of the lot when it was counted
    explanation = models.CharField(max_length=400, blank=True)
    movement = models.OneToOneField(
        Movement, null=True, blank=True, on_delete=models.PROTECT, related_name="count_line"
    )  # the difference, where there was one

    objects = CountLineQuerySet.as_manager()

    fixed_when = models.Q(expected_ul__isnull=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["count", "lot"],
                condition=models.Q(container=None),
                name="shelf_of_a_lot_is_counted_once",
            ),
            models.UniqueConstraint(
                fields=["count", "container"],
                condition=models.Q(container__isnull=False),
                name="container_is_counted_once",
            ),
            models.CheckConstraint(
                condition=models.Q(movement=None) | ~models.Q(explanation=""),
                name="counted_difference_is_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.found_ul} µL"

    @property
    def books_ul(self) -> int:
        """What the books say now, while the count is open."""
        return self.container.left_ul if self.container else self.lot.unopened * self.lot.product.container_ul

    @property
    def moved_since(self) -> bool:
        """Something of the lot came, moved or went after it was counted: the number says nothing any more."""
        return self.found_ul is not None and self.seen != self.latest

    @property
    def differs(self) -> bool:
        return self.found_ul is not None and not self.moved_since and self.found_ul != self.books_ul

    @property
    def expected_ml(self) -> Decimal:
        return ledger.millilitres(self.expected_ul or 0)

    @property
    def found_ml(self) -> Decimal:
        return ledger.millilitres(self.found_ul or 0)

    @property
    def difference_ml(self) -> Decimal:
        return self.found_ml - self.expected_ml
