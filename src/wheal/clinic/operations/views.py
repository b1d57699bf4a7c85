"""The page of the state, and what machines ask: whether this process lives, whether it can serve, and the counts."""

from __future__ import annotations

from secrets import compare_digest

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wheal import __version__, knowledge
from wheal.clinic import moved_away, standby
from wheal.clinic.operations import counts, state, troubles
from wheal.clinic.people.permissions import P, permission_required

HERE = ("127.0.0.1", "::1")
PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")


@require_safe
@permission_required(P.PEOPLE_WRITE)
def status(request: HttpRequest) -> HttpResponse:
    told = {"lines": list(state.lines(timezone.now())), "version": __version__, "engine": connection.vendor}
    return render(request, "operations/status.html", told | {"knowledge": knowledge.current().version})


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """This process answers. It asks nobody."""
    return HttpResponse("live\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """It can serve: the database answers, and can save. Where not, the answer is 503 and says what is wrong."""
    if moved_away.is_closed(connection):
        return troubles.told(request, troubles.Trouble.MOVED)
    if standby.holds_up():
        return troubles.told(request, troubles.Trouble.STANDBY)
    return JsonResponse({"ready": True})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever brings the token, or asks from this machine past the proxy; nobody else learns that it is there."""
    if not _may_count(request):
        raise Http404
    held = state.lines(timezone.now())
    figures = [
        (f"wheal_{line.name}", str(line.words), line.figure) for line in held if line.figure is not None
    ]
    return HttpResponse(counts.text(figures), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_count(request: HttpRequest) -> bool:
    said = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and compare_digest(said.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return True
    is_direct = not any(name in request.headers for name in PASSED_ON)
    return is_direct and request.META.get("REMOTE_ADDR") in HERE and not said
