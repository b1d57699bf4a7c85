"""The passes of a session as a whole: one more, measured, mirrored, changed, taken out."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wheal import bodymap, knowledge
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.treatments import actions, grounds
from wheal.clinic.treatments.actions.injecting import leaves_points
from wheal.clinic.treatments.forms import PassForm, RulerForm
from wheal.clinic.treatments.models import Mix, Pass, Session
from wheal.clinic.treatments.opened import session_of


@permission_required(P.POINTS_WRITE)
@require_POST
def add_pass(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    try:
        made = actions.add_pass(session=row, by=request.user, known=knowledge.current())
    except actions.DraftRefused as refused:
        return _refused(request, row, refused.reason)
    return redirect(f"{_inject(row)}?pass={made.pk}")


@permission_required(P.POINTS_WRITE)
@require_POST
def draw_as_last_time(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    try:
        actions.draw_as_last_time(session=row, by=request.user, known=knowledge.current())
    except actions.DraftRefused as refused:
        return _refused(request, row, refused.reason)
    return redirect(_inject(row))


@permission_required(P.POINTS_WRITE)
@require_POST
def measure(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """What the ruler of this place measures on the patient; empty takes the measurement back."""
    session = session_of(request, pk)
    held = get_object_or_404(session.passes.all(), pk=row)
    known = knowledge.current()
    ruler = bodymap.ruler_of(grounds.place_of(held, known), known)
    form = RulerForm(request.POST)
    if not form.is_valid() or not ruler:
        return _refused(request, session, _("Give the distance in centimetres."))
    distance = form.cleaned_data["distance_cm"]
    return _changed(
        request, session, held.pk,
        lambda: actions.measure(
            row=held, ruler=(ruler[0], ruler[1]), distance_cm=distance, by=request.user, known=known
        ),
    )  # fmt: skip


@permission_required(P.POINTS_WRITE)
@require_POST
def mirror(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    session = session_of(request, pk)
    held = get_object_or_404(session.passes.all(), pk=row)
    try:
        image = actions.mirror_pass(row=held, by=request.user, known=knowledge.current())
    except actions.DraftRefused as refused:
        return _refused(request, session, refused.reason)
    return redirect(f"{_inject(session)}?pass={image.pk}")


@permission_required(P.POINTS_WRITE)
@require_POST
def shape(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_of(request, pk)
    asked = request.POST.get("shape", "")
    number = int(asked) if asked.isdecimal() else 0
    at = request.POST.get("pass", "")
    return _changed(
        request, session, at, lambda: actions.choose_shape(session=session, shape=number, by=request.user)
    )


@permission_required(P.POINTS_WRITE)
@require_POST
def change_pass(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Another mix, place or technique; or the pass taken out. Where points would be lost, that is asked first."""
    session = session_of(request, pk)
    held = get_object_or_404(session.passes.all(), pk=row)
    known = knowledge.current()
    version = _agreed(request, held)
    if request.POST.get("remove"):
        if version is None:
            return _ask(request, session, held)
        return _changed(
            request, session, "", lambda: actions.remove_pass(row=held, by=request.user, version=version)
        )
    form = PassForm(request.POST, known, [(mix.pk, mix.label) for mix in session.mixes.all()], {})
    if not form.is_valid():
        return redirect(f"{_inject(session)}?pass={held.pk}")
    kept = form.cleaned_data
    mix = get_object_or_404(session.mixes.all(), pk=kept["mix"])
    area, chart, side = kept["place"].split("/")
    is_loss = leaves_points(held, bodymap.place(area, known, chart, side), known)
    if is_loss and version is None:
        return _ask(request, session, held)
    return _changed(
        request, session, held.pk,
        lambda: actions.save_pass_choice(
            row=held, by=request.user, mix=mix, area=area, technique=kept["technique"], known=known, chart=chart,
            side=side, version=version if is_loss else None,
        ),
    )  # fmt: skip


@permission_required(P.POINTS_WRITE)
@require_POST
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What was taken off last."""
    session = session_of(request, pk)
    try:
        row = actions.put_back(session=session, by=request.user)
    except actions.DraftRefused as refused:
        return _refused(request, session, refused.reason)
    return redirect(f"{_inject(session)}?pass={row.pk}")


def _agreed(request: HttpRequest, held: Pass) -> int | None:
    """The version of the pass whose points may go; None: it has some, and nobody was asked yet."""
    agreed = request.POST.get("agreed", "")[:9]
    if agreed.isdecimal():
        return int(agreed)
    is_fixed = held.session.is_signed or held.session.cancelled_at  # the action says so
    return None if held.count and not is_fixed else held.draft_version


def _ask(request: HttpRequest, session: Session, held: Pass) -> HttpResponse:
    """What is to be changed is sent again with the answer."""
    sent = {
        name: request.POST[name] for name in ("remove", "mix", "place", "technique") if name in request.POST
    }
    page = {"session": session, "row": held, "sent": sent}
    return render(request, "treatments/take_points_off.html", page)


def _changed(
    request: HttpRequest, session: Session, at: object, change: Callable[[], object]
) -> HttpResponse:
    try:
        change()
    except actions.DraftRefused as refused:
        return _refused(request, session, refused.reason)
    except (Pass.DoesNotExist, Mix.DoesNotExist) as problem:  # another device took it out meanwhile
        raise Http404 from problem
    return redirect(_inject(session) + (f"?pass={at}" if at else ""))


def _refused(request: HttpRequest, session: Session, reason: str) -> HttpResponse:
    page = {"session": session, "patient": session.patient, "reason": reason}
    return render(request, "treatments/refused.html", page, status=422)


def _inject(row: Session) -> str:
    return reverse("treatments:inject", args=[row.pk])
