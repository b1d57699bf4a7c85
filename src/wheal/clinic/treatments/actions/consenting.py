"""The consent to one plan: signed once, kept as it was read, withdrawn at any time."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wheal import consent as wording
from wheal.clinic.patients.models import Link
from wheal.clinic.people.models import User
from wheal.clinic.signatures import Strokes, refusal
from wheal.clinic.treatments.actions.drafts import DraftRefused, open_draft, saved
from wheal.clinic.treatments.consents import forbidden_because, terms_of, text_of
from wheal.clinic.treatments.models import Consent, ConsentWithdrawal, Session
from wheal.knowledge import Knowledge


def refuse_forbidden(*, session: Session, known: Knowledge) -> None:
    """Raises DraftRefused, with the reason in the language of the page, where nobody may agree to the plan."""
    language = (get_language() or "en")[:2]
    if why := forbidden_because(session.plan, session.clinic, language, known):
        raise DraftRefused(
            _("Nobody can agree to this plan: it may not be carried out. %(why)s") % {"why": why}
        )


@transaction.atomic
def give_consent(
    *,
    session: Session,
    language: str,
    text_digest: str,
    signed_name: str,
    signature: Strokes,
    by: User | None,
    known: Knowledge,
    link: Link | None = None,
) -> Consent:
    """Keep the exact text that was read. `text_digest` is that of the text on the screen. `by`: who of the clinic was
    there; nobody where the patient signs at home, by `link`.

    Raises DraftRefused where the plan is not whole or is forbidden, the name is missing, or the text has
    changed since it was shown.
    """
    session = open_draft(session)
    if language not in known.texts_held:
        raise DraftRefused(_("There is no text in this language."))
    if missing := wording.missing(terms_of(session.plan)):
        raise DraftRefused(_("The plan is not complete yet: %(missing)s.") % {"missing": ", ".join(missing)})
    refuse_forbidden(session=session, known=known)
    if reason := refusal(signed_name, signature):
        raise DraftRefused(reason)
    text = text_of(session.plan, session.clinic, session.practitioner, language, known)
    digest = sha256(text.encode()).hexdigest()
    if digest != text_digest:
        raise DraftRefused(
            _("The plan has changed since this text was shown. Read the new text, then sign it.")
        )
    consent = Consent.objects.create(
        plan=session.plan,
        language=language,
        text=text,
        digest=digest,
        signed_name=signed_name.strip(),
        signature=signature,
        signed_at=timezone.now(),
        witnessed_by=by,
        link=link,
        covers=wording.snapshot(terms_of(session.plan), session.clinic.jurisdiction, language, known),
        knowledge_version=known.version,
        knowledge_digest=known.digest,
    )
    session.consent = consent
    session.save(update_fields=["consent", "saved_at"])
    saved(
        by=by,
        what="consent_given",
        session=session,
        fixes=[Consent.objects.filter(pk=consent.pk)],
        consent=consent.pk,
        digest=digest,
        **({"link": link.pk} if link else {}),
    )
    return consent


@transaction.atomic
def withdraw_consent(
    *, session: Session, consent: Consent, reason: str, by: User | None, link: Link | None = None
) -> ConsentWithdrawal:
    """From now on no session can be signed on it. Said twice, the first time stands. `link`: the patient did it."""
    withdrawal, new = ConsentWithdrawal.objects.get_or_create(
        consent=consent, defaults={"reason": reason.strip(), "recorded_by": by, "link": link}
    )
    if new:
        said = ConsentWithdrawal.objects.filter(pk=withdrawal.pk)
        by_link = {"link": link.pk} if link else {}
        saved(by=by, what="consent_withdrawn", session=session, fixes=[said], consent=consent.pk, **by_link)
    return withdrawal
