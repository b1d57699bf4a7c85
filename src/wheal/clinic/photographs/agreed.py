"""What a patient agreed to about photographs, as it stands now."""

from __future__ import annotations

from dataclasses import dataclass

from wheal.clinic.patients.models import Patient
from wheal.clinic.photographs.models import PhotographConsent, PhotographConsentWithdrawal
from wheal.photography import PURPOSES, Agreement
from wheal.photography import stands as standing


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose, the last signature for it, and its withdrawal where it was taken back."""

    code: str
    stands: bool
    consent: PhotographConsent | None
    withdrawal: PhotographConsentWithdrawal | None


def stands(purpose: str, patient: Patient) -> bool:
    return standing(purpose, [agreement for agreement, _, _ in _agreements(patient)])


def purposes(patient: Patient) -> list[Purpose]:
    """Two queries, whatever was signed."""
    held = _agreements(patient)
    return [_purpose(code, held) for code in PURPOSES]


Held = list[tuple[Agreement, PhotographConsent, PhotographConsentWithdrawal | None]]


def _purpose(code: str, held: Held) -> Purpose:
    last = next(
        ((consent, taken_back) for each, consent, taken_back in held if each.purpose == code), (None, None)
    )
    return Purpose(code, standing(code, [each for each, _, _ in held]), *last)


def _agreements(patient: Patient) -> Held:
    """Newest first."""
    rows = PhotographConsent.objects.filter(patient=patient).select_related("witnessed_by")
    held: Held = []
    for consent in rows.prefetch_related("withdrawals__recorded_by"):
        taken_back = {each.purpose: each for each in consent.withdrawals.all()}
        held += [
            (Agreement(code, withdrawn=code in taken_back), consent, taken_back.get(code))
            for code in consent.purposes
        ]
    return held
