"""Taking photographs: with the camera of the tablet, or from a file."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.photographs import actions, gallery, uploads
from wheal.clinic.photographs.access import ticket
from wheal.clinic.photographs.forms import AddForm
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.photographs.views import Page, about, not_shown


def _language() -> str:
    return (get_language() or "en")[:2]


@permission_required(P.PHOTOGRAPH_TAKE)
@require_safe
def take(request: HttpRequest, patient_pk: int) -> HttpResponse:
    return _page(request, patient_or_404(request, patient_pk))


def _page(request: HttpRequest, patient: Patient, *, refused: str = "", status: int = 200) -> HttpResponse:
    known, held = knowledge.current(), gallery.of(patient)
    asked = [area for area in request.GET.getlist("area") if area in known.areas]
    areas = asked or [gallery.usual_area(held, known) or "submental"]
    views = gallery.to_take(areas, held, timezone.localdate(), known)
    chosen = _chosen(request.GET.get("pose", ""), views)
    try:
        seen = ticket(request, patient, [each.earlier for each in views if each.earlier], "camera")
    except actions.NotAgreed:
        return not_shown(request, patient)
    page = about(request, patient) | {
        "areas": areas,
        "all_areas": sorted(known.areas, key=lambda area: known.areas[area].order),
        "views": views,
        "chosen": chosen,
        "state": [_state(each, seen) for each in views],
        "form": _form(chosen.pose),
        "refused": refused,
        "back": _back(request, patient),
        "most_bytes": uploads.MOST_BYTES,
    }
    return render(request, "photographs/take.html", page, status=status)


def _chosen(asked: str, views: list[gallery.ToTake]) -> gallery.ToTake:
    """The one asked for, else the first that is missing, else the first."""
    named = (each for each in views if each.pose == asked)
    missing = (each for each in views if each.today is None)
    return next(named, None) or next(missing, None) or views[0]


def _form(pose: str) -> AddForm:
    first = {"pose": pose, "taken_on": timezone.localdate(), "key": uuid.uuid4(), "how": Photograph.How.FILE}
    return AddForm(None, knowledge.current(), _language(), first)


def _state(each: gallery.ToTake, seen: str) -> Page:
    """For the script: what is said of a view, and what is laid over the camera's picture."""
    known, language, last = knowledge.current(), _language(), each.earlier
    state: Page = {
        "pose": each.pose,
        "name": known.name(each.pose, language),
        "how": known.text(f"pose_how.{each.pose}", language),
        "figure": static(f"photographs/figures/{each.how.figure}.svg"),
        "mirrored": each.how.mirrored,
        "done": each.today is not None,
    }
    if last is not None:
        address = reverse("photographs:file", args=[last.pk, "screen"])
        outline = reverse("photographs:file", args=[last.pk, "outline"])
        state |= {
            "earlier": _("Earlier: %(day)s") % {"day": date_format(last.taken_on, "DATE_FORMAT")},
            "screen": f"{address}?seen={seen}",
            "outline": f"{outline}?seen={seen}",
        }
    return state


def _back(request: HttpRequest, patient: Patient) -> str:
    """Where the person came from, if that is a page of this site."""
    wanted = request.GET.get("back", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else reverse("photographs:of-patient", args=[patient.pk])


@permission_required(P.PHOTOGRAPH_TAKE)
@require_POST
def add(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """From the camera's script as JSON, or from the form of the page."""
    patient = patient_or_404(request, patient_pk)
    form, sent = AddForm(request.POST, knowledge.current(), _language()), request.FILES.get("photograph")
    if not form.is_valid() or sent is None:
        too_large = _("Choose a picture of at most 25 MB.")
        words = " ".join(words for errors in form.errors.values() for words in errors) or too_large
        return _refused(request, patient, words)
    filled = form.cleaned_data
    shot = actions.Shot(sent.read(), filled["pose"], filled["taken_on"], filled["key"], filled["how"])
    try:
        added = actions.add(patient=patient, shot=shot, by=request.user)
    except uploads.PictureRefused as refused:
        actions.refuse_upload(patient=patient, code=refused.code, by=request.user)
        return _refused(request, patient, refused.reason)
    except actions.NotAgreed:
        return _refused(request, patient, _("There is no consent for photographs. Ask for it first."))
    return _added(request, patient, added)


def _added(request: HttpRequest, patient: Patient, added: Photograph) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"id": added.pk, "pose": added.pose}, status=201)
    messages.success(request, _("The photograph is kept."))
    return redirect(f"{reverse('photographs:take', args=[patient.pk])}?{request.GET.urlencode()}")


def _refused(request: HttpRequest, patient: Patient, words: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"message": words}, status=422)
    return _page(request, patient, refused=words, status=422)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
