"""Reminders: each time of an appointment once, some days before, in the patient's language, to those who want them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wheal.clinic.appointments import taken
from wheal.clinic.appointments.actions.noting import note
from wheal.clinic.appointments.channels import CHANNELS, Channel, Letter, NotSent
from wheal.clinic.appointments.models import Reminder, Rules
from wheal.clinic.appointments.taken import Taken
from wheal.clinic.days import with_weekday
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic

SIGNER = signing.Signer(salt="wheal.appointments.no-reminders")
LEAST = timedelta(hours=3)
"""Before an appointment: later a reminder helps nobody."""


def nightly(channels: Sequence[Channel] = CHANNELS) -> dict[str, object]:
    """Of every clinic that reminds. Answers how many were sent, could not be sent, and have no way to be reached."""
    counted = {"sent": 0, "failed": 0, "not_reached": 0}
    for each in _due(timezone.now()):
        if came_of_it := _remind(each, channels):
            counted[came_of_it] += 1
    return counted


def _due(now: datetime) -> Iterator[Taken]:
    silent = set(Rules.objects.filter(reminds=False).values_list("clinic", flat=True))
    days = dict(Rules.objects.values_list("clinic", "days_before"))
    for clinic in Clinic.objects.exclude(pk__in=silent):
        until = _end_of(clinic, now, days.get(clinic.pk, Rules._meta.get_field("days_before").default))
        yield from taken.expected(now + LEAST, until, clinic=clinic, patient__no_reminders=None)


def _end_of(clinic: Clinic, now: datetime, days: int) -> datetime:
    return clinic.begin_of(clinic.day_of(now) + timedelta(days=days + 1))


def _remind(due: Taken, channels: Sequence[Channel]) -> str:
    """Nothing where it was reminded of before."""
    channel = next((each for each in channels if each.reaches(due.patient)), None)
    if channel is None:
        return "not_reached"
    held = _claimed(due, channel)
    if held is None:
        return ""
    try:
        channel.send(letter(due), due.patient, due.clinic)
    except NotSent as problem:
        _ended(held, failure=problem.reason[:80])
        return "failed"
    _ended(held)
    return "sent"


@transaction.atomic
def _claimed(due: Taken, channel: Channel) -> Reminder | None:
    """None where it was sent, or another process has it. What failed before is tried again."""
    now = timezone.now()
    held, made = Reminder.objects.get_or_create(
        appointment=due.row,
        visit=due.visit,
        of=due.starts_at,
        channel=channel.code,
        defaults={"claimed_at": now},
    )
    if made:
        return held
    again = Reminder.objects.filter(pk=held.pk, sent_at=None).exclude(failure="")
    return held if again.update(failure="", claimed_at=now) else None


@transaction.atomic
def _ended(held: Reminder, failure: str = "") -> None:
    held.failure, held.sent_at = failure, None if failure else timezone.now()
    held.save(update_fields=["failure", "sent_at"])
    what = "reminder_failed" if failure else "reminder_sent"
    note(by=None, what=what, row=held.appointment or held.visit, channel=held.channel, of=held.of.isoformat())


def letter(due: Taken) -> Letter:
    """Where, when and whom to call. Not what for, and not with whom."""
    patient, clinic = due.patient, due.clinic
    with translation.override(patient.language), timezone.override(ZoneInfo(clinic.time_zone)):
        begins = timezone.localtime(due.starts_at)
        when = {
            "day": with_weekday(begins.date()),
            "hour": f"{begins:%H:%M}",
            "clinic": clinic.name,
        }
        lines = [
            _("You have an appointment on %(day)s at %(hour)s.") % when,
            "\n".join([clinic.name, *clinic.address.splitlines()]),
            _("If you cannot come, please call us: %(phone)s.") % {"phone": clinic.phone}
            if clinic.phone
            else "",
            _stop_words(patient),
        ]
        return Letter(
            _("Your appointment on %(day)s") % when, "\n\n".join(line for line in lines if line) + "\n"
        )


def _stop_words(patient: Patient) -> str:
    if not settings.PUBLIC_ADDRESS:
        return _("If you want no reminders, tell us when you come.")
    path = reverse("appointments:no-reminders", args=[SIGNER.sign(patient.pk)])
    return _("If you want no reminders: %(address)s") % {"address": f"{settings.PUBLIC_ADDRESS}{path}"}
