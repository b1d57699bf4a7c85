"""The consent text that was handed to a patient: whether it still fits the plan, and from when it may be signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Exists, OuterRef

from wheal import consent as wording
from wheal import reflection, screening
from wheal.clinic.patients.models import Patient
from wheal.clinic.portal.models import HandedText
from wheal.clinic.treatments import consents, quoted
from wheal.clinic.treatments.models import Consent
from wheal.knowledge import Knowledge
from wheal.knowledge.countries import Jurisdiction


@dataclass(frozen=True, slots=True)
class Standing:
    """`why_not`: "" where it may be signed today, else plan_changed, forbidden, too_early or minor."""

    handed: HandedText
    may_sign_from: date
    days_left: int
    why_not: str


def open_ones(patient: Patient) -> list[HandedText]:
    """Of visits ahead, the newest of each plan; not where somebody signed for that plan since."""
    since = Consent.objects.filter(plan=OuterRef("session__plan"), signed_at__gt=OuterRef("handed_at"))
    rows = (
        HandedText.objects.filter(
            session__patient=patient, session__signed_at=None, session__cancelled_at=None
        )
        .filter(~Exists(since), consent=None)
        .select_related("session__plan__patient", "session__clinic", "session__practitioner", "handed_by")
    )
    newest: dict[int, HandedText] = {}
    for row in rows:  # newest first
        newest.setdefault(row.session.plan_id, row)
    return list(newest.values())


def standing(handed: HandedText, known: Knowledge) -> Standing:
    session = handed.session
    today = session.clinic.day_of()
    law = known.jurisdictions.get(session.clinic.jurisdiction)
    first = _first_day(handed, law, today)
    of_age = screening.age(session.plan.patient.birth_date, today) >= (law.age_of_majority if law else 18)
    is_as_handed = wording.as_json(consents.terms_of(session.plan)) == handed.terms
    why_not = "" if is_as_handed else "plan_changed"
    is_forbidden = consents.forbidden_because(session.plan, session.clinic, "en", known)
    why_not = why_not or ("forbidden" if is_forbidden else "")
    why_not = why_not or ("" if of_age else "minor") or ("too_early" if today < first else "")
    return Standing(handed, first, max((first - today).days, 0), why_not)


def _first_day(handed: HandedText, law: Jurisdiction | None, today: date) -> date:
    """The time to think runs from the text or from the quote for the same terms, whichever was handed over first; a
    physician's reason not to wait counts on either."""
    session = handed.session
    days = 0 if handed.shortened_because else handed.days
    first = reflection.earliest(session.clinic.day_of(handed.handed_at), days)
    quote = quoted.standing_of(session.plan, session.clinic, today) if law and days else None
    if law is None or quote is None or quote.state not in ("sent", "accepted"):
        return first
    covers = not wording.not_covered(quote.covers, consents.terms_of(session.plan))
    return min(first, quote.earliest(law)) if covers else first


def text_of(handed: HandedText, language: str, known: Knowledge) -> str:
    session = handed.session
    return consents.text_of(session.plan, session.clinic, session.practitioner, language, known)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
