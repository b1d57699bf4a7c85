"""How often: a page with its filters, every line with its denominator."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety.rates import counting
from wheal.clinic.safety.rates.left_out import left_out
from wheal.clinic.safety.rates.wording import said
from wheal.clinic.safety.reactions.forms import day_field, kinds
from wheal.knowledge import Knowledge

YEAR = timedelta(days=365)


class AskForm(forms.Form):
    by = forms.ChoiceField(label=_("By"), choices=list(counting.BY.items()), required=False)
    kind = forms.ChoiceField(label=_("Which reactions"), required=False)
    since = day_field(_("Treated from"), required=False)
    until = day_field(_("Treated until"), required=False)

    def __init__(self, data: object, known: Knowledge) -> None:
        super().__init__(data)
        alike = ("alike", _("Infection, abscess, nodule or ulcer"))
        self.fields["kind"].choices = [("", _("All kinds")), alike, *kinds(known)]

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if kept.get("since") and kept.get("until") and kept["since"] > kept["until"]:
            self.add_error("until", _("This day is before the first one."))
        return kept


@permission_required(P.TRACE_SEE)
@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    today, known = request.clinic.day_of(), knowledge.current()
    form = AskForm(request.GET, known)
    kept = form.cleaned_data if form.is_valid() else {}
    asked = counting.Asked(
        kept.get("by") or "product",
        kept.get("since") or today - YEAR,
        kept.get("until") or today,
        kept.get("kind", ""),
    )
    shown = AskForm({"by": asked.by, "kind": asked.kind, "since": asked.since, "until": asked.until}, known)
    rows = counting.lines(request.clinic, asked) if not form.errors else []
    audit.record(by=request.user, what="safety.rates_read", clinic=request.clinic, detail={"by": asked.by})
    names = _names(rows, asked.by, known)
    page = {
        "form": form if form.errors else shown,
        "asked": asked,
        "rows": [(names.get(row.key, row.name), row, said(row.rate, known)) for row in rows],
        "left_out": None if form.errors else left_out(request.clinic, asked),
        "by": counting.BY[asked.by],
        "may_write": may(request, P.REACTION_WRITE),
    }
    return render(request, "safety/rates.html", page, status=422 if form.errors else 200)


def _names(rows: list[counting.Line], by: str, known: Knowledge) -> dict[object, str]:
    """Where the record keeps a code or an account, what people call it."""
    if by == "technique":
        return {row.key: known.text(f"technique.{row.key}", (get_language() or "en")[:2]) for row in rows}
    if by == "practitioner":
        return {pk: user.shown_name for pk, user in User.objects.in_bulk([row.key for row in rows]).items()}
    return {}
