"""Which clinics agreed to count together, and what each has sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from wheal.clinic.people.models import Clinic
from wheal.clinic.vault_rows import Sealed

KEYS = "registry enrolment"
SHIFTS = "registry shifts"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def standing(self) -> EnrolmentQuerySet:
        return self.filter(ended_at=None)


class Enrolment(models.Model):
    """One clinic sends to the registry of this server from `agreed_at` until `ended_at`.

    `name`: what the clinic is called there; it means nothing outside. `keys`: a file of the vault with the secret of
    its numbers and the key of its signature; neither stands in the database. The secret of its days is the clinic's
    (`Shifts`).

    `round`: the month that was not over yet when the registry last got the clinic's rows as they then stood, and
    `offered` the content of each month in that round. Until it moves on no other content leaves, so that the night of a
    change cannot be read off.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="enrolments")
    name = models.CharField(max_length=40, unique=True)
    keys = models.CharField(max_length=64)
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    round = models.CharField(max_length=7, null=True, blank=True)
    offered = models.JSONField(null=True, blank=True)  # by month: as `Sending.content`
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    fixed_when = Q(ended_at__isnull=False)
    with_files = Q(ended_at=None) | Q(destinations__out_at=None, destinations__address__gt="")
    """One that has ended needs its keys until every registry elsewhere has taken it out."""
    files_called = ("enrolment in the registry", "enrolments in the registry")
    files_patient = ""

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic"], condition=Q(ended_at=None), name="one_enrolment_of_a_clinic"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="enrolment_end_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic} · {self.name}"

    def sealed_files(self) -> tuple[Sealed, ...]:
        return (Sealed("keys", self.keys, KEYS),)


class Shifts(models.Model):
    """By what the days of a clinic's people are shifted: one secret for every enrolment of the clinic and every
    registry, so that agreeing again tells no day more finely. It stays when an enrolment ends."""

    clinic = models.OneToOneField(Clinic, on_delete=models.PROTECT, related_name="+")
    secret = models.CharField(max_length=64)  # a file of the vault
    made_at = models.DateTimeField()

    with_files = Q()
    files_called = ("secret of the days in the registry", "secrets of the days in the registry")
    files_patient = ""

    def __str__(self) -> str:
        return f"shifts of {self.clinic}"

    def sealed_files(self) -> tuple[Sealed, ...]:
        return (Sealed("secret", self.secret, SHIFTS),)


class Sending(models.Model):
    """One month as it was sent and taken. Fixed."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="sendings")
    month = models.CharField(max_length=7)
    edition = models.PositiveSmallIntegerField()
    content = models.CharField(
        max_length=64
    )  # SHA-256 over the digests of its parts: the same again is not sent
    rows = models.JSONField()  # by table
    sent_at = models.DateTimeField()

    fixed_when = Q()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "month", "edition"], name="one_sending_of_an_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.name} · {self.month} · {self.edition}"


class Destination(models.Model):
    """A registry that an enrolment has sent to, from before the first part of a month left.

    `out_at`: the enrolment has ended, and this registry has answered that nothing of it is held. Until then it is asked
    each night: `asked_at` when last, `answer` why that did not do (`delivering.NotDelivered`).
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="destinations")
    address = models.CharField(max_length=200, blank=True)  # "": this server
    first_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=20, blank=True)
    out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "address"], name="one_destination_of_an_enrolment")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.name} · {self.address or 'this server'}"


class ContributorQuerySet(models.QuerySet["Contributor"]):
    def standing(self) -> ContributorQuerySet:
        return self.filter(ended_at=None)


class Contributor(models.Model):
    """A clinic that another server keeps, and that may send to the registry of this one.

    Admitted and ended at the console of this server, by whoever keeps the registry. `name` and `key` are what the
    clinic's own page shows; `called` says which clinic that is, and stays here.
    """

    name = models.CharField(max_length=63, unique=True)
    key = models.CharField(max_length=64)  # the public half of its signature, in hexadecimal
    called = models.CharField(max_length=200)
    admitted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ContributorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} · {self.called}"


class Analysts(models.Model):
    """A clinic of this server whose people read what its registry tells in confidence, though it does not count in it.

    Named and ended at the console, by whoever keeps the registry; the audit says when. One that ends is no row.
    """

    clinic = models.OneToOneField(Clinic, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"analysts of {self.clinic}"
