"""Rates, packages and quotes of the demo's clinics. The rates are invented, and say so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.quotes import actions
from wheal.clinic.quotes.models import Payment, Quote, Tax

TAXES: Final = {
    "en": ("Tax 5 % (invented for the demo)", 5),
    "fr": ("TVA 20 % (inventée pour la démonstration)", 20),
}
PACKAGES: Final = {
    "en": (
        "Four sessions under the chin (fictional)",
        "Session under the chin",
        4,
        650,
        "Package reduction",
        -200,
    ),
    "fr": ("Trois séances visage (fictif)", "Séance visage", 3, 200, "Remise du forfait", -60),
}
SAID: Final = {
    "en": {"anaesthesia": "none, or ice", "days_off": "to be agreed with the physician"},
    "fr": {"anaesthesia": "aucune, ou froid local", "days_off": "à convenir avec le médecin"},
}
HOLDS: Final = timedelta(days=90)


def state_prices(clinic: Clinic, *, by: User) -> Tax:
    name, percent = TAXES[clinic.language]
    tax = actions.state_tax(clinic=clinic, name=name, percent=Decimal(percent), by=by)
    title, session, number, price, reduction, less = PACKAGES[clinic.language]
    lines = [
        actions.NewLine("session", session, Decimal(number), Decimal(price), tax),
        actions.NewLine("reduction", reduction, Decimal(1), Decimal(less), tax),
    ]
    actions.write_package(clinic=clinic, name=title, lines=lines, by=by)
    return tax


def begun(patient: Patient, *, physician: User, desk: User) -> Quote:
    """A draft, as the plan gives it."""
    return actions.begin(patient=patient, practitioner=physician, by=desk)


def quoted(patient: Patient, *, physician: User, desk: User, accepted: bool = True) -> Quote:
    """Made from the patient's plan by the desk, handed over, and accepted by the patient unless said otherwise."""
    draft = begun(patient, physician=physician, desk=desk)
    held = [actions.NewLine.of(row) for row in draft.lines.select_related("tax")]
    whole = actions.Draft(
        lines=held, practitioner=physician, language=draft.language, valid_until=draft.clinic.day_of() + HOLDS,
        said={**draft.said, **SAID[draft.clinic.language]},
    )  # fmt: skip
    sent = actions.hand_over(quote=actions.save_draft(quote=draft, draft=whole, by=desk), how="hand", by=desk)
    if accepted:
        name = f"{patient.given_names} {patient.family_name}"
        actions.accept(quote=sent, signed_name=name, signature=[], on_paper=True, by=desk)
    return sent


def pay(quote: Quote, kind: str, amount: str, means: str, *, by: User) -> Payment:
    return actions.record_money(
        quote=quote, kind=kind, amount=Decimal(amount), means=means, received_on=quote.clinic.day_of(), by=by
    )


def paid_in_portland(
    maria: Quote,
    grace: Quote,
    moment: Callable[..., datetime],
    clock_at: Callable[[datetime], AbstractContextManager[None]],
    *,
    by: User,
) -> None:
    """A deposit and two payments; a payment written twice and taken back; some of another given back."""
    for days, kind, amount, means in ((-175, "deposit", "400", "card"), (-170, "payment", "600", "card")):
        with clock_at(moment(days, 11)):
            pay(maria, kind, amount, means, by=by)
    with clock_at(moment(-95, 11)):
        twice = [pay(maria, "payment", "600", "cash", by=by) for _time in range(2)]
        actions.take_back(payment=twice[1], reason="Written down twice.", by=by)
    with clock_at(moment(-88, 15)):
        pay(grace, "payment", "700", "transfer", by=by)
    with clock_at(moment(-50, 15)):
        pay(grace, "refund", "50", "transfer", by=by)
