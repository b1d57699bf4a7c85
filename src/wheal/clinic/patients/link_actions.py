"""All that writes about links: given, opened with a birth date, tried with a wrong one, ended."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string

from wheal.clinic import mail
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import letters
from wheal.clinic.patients.links import PURPOSES, TRIES, TRIES_IN_ALL, LinkRefused, why_closed
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import User

SHUT_FOR = timedelta(hours=1)
MOST_SENT = 5
"""Letters with one link: more are no help to anybody."""


class SendingRefused(Exception):
    """Carries `reason`: no_address, closed, too_often, not_sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def give(*, patient: Patient, purpose: str, by: User) -> Link:
    """The one that stands, where it opens now and has most of its time left; else a new one. The older ones go on."""
    lasts, now = PURPOSES[purpose].lasts, timezone.now()
    until = now + lasts
    standing = patient.links.filter(purpose=purpose, ended_at=None, expires_at__gt=until - lasts / 10)
    if held := standing.exclude(locked_until__gt=now).first():
        return held
    made = Link.objects.create(
        patient=patient, purpose=purpose, nonce=get_random_string(24), made_by=by, expires_at=until
    )
    _note(made, "link_given", by)
    return made


@transaction.atomic
def end(*, link: Link, by: User) -> None:
    """Lost, or sent to somebody else: it opens nothing any more."""
    link = Link.objects.select_for_update(of=("self",)).select_related("patient__clinic").get(pk=link.pk)
    if link.ended_at is None:
        link.ended_at = timezone.now()
        link.save(update_fields=["ended_at"])
        _note(link, "link_ended", by)


def send(*, link: Link, address: str, by: User) -> None:
    """By e-mail, to the address in the record. Raises SendingRefused. The letter goes out before anything is written:
    no transaction waits for a mail server."""
    patient = link.patient
    if not patient.email:
        raise SendingRefused("no_address")
    if why_closed(link):
        raise SendingRefused("closed")
    if link.times_sent >= MOST_SENT:
        raise SendingRefused("too_often")
    subject, text = letters.of_link(link, address)
    try:
        mail.send(to=patient.email, subject=subject, text=text, sender=patient.clinic.name)
    except mail.NotSent as problem:
        _note(link, "link_not_sent", by, refused=True, answer=problem.reason)
        raise SendingRefused("not_sent") from problem
    _sent(link, by)


@transaction.atomic
def _sent(link: Link, by: User) -> None:
    held = Link.objects.select_for_update(of=("self",)).select_related("patient__clinic").get(pk=link.pk)
    held.sent_at, held.times_sent = timezone.now(), held.times_sent + 1
    held.save(update_fields=["sent_at", "times_sent"])
    _note(held, "link_sent", by, times=held.times_sent)


@transaction.atomic
def leave(*, link: Link) -> None:
    """The patient closes the pages: whatever opened them before, on any device, must ask the birth date again."""
    link.left_at = timezone.now()
    link.save(update_fields=["left_at"])
    _note(link, "link_left", None)


def try_birth_date(*, link: Link, born: date) -> bool:
    """True where it is the patient's. Raises LinkRefused where too many wrong ones shut the link meanwhile."""
    with transaction.atomic():
        link = Link.objects.select_for_update(of=("self",)).select_related("patient__clinic").get(pk=link.pk)
        if reason := why_closed(link):
            raise LinkRefused(reason, link)
        if constant_time_compare(born.isoformat(), link.patient.birth_date.isoformat()):
            _opened(link)
            return True
        _failed(link)
    if reason := why_closed(link):
        raise LinkRefused(reason, link)
    return False


def _opened(link: Link) -> None:
    link.failures, link.locked_until, link.opened_at = 0, None, timezone.now()
    link.save(update_fields=["failures", "locked_until", "opened_at"])
    _note(link, "link_opened", None)


def _failed(link: Link) -> None:
    """Shut for an hour, or until it ends, to everybody but the browser that has shown the right one."""
    link.failures += 1
    if link.failures >= TRIES_IN_ALL:
        link.locked_until = link.expires_at
    elif link.failures % TRIES == 0:
        link.locked_until = timezone.now() + SHUT_FOR
    link.save(update_fields=["failures", "locked_until"])
    _note(link, "wrong_birth_date", None, refused=True, tries=link.failures)


def _note(link: Link, what: str, by: User | None, *, refused: bool = False, **detail: object) -> None:
    audit.record(
        by=by, what=f"patients.{what}", subject=link, clinic=link.patient.clinic, patient=link.patient, refused=refused,
        detail={"purpose": link.purpose, **detail},
    )  # fmt: skip
