"""What another system sends: answers, a booking, a transaction; whole, or with one element put elsewhere."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime, timedelta

from django.test import Client

import people
from wheal import knowledge
from wheal.clinic.patients.models import Patient
from wheal.fhir import canonical, questionnaires

TYPE = "application/fhir+json"


def response(patient: Patient, answers: dict[str, object], **more: object) -> dict:
    """Filled in today, unless another `authored` is given; None takes the day out."""
    known = knowledge.current()
    more = {"authored": str(people.today())} | more
    told = {name: value for name, value in more.items() if value is not None}
    return {
        "resourceType": "QuestionnaireResponse", "questionnaire": canonical.QUESTIONNAIRE, "status": "completed",
        "subject": {"reference": f"Patient/{patient.pk}"}, "item": questionnaires.items(answers, known, "en"),
    } | told  # fmt: skip


def booking(patient: Patient, hour: int = 10, **more: object) -> dict:
    day = people.today() + timedelta(days=30)
    start = datetime(day.year, day.month, day.day, hour, tzinfo=people.IN_AMERICA)
    return {
        "resourceType": "Appointment", "status": "booked", "start": start.isoformat(),
        "end": (start + timedelta(minutes=30)).isoformat(),
        "appointmentType": {"coding": [{"system": f"{canonical.BASE}/CodeSystem/appointment-kinds",
            "code": "consultation"}]},
        "participant": [{"actor": {"reference": f"Patient/{patient.pk}"}, "status": "accepted"}],
    } | more  # fmt: skip


def sent(client: Client, path: str, body: object, **headers: str) -> tuple[int, dict]:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = client.post(f"/fhir/{path}" if path else "/fhir", text, content_type=TYPE, headers=headers)
    return answer.status_code, answer.json()


def paths(told: dict) -> list[str]:
    assert told["resourceType"] == "OperationOutcome"
    return [path for issue in told["issue"] for path in issue.get("expression", [])]


def broken(body: dict, *steps: object, value: object = None) -> dict:
    """With one element put elsewhere; without a value, taken out."""
    whole = deepcopy(body)
    at = whole
    for step in steps[:-1]:
        at = at[step]
    if value is None:
        del at[steps[-1]]
    else:
        at[steps[-1]] = value
    return whole


def bundle(*resources: dict) -> dict:
    entries = [
        {"resource": each, "request": {"method": "POST", "url": each["resourceType"]}} for each in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
