"""Who did and saw what, refusals included: for the safety officer and the administrator of a clinic.

It stands here and not in the audit itself because it names patients, which the audit does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p
from django.views.decorators.http import require_safe

from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.audit import checking, whose
from wheal.clinic.audit.models import Event
from wheal.clinic.patients.audit_details import in_words, subject_in_words
from wheal.clinic.patients.audit_words import APPS, EVENTS
from wheal.clinic.patients.links import MOST_UNREADABLE
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.people.permissions import Permission, may, permission_required

PAGE = 50
MOST_NUMBERS = 20
COLLEAGUE = "people.user"  # as the kind of a subject
ACCEPTANCES = (
    "audit.checkpoint_accepted"  # of the checkpoints, those that go on over something that was found
)
OF_THE_SITE: Final = (
    checking.NOTED, audit.GUARDS_PUT_BACK, "audit.rows_adopted", "registry.released",
)  # fmt: skip
"""Written without a clinic, and everybody's: they name no person, no patient and no other clinic."""
OF_A_PERSON: Final = ("people.device_key_made", "people.device_key_deleted")
"""Until November 2026 they were written without a clinic: those of its own people are a clinic's."""


class FilterForm(forms.Form):
    """Filters that narrow one another; all may stay empty."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), required=False)
    patient = forms.CharField(label=_("Patient number"), max_length=20, required=False)
    what = forms.ChoiceField(label=_("Kind"), required=False)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    refused = forms.BooleanField(label=_("Refusals only"), required=False)

    def __init__(self, data: object, clinic: Clinic) -> None:
        super().__init__(data)
        person = self.fields["person"]
        person.queryset = User.objects.filter(memberships__clinic=clinic).distinct().order_by("last_name")
        person.label_from_instance = User.shown_name.fget
        person.empty_label = _("Everybody")
        groups = [(name, [(f"{app}.", _("All of these")), *_kinds(app)]) for app, name in APPS.items()]
        self.fields["what"].choices = [("", _("Everything")), *groups]


def _kinds(app: str) -> list[tuple[str, object]]:
    return [(code, EVENTS[code]) for code in EVENTS if code.startswith(f"{app}.")]


@permission_required(Permission.AUDIT_READ)
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET, request.clinic)
    if not form.is_valid():
        return _not_known(request, form)
    number = _page_number(request)
    begin = (number - 1) * PAGE
    found = list(_filtered(request.clinic, form.cleaned_data)[begin : begin + PAGE + 1])
    page = {
        "form": form,
        "rows": _rows(found[:PAGE], named=may(request, Permission.PATIENT_FIND)),
        "number": number,
        "has_older": len(found) > PAGE,
        "kept": _without_page(request),
        "unknown_links": _unknown_links(),
        "most": MOST_UNREADABLE,
    }
    return render(request, "audit/list.html", page)


def _not_known(request: HttpRequest, form: FilterForm) -> HttpResponse:
    """A filter that means nothing narrows nothing: whoever relied on it would read other rows than they asked for."""
    page = {"form": form, "is_refused": True, "kept": _without_page(request)}
    return render(request, "audit/list.html", page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


MOST_LINES = 100_000


@permission_required(Permission.AUDIT_READ)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The same rows for a spreadsheet, the newest first. That somebody took them along is a row of its own."""
    form = FilterForm(request.GET, request.clinic)
    if not form.is_valid():
        return _not_known(request, form)
    found = _filtered(request.clinic, form.cleaned_data)[:MOST_LINES]
    answer = spreadsheets.answer("audit", _lines(found, named=may(request, Permission.PATIENT_FIND)))
    audit.record(by=request.user, what="audit.rows_taken", clinic=request.clinic)
    return answer


def _lines(found: QuerySet[Event], *, named: bool) -> Iterator[list[object]]:
    columns = (
        _("When"),
        _("Who"),
        _("What"),
        _p("of an event", "Refused"),
        _("Patient number"),
        _("Patient"),
        _p("of an event", "Colleague"),
        _("Details"),
        _("Code"),
        _("Of the whole site"),
    )
    yield list(columns)
    held = list(found)
    for begin in range(0, len(held), 500):
        for row in _rows(held[begin : begin + 500], named=named, most=MOST_LINES):
            event, patient = row["event"], row["patient"]
            yield [
                timezone.localtime(event.at).isoformat(timespec="seconds"),
                event.by.shown_name if event.by else "",
                row["words"],
                _("refused") if event.refused else "",
                patient.number if patient else "",
                str(patient) if patient and named else "",
                row["colleague"],
                row["detail"],
                event.what,
                _("whole site") if row["is_of_the_site"] else "",
            ]


