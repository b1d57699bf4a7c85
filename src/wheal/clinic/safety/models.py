"""What happens after a session: who must be called, and what was tried."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety.authorities.models import Declaration, DutyMet, Receipt, Sent
from wheal.clinic.safety.reactions.models import Assessment, Correction, FollowUp, Place, Reaction, Tie
from wheal.clinic.safety.reporting.models import PatientReport, PhotographsTakenBack, ReportPhotograph
from wheal.clinic.safety.watching.models import Alarm, Exposed, Sighting, Step
from wheal.clinic.stock.models import Lot

__all__ = [
    "Alarm", "Assessment", "Attempt", "Correction", "Declaration", "DutyMet", "Exposed", "FollowUp", "Notice",
    "PatientReport", "PhotographsTakenBack", "Place", "Reach", "Reaction", "Recall", "Receipt",
    "ReportPhotograph", "Sent", "Sighting", "Step", "Tie",
]  # fmt: skip

STATUSES: dict[str, Promise] = {
    "called": _("Called, will call back or was not alone"),
    "no_answer": _("No answer"),
    "message_left": _("Message left or sent"),
    "letter_sent": _("Letter sent"),
    "letter_returned": _("Letter came back"),
    "moved": _("Moved, number no longer valid"),
    "reached": _("Reached and told"),
    "examined": _("Examined"),
    "referred": _("Referred to a doctor"),
    "refused": _("Does not want to hear or come"),
    "given_up": _("Cannot be reached: all was tried, as noted"),
    "taken_back": _("Was not told after all: an entry was wrong"),
}
SETTLED = frozenset(("reached", "examined", "referred"))
"""After these a person has been told; the others are tried again."""
GIVEN_UP, REFUSED, TAKEN_BACK = "given_up", "refused", "taken_back"
ENDED = frozenset((GIVEN_UP, REFUSED))
"""Not told, and nobody goes on trying: never without a written reason."""
JOINED: dict[str, Promise] = {
    "amendment": _("an amendment says that this lot was used"),
    "session": _("a session with it was found that was not there before"),
}
"""Why somebody came onto a list after it was opened."""


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> NoticeQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)


class Notice(models.Model):
    """What an authority or a maker wrote, as it came. It is matched anew each time somebody looks."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="notices")
    sender = models.CharField(max_length=120)
    reference = models.CharField(max_length=120, blank=True)  # the notice's own number
    text = models.TextField()
    is_table = models.BooleanField(default=False)
    came_at = models.DateTimeField(auto_now_add=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = models.Q()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-came_at", "-id"]

    def __str__(self) -> str:
        return f"{self.sender} {self.reference}".strip()


class RecallQuerySet(models.QuerySet["Recall"]):
    def visible_to(self, user: User) -> RecallQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)

    def under_way(self) -> RecallQuerySet:
        return self.filter(closed_at=None)


class Recall(models.Model):
    """A lot called back in one clinic, worked off person by person. A drill blocks nothing and calls nobody.

    Without a lot it is a list to call: everybody who met what the watch suspects, since a day.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="recalls")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="recalls")
    kind = models.CharField(max_length=20, blank=True)  # of the exposure, where it is no lot
    name = models.CharField(max_length=60, blank=True)  # its id, as the watch has it
    called = models.CharField(max_length=300, blank=True)  # what it was called when the list was opened
    since = models.DateField(null=True, blank=True)  # who met it from this day on is on the list
    is_drill = models.BooleanField(default=False)
    origin = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="elsewhere"
    )  # the recall of the clinic that opened it for all that hold the lot
    notice = models.ForeignKey(
        Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="recalls"
    )
    reason = models.TextField()
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    conclusion = models.TextField(blank=True)

    fixed_when = models.Q(closed_at__isnull=False)

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="recall_closing_is_whole",
            ),
            models.UniqueConstraint(
                fields=["lot"],
                condition=models.Q(closed_at=None, is_drill=False),
                name="one_open_recall_of_a_lot",
            ),
            models.CheckConstraint(
                condition=models.Q(lot__isnull=False, kind="", called="", since=None)
                | (models.Q(lot=None, since__isnull=False) & ~models.Q(kind="") & ~models.Q(called="")),
                name="recall_is_of_a_lot_or_of_what_was_met",
            ),
            models.UniqueConstraint(
                fields=["clinic", "kind", "name"],
                condition=models.Q(closed_at=None, lot=None),
                name="one_open_list_of_what_was_met",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot or self.called} · {self.opened_at:%Y-%m-%d}"

    @property
    def exposure(self) -> tuple[str, str]:
        """Of a list without a lot."""
        return self.kind, self.name


class ReachQuerySet(models.QuerySet["Reach"]):
    def left(self) -> ReachQuerySet:
        """Neither told, nor given up, nor unwilling to hear."""
        return self.filter(settled_at=None).exclude(status__in=ENDED)


class Reach(models.Model):
    """One person on the list of a recall. Where it stands is what was tried last; who was told stays told until that is
    taken back."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="people")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="recalls")
    was_injected = models.BooleanField()  # False: drawn up in a session that was not signed
    status = models.CharField(max_length=20, blank=True)  # "" until somebody tried
    settled_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)  # empty: there when the list was opened
    joined_why = models.CharField(max_length=20, blank=True)

    objects = ReachQuerySet.as_manager()

    class Meta:
        ordering = [models.F("settled_at").asc(nulls_first=True), "id"]  # on both engines
        constraints = [
            models.UniqueConstraint(fields=["recall", "patient"], name="a_person_is_once_on_a_list"),
            models.CheckConstraint(
                condition=models.Q(joined_at=None, joined_why="")
                | (models.Q(joined_at__isnull=False) & ~models.Q(joined_why="")),
                name="joining_a_list_later_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.status or '…'}"

    @property
    def status_words(self) -> str:
        return str(STATUSES.get(self.status, _("Not tried yet")))

    @property
    def joined_words(self) -> str:
        return str(JOINED.get(self.joined_why, self.joined_why))

    @property
    def state(self) -> str:
        """told, given_up, refused, tried or untried."""
        if self.status in ENDED:
            return self.status
        return "told" if self.settled_at else "tried" if self.status else "untried"


class Attempt(models.Model):
    """A call, a message, a visit: fixed once written."""

    reach = models.ForeignKey(Reach, on_delete=models.PROTECT, related_name="attempts")
    status = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = models.Q()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.reach} · {self.status}"

    @property
    def status_words(self) -> str:
        return str(STATUSES.get(self.status, self.status))
