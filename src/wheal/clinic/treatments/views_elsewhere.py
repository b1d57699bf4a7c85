"""Between devices: what stands now, and what a device keeps for the time without a connection."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from wheal.clinic.audit.latest import last_change
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.treatments.elsewhere import Standing
from wheal.clinic.treatments.opened import own_session


@permission_required(P.CHART_READ)
@require_GET
def stands(request: HttpRequest, pk: int) -> HttpResponse:
    """204 where nothing was saved since `seen`. Asked by open pages; it shows nothing of the record."""
    row = own_session(request, pk)
    now = Standing(row)
    if request.GET.get("seen") == now.seen:
        return HttpResponse(status=204)
    return JsonResponse({"seen": now.seen, "rows": now.rows, "stands": now.stands(), **last_change(row)})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the pages of sessions, under the address that it answers for."""
    return _script(request, "wheal/worker.js")


@require_safe
def doorkeeper(request: HttpRequest) -> HttpResponse:
    """The service worker of all other pages."""
    return _script(request, "wheal/doorkeeper.js")


def _script(request: HttpRequest, script: str) -> HttpResponse:
    return render(
        request, "treatments/worker.js", {"script": script}, content_type="text/javascript; charset=utf-8"
    )


@require_safe
def away(request: HttpRequest) -> HttpResponse:
    """Shown instead of a page that this device does not keep; it knows nobody."""
    return render(request, "treatments/away.html")