def _unknown_links() -> int:
    """Refused within a day, and of no patient: made up, altered or deleted. They are of the server, not of a clinic."""
    since = timezone.now() - timedelta(days=1)
    return Event.objects.filter(what="patients.link_refused", clinic_id=None, at__gt=since).count()


def _page_number(request: HttpRequest) -> int:
    typed = request.GET.get("page", "")
    return max(int(typed), 1) if typed.isdecimal() and len(typed) < 9 else 1


def _without_page(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _filtered(clinic: Clinic, wanted: dict[str, object]) -> QuerySet[Event]:
    """Of the clinic, and of the whole site: each read by the order of its own index, and laid into one another."""
    people = User.objects.filter(memberships__clinic=clinic)
    of_nobody_else = Q(what__in=OF_THE_SITE) | Q(what__in=OF_A_PERSON, by__in=people)
    own = Event.objects.filter(clinic_id=clinic.pk)
    beside = Event.objects.filter(of_nobody_else, clinic_id=None)
    held = [_narrowed(each.select_related("by").order_by(), clinic, wanted) for each in (own, beside)]
    return held[0].union(held[1], all=True).order_by("-id")


def _narrowed(events: QuerySet[Event], clinic: Clinic, wanted: dict[str, object]) -> QuerySet[Event]:
    if wanted.get("person"):
        subject = Q(subject_kind=COLLEAGUE, subject_id=str(wanted["person"].pk))
        events = events.filter(Q(by=wanted["person"]) | subject)
    if wanted.get("patient"):
        patient = Patient.objects.filter(clinic=clinic, number=wanted["patient"]).values_list("pk", flat=True)
        events = events.filter(whose.is_about(patient))
    if (kind := wanted.get("what")) == ACCEPTANCES:
        events = events.filter(what=checking.NOTED, detail__has_key=checking.ACCEPTED)
    elif kind:
        events = events.filter(what__startswith=kind) if kind.endswith(".") else events.filter(what=kind)
    if wanted.get("first"):
        events = events.filter(at__gte=clinic.begin_of(wanted["first"]))
    if wanted.get("last"):
        events = events.filter(at__lt=clinic.begin_of(wanted["last"] + timedelta(days=1)))
    return events.filter(refused=True) if wanted.get("refused") else events


def _rows(events: list[Event], *, named: bool, most: int = MOST_NUMBERS) -> list[dict[str, object]]:
    """`most`: of how many people the numbers are told where an event is about several."""
    several = {event.pk: sorted(whose.told(event.detail)) for event in events}
    keys = {each for event in events for each in (event.patient_id, *several[event.pk][:most]) if each}
    patients, colleagues = Patient.objects.in_bulk(keys), _colleagues(events)
    return [
        {
            "event": event,
            "words": EVENTS.get(_kind(event), event.what),
            "is_accepted": _kind(event) == ACCEPTANCES,
            "is_of_the_site": event.clinic_id is None and event.what in OF_THE_SITE,
            "colleague": colleagues.get(event.pk, ""),
            "patient": patients.get(event.patient_id),
            "named": named,
            "subject": subject_in_words(event.subject_kind, event.subject_id) if event.subject_id else "",
            "detail": in_words(
                event.detail | _numbers(several[event.pk], patients, most), event.subject_kind, event.what
            ),
        }
        for event in events
    ]


def _kind(event: Event) -> str:
    return ACCEPTANCES if event.what == checking.NOTED and checking.ACCEPTED in event.detail else event.what


def _colleagues(events: list[Event]) -> dict[int, str]:
    """By event, whose log-in, role or password it was, where somebody else did it, or nobody who is known."""
    others = {
        event.pk: event.subject_id
        for event in events
        if event.subject_kind == COLLEAGUE and event.subject_id != str(event.by_id)
    }
    if not others:
        return {}
    names = {str(user.pk): user.shown_name for user in User.objects.filter(pk__in=set(others.values()))}
    return {event: names.get(subject, "") for event, subject in others.items()}


def _numbers(several: list[int], patients: dict[int, Patient], most: int) -> dict[str, object]:
    """Of those whom an event is about: what stands on their pages, in place of what the database calls them."""
    if not several:
        return {}
    numbers = [patients[each].number for each in several[:most] if each in patients]
    return {whose.IN_DETAIL: [*numbers, *([f"… ({len(several)})"] if len(several) > most else [])]}
