"""Service tokens: what another program shows instead of a log-in, as `Authorization: Bearer wheal_…`.

    @token_required(Scope.RECORDS_READ)
    def view(request): ...  # request.clinic, request.token, request.user (the token's own account) are set

A token is of one clinic. Its scopes say what it opens; it has no role, so it opens no page made for people.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Model, TextChoices
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from wheal.clinic import walls
from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import Clinic, RefusedFrom, ServiceToken

SHAPE: Final = re.compile(r"Bearer wheal_([0-9a-f]{16})_([\w-]{43})", re.IGNORECASE)
WRONG_AT_MOST: Final = 20  # refused in a minute: from one address, or of one token in the audit
A_MINUTE: Final = timedelta(minutes=1)
REFUSED: Final = "people.token_refused"


class Scope(TextChoices):
    """What a token may open. A write scope does not read."""

    PATIENTS_READ = "patients.read", _("Who the patients are: names, birth dates, telephone, e-mail")
    RECORDS_READ = (
        "records.read",
        _("What was done: histories, sessions, doses, consents, reactions, measures"),
    )
    RECORDS_EXPORT = "records.export", _("Everything at once, as files")
    STOCK_READ = "stock.read", _("Products, lots and equipment; not how much lies in stock")
    CALENDAR_READ = "calendar.read", _("Appointments, with the names of patients")
    PATIENTS_WRITE = "patients.write", _("Register patients and correct who they are")
    RECORDS_WRITE = "records.write", _("Send in what another program recorded")


class TokenRefused(Exception):
    """Carries `reason`: none, unknown, revoked, expired, scope, too_many; and the token where one was recognised: of
    "unknown" the one whose beginning was shown with another secret."""

    def __init__(self, reason: str, token: ServiceToken | None = None) -> None:
        super().__init__(reason)
        self.reason, self.token = reason, token


def written() -> tuple[str, str, str]:
    """A new one: its key, the digest of its secret, and the text that is shown once."""
    key, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return key, _digest(secret), f"wheal_{key}_{secret}"


def _digest(secret: str) -> str:
    """Of 256 bits of chance: nothing to guess, so no slow hash is needed."""
    return sha256(secret.encode()).hexdigest()


def read(request: HttpRequest, scope: Scope) -> ServiceToken:
    """The token of this request, usable now and with this scope. Raises TokenRefused."""
    shown = SHAPE.fullmatch(request.headers.get("Authorization", ""))
    if shown is None:
        raise TokenRefused("none")
    token = ServiceToken.objects.select_related("clinic", "account").filter(key=shown[1].lower()).first()
    if token is None:
        raise TokenRefused("unknown")
    if not constant_time_compare(token.digest, _digest(shown[2])):
        raise TokenRefused("unknown", token)
    if (state := token.state(timezone.now())) != "usable":
        raise TokenRefused(state, token)
    walls.show([token.clinic_id])
    if scope not in token.scopes:
        raise TokenRefused("scope", token)
    return token


def token_required(scope: Scope) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Only for a program that shows a token with this scope; a log-in does not help. Refusals are audited."""

    def wear(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt  # no cookie is asked for, so none can be abused
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            try:
                token = read(request, scope)
            except TokenRefused as refused:
                return _refusal(request, refused, scope)
            _know_the_program(request, token)
            return view(request, *args, **named)

        guarded.permission = f"token:{scope}"  # type: ignore[attr-defined]
        return guarded

    return wear


def may(request: HttpRequest, scope: Scope) -> bool:
    """Whether the token of this request also has another scope."""
    token = getattr(request, "token", None)
    return token is not None and scope in token.scopes


def _know_the_program(request: HttpRequest, token: ServiceToken) -> None:
    request.token, request.clinic, request.user = token, token.clinic, token.account  # type: ignore[attr-defined]
    request.role, request.administers = "", False  # type: ignore[attr-defined]
    timezone.activate(ZoneInfo(token.clinic.time_zone))
    translation.activate(token.clinic.language)
    note_use(token, timezone.now())


def note_use(token: ServiceToken, now: datetime) -> None:
    """Written no more often than once a minute."""
    if token.used_at is None or now - token.used_at > A_MINUTE:
        ServiceToken.objects.filter(pk=token.pk).update(used_at=now)


def _refusal(request: HttpRequest, refused: TokenRefused, scope: Scope) -> JsonResponse:
    """401 where no usable token was shown, 403 where it lacks the scope; what is wrong stands in `error`."""
    if too_many_refused(request):
        return JsonResponse({"error": "too_many"}, status=429, headers={"Retry-After": "60"})
    detail: dict[str, object] = {"reason": refused.reason, "scope": str(scope), "path": request.path}
    if token := refused.token:
        by = token.account if refused.reason != "unknown" else None
        note_refused(subject=token, clinic=token.clinic, by=by, detail=detail)
    elif refused.reason != "none":
        audit.record(by=None, what=REFUSED, refused=True, detail=detail)
    error, status = ("insufficient_scope", 403) if refused.reason == "scope" else ("invalid_token", 401)
    headers = {"WWW-Authenticate": f'Bearer realm="wheal", error="{error}", scope="{scope}"'}
    return JsonResponse({"error": error, "reason": refused.reason}, status=status, headers=headers)


def asked_from(request: HttpRequest) -> str:
    """The address of whoever asks: behind the proxy the one that it wrote over what was said, else the line's own."""
    passed_on = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return passed_on.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def too_many_refused(request: HttpRequest) -> bool:
    """Counts this refusal; True where there were too many from this address within a minute, whichever worker answered.
    Past that nothing is written any more."""
    now = timezone.now()
    address = salted_hmac("refused tokens", asked_from(request), algorithm="sha256").hexdigest()
    mine = RefusedFrom.objects.filter(address=address, since__gt=now - A_MINUTE)
    if mine.filter(count__gt=WRONG_AT_MOST).exists():
        return True
    if not mine.update(count=F("count") + 1):
        RefusedFrom.objects.filter(since__lte=now - A_MINUTE).delete()
        RefusedFrom.objects.update_or_create(address=address, defaults={"since": now, "count": 1})
    return mine.filter(count__gt=WRONG_AT_MOST).exists()


def note_refused(*, subject: Model, clinic: Clinic, by: Model | None, detail: dict[str, object]) -> None:
    """In the audit of the clinic whose token or program it is; no more than a screenful a minute, so that nobody fills
    it."""
    since = Event.objects.filter(
        at__gt=timezone.now() - A_MINUTE, subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)
    )
    if since.filter(what=REFUSED).count() < WRONG_AT_MOST:
        audit.record(by=by, what=REFUSED, subject=subject, clinic=clinic, refused=True, detail=detail)
