"""Who asks, for which clinic, and what they may see: one door for a log-in and for programs with a token."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from oauth2_provider.models import AccessToken

from wheal.clinic import walls
from wheal.clinic.fhir.kinds import Kind
from wheal.clinic.fhir.models import Program
from wheal.clinic.fhir.smart import granting
from wheal.clinic.people import tokens
from wheal.clinic.people.models import Clinic, ServiceToken, User
from wheal.clinic.people.permissions import P, Permission, permissions_of
from wheal.clinic.people.tokens import Scope
from wheal.fhir import scopes
from wheal.fhir.outcomes import Problem, Refused, refused


@dataclass(frozen=True, slots=True)
class Caller:
    """`scopes`: None for a person who logged in here; of a program, what it was given leave to.

    `patient`: the one whose record a program was opened for; it sees no other.
    """

    user: User | None
    clinic: Clinic
    permissions: frozenset[Permission]  # to read
    writes: frozenset[Permission]
    scopes: tuple[scopes.Scope, ...] | None = None
    patient: int | None = None
    program: str = ""
    program_id: int | None = None  # of one that is registered by SMART
    base: str = ""  # the address of this server as it was asked, below which a reference may be written whole

    def may(self, kind: Kind, letter: str) -> bool:
        """`letter`: of SMART, c(reate), r(ead), s(earch)."""
        reads = kind.permission in self.permissions or kind.of_nobody_permission in self.permissions
        if not (kind.write_permission in self.writes if letter == "c" else reads):
            return False
        if self.patient is not None and kind.needs_everybody:
            return False
        return self.scopes is None or scopes.allow(self.scopes, kind.name, letter)

    def sees_whole(self, kind: Kind) -> bool:
        return kind.permission in self.permissions

    def seen(self, kind: Kind) -> Kind:
        """What of a kind that may be read is told: all of it, or what is of no patient."""
        return kind if self.sees_whole(kind) else kind.of_nobody


class NotTaken(Refused):
    """A token that opens nothing and is known here: whose it is, for the audit of that clinic."""

    def __init__(self, words: str, reason: str, *, of: ServiceToken | Program, by: User | None) -> None:
        super().__init__(401, Problem("login", words))
        self.reason, self.of, self.by = reason, of, by


def caller_of(request: HttpRequest) -> Caller:
    """Raises Refused: 401 for nobody, 403 for somebody who works at no clinic."""
    shown = request.headers.get("Authorization", "")
    if tokens.SHAPE.fullmatch(shown):
        return _of_a_service_token(request)
    if shown[:7].lower() == "bearer ":
        return _of_a_program(shown[7:].strip())
    if shown or not request.user.is_authenticated:
        raise refused(401, "login", "log in, or send a token of a program that was given leave")
    if request.clinic is None:  # type: ignore[attr-defined]
        raise refused(403, "forbidden", "this person works at no clinic")
    held = frozenset(permissions_of(request.role, administers=request.administers))  # type: ignore[attr-defined]
    return Caller(request.user, request.clinic, held, held)  # type: ignore[attr-defined]


READS = {
    Scope.PATIENTS_READ: {P.PATIENT_FIND}, Scope.RECORDS_READ: {P.CHART_READ}, Scope.STOCK_READ: {P.STOCK_SEE},
    Scope.CALENDAR_READ: {P.BOOK}, Scope.RECORDS_EXPORT: {P.RECORD_GIVE},
}  # fmt: skip
WRITES = {Scope.RECORDS_WRITE: {P.HISTORY_WRITE, P.BOOK}, Scope.PATIENTS_WRITE: {P.PATIENT_EDIT}}
"""What the scopes of a service token open here. Who works at the clinic and what Wheal defines any of them may read."""


def _of_a_service_token(request: HttpRequest) -> Caller:
    try:
        token = tokens.read(request, Scope.RECORDS_READ)
    except tokens.TokenRefused as told:
        token, words = told.token, f"this token opens nothing: {told.reason}"
        if token is None:
            raise refused(401, "login", words) from told
        if told.reason != "scope":
            by = token.account if told.reason != "unknown" else None
            raise NotTaken(words, told.reason, of=token, by=by) from told
    timezone.activate(ZoneInfo(token.clinic.time_zone))
    tokens.note_use(token, timezone.now())
    held = (
        frozenset().union(*(opened for scope, opened in table.items() if scope in token.scopes))
        for table in (READS, WRITES)
    )
    reads, writes = held
    return Caller(token.account, token.clinic, reads | {P.DAY_SEE}, writes, _EVERY, program=token.name)


def _of_a_program(text: str) -> Caller:
    """By SMART on FHIR: what a person may, of what they gave leave to; or one that acts by itself, what it was given.

    A token that was given for one patient shows that record alone, whatever else its scopes name; one that does not
    say for whom, nothing.
    """
    token = _token(text)
    program = token.application.program
    given = token.scope.split()
    patient = granting.patient_of(given)
    granted = granting.opened(given)
    timezone.activate(ZoneInfo(program.clinic.time_zone))
    walls.show([program.clinic_id])
    if token.user is None:
        return Caller(
            None, program.clinic, BY_ITSELF, frozenset(), granted, patient, program.name, program.pk
        )
    works = granting.works(token.user, program.clinic)
    if works is None:
        words = "whoever gave this leave does not work here any more"
        raise NotTaken(words, "left", of=program, by=token.user)
    held = frozenset(permissions_of(works.role, administers=works.administers))
    return Caller(token.user, program.clinic, held, held, granted, patient, program.name, program.pk)


def _token(text: str) -> AccessToken:
    digest = sha256(text.encode()).hexdigest()
    found = AccessToken.objects.select_related("user", "application__program__clinic")
    token = found.filter(token_checksum=digest, application__program__isnull=False).first()
    if token is None:
        raise refused(401, "login", "this token opens nothing, or no longer")
    program = token.application.program
    if program.ended_at or token.is_expired():
        reason = "ended" if program.ended_at else "expired"
        raise NotTaken("this token opens nothing, or no longer", reason, of=program, by=token.user)
    return token


BY_ITSELF = frozenset({P.DAY_SEE, P.PATIENT_FIND, P.CHART_READ, P.STOCK_SEE, P.BOOK, P.RECORD_GIVE})


def missing(caller: Caller, kind: Kind, letter: str) -> str:
    """In words for whoever writes the program: what would allow it."""
    writes = letter == "c"
    needed = kind.write_permission if writes else kind.permission
    if needed in (caller.writes if writes else caller.permissions):
        return "the scopes of this program do not allow it"
    if caller.scopes == _EVERY:
        any_of = {needed} if writes else {needed, kind.of_nobody_permission}
        named = [each.value for each, opened in (WRITES if writes else READS).items() if any_of & opened]
        return (
            f"this token lacks the scope {' or '.join(named)}" if named else "no scope of a token allows it"
        )
    return f"its role does not allow it ({needed.value if needed else 'read only'})"


_EVERY = scopes.of(["system/*.cruds"])
"""What a service token may is said by its own scopes."""


def proves_to_be_no_other_site(request: HttpRequest, caller: Caller) -> None:
    """A browser sends its cookie along for whoever asks: then the form's token is wanted too. Raises Refused."""
    if caller.scopes is not None:
        return
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(request)
    if guard.process_view(request, None, (), {}) is not None:
        raise refused(
            403, "forbidden", "who writes with a log-in sends the token of the site's forms (X-CSRFToken)"
        )
