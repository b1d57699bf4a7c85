"""The page on which a lost second factor is taken away."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from wheal.clinic.people import actions, lost_factors, telling
from wheal.clinic.people.models import Membership
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.people.proofs import factor_required
from wheal.clinic.people.views import REASONS


class LostFactorForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("How did you make sure that it is this person who asks?"),
        help_text=gettext_lazy(
            "It stands in the audit. For example: came in person and showed an identity card."
        ),
        max_length=200,
        min_length=10,
    )


@permission_required(P.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
@factor_required
def lost_factor(request: HttpRequest, pk: int) -> HttpResponse:
    members = Membership.objects.filter(clinic=request.clinic, ended_at=None).select_related("user", "clinic")
    member = get_object_or_404(members, pk=pk)
    form = LostFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            lost_factors.take_away(user=member.user, clinic=request.clinic, reason=reason, by=request.user)
        except actions.PeopleRefused as refusal:
            form.add_error(None, REASONS[refusal.reason])
        else:
            _tell(request, member)
            return redirect("people:person", member.pk)
    page = {"form": form, "membership": member}
    return render(request, "people/lost_factor.html", page, status=422 if form.errors else 200)


def _tell(request: HttpRequest, member: Membership) -> None:
    """The person and who watches, by letter where one can be sent; and whoever pressed, whether it was."""
    if telling.tell(telling.FACTOR, member=member, by=request.user):
        messages.success(request, _("Taken away. This person was told by e-mail."))
    else:
        messages.warning(request, _("Taken away. No letter could be sent: tell this person yourself."))
