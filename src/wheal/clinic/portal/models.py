"""What passes between a patient at home and the clinic: answers, texts to read, questions, requests."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import History, Link, Patient
from wheal.clinic.quotes.models import Quote
from wheal.clinic.treatments.models import Consent, Session


class OwnHistory(models.Model):
    """The history questions as the patient answered them. A draft until it is sent, fixed from then on.

    It is never the history itself: somebody of the clinic checks it and takes it over into one, or sets it aside.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="own_histories")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+")  # of the last saving
    answers = models.JSONField(default=dict)
    draft_version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    knowledge_version = models.CharField(max_length=20, blank=True)
    knowledge_digest = models.CharField(max_length=64, blank=True)
    # what the clinic did with it; no history: it was set aside
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    history = models.ForeignKey(History, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q(sent_at__isnull=False)
    fixed_columns = (
        "id", "patient_id", "link_id", "answers", "draft_version", "started_at", "sent_at", "knowledge_version",
        "knowledge_digest",
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(sent_at=None), name="one_own_history_draft_per_patient"
            ),
            models.CheckConstraint(
                condition=Q(checked_at=None, checked_by=None, history=None)
                | Q(sent_at__isnull=False, checked_at__isnull=False, checked_by__isnull=False),
                name="own_history_check_is_whole",
            ),
        ]

    @property
    def is_settled(self) -> bool:
        """Set aside, or in a history that somebody of the clinic completed."""
        return bool(self.checked_at) and (self.history is None or self.history.completed_at is not None)

    def __str__(self) -> str:
        return f"{self.patient} · {self.started_at:%Y-%m-%d}"


class HandedText(models.Model):
    """The consent text of a visit's plan, handed to the patient to read at home. The time to think counts from here."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="handed_texts")
    terms = (
        models.JSONField()
    )  # of the plan as it was: where the plan is another now, this one is of no use any more
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField()  # whole days to think that the country's rule gives
    shortened_because = models.TextField(blank=True)  # a physician's reason not to wait for them
    first_read_at = models.DateTimeField(null=True, blank=True)
    consent = models.OneToOneField(
        Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="handed_text"
    )  # signed once, never again

    fixed_when = Q()
    fixed_columns = ("id", "session_id", "terms", "handed_at", "handed_by_id", "days", "shortened_because")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.session} · {self.handed_at:%Y-%m-%d}"


class Message(models.Model):
    """One thing that was asked or answered. Fixed; only that it was read is noted later."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="messages")
    text = models.TextField()
    written_at = models.DateTimeField()
    link = models.ForeignKey(
        Link, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the patient
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the clinic
    read_at = models.DateTimeField(null=True, blank=True)  # by the other side

    fixed_when = Q()
    fixed_columns = ("id", "patient_id", "text", "written_at", "link_id", "by_id")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["patient", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(link=None, by__isnull=False) | Q(link__isnull=False, by=None),
                name="message_is_of_one_side",
            )
        ]

    @classmethod
    def said_of(cls, patient: Patient) -> list[Message]:
        """What both sides said, in order."""
        return list(cls.objects.filter(patient=patient).select_related("by"))

    def __str__(self) -> str:
        return f"{self.patient} · {self.written_at:%Y-%m-%d %H:%M}"


class DataRequest(models.Model):
    """What the patient asks to be done with the data. Fixed as asked; the answer is added once, then fixed too."""

    class Kind(models.TextChoices):
        COPY = "copy", _("A copy of my data")
        CORRECTION = "correction", _("A correction")
        DELETION = "deletion", _("The deletion of my data")
        MOVE = "move", _("My record for another clinic")

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        PARTLY = "partly", _("Done in part")
        REFUSED = "refused", _("Not done")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="data_requests")
    link = models.ForeignKey(
        Link, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # none: asked at the desk, by telephone or letter
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    fixed_when = Q()
    fixed_columns = ("id", "patient_id", "link_id", "kind", "words", "asked_at", "noted_by_id")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, outcome="", answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="") & ~Q(answer="")),
                name="data_request_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(link__isnull=False, noted_by=None) | Q(link=None, noted_by__isnull=False),
                name="data_request_says_how_it_came",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} · {self.kind} · {self.asked_at:%Y-%m-%d}"


TAKEN_BACK = ("withdrew", "photographs")


class OwnAct(models.Model):
    """What a patient decided on the own pages, and that stands already. It waits until somebody here has seen it."""

    class What(models.TextChoices):
        SIGNED = "signed", _("Signed the consent at home")
        WITHDREW = "withdrew", _("Took back the consent at home: nothing may be injected on it")
        ACCEPTED = "accepted", _("Accepted the quote at home")
        REFUSED = "refused", _("Refused the quote at home")
        PHOTOGRAPHS = "photographs", _("Took back the agreement to photographs at home")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="own_acts")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12, choices=What.choices)
    done_at = models.DateTimeField()
    session = models.ForeignKey(
        Session, null=True, on_delete=models.PROTECT, related_name="+"
    )  # whose consent
    quote = models.ForeignKey(Quote, null=True, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    fixed_when = Q()
    fixed_columns = ("id", "patient_id", "link_id", "what", "done_at", "session_id", "quote_id")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["patient", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="own_act_seen_is_whole",
            )
        ]

    @property
    def is_taken_back(self) -> bool:
        return self.what in TAKEN_BACK

    @property
    def url(self) -> str:
        """Where that which was decided is seen."""
        if self.quote_id:
            return reverse("quotes:quote", args=[self.quote_id])
        if self.session_id:
            return reverse("treatments:consent", args=[self.session_id])
        return reverse("photographs:consent", args=[self.patient_id])

    def __str__(self) -> str:
        return f"{self.patient} · {self.what} · {self.done_at:%Y-%m-%d}"
