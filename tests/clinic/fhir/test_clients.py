"""Programs that others wrote, against the running server: fhirpy with a token, fhirclient by SMART on FHIR."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import fhirclient.models.patient as patients
import fhirclient.models.procedure as procedures
import pytest
import requests
from fhirclient.client import FHIRClient
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome

from serving import Server
from wheal.clinic.demo_log_ins import PASSWORD
from wheal.fhir import canonical

BACK = "http://127.0.0.1:9/back"


class Person:
    """Somebody at a browser, without the browser."""

    def __init__(self, address: str, name: str) -> None:
        self.address, self.web = address, requests.Session()
        self.web.headers["Referer"] = address
        assert "logout" in self.sends("/accounts/login/", login=name, password=PASSWORD).text

    def sends(self, path: str, **fields: str | list[str]) -> requests.Response:
        self.web.get(self.address + path, timeout=60)
        fields["csrfmiddlewaretoken"] = self.web.cookies["csrftoken"]
        return self.web.post(self.address + path, data=fields, timeout=60)

    def gives_leave(self, url: str, number: str) -> str:
        """Where the browser is sent back to."""
        page = self.web.get(url, timeout=60).text
        hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page))
        fields = {name: unescape(value) for name, value in hidden.items()} | {
            "allow": "true",
            "patient_number": number,
        }
        answer = self.web.post(url, data=fields, allow_redirects=False, timeout=60)
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def address(site_of) -> Iterator[str]:
    server: Server = site_of("browser.addresses")
    server.start()
    server.wait_for_an_answer()
    yield server.address
    server.stop()


def test_fhirpy_reads_searches_pages_and_sends_and_fhirclient_is_given_leave_for_one_patient(
    address: str,
) -> None:
    ada = Person(address, "ada")
    scopes = ["patients.read", "records.read", "records.write"]
    page = ada.sends("/people/tokens/new/", name="Notebook", scopes=scopes, days="30").text
    client = SyncFHIRClient(
        f"{address}/fhir", authorization="Bearer " + re.search(r"wheal_[0-9a-f]{16}_[\w-]{43}", page)[0]
    )

    assert client.resources("Patient").count() == 32
    assert [
        each["id"] for each in client.resources("Patient").search(family="Samplewood", given="maria")
    ] == ["1"]
    sessions = client.resources("Procedure").limit(7).fetch_all()
    assert len(sessions) == client.resources("Procedure").count() > 14
    with_patients = (
        client.resources("Procedure").search(patient="31").include("Procedure", "patient").fetch_raw()
    )
    assert "Patient" in {each["resource"]["resourceType"] for each in with_patients["entry"]}
    answers = {
        "questionnaire": canonical.QUESTIONNAIRE,
        "status": "completed",
        "authored": datetime.now(UTC).isoformat(),
        "subject": {"reference": "Patient/14"},
    }
    sent = client.resource(
        "QuestionnaireResponse", **answers, item=[{"linkId": "pregnant", "answer": [{"valueBoolean": False}]}]
    )
    sent.save()
    assert client.reference("QuestionnaireResponse", sent["id"]).to_resource()["status"] == "completed"
    # of before the first one's arrival it would be an older one, and refused for that
    answers["authored"] = datetime.now(UTC).isoformat()
    with pytest.raises(OperationOutcome, match="linkId"):
        client.resource("QuestionnaireResponse", **answers, item=[{"linkId": "shoe_size"}]).save()

    fields = {"name": "Charts", "kind": "app", "scopes": "patient/*.rs", "addresses": BACK}
    page = ada.sends("/programs/new/", **fields).text
    app = FHIRClient(
        settings={
            "app_id": re.search(r"client_id</dt><dd[^>]*>([\w-]+)<", page)[1], "api_base": f"{address}/fhir",
            "redirect_uri": BACK, "scope": "launch/patient patient/*.read",
        }
    )  # fmt: skip
    app.prepare()
    assert not app.ready
    number = client.reference("Patient", "31").to_resource()["identifier"][0]["value"]
    app.handle_callback(Person(address, "alice").gives_leave(app.authorize_url, number))
    assert app.ready
    assert app.patient.id == "31"
    assert [each.id for each in patients.Patient.where({}).perform_resources(app.server)] == ["31"]
    found = procedures.Procedure.where({"patient": "31"}).perform_resources(app.server)
    assert found
    assert {each.subject.reference for each in found} == {"Patient/31"}
