"""Where programs ask: what there is, for leave, and for tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from oauth2_provider.forms import AllowForm
from oauth2_provider.models import Application
from oauth2_provider.views import AuthorizationView, JwksInfoView, RevokeTokenView, TokenView

from wheal import characters
from wheal.clinic.fhir.answers import base_of
from wheal.clinic.fhir.models import Program
from wheal.clinic.fhir.smart import actions, granting, validator, wording
from wheal.clinic.headers import POLICY
from wheal.clinic.patients.models import Patient
from wheal.clinic.people import tokens
from wheal.clinic.people.permissions import P, permission_required

CAPABILITIES = [
    "launch-ehr", "launch-standalone", "client-public", "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "context-ehr-patient", "context-standalone-patient", "permission-offline", "permission-online",
    "permission-patient", "sso-openid-connect",
    "permission-user", "permission-v1", "permission-v2",
]  # fmt: skip


@require_safe
def configuration(request: HttpRequest) -> JsonResponse:
    base = base_of(request)
    return JsonResponse(
        {
            "issuer": base, "jwks_uri": f"{base}/auth/keys",
            "authorization_endpoint": f"{base}/auth/authorize", "token_endpoint": f"{base}/auth/token",
            "revocation_endpoint": f"{base}/auth/revoke", "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": validator.ALGORITHMS,
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": [*granting.LAUNCHES, "patient/*.rs", "user/*.cruds", "system/*.rs"],
            "capabilities": CAPABILITIES,
        }
    )  # fmt: skip


@require_safe
def openid(request: HttpRequest) -> JsonResponse:
    """What libraries of OpenID Connect ask for before they check an ID token."""
    base = base_of(request)
    return JsonResponse(
        {
            "issuer": base, "jwks_uri": f"{base}/auth/keys", "authorization_endpoint": f"{base}/auth/authorize",
            "token_endpoint": f"{base}/auth/token", "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": list(granting.WHO), "claims_supported": ["sub", "fhirUser"],
        }
    )  # fmt: skip


class LeaveForm(AllowForm):
    """`launch`: what the program showed where it was opened from here."""

    launch = forms.CharField(required=False, widget=forms.HiddenInput())
    patient_number = forms.CharField(required=False, max_length=20, label=_("Number of the patient"))


class Authorize(AuthorizationView):
    """Somebody of the clinic reads what a program asks for, and gives leave or does not."""

    form_class = LeaveForm
    template_name = "fhir/leave.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        program = self._program(request.GET.get("client_id", ""))
        aud = request.GET.get("aud", "").rstrip("/")
        if program is None or aud not in ("", base_of(request)) or not _proves_itself_later(request.GET):
            return self._not_known()
        asked = request.GET.copy()
        asked["scope"] = " ".join(granting.granted(program, request.GET.get("scope", "").split()))
        asked["approval_prompt"] = "force"  # each leave is given on the page, which knows for whom
        request.GET = asked
        request.META["QUERY_STRING"] = asked.urlencode()
        if not asked["scope"]:
            return self._not_known()
        return super().get(request, *args, **kwargs)

    def _program(self, client_id: str) -> Program | None:
        """Of the clinic that is open: leave is given for no other."""
        found = Program.objects.filter(
            application__client_id=characters.kept(client_id), clinic=self.request.clinic, ended_at=None
        )
        return found.select_related("application", "clinic").first()

    def _not_known(self) -> HttpResponse:
        self.template_name = "fhir/not_known.html"
        return self.render_to_response({}, status=422)

    def error_response(
        self, error: Exception, application: Application | None, **kwargs: object
    ) -> HttpResponse:
        answer = super().error_response(error, application, **kwargs)
        return answer if answer.status_code == 302 else self._not_known()

    def get_initial(self) -> dict[str, object]:
        return super().get_initial() | {"launch": self.request.GET.get("launch", "")}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        form = kwargs["form"] if "form" in kwargs else self.get_form()
        told = form.data or form.initial
        program = self._program(str(told.get("client_id", "")))
        given = granting.granted(program, str(told.get("scope", "")).split()) if program else []
        launch = str(told.get("launch", ""))
        patient = self._launched(program, launch) if program else None
        is_for_one = granting.needs_a_patient(given, launch)
        return super().get_context_data(**kwargs) | {
            "program": program, "given": given, "told": wording.told(given, is_for_one), "patient": patient,
            "asks_whose": is_for_one and patient is None,
        }  # fmt: skip

    def _launched(self, program: Program, launch: str) -> Patient | None:
        key = granting.launched_for(program, launch) if launch else None
        return Patient.objects.filter(clinic=program.clinic, pk=key).first() if key else None

    def render_to_response(self, context: dict[str, object], **kwargs: object) -> HttpResponse:
        answer = super().render_to_response(context, **kwargs)
        if redirect := self._back_to():
            policy = POLICY.replace("form-action 'self'", f"form-action 'self' {redirect}")
            answer.headers["Content-Security-Policy"] = policy
        return answer

    def _back_to(self) -> str:
        """The browser follows the form's answer to the program alone."""
        told: QueryDict = self.request.POST or self.request.GET
        parts = urlsplit(told.get("redirect_uri", ""))
        return (
            f"{parts.scheme}://{parts.netloc}"
            if parts.scheme in ("http", "https") and ";" not in parts.netloc
            else ""
        )

    def form_valid(self, form: LeaveForm) -> HttpResponse:
        program = self._program(form.cleaned_data["client_id"])
        if program is None or not _proves_itself_later(form.cleaned_data):
            return self._not_known()
        given = granting.granted(program, form.cleaned_data["scope"].split())
        is_for_one = granting.needs_a_patient(given, form.cleaned_data["launch"])
        patient = self._whose(program, form) if is_for_one else None
        if form.cleaned_data["allow"] and is_for_one:
            if patient is None:
                form.add_error("patient_number", _("There is no patient with this number."))
                return self.render_to_response(self.get_context_data(form=form), status=422)
            given = [*given, f"{granting.FOR}{patient.pk}"]
        form.cleaned_data["scope"] = " ".join(given)
        answer = super().form_valid(form)
        if form.cleaned_data["allow"] and answer.status_code == 302:
            key = patient.pk if patient else None
            actions.note_leave(program=program, given=given, patient=key, by=self.request.user)
        return answer

    def _whose(self, program: Program, form: LeaveForm) -> Patient | None:
        if launched := self._launched(program, form.cleaned_data["launch"]):
            return launched
        number = form.cleaned_data["patient_number"].strip()
        return Patient.objects.filter(clinic=program.clinic, number=number).first() if number else None


