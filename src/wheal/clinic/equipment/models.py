"""What touches patients besides what is injected: devices, needles, water points, disinfectants, rooms."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wheal.clinic.people.models import Clinic, User
from wheal.clinic.written_alike import numbered, spellings

ENDS_SOON = timedelta(days=30)


class Kind(models.TextChoices):
    DEVICE = "device", _("Injection device used for several patients")
    NEEDLE = "needle", _("Needles or single-use sets, by lot")
    WATER_POINT = "water_point", _("Water point")
    DISINFECTANT = "disinfectant", _("Disinfectant")
    ROOM = "room", _("Room")


BY_LOT = (Kind.NEEDLE, Kind.DISINFECTANT)


class ThingQuerySet(models.QuerySet["Thing"]):
    def visible_to(self, user: User) -> ThingQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)

    def usable(self, on: date) -> ThingQuerySet:
        kept = self.filter(retired_at=None, blocked_at=None)
        return kept.filter(models.Q(expires=None) | models.Q(expires__gte=on))

    def same_as(self, thing: Thing) -> ThingQuerySet:
        """The thing, and the same lot by GTIN and number, under whatever name and in whichever clinic. A device is one
        by itself."""
        held = models.Q(pk=thing.pk)
        if thing.kind in BY_LOT and thing.gtin and thing.number:
            held |= models.Q(kind=thing.kind) & _of_code(thing.gtin, thing.number)
        return self.filter(held)

    def of_code(self, gtin: str, number: str) -> ThingQuerySet:
        """As a box says them, however they were written down; nothing where it says only one of both."""
        return self.filter(_of_code(gtin, number)) if gtin and number else self.none()


def _of_code(gtin: str, number: str) -> models.Q:
    return models.Q(gtin__in=spellings(gtin)) & models.Q(numbered(number))


class Thing(models.Model):
    """One device, one lot of needles, one tap, one lot of disinfectant, one room."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="things")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)  # serial number of a device, lot of the others
    maker = models.CharField(max_length=120, blank=True)
    gtin = models.CharField(max_length=14, blank=True)  # of the box, where one was scanned
    expires = models.DateField(null=True, blank=True)  # the last day of use
    maintenance_due = models.DateField(null=True, blank=True)  # said with the last maintenance
    test_due = models.DateField(null=True, blank=True)  # said with the last test
    clean_every = models.PositiveSmallIntegerField(null=True, blank=True)  # days, as the clinic has decided
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)  # used up, sold, broken: no longer offered
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    block_reason = models.TextField(blank=True)
    changed_at = models.DateTimeField(
        auto_now=True
    )  # what is told of it: whoever saves by columns names this one too

    objects = ThingQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "name", "number"], name="thing_is_named_once_in_a_clinic"
            ),
            models.CheckConstraint(
                condition=models.Q(blocked_at=None, blocked_by=None)
                | models.Q(blocked_at__isnull=False, blocked_by__isnull=False),
                name="thing_block_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()

    @property
    def as_exposure(self) -> tuple[str, str]:
        """As the watch and its lists have it: needles are a lot among lots."""
        return ("lot", f"{Kind.NEEDLE}-{self.pk}") if self.kind == Kind.NEEDLE else (self.kind, str(self.pk))

    @property
    def is_being_called_back(self) -> bool:
        """People who met it are being called."""
        kind, name = self.as_exposure
        return self.clinic.recalls.filter(lot=None, kind=kind, name=name, closed_at=None).exists()

    @property
    def is_cleaned_between_patients(self) -> bool:
        return self.kind == Kind.DEVICE

    @property
    def is_cared_for(self) -> bool:
        """Cleaned and maintained; the others are used up."""
        return self.kind in (Kind.DEVICE, Kind.ROOM, Kind.WATER_POINT)

    def cleaning_is_due(self, last: datetime | None, now: datetime) -> bool:
        """Where the clinic has decided how often. What was never cleaned is due."""
        if not self.is_cared_for or self.clean_every is None or self.retired_at:
            return False
        return last is None or last + timedelta(days=self.clean_every) < now

    def state(self, on: date) -> str:
        """blocked, retired, expired, maintenance_due, test_due, ends_soon or usable; the worst of them."""
        if self.blocked_at:
            return "blocked"
        if self.retired_at:
            return "retired"
        if self.expires and self.expires < on:
            return "expired"
        if self.maintenance_due and self.maintenance_due < on:
            return "maintenance_due"
        if self.test_due and self.test_due < on:
            return "test_due"
        return "ends_soon" if self.expires and self.expires <= on + ENDS_SOON else "usable"


class Care(models.Model):
    """One line of the log of a thing. Fixed once written; a mistake is taken back by another line."""

    class What(models.TextChoices):
        CLEANING = "cleaning", _("Cleaned and disinfected")
        MAINTENANCE = "maintenance", _("Maintained")
        TEST = "test", _("Tested")
        TAKEN_BACK = "taken_back", _("Entry taken back")

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="log")
    what = models.CharField(max_length=20, choices=What.choices)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    water_point = models.ForeignKey(
        Thing, null=True, blank=True, on_delete=models.PROTECT, related_name="rinsed"
    )
    disinfectant = models.ForeignKey(
        Thing, null=True, blank=True, on_delete=models.PROTECT, related_name="disinfected"
    )
    takes_back = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )
    note = models.TextField(blank=True)
    passed = models.BooleanField(null=True, blank=True)  # of a test alone

    fixed_when = models.Q()

    class Meta:
        ordering = ["-done_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what="taken_back", takes_back__isnull=False)
                | (~models.Q(what="taken_back") & models.Q(takes_back=None)),
                name="care_taken_back_names_its_entry",
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing} · {self.get_what_display()} · {self.done_at:%Y-%m-%d %H:%M}"
