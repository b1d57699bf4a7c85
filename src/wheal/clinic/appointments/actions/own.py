"""What a clinic decides about its calendar; feeds for other programs; who wants no reminders."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from wheal.clinic.appointments import feed_secrets
from wheal.clinic.appointments.actions.noting import note
from wheal.clinic.appointments.models import Feed, NoReminders, Rules
from wheal.clinic.audit import actions as audit
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User

SECRET = 43  # letters and digits: nobody guesses it


@transaction.atomic
def decide(*, clinic: Clinic, reminds: bool, days_before: int, names_in_feeds: bool, by: User) -> Rules:
    said = {"reminds": reminds, "days_before": days_before, "names_in_feeds": names_in_feeds}
    rules, _made = Rules.objects.update_or_create(clinic=clinic, defaults=said)
    note(by=by, what="rules_decided", row=rules, **said)
    return rules


@transaction.atomic
def make_feed(
    *, clinic: Clinic, by: User, practitioner: User | None = None, room: Thing | None = None
) -> Feed:
    """The one that `by` made and that stands, or a new one: nobody is told the address of another."""
    whose = {"clinic": clinic, "practitioner": practitioner, "room": room, "made_by": by}
    held = Feed.objects.standing().filter(**whose).first()
    if held:
        return held
    made = Feed.objects.create(**feed_secrets.kept(get_random_string(SECRET)), **whose)
    note(by=by, what="feed_made", row=made)
    return made


@transaction.atomic
def revoke_feed(*, feed: Feed, by: User) -> None:
    """Its address opens nothing any more. Said twice, once counts."""
    if feed.revoked_at is None:
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])
        note(by=by, what="feed_revoked", row=feed)


@transaction.atomic
def set_reminders(*, patient: Patient, wanted: bool, by: User | None) -> None:
    """`by` None: the patient, by the link in a reminder. Said twice, once counts."""
    held = NoReminders.objects.filter(patient=patient)
    if wanted == (not held.exists()):
        return
    if wanted:
        held.delete()
    else:
        NoReminders.objects.create(patient=patient, recorded_by=by)
    what = "appointments.reminders_wanted" if wanted else "appointments.reminders_refused"
    audit.record(by=by, what=what, subject=patient, clinic=patient.clinic, patient=patient)
