"""The patient's own pages: the first one, with what there is to do and to read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wheal import knowledge
from wheal.clinic.patients.links import for_patient
from wheal.clinic.patients.models import Link
from wheal.clinic.patients.own_pages import shown
from wheal.clinic.portal.home import home_of
from wheal.clinic.preparing.pages import standing


@for_patient("pages")
@require_safe
def home(request: HttpRequest, link: Link) -> HttpResponse:
    page = {
        "home": home_of(link.patient, knowledge.current()),
        "agreed": standing(link.patient),
        "is_home": True,
    }
    return shown(request, link, "portal/home.html", page)
