"""What the OAuth library asks of us: who a program is, by secret or by a signed assertion, and what it may be given."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from django.db.models import Min
from django.http import HttpRequest
from django.utils import timezone
from jwcrypto.common import JWException
from jwcrypto.jwk import JWKSet
from jwcrypto.jwt import JWT
from oauth2_provider.models import Grant, RefreshToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2 import InvalidGrantError

from wheal.clinic.fhir.models import Program
from wheal.clinic.fhir.smart import actions, granting, leaves

BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS: Final = ["RS384", "ES384"]
LONGEST: Final = 300  # seconds that an assertion may hold
LEEWAY: Final = 10
TOKEN_URL: Final = "wheal.token_url"  # noqa: S105 - where the view leaves its own address


def program_of(application: Any) -> Program | None:
    return Program.objects.select_related("clinic").filter(application=application, ended_at=None).first()


class Smart(OAuth2Validator):
    oidc_claim_scope = {"sub": "openid", "fhirUser": "fhirUser"}

    def get_additional_claims(self, request) -> dict[str, str]:
        return {"fhirUser": f"{self.get_oidc_issuer_endpoint(request)}/Practitioner/{request.user.pk}"}

    def get_oidc_issuer_endpoint(self, request) -> str:
        return str(request.headers[TOKEN_URL]).removesuffix("/auth/token")

    def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs) -> bool:
        """Of one that acts by itself the rest is left out; what people gave leave to was so on the page."""
        program = program_of(client)
        if program and program.kind == Program.Kind.SERVICE:
            scopes[:] = granting.granted(program, scopes)
            return bool(scopes)
        known = (granting.is_of_a_patient(each) or granting.grantable(program, each) for each in scopes)
        return program is not None and all(known)

    def client_authentication_required(self, request, *args, **kwargs) -> bool:
        return bool(getattr(request, "client_assertion", None)) or super().client_authentication_required(
            request, *args, **kwargs
        )

    def authenticate_client(self, request, *args, **kwargs) -> bool:
        if getattr(request, "client_assertion", None):
            return self._has_signed(request)
        known = super().authenticate_client(request, *args, **kwargs)
        return known and self._is_wanted(request) and not self._is_a_service(request)

    def authenticate_client_id(self, client_id, request, *args, **kwargs) -> bool:
        return super().authenticate_client_id(client_id, request, *args, **kwargs) and self._is_wanted(
            request
        )

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs) -> bool:
        """However often it was renewed, the leave that began it ends; and when whoever gave it leaves."""
        if not super().validate_refresh_token(refresh_token, client, request, *args, **kwargs):
            return False
        token, program = request.refresh_token_instance, program_of(client)
        still = program is not None and granting.works(token.user, program.clinic) is not None
        return still and _began(token) > timezone.now() - leaves.LASTS

    def get_original_scopes(self, refresh_token, request, *args, **kwargs) -> str | list[str]:
        """The library asks before it holds what a renewal asks for against it."""
        original = super().get_original_scopes(refresh_token, request, *args, **kwargs)
        if request.scope and original:
            request.scope = " ".join(granting.renewed(request.scope.split(), original.split()))
        return original

    def validate_code(self, client_id, code, client, request, *args, **kwargs) -> bool:
        if super().validate_code(client_id, code, client, request, *args, **kwargs):
            return True
        if used := Grant.objects.filter(code=code, application=client).first():
            actions.end_what_came_of(grant=used)
        return False

    def invalidate_authorization_code(self, client_id, code, request, *args, **kwargs) -> None:
        if not actions.use_up(application=request.client, code=code):
            raise InvalidGrantError(request=request)

    def revoke_token(self, token, token_type_hint, request, *args, **kwargs) -> None:
        actions.hand_back(application=request.client, digest=sha256(token.encode()).hexdigest())

    def _is_wanted(self, request: Any) -> bool:
        return program_of(request.client) is not None

    def _is_a_service(self, request: Any) -> bool:
        """One that acts by itself proves who it is by its key alone."""
        return request.client.program.kind == Program.Kind.SERVICE

    def _has_signed(self, request: Any) -> bool:
        if request.client_assertion_type != BEARER:
            return False
        program = _signer(request.client_assertion)
        if (
            program is None
            or program.ended_at
            or self._load_application(program.application.client_id, request) is None
        ):
            return False
        claims = _claims(request.client_assertion, program, request.headers.get(TOKEN_URL, ""))
        return claims is not None and actions.take_assertion(
            program, str(claims["jti"]), _moment(claims["exp"])
        )


def _began(token: RefreshToken) -> datetime:
    family = RefreshToken.objects.filter(token_family=token.token_family)
    return family.aggregate(first=Min("created"))["first"]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _signer(assertion: str) -> Program | None:
    """Who it says it is; whether that is so is said by the signature."""
    try:
        payload = assertion.split(".")[1]
        told = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        client_id = told["iss"]
    except (ValueError, LookupError, TypeError):
        return None
    known = Program.objects.select_related("application", "clinic")
    return known.filter(application__client_id=client_id).first() if isinstance(client_id, str) else None


def shown_by(request: HttpRequest) -> Program | None:
    """Which program somebody says they are who asks for a token; for the audit, where none is given."""
    if assertion := request.POST.get("client_assertion"):
        return _signer(assertion)
    client_id = request.POST.get("client_id", "")
    if not client_id:
        kind, _space, basic = request.headers.get("Authorization", "").partition(" ")
        with suppress(ValueError):
            client_id = b64decode(basic).decode().partition(":")[0] if kind.lower() == "basic" else ""
    known = Program.objects.select_related("clinic")
    return known.filter(application__client_id=client_id).first() if client_id.isprintable() else None


def _claims(assertion: str, program: Program, address: str) -> dict[str, Any] | None:
    client_id = program.application.client_id
    wanted = {"iss": client_id, "sub": client_id, "aud": address, "exp": None, "jti": None}
    try:
        keys = JWKSet.from_json(json.dumps(program.jwks))
        token = JWT(algs=ALGORITHMS, check_claims=wanted)
        token.leeway = LEEWAY
        token.deserialize(assertion, keys)
        claims = json.loads(token.claims)
    except (JWException, ValueError, TypeError, KeyError):
        return None
    now = datetime.now(UTC).timestamp()
    begins = [claims.get(name, 0) for name in ("nbf", "iat")]
    if not all(isinstance(each, int | float) and each <= now + LEEWAY for each in begins):
        return None
    return claims if claims["exp"] - now <= LONGEST + LEEWAY else None
