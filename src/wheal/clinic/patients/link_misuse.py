"""What somebody who holds a link tries beyond it is written to the audit."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Link

Misuse = Literal["not_theirs", "not_open", "forged"]


def note(request: HttpRequest, link: Link, reason: Misuse) -> None:
    """not_theirs: not of this patient, or not there. not_open: sent without the birth date. forged: sent by none of our
    pages. Names the page and the number that was asked for, and not the address: that holds the link itself."""
    at, patient = request.resolver_match, link.patient
    asked = {"page": at.view_name, "number": at.kwargs.get("pk")} if at else {}
    audit.record(
        by=None, what="patients.link_refused", refused=True, subject=link, clinic=patient.clinic, patient=patient,
        detail={"reason": reason} | {name: value for name, value in asked.items() if value is not None},
    )  # fmt: skip
