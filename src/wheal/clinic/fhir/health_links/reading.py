"""The page on which a phone without an app reads a health link of this site.

The link stands behind # in the address: the browser keeps that to itself, asks the door of the link, and decrypts what
it gets. This server sends a page that is the same for everybody, and learns no key.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wheal.clinic import headers

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def works_at(address: str) -> bool:
    """Whether browsers decrypt there: only what came encrypted, or from the machine itself."""
    told = urlsplit(address)
    return told.scheme == "https" or told.hostname in THIS_MACHINE


@require_safe
def read(request: HttpRequest) -> HttpResponse:
    """For anybody, without a log-in, a session or a row in the record."""
    wanted = request.GET.get("language", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE
    links = reverse("shl:door", args=["-"]).removesuffix("-")
    with override(language):
        page = render_to_string("fhir/reader.html", {"words": words(), "links": links})
    told = {
        "Content-Security-Policy": headers.READING,
        "Referrer-Policy": "no-referrer",
        "Content-Language": language,
    }
    return HttpResponse(page, headers=told)


def words() -> dict[str, str]:
    """Every sentence that the script may show."""
    left = {"number": "{left}"}
    return {
        "link": _(
            "There is no health link here, or not the whole of it. Scan the code again, or copy the whole"
            " address."
        ),
        "newer": _(
            "This link is of a kind that this page does not know. An app that reads SMART Health Links "
            "may open it."
        ),
        "foreign": _(
            "This link leads to {host}. This page opens links of {here} alone. Open it there, or with an "
            "app that reads SMART Health Links."
        ),
        "insecure": _(
            "This page came without encryption (https), so the browser refuses to decrypt. Ask the clinic"
            " for an address that begins with https, or open the link with an app that reads SMART Health"
            " Links."
        ),
        "old": _("This browser is too old to decrypt the passport. Open the same address in a newer one."),
        "expired": _("This link has expired. Ask for a new one."),
        "expired_on": _("This link opened until {date}. Ask for a new one."),
        "ended": _("The clinic has ended this link. It opens nothing any more. Ask for a new one."),
        "shut": _("Ten wrong passcodes have shut this link. Ask for a new one."),
        "unknown": _(
            "The clinic knows no such link. Perhaps the address was not copied whole. Scan the code "
            "again."
        ),
        "away": _("The clinic’s site cannot be reached. Check the connection and try again."),
        "busy": _("Too much was asked from here. Wait a minute and try again."),
        "wrong": _("This passcode is wrong."),
        "left_one": ngettext("One more try is left.", "%(number)s more tries are left.", 1) % left,
        "left": ngettext("One more try is left.", "%(number)s more tries are left.", 2) % left,
        "no_passcode": _("Type the passcode. The patient has it; it is not in the link."),
        "no_recipient": _("Say who is reading."),
        "document": _(
            "What lies behind this link cannot be read: it was damaged or changed, or is no summary of a "
            "patient. Nothing of it is shown. Ask for a new one."
        ),
        "mistaken": _(
            "This summary was withdrawn as entered in error. Nothing of it is shown. Ask for a new one."
        ),
        "opening": _("Opening…"),
        "open": _("Show the passport"),
        "from": _("From {label}"),
        "not_known": _("not known"),
        "no_words": _(
            "This section cannot be shown here. That does not mean that there is nothing in it: ask the "
            "clinic."
        ),
        "female": _("female"), "male": _("male"), "other": _("other"),
    }  # fmt: skip
