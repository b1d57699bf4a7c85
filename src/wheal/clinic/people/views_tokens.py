"""Pages for an administrator: which other programs may read the clinic's record, and for how long."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic.people import token_actions
from wheal.clinic.people.models import ServiceToken
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.people.proofs import factor_required
from wheal.clinic.people.tokens import Scope

DAYS = {
    30: gettext_lazy("30 days"),
    90: gettext_lazy("90 days"),
    180: gettext_lazy("180 days"),
    365: gettext_lazy("One year"),
}


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Which program"),
        max_length=80,
        help_text=gettext_lazy("As you will know it again: laboratory, accounting, registry."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("No more than it needs. To write does not include to read."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long"), choices=list(DAYS.items()), coerce=int, initial=90
    )


def _theirs(request: HttpRequest):
    return ServiceToken.objects.filter(clinic=request.clinic).select_related("made_by", "revoked_by")


def _opened(token: ServiceToken) -> list[str]:
    return [label for name, label in Scope.choices if name in token.scopes]


@permission_required(P.PEOPLE_WRITE)
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [
        {
            "token": each,
            "state": each.state(now),
            "scopes": [label for name, label in Scope.choices if name in each.scopes],
        }
        for each in _theirs(request)
    ]
    usable = [row for row in rows if row["state"] == "usable"]
    past = [row for row in rows if row["state"] != "usable"]
    return render(request, "people/tokens.html", {"usable": usable, "past": past})


@permission_required(P.PEOPLE_WRITE)
@require_http_methods(["GET", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _made(request, form)
    return render(request, "people/token_new.html", {"form": form}, status=422 if form.errors else 200)


@factor_required
def _made(request: HttpRequest, form: TokenForm) -> HttpResponse:
    """The one page that shows the token itself."""
    kept = form.cleaned_data
    token, text = token_actions.make(
        clinic=request.clinic, name=kept["name"], scopes=kept["scopes"], days=kept["days"], by=request.user
    )
    return render(request, "people/token_made.html", {"token": token, "text": text})


@permission_required(P.PEOPLE_WRITE)
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_theirs(request), pk=pk)
    token_actions.revoke(token=token, by=request.user)
    messages.success(request, _("%(name)s can no longer reach this clinic.") % {"name": token.name})
    return redirect("people:tokens")
