"""Pages that make and end links, and the door of a link: an encrypted document for whoever knocks rightly."""

from __future__ import annotations

import json

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal import characters, knowledge
from wheal.clinic.fhir.health_links import actions, reading
from wheal.clinic.fhir.models import HealthLink
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.people.proofs import proof_required
from wheal.fhir import health_links

FILE = signing.TimestampSigner(salt="fhir.health_link")
FILE_FOR = 3600  # seconds that the address of a file holds
JOSE, FHIR = "application/jose", "application/fhir+json"
ANYBODY = {"Access-Control-Allow-Origin": "*"}  # viewers are pages of other sites; what they get is encrypted
DAYS = {7: gettext_lazy("A week"), 30: gettext_lazy("30 days"), 365: gettext_lazy("One year")}


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long"), choices=list(DAYS.items()), coerce=int, initial=30
    )
    passcode = forms.CharField(
        label=gettext_lazy("Passcode"), required=False, min_length=6, max_length=64,
        help_text=gettext_lazy("Tell it to the patient by another way than the link. Ten wrong tries shut the link."),
    )  # fmt: skip


@permission_required(P.RECORD_GIVE)
@require_http_methods(["GET", "POST"])
def links(request: HttpRequest, patient: int) -> HttpResponse:
    whose = patient_or_404(request, patient)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _made(request, whose, form)
    now = timezone.now()
    rows = [
        (each, each.is_open(now))
        for each in HealthLink.objects.filter(patient=whose).select_related("made_by")
    ]
    page = {"patient": whose, "form": form, "rows": rows}
    return render(request, "fhir/health_links.html", page, status=422 if form.errors else 200)


@proof_required
def _made(request: HttpRequest, whose: object, form: LinkForm) -> HttpResponse:
    """The one page that shows the link: its key is not kept."""
    address = settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")
    made = actions.make(
        patient=whose, address=address, known=knowledge.current(), by=request.user, **form.cleaned_data
    )
    text = health_links.through(address + reverse("passport:read"), made.text)
    code = segno.make(text, error="m", micro=False).svg_inline(border=2, scale=4)
    page = {"patient": whose, "row": made.row, "text": text, "code": code}
    page["by_browsers"] = reading.works_at(address)
    return render(request, "fhir/health_link_made.html", page)


@permission_required(P.RECORD_GIVE)
@require_POST
def end(request: HttpRequest, patient: int, pk: int) -> HttpResponse:
    whose = patient_or_404(request, patient)
    actions.end(row=get_object_or_404(HealthLink, patient=whose, pk=pk), by=request.user)
    messages.success(request, _("The link opens nothing any more."))
    return redirect("health-links:list", whose.pk)


def _told(request: HttpRequest) -> dict[str, object]:
    try:
        told = json.loads(request.body or b"{}")
    except (ValueError, UnicodeDecodeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def door(request: HttpRequest, secret: str) -> HttpResponse:
    """The manifest: the document itself where it is short enough for who asks, else an address that holds an hour."""
    if request.method == "OPTIONS":
        return HttpResponse(headers=ANYBODY | {"Access-Control-Allow-Headers": "content-type"})
    told = _told(request)
    recipient = characters.kept(str(told.get("recipient", "")))
    if not recipient:
        return JsonResponse({"error": "recipient"}, status=400, headers=ANYBODY)
    try:
        document = actions.open_link(
            secret=characters.kept(secret),
            passcode=characters.kept(str(told.get("passcode", ""))),
            recipient=recipient,
        )
    except actions.LinkRefused as refused:
        if refused.reason == "passcode":
            return JsonResponse({"remainingAttempts": refused.left}, status=401, headers=ANYBODY)
        return JsonResponse({"error": "gone", "why": refused.why}, status=404, headers=ANYBODY)
    most = told.get("embeddedLengthMax")
    if isinstance(most, int) and len(document) > most:
        file = {"location": request.build_absolute_uri(f"{request.path}/{FILE.sign(secret)}")}
    else:
        file = {"embedded": document.decode()}
    return JsonResponse({"files": [{"contentType": FHIR} | file]}, headers=ANYBODY)


@require_safe
def file(request: HttpRequest, secret: str, signed: str) -> HttpResponse:
    try:
        is_right = FILE.unsign(signed, max_age=FILE_FOR) == secret
    except signing.BadSignature:
        is_right = False
    secret = characters.kept(secret)
    held = HealthLink.objects.select_related("patient").filter(secret=secret)
    row = held.first() if is_right else None
    if row is None or not actions.opens(row, timezone.now()):
        return JsonResponse({"error": "gone"}, status=404, headers=ANYBODY)
    return HttpResponse(actions.content(row), content_type=JOSE, headers=ANYBODY)
