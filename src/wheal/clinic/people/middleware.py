"""Every request knows its clinic, the role held there, and the clinic's time zone and language."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from time import time
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from wheal.clinic import walls
from wheal.clinic.people import log_ins, open_log_ins, proofs, setup_code, whose
from wheal.clinic.people.models import Membership
from wheal.clinic.prepared import Prepared

Answer = Callable[[HttpRequest], HttpResponse]
OPEN_TO_ALL = ("/people/setup/", "/people/invited/", "/i18n/", "/static/", "/status/")
OPEN_WITHOUT_A_SECOND_FACTOR = ("/accounts/", "/people/me/", "/i18n/", "/emergency/")
OPEN_WITH_A_TEMPORARY_PASSWORD = ("/accounts/password/change/", "/accounts/logout/", "/i18n/")


def clinic_of_the_request(get_response: Answer) -> Answer:
    def answer(request: HttpRequest) -> HttpResponse:
        request.clinic, request.role, request.administers = None, "", False  # type: ignore[attr-defined]
        with walls.only([]):
            return _answered(request)

    def _answered(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            log_ins.end_if_over(request, time())
        if request.user.is_authenticated:
            open_log_ins.follow_the_key(request)
            _know_the_person(request)
        try:
            return _elsewhere(request) or _not_from_here(request) or get_response(request)
        finally:
            timezone.deactivate()

    return answer


_HELD = Prepared(
    lambda user: Membership.objects.filter(user=user, ended_at=None).select_related("clinic").order_by("id")
)  # asked with every request
ARRIVED = "__Host-wheal-arrived" if settings.HTTPS else "wheal-arrived"
KEPT_AS = re.compile(r"[\w/#-]{1,80}")


def form_has_arrived(get_response: Answer) -> Answer:
    """A browser keeps a form until it learns that it was taken: the answer that leads on to a page tells it."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST" and response.status_code == 302 and _was_taken(request, response):
            name = request.POST.get("kept_as", "")
            if KEPT_AS.fullmatch(name):
                response.set_cookie(
                    ARRIVED, quote(name, safe=""), samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
                )
        return response

    return answer


def pieces_lead_on(get_response: Answer) -> Answer:
    """A piece of a page never takes in another page: where the log-in is over, the whole page goes to a new one and
    comes back after it; where the person has something to set up first, the piece stays empty."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.htmx or response.status_code != 302:  # type: ignore[attr-defined]
            return response
        door = _door(request, response)
        return HttpResponse(status=204, headers={"HX-Redirect": door} if door else {})

    return answer


def _door(request: HttpRequest, response: HttpResponse) -> str:
    if request.user.is_authenticated:
        return ""
    page = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    log_in = reverse("account_login")
    if not page or not response.headers["Location"].startswith(log_in):
        return response.headers["Location"]
    return f"{log_in}?{urlencode({REDIRECT_FIELD_NAME: page})}"


def _was_taken(request: HttpRequest, response: HttpResponse) -> bool:
    """Not where it leads to a proof of who one is: the form waits until that is given."""
    known = request.user.is_authenticated or hasattr(request, "patient_link")
    return known and not proofs.asks_for_a_proof(response.headers["Location"])


def _know_the_person(request: HttpRequest) -> None:
    language = request.user.language
    if held := _membership(request):
        request.clinic, request.role = held.clinic, held.role  # type: ignore[attr-defined]
        request.administers = held.administers  # type: ignore[attr-defined]
        timezone.activate(zoneinfo.ZoneInfo(held.clinic.time_zone))
        language = language or held.clinic.language
    if language:
        translation.activate(language)
        request.LANGUAGE_CODE = language


def _membership(request: HttpRequest) -> Membership | None:
    chosen = request.session.get("clinic")
    rows = _HELD(request.user.pk)
    request.memberships = rows  # type: ignore[attr-defined]
    walls.show(row.clinic_id for row in rows)
    return next((row for row in rows if row.clinic_id == chosen), rows[0] if rows else None)


def _not_from_here(request: HttpRequest) -> HttpResponse | None:
    return whose.refused(request) if request.user.is_authenticated else None


def _elsewhere(request: HttpRequest) -> HttpResponse | None:
    """An empty site is set up before anything else; so is a password that was temporary, then a second factor."""
    if not request.user.is_authenticated:
        awaited = not request.path.startswith(OPEN_TO_ALL) and setup_code.is_awaited()
        return redirect("people:setup") if awaited else None
    if request.user.password_is_temporary and not request.path.startswith(OPEN_WITH_A_TEMPORARY_PASSWORD):
        return redirect(reverse("account_change_password"))
    if not request.path.startswith(OPEN_WITHOUT_A_SECOND_FACTOR) and log_ins.lacks_second_factor(request):
        return redirect("people:second-factor")
    return None
