"""One page: after which sessions a reaction came, told or mended later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wheal.clinic.patients import readings
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.safety.models import Reaction
from wheal.clinic.safety.reactions import led_to, tying
from wheal.clinic.safety.reactions.actions import ReactionRefused
from wheal.clinic.safety.reactions.forms import TieForm
from wheal.clinic.safety.reactions.led_to import Led
from wheal.clinic.safety.reactions.views import REASONS
from wheal.clinic.treatments.models import MixComponent


@permission_required(P.REACTION_WRITE)
@require_http_methods(["GET", "POST"])
def tie(request: HttpRequest, pk: int) -> HttpResponse:
    held = Reaction.objects.visible_to(request.user).filter(clinic=request.clinic, withdrawn_at=None)
    reaction = get_object_or_404(held.select_related("patient", "clinic"), pk=pk)
    readings.shows(request, reaction.patient_id)
    tied = led_to.of(reaction)
    rows = _offered(reaction, tied)
    form = TieForm(
        request.POST if request.method == "POST" else None,
        sessions=[one.session for one in rows], tied=[one.session.pk for one in tied],
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            tying.tie(
                reaction=reaction, sessions=form.kept, reason=form.cleaned_data["reason"], by=request.user
            )
        except ReactionRefused as refused:
            form.add_error(refused.about or None, REASONS[refused.reason])
        else:
            messages.success(request, _("Tied. What stood before stays readable."))
            return redirect("safety:reaction", pk)
    lots = _lots(one.session.pk for one in rows)
    page = {
        "form": form,
        "reaction": reaction,
        "patient": reaction.patient,
        "rows": [(one, lots.get(one.session.pk, [])) for one in rows],
    }
    return render(request, "safety/reactions/tie.html", page, status=422 if form.errors else 200)


def _offered(reaction: Reaction, tied: Iterable[Led]) -> list[Led]:
    """Those of the year before it began, and those that it is tied to, the newest first."""
    held = {one.session.pk: one for one in tied}
    began = reaction.counted_from
    before = (one for one in led_to.candidates(reaction.patient, began) if one.day <= began)
    return sorted((held | {one.session.pk: one for one in before}).values(), key=lambda one: one.days_before)


def _lots(sessions: Iterable[int]) -> dict[int, list[str]]:
    rows = MixComponent.objects.filter(mix__session__in=list(sessions)).order_by("id")
    found: dict[int, list[str]] = defaultdict(list)
    for session, product, number in rows.values_list("mix__session_id", "lot__product__name", "lot__number"):
        found[session].append(f"{product} {number}")
    return {session: list(dict.fromkeys(lots)) for session, lots in found.items()}
