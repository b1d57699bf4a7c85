"""The door of a link, for the patient; and the link with its QR code, for the clinic that gives it."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.defaults import page_not_found

from wheal.clinic import mail
from wheal.clinic.patients import link_actions, link_misuse, links, readings
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.models import Link
from wheal.clinic.patients.searching import MONTH_FIRST
from wheal.clinic.people.permissions import P, permission_required

PLAIN_PATH = re.compile(r"/[\w./-]+")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Sent by none of our pages: where it came through a patient's link, that is audited."""
    text = request.resolver_match.kwargs.get("text", "") if request.path.startswith(links.FOLDER) else ""
    if text:
        try:
            link_misuse.note(request, links.read(text, request), "forged")
        except links.LinkRefused as refused:
            return links.refused_page(request, refused)
    return csrf_failure(request, reason)


class BornForm(forms.Form):
    """Three fields, in the order in which the country writes a date: nobody wonders which comes first."""

    day = forms.IntegerField(label=pgettext_lazy("of a date", "Day"))
    month = forms.IntegerField(label=gettext_lazy("Month"))
    year = forms.IntegerField(label=gettext_lazy("Year, four digits"))

    def __init__(self, data: object = None, country: str = "") -> None:
        super().__init__(data)
        if country in MONTH_FIRST:
            self.order_fields(["month", "day", "year"])
        for field in self.fields.values():
            field.widget = forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}
            )

    def born(self) -> date | None:
        """None where there is no such day: that is no try, for it guesses nothing."""
        if not self.is_valid():
            return None
        try:
            return date(self.cleaned_data["year"], self.cleaned_data["month"], self.cleaned_data["day"])
        except (ValueError, OverflowError):  # a year of twenty digits
            return None


@require_http_methods(["GET", "POST"])
def door(request: HttpRequest, text: str) -> HttpResponse:
    """Whoever has the link says the birth date; nothing of the patient is shown before."""
    is_tried = request.method == "POST"
    try:
        link = links.read(text, request)
        links.speak(request, link)
        if not is_tried and links.is_open(request, link):
            return redirect(links.PURPOSES[link.purpose].view, text)
        form = BornForm(request.POST if is_tried else None, link.patient.clinic.jurisdiction)
        born = form.born() if is_tried else None
        if born and link_actions.try_birth_date(link=link, born=born):
            return links.open_in_browser(redirect(links.PURPOSES[link.purpose].view, text), link)
    except links.LinkRefused as refused:
        return links.refused_page(request, refused)
    page = {
        "form": form, "is_wrong": is_tried and born is not None, "is_no_day": is_tried and born is None,
        "clinic": link.patient.clinic, "text": text,
    }  # fmt: skip
    return render(request, "patients/links/door.html", page, status=422 if is_tried else 200)


@require_POST
def language(request: HttpRequest, text: str) -> HttpResponse:
    """Another language on this device, on the page where it was asked for; the record keeps the patient's."""
    begin, wanted = reverse("links:door", args=[text]), request.POST.get("next", "")
    answer = redirect(wanted if PLAIN_PATH.fullmatch(wanted) and wanted.startswith(begin) else begin)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(
            links.LANGUAGE_COOKIE,
            chosen,
            path=links.FOLDER,
            max_age=365 * 86400,
            samesite="Lax",
            secure=settings.HTTPS,
        )
    return answer


@require_POST
def leave(request: HttpRequest, text: str) -> HttpResponse:
    """Closes the pages on this device: the next look asks the birth date."""
    try:
        link = links.read(text, request)
    except links.LinkRefused as refused:
        return links.refused_page(request, refused)
    links.speak(request, link)
    if links.is_open(request, link):
        link_actions.leave(link=link)
    page = {"clinic": link.patient.clinic, "text": text}
    return links.close_in_browser(render(request, "patients/links/left.html", page))


