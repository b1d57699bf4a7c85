"""What the bar over every page tells while an emergency access lasts. Kept in the log-in: no page asks the database."""

from __future__ import annotations

from django.http import HttpRequest

from wheal.clinic.breakglass.models import Opening

NAME = "wheal_emergency_access"


def remember(request: HttpRequest, opening: Opening) -> None:
    request.session[NAME] = {"pk": opening.pk, "until": opening.ends_at.isoformat()}


def forget(request: HttpRequest) -> None:
    request.session.pop(NAME, None)
