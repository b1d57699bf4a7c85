"""Who may see the stock and no chart sees lots and equipment, and by no way what was mixed for somebody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from wheal.clinic.people import token_actions
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.people.tokens import Scope
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments.models import Mix

EXPORTS = {"Prefer": "respond-async"}


@pytest.fixture
def token(demo, db) -> Callable[..., Client]:
    def made(*scopes: str) -> Client:
        ada = User.objects.get(username="ada")
        clinic = Clinic.objects.filter(memberships__user=ada).earliest("pk")
        _row, text = token_actions.make(clinic=clinic, name="Books", scopes=scopes, days=9, by=ada)
        return Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)

    return made


def found(client: Client, path: str) -> set[str]:
    answer = client.get(f"/fhir/{path}")
    assert answer.status_code == 200, answer.content
    entries = [each["resource"] for each in answer.json().get("entry", []) if "id" in each["resource"]]
    return {f"{each['resourceType']}/{each['id']}" for each in entries}


def lots_of(client: Client) -> set[str]:
    lots = Lot.objects.filter(product__clinic__memberships__user__username="ada")
    return {f"Medication/lot-{pk}" for pk in lots.values_list("pk", flat=True)}


def test_the_scope_of_the_stock_opens_every_lot_and_not_one_mix(token) -> None:
    client = token(Scope.STOCK_READ)
    every = found(client, "Medication?_count=500")
    assert every == lots_of(client) != set()
    assert client.get("/fhir/Medication?_summary=count").json()["total"] == len(every)
    assert found(client, "Medication?_sort=-_lastUpdated&_count=500") == every
    assert found(client, "Medication?lot-number=US01-EARLY") < every
    lot = min(every)
    assert client.get(f"/fhir/{lot}").json()["batch"]["lotNumber"]
    assert found(client, f"{lot}/_history") == {lot}
    assert found(client, "Device") != set() != found(client, "Substance?_count=500")


def test_what_was_mixed_for_somebody_is_not_found_by_who_sees_the_stock(token) -> None:
    client = token(Scope.STOCK_READ, Scope.PATIENTS_READ)
    mix = Mix.objects.filter(session__clinic__memberships__user__username="ada").first()
    assert mix is not None
    lot = mix.components.first().lot_id
    for path in (f"Medication/mix-{mix.pk}", f"Medication/mix-{mix.pk}/_history"):
        assert client.get(f"/fhir/{path}").status_code == 404, path
    for path in (
        f"Medication?_id=mix-{mix.pk}", f"Medication?ingredient=Medication/lot-{lot}",
        f"Medication?_id=lot-{lot}&_revinclude=Medication:ingredient",
        f"Medication?_id=lot-{lot}&_revinclude=MedicationAdministration:medication",
        f"Patient/{mix.session.patient_id}/$everything?_count=500",
    ):  # fmt: skip
        assert not any("mix-" in each or "Administration" in each for each in found(client, path)), path


def test_who_reads_the_chart_finds_lots_and_mixes_as_before(token) -> None:
    kinds = {each.split("-")[0] for each in found(token(Scope.RECORDS_READ), "Medication?_count=500")}
    assert kinds == {"Medication/lot", "Medication/mix"}


def test_an_export_is_of_whole_kinds(token) -> None:
    """What of Medication is lots alone is searched for; named, it is refused, and never half of it written."""
    client = token(Scope.STOCK_READ, Scope.RECORDS_EXPORT)
    assert client.get("/fhir/$export?_type=Medication", headers=EXPORTS).status_code == 403


def test_without_either_scope_both_are_named(token) -> None:
    answer = token(Scope.CALENDAR_READ).get("/fhir/Medication")
    assert answer.status_code == 403
    assert "records.read or stock.read" in answer.json()["issue"][0]["diagnostics"]


def test_an_administrator_sees_lots_by_a_log_in_too(seen_by) -> None:
    client = seen_by("ada")
    assert found(client, "Medication?_count=500") == lots_of(client)
