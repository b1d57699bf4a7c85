"""SMART on FHIR: leave asked for and given, tokens by code and by signature, and what they open."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from jwcrypto.jwk import JWK, JWKSet
from jwcrypto.jwt import JWT
from oauth2_provider.models import AccessToken, RefreshToken

import people
from clinic.fhir.leaves import (
    BACK,
    BASE,
    KEY,
    asked_with,
    asking,
    code_of,
    exchanged,
    leave,
    renewed,
    seen,
    signed,
)
from clinic.fhir.sending import booking, sent
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir.models import Program
from wheal.clinic.fhir.smart import actions, granting, wording
from wheal.clinic.people import actions as staff
from wheal.clinic.people import token_actions
from wheal.clinic.people.models import Membership, RefusedFrom

OTHER = JWK.generate(kty="EC", crv="P-384", kid="one")


@pytest.fixture
def app(clinic, ada) -> Program:
    new = actions.NewProgram(
        "Charts",
        "app",
        "patient/*.rs user/Patient.rs user/Appointment.cruds",
        BACK,
        "https://app.example/launch",
    )
    return actions.register(clinic=clinic, new=new, by=ada)[0]


@pytest.fixture
def service(clinic, ada) -> Program:
    keys = json.dumps({"keys": [json.loads(KEY.export_public())]})
    new = actions.NewProgram("Warehouse", "service", "system/Patient.rs system/Observation.rs", jwks=keys)
    return actions.register(clinic=clinic, new=new, by=ada)[0]


@pytest.fixture
def alices(alice) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


@pytest.fixture
def given(app, alices, patient) -> Callable[[str], dict]:
    def leave_for(scope: str) -> dict:
        answer = exchanged(app, code_of(leave(alices, asking(app, scope), patient_number=patient.number)))
        assert answer.status_code == 200, answer.content
        return answer.json()

    return leave_for


def test_leave_for_one_patient_opens_that_record_and_no_other(given, app, alice, patient, clinic) -> None:
    other = people.patient(clinic, alice, family_name="Other", given_names="Person")
    told = given("launch/patient patient/*.rs openid fhirUser")
    assert (told["patient"], told["scope"]) == (
        str(patient.pk),
        "launch/patient patient/*.rs openid fhirUser",
    )
    assert "refresh_token" not in told
    token = told["access_token"]
    assert [each["resource"]["id"] for each in seen(token, "Patient").json()["entry"]] == [str(patient.pk)]
    assert seen(token, f"Patient/{patient.pk}").status_code == 200
    for path, status in (
        (f"Patient/{other.pk}", 404), (f"Patient/{other.pk}/$everything", 404), ("AuditEvent", 403),
        (f"Procedure?patient={other.pk}", 200),
    ):  # fmt: skip
        assert seen(token, path).status_code == status, path
    assert seen(token, f"Procedure?patient={other.pk}").json()["total"] == 0
    left = Event.objects.filter(what="fhir.leave_given").get()
    assert (left.by, left.patient_id, left.subject_id) == (alice, patient.pk, str(app.pk))
    last = Event.objects.latest("pk")
    assert (last.by, last.detail["program"]) == (alice, "Charts")


def test_a_program_opened_from_here_is_told_whose_record_it_is_for(app, alices, patient) -> None:
    sent = alices.get(f"/programs/{app.pk}/launch/{patient.pk}/")
    told = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["Location"]).query).items()}
    assert told["iss"] == BASE
    answer = exchanged(
        app, code_of(leave(alices, asking(app, "launch patient/Observation.rs", launch=told["launch"])))
    )
    assert answer.json()["patient"] == str(patient.pk)
    assert granting.launched_for(app, told["launch"] + "x") is None


def test_the_page_of_a_patient_leads_to_the_programs_that_are_opened_from_here(
    app, service, ada, alices, patient
) -> None:
    shown = alices.get(f"/patients/{patient.pk}/").content.decode()
    assert f'hx-get="/programs/of-patient/{patient.pk}/"' in shown
    page = alices.get(f"/programs/of-patient/{patient.pk}/").content.decode()
    assert f'href="/programs/{app.pk}/launch/{patient.pk}/"' in page
    assert "app.example" in page
    assert service.name not in page
    actions.end(program=app, by=ada)
    assert not alices.get(f"/programs/of-patient/{patient.pk}/").content.strip()


def test_a_patient_that_is_not_there_is_asked_for_again(app, alices, patient) -> None:
    for number in ("", "99999"):
        answer = leave(alices, asking(app, "launch/patient patient/*.rs"), patient_number=number)
        assert answer.status_code == 422
    assert not Event.objects.filter(what="fhir.leave_given").exists()


@pytest.mark.parametrize(
    ("scope", "lasts"),
    [("user/Patient.rs", "ends after an hour"), ("user/Patient.rs offline_access", "for ninety days")],
)
def test_who_gives_leave_reads_how_long_it_lasts(app, alices, scope: str, lasts: str) -> None:
    page = alices.get("/fhir/auth/authorize", asking(app, scope)).content.decode()
    assert app.name in page
    assert lasts in page


def test_leave_that_is_not_given_is_told_to_the_program(app, alices, patient) -> None:
    answer = leave(alices, asking(app, "user/Patient.rs"), allow="")
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == ["access_denied"]


def test_no_more_is_given_than_was_registered_and_no_more_than_the_role_sees(given, patient) -> None:
    told = given("user/Patient.rs user/Procedure.rs user/Appointment.cruds system/*.rs wheal-patient/1")
    assert told["scope"] == "user/Patient.rs user/Appointment.cruds"
    assert seen(told["access_token"], "Patient").status_code == 200
    assert seen(told["access_token"], "Procedure").status_code == 403


def test_whoever_books_gives_leave_to_a_program_that_books_and_it_sees_no_more_than_they_do(
    app, dora, patient
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(dora)
    asked = asking(app, "launch/patient patient/*.rs user/Patient.rs user/Appointment.cruds")
    token = exchanged(app, code_of(leave(client, asked, patient_number=patient.number))).json()[
        "access_token"
    ]
    program = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
    status, told = sent(program, "Appointment", booking(patient))
    assert status == 201, told
    seen_now = {
        kind: seen(token, kind).status_code
        for kind in ("Patient", "Appointment", "Procedure", "AllergyIntolerance", "Medication", "AuditEvent")
    }
    assert [kind for kind, status in seen_now.items() if status == 200] == ["Patient", "Appointment"]
    assert set(seen_now.values()) == {200, 403}
    assert Event.objects.filter(what="fhir.leave_given").get().by == dora


def test_whoever_finds_no_patient_gives_no_leave(app, ada) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(ada)
    assert client.get("/fhir/auth/authorize", asking(app, "user/Patient.rs")).status_code == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"client_id": "nobody"}, 422), ({"aud": "https://elsewhere/fhir"}, 422), ({"scope": "system/*.rs"}, 422),
     ({"redirect_uri": "https://evil.example/"}, 422), ({"code_challenge": ""}, 422),
     ({"code_challenge_method": "plain"}, 422)],
)  # fmt: skip
def test_who_asks_wrongly_is_given_nothing(app, alices, changed: dict, status: int) -> None:
    answer = alices.get("/fhir/auth/authorize", asking(app, "user/Patient.rs") | changed)
    assert answer.status_code == status
    assert "code=" not in answer.headers.get("Location", "")


def test_a_code_is_worth_nothing_without_its_verifier_and_only_once(app, alices) -> None:
    code = code_of(leave(alices, asking(app, "user/Patient.rs")))
    assert exchanged(app, code, code_verifier="w" * 60).status_code == 400
    code = code_of(leave(alices, asking(app, "user/Patient.rs")))
    token = exchanged(app, code).json()["access_token"]
    assert seen(token, "Patient").status_code == 200
    assert exchanged(app, code).status_code == 400
    assert seen(token, "Patient").status_code == 401, "one of the two who showed the code was a thief"


def test_a_code_shown_again_ends_a_leave_whose_token_has_run_out_too(app, alices) -> None:
    code = code_of(leave(alices, asking(app, "user/Patient.rs offline_access")))
    token = exchanged(app, code).json()["refresh_token"]
    AccessToken.objects.update(expires=timezone.now())
    for _again in range(2):
        assert exchanged(app, code).status_code == 400
    assert renewed(app, token).status_code == 400
    assert Event.objects.filter(what="fhir.leave_taken_back").count() == 1


def test_tokens_are_kept_as_digests_run_out_and_are_renewed_where_it_was_asked_for(
    given, app, patient
) -> None:
    told = given("launch/patient patient/*.rs offline_access")
    assert AccessToken.objects.get().token == RefreshToken.objects.get().token == ""
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert seen(told["access_token"], "Patient").status_code == 401
    renewed = Client().post(
        "/fhir/auth/token",
        {
            "grant_type": "refresh_token",
            "refresh_token": told["refresh_token"],
            "client_id": app.application.client_id,
        },
    )
    assert renewed.json()["patient"] == str(patient.pk)
    assert seen(renewed.json()["access_token"], "Patient").json()["total"] == 1


def test_however_often_it_is_renewed_a_leave_ends_after_ninety_days(given, app, alices) -> None:
    first = given("launch/patient patient/*.rs offline_access")["refresh_token"]
    second = renewed(app, first).json()["refresh_token"]
    RefreshToken.objects.filter(revoked=None).update(created=timezone.now() - timedelta(days=1))
    RefreshToken.objects.exclude(revoked=None).update(created=timezone.now() - timedelta(days=91))
    AccessToken.objects.update(expires=timezone.now())
    assert renewed(app, second).status_code == 400
    assert "no program sees anything" in alices.get("/programs/mine/").content.decode()


def test_a_token_of_renewal_that_was_used_before_ends_the_leave(given, app) -> None:
    first = given("launch/patient patient/*.rs offline_access")["refresh_token"]
    second = renewed(app, first).json()
    assert renewed(app, first).status_code == 400
    assert renewed(app, second["refresh_token"]).status_code == 400
    assert seen(second["access_token"], "Patient").status_code == 401


def test_the_leave_ends_with_the_program_and_with_whoever_gave_it(given, app, ada, alice, clinic) -> None:
    token = given("user/Patient.rs")["access_token"]
    assert seen(token, "Patient").status_code == 200
    membership = Membership.objects.get(user=alice)
    staff.end_membership(membership=membership, by=ada)
    assert seen(token, "Patient").status_code == 401
    Membership.objects.filter(pk=membership.pk).update(ended_at=None, ended_by=None)
    assert seen(token, "Patient").status_code == 200
    actions.end(program=app, by=ada)
    assert seen(token, "Patient").status_code == 401


def test_a_leave_of_an_hour_does_not_say_that_it_comes_back_and_is_over_after_it(given, alices) -> None:
    given("launch/patient patient/*.rs")
    page = alices.get("/programs/mine/").content.decode()
    assert "Charts" in page
    assert "comes back by itself" not in page
    AccessToken.objects.update(expires=timezone.now())
    assert "no program sees anything" in alices.get("/programs/mine/").content.decode()


def test_whoever_gave_leave_sees_it_on_their_page_and_takes_it_back(given, app, alice, alices, bob) -> None:
    held = given("launch/patient patient/*.rs offline_access")
    bobs = Client()
    bobs.force_login(bob)
    assert "no program sees anything" in bobs.get("/programs/mine/").content.decode()
    page = alices.get("/programs/mine/").content.decode()
    assert "Charts" in page
    assert "all of the record of one patient: read" in page
    assert "comes back by itself" in page
    AccessToken.objects.create(
        application=app.application, user=alice, token="narrow", scope="patient/Patient.rs",
        expires=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    page = alices.get("/programs/mine/").content.decode()
    assert "all of the record of one patient: read" in page, (
        "what the older leave shows is not hidden by a newer one"
    )

    bobs.post(f"/programs/mine/{app.pk}/take-back/")
    assert seen(held["access_token"], "Patient").status_code == 200, "it is not his to take back"
    assert alices.post(f"/programs/mine/{app.pk}/take-back/").url == "/people/me/"

    assert seen(held["access_token"], "Patient").status_code == 401
    assert renewed(app, held["refresh_token"]).status_code == 400
    assert "no program sees anything" in alices.get("/programs/mine/").content.decode()
    assert Event.objects.filter(what="fhir.leave_taken_back", subject_id=str(app.pk)).count() == 1


def refusals() -> list[tuple[str, str, int]]:
    rows = Event.objects.filter(what="people.token_refused", refused=True).order_by("pk")
    return [(row.detail["reason"], row.detail["program"], row.clinic_id) for row in rows]


def test_each_refusal_of_a_token_that_is_known_stands_in_the_audit_of_its_clinic(
    given, app, service, ada, alice, clinic
) -> None:
    held = given("user/Patient.rs offline_access")
    token, text = token_actions.make(
        clinic=clinic, name="Laboratory", scopes=["patients.read"], days=9, by=ada
    )
    token_actions.revoke(token=token, by=ada)
    membership = Membership.objects.get(user=alice)
    staff.end_membership(membership=membership, by=ada)
    assert seen(held["access_token"], "Patient").status_code == 401
    assert renewed(app, held["refresh_token"]).status_code == 400, "whoever gave leave has left"
    Membership.objects.filter(pk=membership.pk).update(ended_at=None, ended_by=None)
    actions.end(program=app, by=ada)
    for shown in (held["access_token"], text, f"{text[:-4]}AAAA", "nobody's"):
        assert seen(shown, "Patient").status_code == 401
    assert asked_with(signed(service, OTHER)).status_code == 401
    assert refusals() == [
        ("left", "Charts", clinic.pk), ("invalid_grant", "Charts", clinic.pk), ("ended", "Charts", clinic.pk),
        ("revoked", "Laboratory", clinic.pk), ("unknown", "Laboratory", clinic.pk),
        ("invalid_client", "Warehouse", clinic.pk),
    ]  # fmt: skip


def test_whoever_tries_again_and_again_is_sent_away_and_fills_no_audit(service, clinic, ada) -> None:
    wrong = signed(service, OTHER)
    assert [asked_with(wrong).status_code for _time in range(22)] == [401] * 20 + [429] * 2
    answer = seen("nobody's", "Patient")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert answer.json()["issue"][0]["code"] == "throttled"
    assert len(refusals()) == 20
    RefusedFrom.objects.update(since=timezone.now() - timedelta(minutes=2))
    assert asked_with(wrong).status_code == 401
    assert len(refusals()) == 20, "of one program no more than twenty a minute, from whatever addresses"
    assert asked_with(signed(service)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "is_given"),
    [
        ("system/*.rs", "system/Patient.rs system/Observation.rs"),
        ("system/*.read system/Procedure.rs", "system/Patient.rs system/Observation.rs"),
        ("system/Patient.cruds launch", "system/Patient.rs"),
        ("system/Patient.read", "system/Patient.read"),
    ],
)
def test_what_a_program_asks_beyond_its_registration_is_left_out(service, asked: str, is_given: str) -> None:
    assert asked_with(signed(service), asked).json()["scope"] == is_given


def test_a_program_that_signs_acts_by_itself_and_reads_what_it_was_given(service, patient) -> None:
    answer = asked_with(signed(service))
    assert answer.status_code == 200, answer.content
    token = answer.json()["access_token"]
    assert seen(token, "Patient").json()["total"] == 1
    assert seen(token, "Observation").status_code == 403  # not asked for
    assert seen(token, "Appointment").status_code == 403  # never granted
    assert Event.objects.latest("pk").detail["program"] == "Warehouse"
    body = {"resourceType": "QuestionnaireResponse", "status": "completed"}
    written = Client(headers={"Authorization": f"Bearer {token}"}).post(
        "/fhir/QuestionnaireResponse", body, content_type="application/json"
    )
    assert written.status_code == 403


def test_a_signature_that_is_not_its_own_of_now_and_new_opens_nothing(service, app) -> None:
    soon = int(datetime.now(UTC).timestamp())
    for assertion in (
        signed(service, OTHER), signed(service, aud="https://elsewhere/token"), signed(service, exp=soon - 60),
        signed(service, exp=soon + 4000), signed(service, sub="somebody"), signed(service, iss="somebody"),
        signed(service)[:-4] + "AAAA", "x.y.z", "", signed(app), signed(service, nbf=soon + 60),
        signed(service, iat=soon + 60), signed(service, iat="now"),
    ):  # fmt: skip
        assert asked_with(assertion).status_code in (400, 401), assertion
    assert asked_with(signed(service, jti="n2")).status_code == 200
    assert asked_with(signed(service, jti="n2")).status_code == 401  # overheard
    assert asked_with(signed(service, jti="n3"), "system/Procedure.rs").status_code in (400, 401)
    assert asked_with(signed(service, jti="n4"), "user/Patient.rs").status_code in (400, 401)
    assert not AccessToken.objects.filter(scope__contains="Procedure").exists()


def test_an_administrator_registers_programs_on_a_page_and_ends_them(ada, clinic, settings) -> None:
    settings.PROVEN_FOR = None
    page = Client(raise_request_exception=False)
    page.force_login(ada)
    fields = {
        "name": "Portal",
        "kind": "app",
        "scopes": "patient/*.rs",
        "addresses": BACK,
        "keeps_a_secret": "on",
    }
    for changed in (
        {"scopes": "everything"}, {"scopes": "system/*.rs"}, {"addresses": "http://elsewhere.example/"},
        {"addresses": ""}, {"addresses": "http://localhost.elsewhere.example/"}, {"scopes": "launch openid"},
        {"kind": "service", "scopes": "system/*.rs"}, {"jwks": "{}"}, {"scopes": "patient/Foo.rs"},
        {"jwks": json.dumps({"keys": [json.loads(KEY.export())]})},
    ):  # fmt: skip
        assert page.post("/programs/new/", fields | changed).status_code == 422, changed
    refused = page.post("/programs/new/", fields | {"scopes": "patient/Foo.rs patient/Procedure.rs"})
    assert "No such kind of resource is told here: Foo. Write" in refused.content.decode()
    assert not Program.objects.exists()
    made = page.post("/programs/new/", fields | {"scopes": "launch/patient patient/*.rs openid fhirUser"})
    assert made.status_code == 200
    program = Program.objects.get()
    assert program.scopes == "patient/*.rs"  # the others any app may ask for
    assert made.context["secret"]
    assert made.context["secret"] not in program.application.client_secret
    assert page.get("/programs/").status_code == 200
    assert page.post(f"/programs/{program.pk}/end/").status_code == 302
    assert Program.objects.get().ended_by == ada


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("patient/*.rs", ["all of the record of one patient: read"]),
        (
            "user/Appointment.cruds",
            ["what FHIR calls Appointment of every patient whom you see: read and write"],
        ),
        ("patient/Observation.write", ["what FHIR calls Observation of one patient: write"]),
        ("openid", ["that it is you, by a number"]),
        ("launch/patient", []),
    ],
)
def test_whoever_is_asked_for_leave_reads_words(scope: str, words: list[str]) -> None:
    assert wording.told([scope], granting.needs_a_patient([scope])) == words


def test_what_there_is_stands_where_programs_look_for_it() -> None:
    told = Client().get("/fhir/.well-known/smart-configuration").json()
    assert told["token_endpoint"] == f"{BASE}/auth/token"
    assert {"launch-ehr", "launch-standalone", "client-confidential-asymmetric"} <= set(told["capabilities"])
    assert told["code_challenge_methods_supported"] == ["S256"]


def test_who_gave_leave_is_told_in_a_signed_token_where_the_program_asked_for_it(given, app, alice) -> None:
    told = given("launch/patient patient/*.rs openid fhirUser")
    keys = JWKSet.from_json(Client().get("/fhir/auth/keys").content.decode())
    discovered = Client().get("/fhir/.well-known/openid-configuration").json()
    assert discovered["response_types_supported"] == ["code"]
    assert "end_session_endpoint" not in discovered
    wanted = {"iss": discovered["issuer"], "aud": app.application.client_id, "exp": None}
    signed = JWT(jwt=told["id_token"], key=keys, algs=["RS256"], check_claims=wanted)
    claims = json.loads(signed.claims)
    assert claims["fhirUser"] == f"{BASE}/Practitioner/{alice.pk}"
    assert seen(told["access_token"], f"Practitioner/{alice.pk}").json()["id"] == str(alice.pk)
    assert "fhirUser" not in json.loads(JWT(jwt=given("patient/*.rs openid")["id_token"], key=keys).claims)
    assert "id_token" not in given("patient/*.rs")


def test_pages_of_registered_programs_may_read_the_answers_and_no_others(app, given, ada) -> None:
    token = given("launch/patient patient/*.rs")["access_token"]
    asks = {"Authorization": f"Bearer {token}"}
    for path in ("Patient", "metadata", ".well-known/smart-configuration", "Patient/99"):
        answer = Client(raise_request_exception=False).get(
            f"/fhir/{path}", headers=asks | {"Origin": "https://app.example"}
        )
        assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example", path
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Origin" in answer.headers["Vary"]
    before = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    asked = Client().options("/fhir/auth/token", headers=before | {"Origin": "https://app.example"})
    assert (asked.status_code, "authorization" in asked.headers["Access-Control-Allow-Headers"]) == (
        204,
        True,
    )
    for origin in (
        "https://elsewhere.example",
        "https://app.example.evil.example",
        "https://app",
        "null",
        "https://",
    ):
        answer = Client().options("/fhir/Patient", headers=before | {"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers, origin
    other = actions.NewProgram("Other", "app", "patient/*.rs", "https://other.example/back")
    actions.register(clinic=ada.memberships.get().clinic, new=other, by=ada)
    for path, headers, is_read in (
        ("Patient", asks, False), ("metadata", asks, True), ("Patient", {}, True),
        ("Patient", {"Authorization": "Bearer x"}, True),
    ):  # fmt: skip
        answer = Client(raise_request_exception=False).get(
            f"/fhir/{path}", headers=headers | {"Origin": "https://other.example"}
        )
        assert ("Access-Control-Allow-Origin" in answer.headers) is is_read, (path, headers)
    outside = Client().get("/accounts/login/", headers={"Origin": "https://app.example"})
    assert "Access-Control-Allow-Origin" not in outside.headers
    actions.end(program=app, by=ada)
    answer = Client().get("/fhir/metadata", headers={"Origin": "https://app.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
