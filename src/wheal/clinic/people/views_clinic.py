"""Pages about a clinic itself: set up on the first visit, corrected later, one more founded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wheal.clinic.people import actions, setup_code
from wheal.clinic.people.forms import AccountForm, ClinicForm, SetupCodeForm
from wheal.clinic.people.permissions import Permission, permission_required


@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The first visit to an empty site. Whoever holds the code of the console becomes its administrator."""
    if not setup_code.is_awaited():
        return redirect("account_login")
    forms = {
        "code_form": SetupCodeForm(request.POST or None),
        "clinic_form": ClinicForm(request.POST or None),
        "account_form": AccountForm(request.POST or None),
    }
    if request.method != "POST":
        return render(request, "people/setup.html", forms)
    wrong = [form for form in forms.values() if not form.is_valid()]  # all of them are asked
    if wrong:
        return render(request, "people/setup.html", forms, status=422)
    _set_up(forms["clinic_form"], forms["account_form"])
    messages.success(
        request, _("The clinic is set up. Log in as its administrator, then add the people who work there.")
    )
    return redirect("account_login")


def _set_up(clinic_form: ClinicForm, account_form: AccountForm) -> None:
    actions.set_up(clinic=clinic_form.as_clinic(), administrator=account_form.as_person())
    setup_code.void()


@permission_required(Permission.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
def clinic(request: HttpRequest) -> HttpResponse:
    form = ClinicForm(request.POST or None, instance=request.clinic)
    if request.method == "POST" and form.is_valid():
        actions.change_clinic(clinic=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("people:clinic")
    return render(request, "people/clinic.html", {"form": form}, status=422 if form.errors else 200)


@permission_required(Permission.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
def clinic_new(request: HttpRequest) -> HttpResponse:
    """One more clinic of the same group; who founds it is its first administrator."""
    form = ClinicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        founded = actions.found_another(clinic=form.as_clinic(), by=request.user)
        request.session["clinic"] = founded.pk
        return redirect("people:list")
    return render(request, "people/clinic_new.html", {"form": form}, status=422 if form.errors else 200)
