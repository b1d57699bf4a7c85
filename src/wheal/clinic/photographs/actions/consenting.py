"""Consent for photographs: given for each purpose, and taken back for each, apart from the others."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import User
from wheal.clinic.photographs import agreed, wording
from wheal.clinic.photographs.models import PhotographConsent, PhotographConsentWithdrawal
from wheal.clinic.signatures import Strokes, refusal
from wheal.knowledge import Knowledge
from wheal.photography import PURPOSES


class ConsentRefused(Exception):
    """Carries one sentence for the person who can mend it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def give_consent(
    *,
    patient: Patient,
    purposes: Sequence[str],
    language: str,
    text_digest: str,
    signed_name: str,
    signature: Strokes,
    by: User,
    known: Knowledge,
) -> PhotographConsent:
    """Keep the exact text that was read, with what was agreed to. `text_digest` is that of the text on the screen.

    Raises ConsentRefused where nothing was agreed to, the name is missing, or the text has changed since it was shown.
    """
    chosen = [purpose for purpose in PURPOSES if purpose in purposes]
    if language not in known.texts_held:
        raise ConsentRefused(_("There is no text in this language."))
    if not chosen:
        raise ConsentRefused(_("Choose what is agreed to. Who agrees to nothing signs nothing."))
    if not agreed.stands("record", patient) and "record" not in chosen:
        raise ConsentRefused(_("The other purposes rest on the first: photographs for the own record."))
    if reason := refusal(signed_name, signature):
        raise ConsentRefused(reason)
    if wording.digest(patient, language, known) != text_digest:
        raise ConsentRefused(_("The text has changed since it was shown. Read the new text, then sign it."))
    text = wording.text(patient, language, known, agreed_to=chosen)
    consent = PhotographConsent.objects.create(
        patient=patient, purposes=chosen, language=language, text=text, digest=sha256(text.encode()).hexdigest(),
        signed_name=signed_name.strip(), signature=signature, signed_at=timezone.now(), witnessed_by=by,
        knowledge_version=known.version, knowledge_digest=known.digest,
    )  # fmt: skip
    audit.record(
        by=by, what="photographs.consent_given", subject=consent, clinic=patient.clinic, patient=patient,
        detail={"purposes": chosen, "digest": consent.digest},
        fixes=[PhotographConsent.objects.filter(pk=consent.pk)],
    )  # fmt: skip
    return consent


@transaction.atomic
def withdraw_consent(
    *, patient: Patient, purpose: str, reason: str, by: User | None, link: Link | None = None
) -> None:
    """Takes back every signature that stands for this purpose. Nothing happens where none does. `link`: the patient
    did it, at home."""
    given = PhotographConsent.objects.filter(patient=patient).prefetch_related("withdrawals")
    standing = [
        each
        for each in given
        if purpose in each.purposes and purpose not in {one.purpose for one in each.withdrawals.all()}
    ]
    for consent in standing:
        taken_back = PhotographConsentWithdrawal.objects.create(
            consent=consent, purpose=purpose, reason=reason.strip(), recorded_by=by, link=link
        )
        audit.record(
            by=by, what="photographs.consent_withdrawn", subject=consent, clinic=patient.clinic, patient=patient,
            detail={"purpose": purpose, **({"link": link.pk} if link else {})},
            fixes=[PhotographConsentWithdrawal.objects.filter(pk=taken_back.pk)],
        )  # fmt: skip
