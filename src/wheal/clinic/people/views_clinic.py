"""Pages about a clinic itself: set up on the first visit, corrected later, one more founded."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wheal.clinic.people import actions, setup_code
from wheal.clinic.people.forms import ClinicForm, FounderForm, SetupCodeForm
from wheal.clinic.people.forms_emergency import EmergencyNumberForm, offered
from wheal.clinic.people.models import Membership
from wheal.clinic.people.permissions import Permission, permission_required


@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The first visit to an empty site. Whoever holds the code of the console becomes its administrator."""
    if not setup_code.is_awaited():
        return redirect("account_login")
    forms = {
        "code_form": SetupCodeForm(request.POST or None),
        "clinic_form": ClinicForm(request.POST or None),
        "account_form": FounderForm(request.POST or None),
    }
    if request.method != "POST":
        return render(request, "people/setup.html", forms)
    wrong = [form for form in forms.values() if not form.is_valid()]  # all of them are asked
    if wrong:
        return render(request, "people/setup.html", forms, status=422)
    treats = forms["account_form"].cleaned_data["treats"]
    try:
        first = actions.set_up(
            clinic=forms["clinic_form"].as_clinic(),
            administrator=forms["account_form"].as_person(),
            treats=treats,
        )
    except actions.PeopleRefused:  # sent twice: the first one has just set it up
        return redirect("account_login")
    setup_code.void()
    return _to_the_log_in(request, first.memberships.get() if treats else None)


def _to_the_log_in(request: HttpRequest, treating: Membership | None) -> HttpResponse:
    """Behind it come the credentials of whoever also treats, or the people who work there."""
    if treating is None:
        told = _("The clinic is set up. Log in, then add the people who work there.")
        then = reverse("people:list")
    else:
        told = _("The clinic is set up. Log in, then record your licence and certificates.")
        then = reverse("people:credential-new", args=[treating.pk])
    messages.success(request, told)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': then})}")


@permission_required(Permission.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
def clinic(request: HttpRequest) -> HttpResponse:
    form = ClinicForm(request.POST or None, instance=request.clinic)
    if request.method == "POST" and form.is_valid():
        actions.change_clinic(clinic=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("people:clinic")
    return _clinic(request, form, EmergencyNumberForm(clinic=request.clinic))


@permission_required(Permission.PEOPLE_WRITE)
@require_POST
def emergency_number(request: HttpRequest) -> HttpResponse:
    """Confirm the number to call, or take it back."""
    if "take_back" in request.POST:
        actions.confirm_emergency_number(clinic=request.clinic, number="", by=request.user)
        messages.success(request, _("Taken back. The pages say that no number is set."))
        return redirect("people:clinic")
    form = EmergencyNumberForm(request.POST, clinic=request.clinic)
    if not form.is_valid():
        return _clinic(request, ClinicForm(instance=request.clinic), form)
    actions.confirm_emergency_number(
        clinic=request.clinic, number=form.cleaned_data["number"], by=request.user
    )
    messages.success(request, _("Confirmed. It stands on the emergency page and on what patients take home."))
    return redirect("people:clinic")


def _clinic(request: HttpRequest, form: ClinicForm, number_form: EmergencyNumberForm) -> HttpResponse:
    page = {"form": form, "number_form": number_form, "offered": offered(request.clinic)}
    is_wrong = form.errors or number_form.errors
    return render(request, "people/clinic.html", page, status=422 if is_wrong else 200)


@permission_required(Permission.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
def clinic_new(request: HttpRequest) -> HttpResponse:
    """One more clinic of the same group; who founds it is its first administrator."""
    form = ClinicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        founded = actions.found_another(clinic=form.as_clinic(), role=request.role, by=request.user)
        request.session["clinic"] = founded.pk
        return redirect("people:list")
    return render(request, "people/clinic_new.html", {"form": form}, status=422 if form.errors else 200)
