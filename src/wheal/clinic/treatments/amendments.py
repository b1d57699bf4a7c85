"""What is corrected in a session that is signed. A model of its own file; everybody knows it from `models`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wheal.clinic.stock.models import Container, Lot

CORRECTS = {
    "points": _("Points"),
    "volume": _("Volume"),
    "depth": _("Depth"),
    "lot": _("Lot"),
    "mix": _("Mix"),
    "area": _("Area"),
    "time": _("Time"),
    "person": _("Person"),
    "other": _("Something else"),
}


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def of_lots(self) -> AmendmentQuerySet:
        """A session of which somebody says that another lot was used met that one too; the signed one stays. Each
        amendment is of all that its mix was given from the container of its component."""
        return self.filter(component__isnull=False, lot__isnull=False)

    def of_volumes(self) -> AmendmentQuerySet:
        """In the order in which they were made: of a mix the last one holds."""
        return self.filter(mix__isnull=False, injected_ml__isnull=False).order_by("pk")


class Amendment(models.Model):
    """A correction of a signed session: names what it corrects and stands beside it. Fixed once made."""

    session = models.ForeignKey("treatments.Session", on_delete=models.PROTECT, related_name="amendments")
    corrects = models.CharField(max_length=60)  # which part: points, lot, depth, …
    was = models.TextField()
    should_be = models.TextField()
    reason = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # what it corrects in the books of the stock, where it does: one or the other
    component = models.ForeignKey(
        "treatments.MixComponent", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    lot = models.ForeignKey(
        Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )  # that the component really came from
    container = models.ForeignKey(
        Container, null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    mix = models.ForeignKey(
        "treatments.Mix", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    injected_ml = models.DecimalField(
        max_digits=8, decimal_places=3, null=True, blank=True
    )  # of the mix, really

    fixed_when = models.Q()

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.session} · {self.corrects}"

    @property
    def corrects_words(self) -> str:
        return str(CORRECTS.get(self.corrects, self.corrects))
