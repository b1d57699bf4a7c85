"""The patients of the demo, registered and asked by the same actions as a clinic's own."""

from __future__ import annotations

from datetime import date, timedelta
from unicodedata import normalize

from wheal import knowledge
from wheal.clinic import demo_cast as cast
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User

USUALLY = {
    "blood_pressure_systolic": "122", "blood_pressure_diastolic": "78", "pulse": "68", "pictures_taken": True,
    "earlier_treatments_told": "none", "hopes": "A calmer look, nothing that anybody would notice.",
    "own_doctor": "Dr Elm, Example Town",
}  # fmt: skip


def registered(clinic: Clinic, one: cast.Patient, phone: str, *, by: User) -> Patient:
    person = patients.Demographics(
        family_name=one.family_name,
        given_names=one.given_names,
        birth_date=date.fromisoformat(one.born),
        sex=one.sex,
        language=clinic.language,
        phone=phone,
        email=_address(one),
    )
    return patients.register(clinic=clinic, person=person, by=by)


def _address(one: cast.Patient) -> str:
    """Of a domain that belongs to nobody."""
    plain = normalize("NFKD", f"{one.given_names}.{one.family_name}").encode("ascii", "ignore").decode()
    return f"{''.join(sign for sign in plain.lower() if sign.isalnum() or sign in '.-')}@example.org"


def history(patient: Patient, said: dict[str, object], *, by: User) -> None:
    """Everything asked and answered with no, but for what is `said`."""
    known = knowledge.current()
    weight, height = ("62", "168") if patient.sex == "female" else ("81", "179")
    usual = {**USUALLY, "weight": weight, "weight_six_months_ago": weight, "height": height}
    if patient.sex == "female":
        usual["last_period"] = (patient.clinic.day_of() - timedelta(days=12)).isoformat()
    empty = {"codes": [], "yes_no": False}
    answers = {name: usual.get(name, empty.get(question.kind)) for name, question in known.questions.items()}
    patients.complete_history(
        patient=patient, answers={**answers, **said}, version=0, after=0, by=by, known=known
    )
