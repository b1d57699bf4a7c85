"""The consent text at home: handed over by the clinic, read, and signed once when the time to think is over."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from wheal import consent as wording
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Link
from wheal.clinic.people.models import User
from wheal.clinic.portal import texts
from wheal.clinic.portal.actions import acts
from wheal.clinic.portal.actions.refusals import PortalRefused
from wheal.clinic.portal.models import HandedText, OwnAct
from wheal.clinic.signatures import Strokes
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.actions.drafts import open_draft
from wheal.clinic.treatments.consents import terms_of
from wheal.clinic.treatments.models import Consent, Session
from wheal.knowledge import Knowledge


@transaction.atomic
def hand_over(
    *, session: Session, by: User, known: Knowledge, shortened_because: str = "", is_physician: bool = False
) -> HandedText:
    """From now on the patient reads it at home, and the time to think runs. A physician may shorten it, with a reason.

    Raises PortalRefused: plan_not_whole, physicians_only, is_the_law (the days are due without
    question); treatments.DraftRefused where the session is fixed or
    the plan is forbidden.
    """
    session = open_draft(session)
    terms = terms_of(session.plan)
    if wording.missing(terms):
        raise PortalRefused("plan_not_whole")
    treatments.refuse_forbidden(session=session, known=known)
    reason = shortened_because.strip()
    law = known.jurisdictions.get(session.clinic.jurisdiction)
    if reason and not is_physician:
        raise PortalRefused("physicians_only")
    if reason and law and law.reflection_standing != "question":
        raise PortalRefused("is_the_law")
    handed = HandedText.objects.create(
        session=session, terms=wording.as_json(terms), handed_at=timezone.now(), handed_by=by,
        days=law.reflection_days if law else 0, shortened_because=reason,
    )  # fmt: skip
    audit.record(
        by=by, what="portal.text_handed_over", subject=handed, clinic=session.clinic, patient=session.patient,
        detail={"session": session.pk, "days": handed.days, "shortened": bool(reason)},
        fixes=[HandedText.objects.filter(pk=handed.pk)],
    )  # fmt: skip
    return handed


@transaction.atomic
def note_reading(*, handed: HandedText, link: Link) -> None:
    """The patient opened it, for the first time."""
    if HandedText.objects.filter(pk=handed.pk, first_read_at=None).update(first_read_at=timezone.now()):
        _note("text_read", handed, link)


def sign(
    *,
    handed: HandedText,
    link: Link,
    language: str,
    text_digest: str,
    signed_name: str,
    signature: Strokes,
    known: Knowledge,
) -> Consent:
    """Once. Raises PortalRefused (signed_already, plan_changed, forbidden, minor, too_early, and refused with a
    sentence), each of them written to the audit."""
    try:
        return _signed(handed, link, language, text_digest, signed_name, signature, known)
    except PortalRefused as refused:
        _note("signing_refused", handed, link, refused=True, reason=refused.reason)
        raise


@transaction.atomic
def _signed(
    handed: HandedText,
    link: Link,
    language: str,
    text_digest: str,
    name: str,
    drawn: Strokes,
    known: Knowledge,
) -> Consent:
    fresh = _locked(handed)
    if (
        fresh.consent_id
        or Consent.objects.filter(plan=fresh.session.plan, signed_at__gt=fresh.handed_at).exists()
    ):
        raise PortalRefused("signed_already")
    if why_not := texts.standing(fresh, known).why_not:
        raise PortalRefused(why_not)
    try:
        consent = treatments.give_consent(
            session=fresh.session, language=language, text_digest=text_digest, signed_name=name, signature=drawn,
            by=None, link=link, known=known,
        )  # fmt: skip
    except treatments.DraftRefused as refused:
        raise PortalRefused("refused", (refused.reason,)) from refused
    fresh.consent = consent
    fresh.save(update_fields=["consent"])
    acts.tell(OwnAct.What.SIGNED, link, session=fresh.session)
    return consent


def _locked(handed: HandedText) -> HandedText:
    rows = HandedText.objects.select_for_update(of=("self",))
    return rows.select_related("session__plan__patient", "session__clinic", "session__practitioner").get(
        pk=handed.pk
    )


def _note(what: str, handed: HandedText, link: Link, *, refused: bool = False, **detail: object) -> None:
    patient = link.patient
    audit.record(
        by=None, what=f"portal.{what}", subject=handed, clinic=patient.clinic, patient=patient, refused=refused,
        detail={"link": link.pk, **detail},
    )  # fmt: skip