def _proves_itself_later(told: Mapping[str, str]) -> bool:
    """PKCE with SHA-256, of every program: a code that somebody else catches is worth nothing."""
    return bool(told.get("code_challenge")) and told.get("code_challenge_method") == "S256"


authorize = permission_required(P.PATIENT_FIND)(Authorize.as_view())


class Token(TokenView):
    """As the library has it, with what SMART adds: for whom, and a second token only where it was asked for."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.META[validator.TOKEN_URL] = request.build_absolute_uri(request.path)
        answer = super().dispatch(request, *args, **kwargs)
        if answer.status_code == 200:
            answer.content = json.dumps(_told(json.loads(answer.content)))
        elif answer.status_code in (400, 401):
            answer = _not_given(request, answer)
        return answer


def _not_given(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """In the audit of the clinic whose program it says it is; and too often in a minute not even that."""
    if tokens.too_many_refused(request):
        told = {"error": "temporarily_unavailable", "error_description": "too many refusals in a minute"}
        return JsonResponse(told, status=429, headers={"Retry-After": "60"})
    if program := validator.shown_by(request):
        reason = str(json.loads(answer.content).get("error", ""))
        detail = {"reason": reason, "path": request.path, "program": program.name}
        tokens.note_refused(subject=program, clinic=program.clinic, by=None, detail=detail)
    return answer


def _told(body: dict[str, object]) -> dict[str, object]:
    given = str(body.get("scope", "")).split()
    patient = granting.patient_of(given)
    body["scope"] = " ".join(each for each in given if not granting.is_of_a_patient(each))
    if patient is not None:
        body |= {"patient": str(patient), "need_patient_banner": True}
    if not set(given) & set(granting.KEPT):
        body.pop("refresh_token", None)
    return body


keys = require_safe(JwksInfoView.as_view())
token = csrf_exempt(Token.as_view())
revoke = csrf_exempt(RevokeTokenView.as_view())
