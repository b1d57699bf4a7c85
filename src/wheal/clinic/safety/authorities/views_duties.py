"""What a country asks of one reaction: what is settled by a report, what does not apply, and what is left."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from wheal import knowledge
from wheal.clinic.patients import readings
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.safety.authorities import actions, duties
from wheal.clinic.safety.authorities.forms import AsideForm
from wheal.clinic.safety.authorities.views import REASONS, named
from wheal.clinic.safety.models import Reaction
from wheal.clinic.safety.reactions.models import newest


@permission_required(P.RECALL_WRITE)
@require_http_methods(["GET", "POST"])
def of_reaction(request: HttpRequest, pk: int) -> HttpResponse:
    held = Reaction.objects.visible_to(request.user).standing().filter(clinic=request.clinic)
    rows = held.select_related("patient", "clinic").prefetch_related(
        "duties_met__sent", "duties_met__written_by", "assessments"
    )
    reaction, known = get_object_or_404(rows, pk=pk), knowledge.current()
    readings.shows(request, reaction.patient_id)
    form = AsideForm(
        request.POST if request.method == "POST" else None, asked=named(reaction, known, is_open=True)
    )
    if form.is_bound and form.is_valid():
        try:
            actions.set_aside(reaction=reaction, by=request.user, known=known, **form.cleaned_data)
        except actions.DeclarationRefused as refused:
            form.add_error(refused.about or None, REASONS[refused.reason])
        else:
            return redirect("safety:duties", pk)
    page = {
        "reaction": reaction,
        "patient": reaction.patient,
        "owed": duties.owed(reaction, known),
        "judged": newest(reaction.assessments.all()),
        "form": form,
    }
    return render(request, "safety/duties.html", page, status=422 if form.errors else 200)
