"""Pages about devices, needles, water points, disinfectants and rooms, each with its log."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max, Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic import own_labels, printing, spreadsheets
from wheal.clinic.equipment import actions, tables
from wheal.clinic.equipment.forms import (
    BoxForm,
    CleaningForm,
    MaintenanceForm,
    ReasonForm,
    TestForm,
    ThingForm,
)
from wheal.clinic.equipment.models import Care, Kind, Thing
from wheal.clinic.headers import with_camera
from wheal.clinic.lists import from_standby
from wheal.clinic.people.permissions import Permission, may, permission_required


def _here(request: HttpRequest) -> QuerySet[Thing]:
    seen = Thing.objects.visible_to(request.user).filter(clinic=request.clinic)
    return seen.select_related("clinic", "blocked_by")


@permission_required(Permission.STOCK_SEE)
@require_safe
@from_standby
def things(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    counts = Q(log__what=Care.What.CLEANING, log__taken_back_by=None)
    rows = [
        {
            "thing": one,
            "state": one.state(today),
            "cleaning_due": one.cleaning_is_due(one.cleaned_at, timezone.now()),
        }
        for one in _here(request).annotate(cleaned_at=Max("log__done_at", filter=counts))
    ]
    kept = [row for row in rows if row["state"] != "retired"]
    page = {
        "groups": [(kind.label, [row for row in kept if row["thing"].kind == kind]) for kind in Kind],
        "retired": [row for row in rows if row["state"] == "retired"],
        "empty": not rows,
        "may_write": may(request, Permission.STOCK_WRITE),
    }
    return render(request, "equipment/list.html", page)


@with_camera
@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def thing_new(request: HttpRequest) -> HttpResponse:
    box = BoxForm(request.GET if "code" in request.GET else None, request.clinic)
    filled = {"kind": request.GET.get("kind", Kind.DEVICE)}
    if box.is_valid():
        filled = {"kind": Kind.NEEDLE, **box.filled()}
    form = ThingForm(request.POST or None, filled=filled)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_thing(clinic=request.clinic, thing=form.as_thing(), by=request.user)
        except actions.ThingRefused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            return _told(request, made)
    page = {"form": form, "box": box}
    return render(request, "equipment/new.html", page, status=422 if form.errors or box.errors else 200)


def _told(request: HttpRequest, made: Thing) -> HttpResponse:
    if made.blocked_at:
        words = _("%(name)s is blocked and cannot be used: %(reason)s")
        messages.warning(request, words % {"name": made, "reason": made.block_reason})
        return redirect("equipment:thing", made.pk)
    messages.success(request, _("%(name)s can now be chosen in a session.") % {"name": made})
    return redirect("equipment:list")


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def thing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = ThingForm(request.POST or None, thing=seen)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_thing(thing=seen, to=form.as_thing(), by=request.user)
        except actions.ThingRefused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            return redirect("equipment:thing", pk)
    page = {"form": form, "thing": seen}
    return render(request, "equipment/new.html", page, status=422 if form.errors else 200)


@permission_required(Permission.STOCK_SEE)
@require_safe
def thing(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(_here(request), pk=pk))


def _page(request: HttpRequest, seen: Thing, *, status: int = 200, **forms: Form) -> HttpResponse:
    log = seen.log.select_related(
        "done_by", "water_point", "disinfectant", "taken_back_by__done_by", "takes_back"
    )
    written = [entry for entry in log if entry.what != Care.What.TAKEN_BACK]
    last = next(
        (each for each in written if each.what == "cleaning" and not hasattr(each, "taken_back_by")), None
    )
    proposed = {"water_point": last.water_point_id, "disinfectant": last.disinfectant_id} if last else None
    page = {
        "thing": seen,
        "state": seen.state(timezone.localdate()),
        "log": written,
        "last_cleaning": last,
        "cleaning_due": seen.cleaning_is_due(last and last.done_at, timezone.now()),
        "test_form": TestForm(),
        "is_cared_for": seen.is_cared_for,
        "cleaning_form": CleaningForm(None, seen, proposed),
        "maintenance_form": MaintenanceForm(),
        "reason_form": ReasonForm(),
        "may_write": may(request, Permission.STOCK_WRITE),
        "may_block": may(request, Permission.LOT_BLOCK),
        **forms,
    }
    return render(request, "equipment/thing.html", page, status=status)


def _change(
    request: HttpRequest, seen: Thing, form: Form, name: str, change: Callable[[], object]
) -> HttpResponse:
    """Do it, or show the page again with what stands against it."""
    if form.is_valid():
        try:
            change()
        except actions.ThingRefused as refused:
            form.add_error(refused.field, refused.reason)
        else:
            return redirect("equipment:thing", seen.pk)
    return _page(request, seen, status=422, **{name: form})


@permission_required(Permission.STOCK_WRITE)
@require_POST
def clean(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = CleaningForm(request.POST, seen)
    return _change(
        request,
        seen,
        form,
        "cleaning_form",
        lambda: actions.clean(thing=seen, by=request.user, **form.cleaned_data),
    )


@permission_required(Permission.STOCK_WRITE)
@require_POST
def maintain(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = MaintenanceForm(request.POST)
    return _change(
        request, seen, form, "maintenance_form",
        lambda: actions.maintain(thing=seen, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@permission_required(Permission.STOCK_WRITE)
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = TestForm(request.POST)
    return _change(
        request, seen, form, "test_form",
        lambda: actions.record_test(thing=seen, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@permission_required(Permission.STOCK_SEE)
@require_safe
def log_csv(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    rows = seen.log.select_related("done_by", "water_point", "disinfectant", "takes_back").order_by("pk")
    return spreadsheets.answer(f"log-{pk}", tables.of_log(rows))


@permission_required(Permission.STOCK_SEE)
@require_safe
def label(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    code = own_labels.code_of(own_labels.THING, seen.pk)
    until = _("until %(date)s") % {"date": formats.date_format(seen.expires)} if seen.expires else ""
    printed = own_labels.Label(
        language=(get_language() or "en")[:2],
        title=seen.name,
        lines=tuple(line for line in (seen.get_kind_display(), seen.number, seen.maker) if line),
        strong=until,
        code=code,
        address=request.build_absolute_uri(f"{reverse('stock:scanned')}?{urlencode({'code': code})}"),
        clinic=request.clinic.name,
    )
    return printing.answer(own_labels.pdf(printed), code)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(
        Care.objects.filter(thing__in=_here(request)).select_related("thing__clinic"), pk=pk
    )
    form = ReasonForm(request.POST)
    return _change(
        request, entry.thing, form, "reason_form",
        lambda: actions.take_back(entry=entry, reason=form.cleaned_data["reason"], by=request.user),
    )  # fmt: skip


@permission_required(Permission.LOT_BLOCK)
@require_POST
def block(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = ReasonForm(request.POST)
    return _change(
        request, seen, form, "reason_form",
        lambda: actions.block(thing=seen, reason=form.cleaned_data["reason"], by=request.user),
    )  # fmt: skip


@permission_required(Permission.LOT_BLOCK)
@require_POST
def free(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = ReasonForm(request.POST)
    return _change(
        request, seen, form, "reason_form",
        lambda: actions.free(thing=seen, reason=form.cleaned_data["reason"], by=request.user),
    )  # fmt: skip


@permission_required(Permission.STOCK_WRITE)
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    actions.retire(thing=seen, by=request.user)
    messages.success(request, _("%(name)s is no longer offered.") % {"name": seen})
    return redirect("equipment:thing", pk)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    actions.take_up_again(thing=get_object_or_404(_here(request), pk=pk), by=request.user)
    return redirect("equipment:thing", pk)
