"""A page that shows something of a patient leaves one event that names them.

    def quote_of(request, pk):                # whatever finds a row for a page says whose it is
        ...
        readings.shows(request, found.patient_id)

`noted`, a middleware, writes the event once the answer is there: not where nothing is shown (a refusal, an answer that
leads on), and not where the page told of them itself. The audit's page has its words; what is shown without an event,
and why, is told in docs/reference/protection.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit import named, whose
from wheal.clinic.audit.models import Event
from wheal.clinic.patients.models import Patient

OPENED: Final = (
    "patients.record_opened",
    "patients.list_opened",
    "treatments.record_opened",
    "photographs.photographs_seen",
)
A_MOMENT: Final = timedelta(minutes=5)
LOOKED_THROUGH: Final = 20  # of the person's last events
SAFE: Final = ("GET", "HEAD")
PAGE: Final = 100  # bytes within which a whole page says that it is one

Answer = Callable[[HttpRequest], HttpResponse]


def shows(request: HttpRequest, *patients: int | None) -> None:
    """The answer to this request shows something of them. Who is already named by an event of the page is not told of
    again; None is nobody, as of an appointment that is no patient's."""
    shown = request.__dict__.setdefault("shown_patients", set())
    shown.update(each for each in patients if each)


def noted(get_response: Answer) -> Answer:
    def answer(request: HttpRequest) -> HttpResponse:
        with named.listening() as told:
            response = get_response(request)
        shown = sorted(request.__dict__.get("shown_patients", set()) - told)
        if shown and _is_shown(request, response):
            _note(request, shown)
        return response

    return answer


def _is_shown(request: HttpRequest, response: HttpResponse) -> bool:
    """What was asked for; of what answers something that was sent, a whole page alone, as where it is refused. A saving
    has its own event."""
    if response.status_code not in (200, 422):
        return False
    return request.method in SAFE or response.content[:PAGE].lstrip().lower().startswith(b"<!doctype")


def _note(request: HttpRequest, shown: list[int]) -> None:
    several = len(shown) > 1
    what = "patients.list_opened" if several else "patients.record_opened"
    detail: dict[str, object] = {
        "part": str(request.resolver_match.view_name) if request.resolver_match else ""
    }
    if several:
        detail[whose.IN_DETAIL] = shown
    if request.htmx and _was_just_told(request, shown, detail):  # type: ignore[attr-defined]
        return
    one = None if several else Patient(pk=shown[0])
    audit.record(
        by=request.user,
        what=what,
        subject=one,
        clinic=request.clinic,  # type: ignore[attr-defined]
        patient=one,
        detail=detail,
    )


def _was_just_told(request: HttpRequest, shown: list[int], detail: dict[str, object]) -> bool:
    """A piece belongs to the page that fetches it: where this person opened this very record (or had this very list
    shown) a moment ago, that event speaks for the piece too."""
    since = timezone.now() - A_MOMENT
    last: Iterable[Event] = (
        Event.objects.filter(by=request.user.pk)
        .order_by("-pk")
        .only("at", "what", "patient_id", "detail", "refused")[:LOOKED_THROUGH]
    )
    return any(
        each.at >= since
        and each.what in OPENED
        and not each.refused
        and ([each.patient_id] == shown if len(shown) == 1 else each.detail == detail)
        for each in last
    )
