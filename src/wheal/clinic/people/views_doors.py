"""Invitations: given and withdrawn by an administrator, accepted by whoever has the link. Log-ins: seen and ended."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wheal.clinic import mail
from wheal.clinic.people import actions, invitations, open_log_ins
from wheal.clinic.people.forms import AccountForm, administers_field
from wheal.clinic.people.models import ROLE_NAMES, Invitation, LogIn, Role
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.people.proofs import factor_required, proof_required
from wheal.clinic.people.views import REASONS

WHY_NOT = {
    "unknown": gettext_lazy("This link leads to no invitation. Copy it whole from the letter."),
    "used": gettext_lazy("This invitation was accepted already. Log in with your user name."),
    "withdrawn": gettext_lazy("This invitation was withdrawn. Ask the clinic for another."),
    "expired": gettext_lazy("This invitation is too old. Ask the clinic for another."),
}


class InvitationForm(forms.Form):
    first_name = forms.CharField(label=gettext_lazy("Given name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Family name"), max_length=80)
    email = mail.AddressField(label=gettext_lazy("E-mail"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=list(ROLE_NAMES.items()), initial=Role.ASSISTANT
    )
    administers = administers_field()
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class AcceptForm(AccountForm):
    """Name and role stand in the invitation."""

    field_order = ["username", "password"]

    def __init__(self, data: object, invitation: Invitation) -> None:
        super().__init__(data)
        self.invitation = invitation
        del self.fields["first_name"], self.fields["last_name"]


@permission_required(P.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
@factor_required
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, initial={"language": request.clinic.language})
    if request.method == "POST" and form.is_valid():
        row, secret = invitations.invite(
            clinic=request.clinic, person=invitations.Invited(**form.cleaned_data), by=request.user
        )
        return _handed_over(request, row, secret)
    now = timezone.now()
    waiting = Invitation.objects.standing().filter(clinic=request.clinic).select_related("made_by")
    rows = [{"row": each, "state": each.state(now)} for each in waiting]
    page = {"form": form, "waiting": rows, "mail": mail.is_set_up()}
    return render(request, "people/invite.html", page, status=422 if form.errors else 200)


def _handed_over(request: HttpRequest, row: Invitation, secret: str) -> HttpResponse:
    """By e-mail where there is a server that takes it; shown once where there is not."""
    path = reverse("people:invited", args=[secret])
    address = (
        f"{settings.PUBLIC_ADDRESS}{path}" if settings.PUBLIC_ADDRESS else request.build_absolute_uri(path)
    )
    try:
        invitations.send(invitation=row, address=address, by=request.user)
    except mail.NotSent:
        return render(request, "people/invitation.html", {"row": row, "address": address})
    messages.success(request, _("The invitation is on its way to %(name)s.") % {"name": row.name})
    return redirect("people:invite")


@permission_required(P.PEOPLE_WRITE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Invitation.objects.filter(clinic=request.clinic), pk=pk)
    invitations.withdraw(invitation=row, by=request.user)
    messages.success(request, _("Withdrawn: the link opens nothing any more."))
    return redirect("people:invite")


@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """For whoever has the link: an account of their own, or the one they are logged in with."""
    try:
        row = invitations.read(secret)
    except invitations.InvitationRefused as refused:
        return render(request, "people/invited_not.html", {"why": WHY_NOT[refused.reason]}, status=404)
    if not request.user.is_authenticated:
        translation.activate(row.language)
        request.LANGUAGE_CODE = row.language
    form = AcceptForm(request.POST if "username" in request.POST else None, row)
    if request.method == "POST" and (answer := _accepted(request, form, secret)):
        return answer
    page = {"form": form, "row": row, "secret": secret}
    return render(request, "people/invited.html", page, status=422 if form.errors else 200)


def _accepted(request: HttpRequest, form: AcceptForm, secret: str) -> HttpResponse | None:
    try:
        if request.user.is_authenticated:
            invitations.join(secret=secret, user=request.user)
            return redirect("people:choose-clinic")
        if form.is_valid():
            kept = form.cleaned_data
            invitations.accept(secret=secret, username=kept["username"], password=kept["password"])
            messages.success(request, _("Your account is made. Log in with it."))
            return redirect("account_login")
    except actions.PeopleRefused as refused:
        messages.error(request, REASONS[refused.reason])
    except invitations.InvitationRefused as refused:
        messages.error(request, WHY_NOT[refused.reason])
    return None


@login_required
@require_POST
@proof_required
def end_log_in(request: HttpRequest, pk: int) -> HttpResponse:
    open_log_ins.end(row=get_object_or_404(LogIn.objects.filter(user=request.user), pk=pk), by=request.user)
    messages.success(request, _("Logged out there."))
    return redirect("people:me")


@login_required
@require_POST
@proof_required
def end_other_log_ins(request: HttpRequest) -> HttpResponse:
    open_log_ins.end_all(user=request.user, by=request.user, but=open_log_ins.key_of(request))
    messages.success(request, _("Logged out everywhere else."))
    return redirect("people:me")
