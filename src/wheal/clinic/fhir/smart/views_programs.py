"""Pages for an administrator: which programs may ask for leave here; and opening one for a patient."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic.fhir.answers import base_of
from wheal.clinic.fhir.models import Program
from wheal.clinic.fhir.smart import actions, granting, leaves
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.people.proofs import proof_required

REFUSED = {
    "scopes": gettext_lazy(
        "Scopes such as patient/*.rs or user/Appointment.cruds for an app, system/*.rs for one that acts by itself."
    ),
    "kinds": gettext_lazy(
        "No such kind of resource is told here: %(what)s. Write its name as the reference of FHIR does, or *."
    ),
    "addresses": gettext_lazy(
        "Addresses beginning with https:// to which the program is sent back, without #."
    ),
    "keys": gettext_lazy("A JSON Web Key Set with at least one public key (RSA or P-384)."),
    "private_key": gettext_lazy(
        "This holds a private key. It must never leave the program: make a new one, and paste its public half."
    ),
}
_WHERE = {
    "scopes": "scopes",
    "kinds": "scopes",
    "addresses": "addresses",
    "keys": "jwks",
    "private_key": "jwks",
}


class ProgramForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Which program"), max_length=80)
    kind = forms.ChoiceField(
        label=gettext_lazy("How it works"), choices=Program.Kind.choices, widget=forms.RadioSelect
    )
    scopes = forms.CharField(
        label=gettext_lazy("The most that it is given"), max_length=1000, initial="patient/*.rs",
        help_text=gettext_lazy("SMART scopes, separated by spaces. Nobody is shown more than their own role sees."),
    )  # fmt: skip
    addresses = forms.CharField(
        label=gettext_lazy("Where people are sent back"), required=False, max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Of a program that people open: its redirect addresses, one a line."),
    )  # fmt: skip
    launch_url = forms.URLField(
        label=gettext_lazy("Where it is opened from here"),
        required=False,
        max_length=300,
        assume_scheme="https",
    )
    keeps_a_secret = forms.BooleanField(
        label=gettext_lazy("It runs on a server of its own and keeps a secret"), required=False
    )
    jwks = forms.CharField(
        label=gettext_lazy("Its public keys"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("A JSON Web Key Set; of a program that acts by itself."),
    )  # fmt: skip


def _theirs(request: HttpRequest) -> QuerySet[Program]:
    found = Program.objects.filter(clinic=request.clinic)
    return found.select_related("application", "registered_by", "ended_by")


@permission_required(P.PEOPLE_WRITE)
@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    rows = list(_theirs(request))
    page = {
        "held": [each for each in rows if each.ended_at is None],
        "past": [each for each in rows if each.ended_at],
        "base": base_of(request),
    }
    return render(request, "fhir/programs.html", page)


@permission_required(P.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = ProgramForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _made(request, form)
    return render(request, "fhir/program_new.html", {"form": form}, status=422 if form.errors else 200)


@proof_required
def _made(request: HttpRequest, form: ProgramForm) -> HttpResponse:
    try:
        wanted = actions.NewProgram(**form.cleaned_data)
        program, secret = actions.register(clinic=request.clinic, new=wanted, by=request.user)
    except actions.ProgramRefused as refused:
        form.add_error(_WHERE[refused.reason], REFUSED[refused.reason] % {"what": refused.what})
        return render(request, "fhir/program_new.html", {"form": form}, status=422)
    page = {"program": program, "secret": secret, "base": base_of(request)}
    return render(request, "fhir/program_made.html", page)


@permission_required(P.PEOPLE_WRITE)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    program = get_object_or_404(_theirs(request), pk=pk)
    actions.end(program=program, by=request.user)
    messages.success(request, _("%(name)s can no longer reach this clinic.") % {"name": program.name})
    return redirect("programs:list")


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Within *My page*: to which programs I gave leave."""
    return render(request, "fhir/my_leaves.html", {"leaves": leaves.of(request.user)})


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    held = {each.program.pk: each.program for each in leaves.of(request.user)}
    if program := held.get(pk):
        actions.take_back(program=program, by=request.user)
        messages.success(request, _("%(name)s sees nothing more in your name.") % {"name": program.name})
    return redirect("people:me")


@permission_required(P.CHART_READ)
@require_safe
def of_patient(request: HttpRequest, patient: int) -> HttpResponse:
    """Within the patient's page: the programs that can be opened for them. Nothing where there is none."""
    whose = patient_or_404(request, patient)
    rows = _theirs(request).filter(ended_at=None).exclude(launch_url="")
    opened = [{"program": each, "host": urlsplit(each.launch_url).netloc} for each in rows]
    return render(request, "fhir/programs_of_patient.html", {"opened": opened, "patient": whose})


@permission_required(P.CHART_READ)
@require_safe
def launch(request: HttpRequest, pk: int, patient: int) -> HttpResponse:
    """Opened for one patient: the program asks for leave, and is told whose record it is for."""
    program = get_object_or_404(_theirs(request).filter(ended_at=None), pk=pk)
    whose = patient_or_404(request, patient)
    if not program.launch_url:
        raise Http404
    told = urlencode({"iss": base_of(request), "launch": granting.launch_of(program, whose.pk)})
    return redirect(f"{program.launch_url}{'&' if '?' in program.launch_url else '?'}{told}")
