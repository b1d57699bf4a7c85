"""For an administrator: what somebody who left, or will, still has before them, and who takes it over."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wheal.clinic.appointments.actions import leaving
from wheal.clinic.patients import readings
from wheal.clinic.people.models import Clinic, Membership, User
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.treatments.staff import INJECTING


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        label=gettext_lazy("Who takes it over"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
    )

    def __init__(self, data: object, clinic: Clinic, but: User) -> None:
        super().__init__(data)
        here = Membership.objects.filter(clinic=clinic, ended_at=None, role__in=INJECTING)
        chosen = self.fields["to"]
        chosen.queryset = User.objects.filter(memberships__in=here).exclude(pk=but.pk).order_by("last_name")
        chosen.label_from_instance = User.shown_name.fget


def _member(request: HttpRequest, pk: int) -> Membership:
    return get_object_or_404(Membership.objects.filter(clinic=request.clinic).select_related("user"), pk=pk)


@permission_required(P.PEOPLE_WRITE)
@require_safe
def left_open(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment of the person's page. Empty where there is nothing, or where they have come back."""
    member = _member(request, pk)
    held = leaving.left_open(request.clinic, member.user) if _is_theirs(member) else None
    if held:
        rows = [*held.sessions, *held.appointments, *held.waiting]
        readings.shows(request, *(row.patient_id for row in rows))
    form = HandOverForm(None, request.clinic, member.user)
    page = {"member": member, "held": held or None, "form": form}
    return render(request, "appointments/_left_open.html", page)


def _is_theirs(member: Membership) -> bool:
    """Of a membership that ended, only where no other one goes on: it is still their own then."""
    again = Membership.objects.filter(clinic=member.clinic_id, user=member.user_id, ended_at=None)
    return member.ended_at is None or not again.exists()


@permission_required(P.PEOPLE_WRITE)
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    form = HandOverForm(request.POST, request.clinic, member.user)
    if not form.is_valid():
        messages.error(request, _("Choose somebody who injects here."))
    elif _is_theirs(member):
        leaving.hand_over(clinic=request.clinic, of=member.user, to=form.cleaned_data["to"], by=request.user)
        messages.success(request, _("Handed over."))
    return redirect("people:person", member.pk)
