"""A plan as the terms that a patient agrees to, and which consent holds for it."""

from __future__ import annotations

from datetime import date

from wheal import consent as wording
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments.models import Plan
from wheal.knowledge import Knowledge

TERMS = ("purpose", "area", "technique", "substances", "sessions", "price", "currency")  # columns of a plan


def terms_of(plan: Plan | None) -> wording.Terms:
    if plan is None:
        return wording.Terms("", "", "", (), None, None, "")
    return wording.Terms(
        purpose=plan.purpose,
        area=plan.area,
        technique=plan.technique,
        substances=tuple(plan.substances),
        sessions=plan.sessions,
        price=plan.price,
        currency=plan.currency,
    )


def is_fixed(plan: Plan) -> bool:
    """A session was signed on it."""
    return plan.visits.filter(signed_at__isnull=False).exists()


def text_of(plan: Plan, clinic: Clinic, practitioner: User | None, language: str, known: Knowledge) -> str:
    patient = plan.patient
    parties = wording.Parties(
        patient=f"{patient.given_names} {patient.family_name}",
        birth_date=patient.birth_date,
        clinic=clinic.name,
        jurisdiction=clinic.jurisdiction,
        phone=clinic.phone,
        practitioner=practitioner.shown_name if practitioner else "",
        credentials=_valid(practitioner, clinic) if practitioner else (),
        quote=_quote(plan, clinic),
    )
    return wording.text(terms_of(plan), parties, language, known)


def forbidden_because(plan: Plan | None, clinic: Clinic, language: str, known: Knowledge) -> str:
    """Why nobody may agree to it: "" where nothing is held that forbids it, and while it is not whole."""
    terms = terms_of(plan)
    return (
        ""
        if wording.missing(terms)
        else wording.forbidden_because(terms, clinic.jurisdiction, language, known)
    )


def _quote(plan: Plan, clinic: Clinic) -> tuple[str, date] | None:
    """The newest that was handed over."""
    held = plan.quoted.values_list("number", "handed_at").first()
    return (str(held[0]), clinic.day_of(held[1])) if held and held[1] else None


def _valid(practitioner: User, clinic: Clinic) -> tuple[str, ...]:
    """The kinds of licence and training that the register holds and that are valid today, each once."""
    held = practitioner.credentials.order_by("pk")
    return tuple(dict.fromkeys(row.kind for row in held if row.is_valid(clinic.day_of())))
