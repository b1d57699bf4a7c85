"""What every page behind the door of a link is given: whose it is, and what scripts may say there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from wheal import knowledge
from wheal.clinic import context
from wheal.clinic.patients.links import token
from wheal.clinic.patients.models import Link


def shown(
    request: HttpRequest,
    link: Link,
    template: str,
    page: dict[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page for the patient. Its template extends `patients/links/base.html`."""
    return render(request, template, about(link) | (page or {}), status=status)


def language(link: Link) -> str:
    """Of the page, where clinical texts are held in it."""
    spoken = (translation.get_language() or "en")[:2]
    return spoken if spoken in knowledge.current().texts_held else link.patient.language


def about(link: Link) -> dict[str, object]:
    return {
        "link": link,
        "text": token(link),
        "clinic": link.patient.clinic,
        "patient": link.patient,
        "today": link.patient.clinic.day_of(),
        "script_words": script_words,
    }


def script_words() -> dict[str, str]:
    """What scripts may say to somebody who has no account."""
    return context.script_words() | {
        "logged_out": _("What you entered is kept on this phone. Type your birth date again to go on."),
        "logged_out_unkept": _(
            "Open the link again and type your birth date: what you entered last is not sent yet."
        ),
        "log_in_again": _("Type your birth date again"),
    }
