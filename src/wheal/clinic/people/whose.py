"""Each page says whose it is and at which clinic it was opened, and whatever is sent from it says so again.

Log-in and clinic are the browser's, not the page's: in another tab somebody else may have logged in since, or the same
person gone to another clinic. What comes from the earlier page is then taken neither in the other's name nor there.
What says nothing is taken as before: programs, and pages from before an upgrade.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from wheal.clinic.people.models import Clinic

FIELD, HEADER = "wheal_page", "X-Wheal-Page"
MARK = re.compile(r"(\d{1,18})\.(\d{1,18})")
OF_NOBODY = ("/accounts/logout/", "/i18n/", "/p/")  # the last are a patient's own pages
OF_NO_CLINIC = ("/people/choose-clinic/", "/people/me/")
CLINIC, SENDS, OPENS = "wheal_clinic", "wheal_sends", "wheal_opens"
NOT_CARRIED = {FIELD, CLINIC, SENDS, OPENS, "csrfmiddlewaretoken"}


def mark(request: HttpRequest) -> str:
    """Of a page that is shown now: the person and the clinic, "7.1"; "" where nobody is logged in."""
    user, clinic = getattr(request, "user", None), getattr(request, "clinic", None)
    return f"{user.pk}.{clinic.pk if clinic else 0}" if user and user.is_authenticated else ""


def refused(request: HttpRequest) -> HttpResponse | None:
    """Where the page belongs to another log-in or another clinic than the browser does now: the answer that says so."""
    said = None if request.path.startswith(OF_NOBODY) else MARK.fullmatch(_said(request))
    if not said:
        return None
    person, there = (int(part) for part in said.groups())
    if person != request.user.pk:
        return _of_somebody_else(request)
    here = request.clinic.pk if request.clinic else 0  # type: ignore[attr-defined]
    if there == here or request.path.startswith(OF_NO_CLINIC):
        return None
    return _of_another_clinic(request, there)


def _said(request: HttpRequest) -> str:
    if said := request.headers.get(HEADER, ""):
        return said
    try:
        return request.POST.get(FIELD, "") if request.method == "POST" else ""
    except UnreadablePostError:  # it is told where the form is read
        return ""


def _of_somebody_else(request: HttpRequest) -> HttpResponse:
    """As to a log-in that ended: of what was entered nothing is taken, and nothing is shown to whoever is here now."""
    if request.htmx:  # type: ignore[attr-defined]
        page = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    if request.headers.get(HEADER):
        words = _("Somebody else is logged in on this device now. Nothing was saved.")
        return JsonResponse({"why": "person", "message": words}, status=401)
    return render(request, "people/page_of_another.html", status=409)


def _of_another_clinic(request: HttpRequest, there: int) -> HttpResponse:
    mine = (each.clinic for each in request.memberships)  # type: ignore[attr-defined]
    held = next((clinic for clinic in mine if clinic.pk == there), None)
    if request.htmx:  # type: ignore[attr-defined]
        page = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": _back(there, page)})
    if request.headers.get(HEADER):
        told = {"why": "clinic", "message": _words(request, held), "back": _back(there, _came_from(request))}
        return JsonResponse(told, status=401)
    carried = _carried(request) if held else []
    where = {"sends": request.get_full_path()} if carried else {"opens": _came_from(request)}
    page = {"there": held, "carried": carried, "mark": f"{request.user.pk}.{there}", **where}
    return render(request, "people/page_of_another_clinic.html", page, status=409)


def _back(there: int, page: str) -> str:
    return f"{reverse('people:other-clinic')}?{urlencode({'clinic': there, 'next': page})}"


def _words(request: HttpRequest, there: Clinic | None) -> str:
    if there is None:
        return _("This page was opened at a clinic where you do not work any more. Nothing of it was saved.")
    here = request.clinic  # type: ignore[attr-defined]
    names = {"there": there.name, "here": here.name if here else ""}
    return _("This page is of %(there)s; you now work at %(here)s. Nothing of it was saved.") % names


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What was entered, to be sent again from there. Files, and what proves who somebody is, do not wait in a page."""
    if request.FILES or request.path.startswith("/accounts/"):
        return []
    lists = request.POST.lists()
    return [(name, value) for name, values in lists if name not in NOT_CARRIED for value in values]


def _came_from(request: HttpRequest) -> str:
    parts = urlsplit(request.headers.get("Referer", ""))
    return onward(request, f"{parts.path}?{parts.query}" if parts.query else parts.path)


def onward(request: HttpRequest, path: str) -> str:
    """This path of our own site, else the day."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, None, request.is_secure())
    return path if is_ours else "/"
