"""What makes a link, lets somebody in, and ends it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wheal.clinic import vault
from wheal.clinic.audit import actions as audit
from wheal.clinic.fhir import summaries
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.models import HEALTH_LINK, TRIES, HealthLink
from wheal.clinic.fhir.resources.patients import FORGOTTEN
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.fhir import health_links
from wheal.knowledge import Knowledge

LONGEST: Final = 365  # days


class LinkRefused(Exception):
    """Carries `reason`: gone (then `why`: unknown, shut, expired, ended), or passcode (then `left` tells how many tries
    are left)."""

    def __init__(self, reason: str, left: int = 0, why: str = "") -> None:
        super().__init__(reason)
        self.reason, self.left, self.why = reason, left, why


@dataclass(frozen=True, slots=True)
class Made:
    """`text` holds the key: it can be shown this once."""

    row: HealthLink
    text: str


def make(*, patient: Patient, days: int, passcode: str, address: str, known: Knowledge, by: User) -> Made:
    """`address`: of this site. The document is written and encrypted now; what happens later is not in it."""
    document = json.dumps(
        summaries.summary(patient, Telling(patient.clinic, known)), ensure_ascii=False
    ).encode()
    key, secret = health_links.new_key(), secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(days=min(max(days, 1), LONGEST))
    with vault.current().all_or_none() as put, transaction.atomic():
        kept = put([health_links.encrypted(document, key).encode()], about=HEALTH_LINK)
        row = HealthLink.objects.create(
            patient=patient, secret=secret, name=kept.name, made_by=by, expires_at=expires,
            passcode=make_password(passcode) if passcode else "",
        )  # fmt: skip
        audit.record(
            by=by, what="fhir.health_link_made", subject=row, clinic=patient.clinic, patient=patient,
            detail={"expires": expires.isoformat(), "passcode": bool(passcode)},
        )  # fmt: skip
    label = patient.clinic.name
    text = health_links.link(f"{address}/shl/{secret}", key, expires, label, with_passcode=bool(passcode))
    return Made(row, text)


def open_link(*, secret: str, passcode: str, recipient: str) -> bytes:
    """The encrypted document. Raises LinkRefused; every opening and every wrong passcode is in the audit."""
    with transaction.atomic():
        row = (
            HealthLink.objects.select_for_update(of=("self",))
            .select_related("patient__clinic")
            .filter(secret=secret)
            .first()
        )
        if row is None or not opens(row, timezone.now()):
            raise LinkRefused("gone", why=_why(row, timezone.now()))
        is_right = not row.passcode or check_password(passcode, row.passcode)
        if is_right:
            row.opened_at = timezone.now()
        else:
            row.tries += 1
        row.save(update_fields=["opened_at", "tries"])
        audit.record(
            by=None, what="fhir.health_link_opened" if is_right else "fhir.wrong_passcode", subject=row,
            clinic=row.patient.clinic, patient=row.patient, refused=not is_right, detail={"recipient": recipient[:80]},
        )  # fmt: skip
    if not is_right:
        raise LinkRefused("passcode", TRIES - row.tries)
    return content(row)


def opens(row: HealthLink, at: datetime) -> bool:
    """The document of somebody who is forgotten goes in the night after, and opens to nobody until then."""
    return row.is_open(at) and row.patient.family_name != FORGOTTEN


def _why(row: HealthLink | None, now: datetime) -> str:
    """Told to whoever holds the link: what they do next differs. One that ran out is ended too, in the night after."""
    if row is None:
        return "unknown"
    if row.tries >= TRIES:
        return "shut"
    by_itself = row.ended_at is None or row.ended_at >= row.expires_at
    return "expired" if row.expires_at <= now and by_itself else "ended"


def content(row: HealthLink) -> bytes:
    return vault.current().read(row.name, about=HEALTH_LINK)


@transaction.atomic
def end(*, row: HealthLink, by: User) -> None:
    """At once and for good; its document goes."""
    if HealthLink.objects.filter(pk=row.pk, ended_at=None).update(ended_at=timezone.now()):
        audit.record(
            by=by, what="fhir.health_link_ended", subject=row, clinic=row.patient.clinic, patient=row.patient
        )
        transaction.on_commit(lambda: vault.current().remove(row.name))


def nightly() -> dict[str, object]:
    """Documents of links that ended by themselves, and of people who are forgotten, go."""
    over = HealthLink.objects.filter(ended_at=None).filter(
        Q(expires_at__lt=timezone.now()) | Q(tries__gte=TRIES) | Q(patient__family_name=FORGOTTEN)
    )
    rows = list(over)
    HealthLink.objects.filter(pk__in=[each.pk for each in rows]).update(ended_at=timezone.now())
    for each in rows:
        vault.current().remove(each.name)
    return {"links": len(rows)}
