"""Whom to call: the number of the clinic whose page it is, or those of the whole site where nobody is logged in."""

from __future__ import annotations

from django.http import HttpRequest

from wheal.clinic.people.models import Clinic


def of(request: HttpRequest) -> list[tuple[str, str]]:
    """Countries and numbers. Of a logged-in person, that of their clinic alone; no clinic is named to a stranger."""
    if held := request.clinic:  # type: ignore[attr-defined]
        return [(held.jurisdiction, held.emergency_number)] if held.emergency_number else []
    confirmed = Clinic.objects.exclude(emergency_number="")
    return sorted(set(confirmed.values_list("jurisdiction", "emergency_number")))
