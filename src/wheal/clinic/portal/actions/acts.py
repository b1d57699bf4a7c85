"""What a patient decides on the own pages is told to the clinic, and waits there until somebody has seen it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Link
from wheal.clinic.people.models import User
from wheal.clinic.photographs import actions as photographing
from wheal.clinic.photographs import agreed
from wheal.clinic.portal.models import OwnAct
from wheal.clinic.quotes.models import Quote
from wheal.clinic.safety.reporting import photographs as reported
from wheal.clinic.safety.reporting.models import PatientReport
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Consent, ConsentWithdrawal, Session


def tell(
    what: OwnAct.What, link: Link, *, session: Session | None = None, quote: Quote | None = None
) -> OwnAct:
    """Within the transaction of the act itself."""
    patient = link.patient
    act = OwnAct.objects.create(
        patient=patient, link=link, what=what, done_at=timezone.now(), session=session, quote=quote
    )
    audit.record(
        by=None, what="portal.decided_at_home", subject=act, clinic=patient.clinic, patient=patient,
        detail={"what": what.value, "link": link.pk}, fixes=[OwnAct.objects.filter(pk=act.pk)],
    )  # fmt: skip
    return act


@transaction.atomic
def withdraw_consent(*, session: Session, consent: Consent, reason: str, link: Link) -> None:
    """At any time. Said twice, the first time stands, and is told once."""
    is_first = not ConsentWithdrawal.objects.filter(consent=consent).exists()
    treatments.withdraw_consent(session=session, consent=consent, reason=reason, by=None, link=link)
    if is_first:
        tell(OwnAct.What.WITHDREW, link, session=session)


@transaction.atomic
def withdraw_photographs(*, purpose: str, link: Link) -> None:
    """Told once, where it stood."""
    if not agreed.stands(purpose, link.patient):
        return
    photographing.withdraw_consent(patient=link.patient, purpose=purpose, reason="", by=None, link=link)
    tell(OwnAct.What.PHOTOGRAPHS, link)


@transaction.atomic
def take_back_reported(*, report: PatientReport, link: Link) -> None:
    """The photographs of one report. Told once."""
    if reported.take_back(report=report, link=link):
        tell(OwnAct.What.PHOTOGRAPHS, link)


@transaction.atomic
def note_seen(*, act: OwnAct, by: User) -> None:
    """Once: whoever saw it first stands."""
    seen = OwnAct.objects.filter(pk=act.pk, seen_at=None).update(seen_at=timezone.now(), seen_by=by)
    if seen:
        audit.record(
            by=by, what="portal.own_act_seen", subject=act, clinic=act.patient.clinic, patient=act.patient,
            detail={"what": act.what, "link": act.link_id},
        )  # fmt: skip
