"""Who asks, for which clinic, and what they may see: one door for a log-in and for programs with a token."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from wheal.clinic.fhir.kinds import Kind
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.people.permissions import Permission, permissions_of
from wheal.fhir import scopes
from wheal.fhir.outcomes import refused


@dataclass(frozen=True, slots=True)
class Caller:
    """`scopes`: None for a person who logged in here; of a program, what it was given leave to.

    `patient`: the one whose record a program was opened for; it sees no other.
    """

    user: User | None
    clinic: Clinic
    permissions: frozenset[Permission]
    scopes: tuple[scopes.Scope, ...] | None = None
    patient: int | None = None
    program: str = ""
    detail: dict[str, object] = field(default_factory=dict)

    def may(self, kind: Kind, letter: str) -> bool:
        """`letter`: of SMART, c(reate), r(ead), s(earch)."""
        wanted = kind.write_permission if letter == "c" else kind.permission
        if wanted not in self.permissions:
            return False
        if self.patient is not None and kind.needs_everybody:
            return False
        return self.scopes is None or scopes.allow(self.scopes, kind.name, letter)


def caller_of(request: HttpRequest) -> Caller:
    """Raises Refused: 401 for nobody, 403 for somebody who works at no clinic."""
    if not request.user.is_authenticated:
        raise refused(401, "login", "log in, or send a token of a program that was given leave")
    if request.clinic is None:  # type: ignore[attr-defined]
        raise refused(403, "forbidden", "this person works at no clinic")
    held = permissions_of(request.role, administers=request.administers)  # type: ignore[attr-defined]
    return Caller(request.user, request.clinic, frozenset(held))  # type: ignore[attr-defined]


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
