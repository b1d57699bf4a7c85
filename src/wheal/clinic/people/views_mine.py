"""Pages for everybody who logs in: which clinic, which language, what is known of me."""

from __future__ import annotations

from base64 import b64encode

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language as set_language_cookie

from wheal.clinic.people import actions, devices, log_ins, open_log_ins, telling, whose
from wheal.clinic.people.forms import LanguageForm
from wheal.clinic.people.models import Membership, role_words
from wheal.clinic.people.permissions import P, may
from wheal.clinic.people.validity import told


@login_required
@require_http_methods(["GET", "POST"])
def choose_clinic(request: HttpRequest) -> HttpResponse:
    mine = Membership.objects.filter(user=request.user, ended_at=None).select_related("clinic")
    if request.method == "POST":
        wanted = request.POST.get(whose.CLINIC) or request.POST.get("clinic", "")
        chosen = get_object_or_404(mine, clinic=wanted if wanted.isdecimal() else None)
        request.session["clinic"] = chosen.clinic_id
        return _onward(request)
    rows = [{"membership": each, "role": each.role_words} for each in mine]
    return render(request, "people/choose_clinic.html", {"rows": rows})


def _onward(request: HttpRequest) -> HttpResponse:
    """To the day; back to where one was; or, with all that came, to where it was sent before (307)."""
    if path := request.POST.get(whose.SENDS):
        answer = redirect(whose.onward(request, path))
        answer.status_code = 307
        return answer
    if path := request.POST.get(whose.OPENS):
        return redirect(whose.onward(request, path))
    return redirect("treatments:day")


@login_required
@require_GET
def other_clinic(request: HttpRequest) -> HttpResponse:
    """Where a page leads that was opened at another clinic than the one where somebody works now."""
    wanted, path = request.GET.get("clinic", ""), whose.onward(request, request.GET.get("next", ""))
    there = next((each.clinic for each in request.memberships if str(each.clinic_id) == wanted), None)
    if there is not None and there == request.clinic:
        return redirect(path)
    return render(request, "people/page_of_another_clinic.html", {"there": there, "opens": path})


@login_required
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(
        request.POST or None, initial={"language": request.user.language or request.LANGUAGE_CODE}
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_language(user=request.user, language=form.cleaned_data["language"])
        return redirect("people:me")
    credentials = told(request.user.credentials.filter(withdrawn_at=None).order_by("kind"))
    page = {
        "form": form, "credentials": credentials, "role": role_words(request.role, request.administers),
        "log_ins": open_log_ins.of(request),
    }  # fmt: skip
    return render(request, "people/me.html", page, status=422 if form.errors else 200)


@login_required
@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why one is asked for, and how it is set up: where whoever lacks a required one is led."""
    page = {"lacks": log_ins.lacks_second_factor(request), "has": is_mfa_enabled(request.user)}
    return render(request, "people/second_factor.html", page)


@login_required
@require_GET
def told_of_access(request: HttpRequest) -> HttpResponse:
    """A fragment of the first page: what others changed of one's way in; who watches sees that of every colleague."""
    clinic, watches = request.clinic, may(request, P.AUDIT_READ)
    rows = telling.told(to=request.user, clinic=clinic, watches=watches, now=timezone.now()) if clinic else []
    return render(request, "people/_told.html", {"rows": rows, "watches": watches})


@require_POST
def device_key(request: HttpRequest) -> JsonResponse:
    """For scripts: what opens the entries that this device keeps. 401 also tells them that the log-in has ended."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    try:
        secret = devices.secret_of(device=request.POST.get("device", ""), by=request.user)
    except devices.DeviceRefused:
        return JsonResponse({"message": _("This device has no name.")}, status=422)
    return JsonResponse({"secret": b64encode(secret).decode()})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The switch in the top bar: for this device, and for the person wherever they log in."""
    form = LanguageForm(request.POST)
    if request.user.is_authenticated and form.is_valid():
        actions.choose_language(user=request.user, language=form.cleaned_data["language"])
    return set_language_cookie(request)


@require_GET
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Says whom to ask. The accounts library would send a letter with a link; an administrator knows the person."""
    return render(request, "account/password_reset.html")


def no_such_page(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What the accounts library offers and this site does not."""
    raise Http404