@require_POST
def device_key(request: HttpRequest, text: str) -> JsonResponse:
    """For scripts: what opens the entries that this phone keeps. 401 tells them to ask the birth date again."""
    try:
        link = links.read(text, request)
    except links.LinkRefused:
        return JsonResponse({}, status=401)
    if not links.is_open(request, link):
        return JsonResponse({}, status=401)
    return JsonResponse({"secret": b64encode(links.secret_of(link)).decode()})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What stands in for a page that is not there: to a patient within the own pages, to the clinic in its own."""
    if not request.path.startswith(links.FOLDER):
        return page_not_found(request, exception)
    text = request.path.removeprefix(links.FOLDER).split("/")[0]
    try:
        link = links.read(text, request)
    except links.LinkRefused as refused:
        return links.refused_page(request, refused)
    links.speak(request, link)
    page = {"clinic": link.patient.clinic, "text": text}
    return render(request, "patients/links/not_found.html", page, status=404)


@permission_required(P.LINK_GIVE)
@require_POST
def give(request: HttpRequest, pk: int, purpose: str) -> HttpResponse:
    patient = patient_or_404(request, pk)
    if purpose not in links.PURPOSES:
        raise Http404
    link = link_actions.give(patient=patient, purpose=purpose, by=request.user)
    return redirect("patients:link", link.pk)


@permission_required(P.LINK_GIVE)
@require_safe
def of_patient(request: HttpRequest, pk: int) -> HttpResponse:
    """Every link that was given to one person, and what became of it."""
    patient = patient_or_404(request, pk)
    held = [(each, links.why_closed(each)) for each in patient.links.select_related("made_by")]
    page = {"patient": patient, "links": held, "purposes": list(links.PURPOSES)}
    return render(request, "patients/links/list.html", page)


def _here(request: HttpRequest, pk: int) -> Link:
    seen = Link.objects.filter(patient__clinic=request.clinic).select_related("patient__clinic", "made_by")
    found = get_object_or_404(seen, pk=pk)
    readings.shows(request, found.patient_id)
    return found


def _shut_before(link: Link) -> bool:
    """Whether an older one for the same is shut after wrong birth dates, so that this one was given in its place."""
    older = link.patient.links.filter(purpose=link.purpose, ended_at=None, pk__lt=link.pk)
    return older.filter(locked_until__gt=timezone.now(), failures__lt=links.TRIES_IN_ALL).exists()


@permission_required(P.LINK_GIVE)
@require_safe
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """To be scanned from the screen, or copied into a message."""
    held = _here(request, pk)
    address = links.address(held, request)
    code = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    page = {
        "link": held,
        "patient": held.patient,
        "address": address,
        "code": mark_safe(code),  # noqa: S308 (drawn by segno from our own address)
        "closed": links.why_closed(held),
        "shut_before": _shut_before(held),
        "may_send": mail.is_set_up(),
    }
    return render(request, "patients/links/link.html", page)


@permission_required(P.LINK_GIVE)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    held = _here(request, pk)
    link_actions.end(link=held, by=request.user)
    messages.success(request, _("The link is ended. It opens nothing any more."))
    return redirect("patients:link", pk)


SENDING_REFUSED = {
    "no_address": gettext_lazy("No e-mail address is written down for this patient."),
    "closed": gettext_lazy("This link opens nothing any more. Give a new one."),
    "too_often": gettext_lazy(
        "This link was sent five times. Show the code at the desk, or give a new link."
    ),
    "not_sent": gettext_lazy("The mail server did not take the letter. Try again later, or show the code."),
}


@permission_required(P.LINK_GIVE)
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """To the address in the record."""
    held = _here(request, pk)
    try:
        link_actions.send(link=held, address=links.address(held, request), by=request.user)
    except link_actions.SendingRefused as refused:
        messages.error(request, SENDING_REFUSED[refused.reason])
    else:
        messages.success(request, _("Sent to %(address)s.") % {"address": held.patient.email})
    return redirect("patients:link", pk)
