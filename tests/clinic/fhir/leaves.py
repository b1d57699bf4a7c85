"""What a program sends to be given leave and tokens, and what it reads with them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from wheal.clinic.fhir.models import Program

BACK = "https://app.example/back"
BASE = "http://testserver/fhir"
VERIFIER = "v" * 60
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
KEY = JWK.generate(kty="EC", crv="P-384", kid="one")


def asking(program: Program, scope: str, **more: str) -> dict[str, str]:
    return {
        "response_type": "code", "client_id": program.application.client_id, "redirect_uri": BACK, "scope": scope,
        "state": "s", "aud": BASE, "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    } | more  # fmt: skip


def leave(client: Client, asked: dict[str, str], **more: str) -> object:
    page = client.get("/fhir/auth/authorize", asked)
    assert page.status_code == 200, page.content.decode()[-1500:]
    fields = {name: value for name, value in page.context["form"].initial.items() if value}
    return client.post("/fhir/auth/authorize", fields | {"allow": "true"} | more)


def code_of(answer: object) -> str:
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert answer.headers["Location"].startswith(BACK)
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def exchanged(program: Program, code: str, **more: str) -> object:
    told = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER,
        "client_id": program.application.client_id,
    }  # fmt: skip
    return Client().post("/fhir/auth/token", told | more)


def seen(token: str, path: str) -> object:
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False).get(
        f"/fhir/{path}"
    )


def renewed(program: Program, token: str, **more: str) -> object:
    said = {"grant_type": "refresh_token", "refresh_token": token, "client_id": program.application.client_id}
    return Client().post("/fhir/auth/token", said | more)


def signed(program: Program, key: JWK = KEY, **changed: object) -> str:
    client_id = program.application.client_id
    claims = {
        "iss": client_id, "sub": client_id, "aud": f"{BASE}/auth/token", "jti": "n1",
        "exp": int((datetime.now(UTC) + timedelta(minutes=4)).timestamp()),
    } | changed  # fmt: skip
    token = JWT({"alg": "ES384", "kid": "one", "typ": "JWT"}, claims)
    token.make_signed_token(key)
    return token.serialize()


def asked_with(assertion: str, scope: str = "system/Patient.rs") -> object:
    return Client().post(
        "/fhir/auth/token",
        {
            "grant_type": "client_credentials", "scope": scope, "client_assertion": assertion,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        },
    )  # fmt: skip
