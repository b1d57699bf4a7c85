"""The photographs that belong to a reaction: of its places since its first day, and those of the patient's report."""

from __future__ import annotations

from django.http import HttpRequest

from wheal.clinic.photographs.access import ticket
from wheal.clinic.photographs.actions import NotAgreed
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.safety.reactions.models import Reaction
from wheal.clinic.safety.reporting import photographs as reported
from wheal.clinic.safety.reporting.models import PatientReport
from wheal.knowledge import Knowledge
from wheal.photography import poses_for


def areas_of(reaction: Reaction) -> list[str]:
    return list(dict.fromkeys(place.area for place in reaction.places.all()))


def of(reaction: Reaction, known: Knowledge) -> list[Photograph]:
    """Of the views of its areas (of all, where no place was named), from its first day until it was over."""
    held = Photograph.objects.kept().filter(patient=reaction.patient, taken_on__gte=reaction.counted_from)
    if reaction.over_on:
        held = held.filter(taken_on__lte=reaction.over_on)
    if areas := areas_of(reaction):
        held = held.filter(pose__in=poses_for(areas, known))
    return list(held)


def page(request: HttpRequest, reaction: Reaction, known: Knowledge) -> dict[str, object]:
    """For the reaction's page. What is shown is written down; without consent nothing is."""
    shown = of(reaction, known)
    report = PatientReport.objects.filter(reaction=reaction).select_related("patient").first()
    sent = list(report.photographs.all()) if report else []
    page: dict[str, object] = {
        "areas": areas_of(reaction),
        "reported": sent if report and sent and reported.may_be_shown(report) else [],
        "reported_kept": len(sent),
    }
    try:
        return page | {"photographs": shown, "seen": ticket(request, reaction.patient, shown, "reaction")}
    except NotAgreed:
        return page | {"photographs": [], "not_agreed": True}
