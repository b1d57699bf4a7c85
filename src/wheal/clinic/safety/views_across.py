"""What the counts of all clinics of this server say together. No clinic, person or lot is named."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.safety import across
from wheal.surveillance.across import LEAST_CLINICS, LEAST_TREATED


@permission_required(P.TRACE_SEE)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    rows = across.found(request.clinic.day_of())
    names = across.names({row.product for row in rows})
    told = {
        "rows": [(row, names[row.product]) for row in rows],
        "clinics": Clinic.objects.count(),
        "least": LEAST_TREATED,
        "least_clinics": LEAST_CLINICS,
    }
    return render(request, "safety/across.html", told)
