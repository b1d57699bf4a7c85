"""Every request knows its clinic, the role held there, and the clinic's time zone and language."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wheal.clinic.people.models import Membership


def clinic_of_the_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        request.clinic, request.role = None, ""  # type: ignore[attr-defined]
        if request.user.is_authenticated and (held := _membership(request)):
            request.clinic, request.role = held.clinic, held.role  # type: ignore[attr-defined]
            timezone.activate(zoneinfo.ZoneInfo(held.clinic.time_zone))
        try:
            return get_response(request)
        finally:
            timezone.deactivate()

    return answer


def _membership(request: HttpRequest) -> Membership | None:
    held = Membership.objects.filter(user=request.user, ended_at=None).select_related("clinic").order_by("id")
    chosen = request.session.get("clinic")
    rows = list(held)
    return next((row for row in rows if row.clinic_id == chosen), rows[0] if rows else None)
