"""Notices of authorities and makers: kept as they came, matched anew each time somebody looks."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from wheal import knowledge, notices
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety import actions, matching, same
from wheal.clinic.safety.forms import NoticeForm, OpenForm
from wheal.clinic.safety.models import Notice
from wheal.clinic.stock.models import Product

UNREADABLE = {
    "empty": _("There is nothing in it."),
    "not_text": _("This file is no table of text. Save it as CSV and try again."),
    "no_lot_column": _("No column is headed as a lot number. The headings found: %(about)s"),
    "no_lot_named": _(
        "No lot number was found. Write “lot” before each number or list of numbers. Where the whole product is meant, "
        "write “all lots of” and its name, or call back every lot on the page of who was given the product."
    ),
    "range_too_long": _("The range %(about)s holds too many numbers to be meant."),
}
SURE = {
    "lot_and_code": _("lot and GTIN"),
    "lot_and_name": _("lot and name"),
    "lot_alone": _("lot number alone: compare the product by hand"),
}

HOW = {
    "in_text": _("Seen among the words, not read as a lot number: compare it with the notice."),
    "in_span": _(
        "Is this one meant? It may belong to a range or a beginning that the notice names: compare it with the notice."
    ),
    "all_lots": _("Is this one meant? The notice speaks of all lots of a product: compare the product."),
    "not_read": _(
        "Is this one meant? The notice names its product, and what it says of the lots was not read: "
        "compare it with the notice."
    ),
    "question": _(
        "Is this one meant? The number is short, or a hyphen ties it to more: compare it with the notice."
    ),
}


@permission_required(P.RECALL_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = NoticeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.keep_notice(clinic=request.clinic, by=request.user, **form.given())
        except notices.NoticeUnreadable as unreadable:
            form.add_error(form.source(), UNREADABLE[unreadable.code] % {"about": unreadable.about})
        else:
            return redirect("safety:notice", kept.pk)
    return render(request, "safety/notice_new.html", {"form": form}, status=422 if form.errors else 200)


@permission_required(P.TRACE_SEE)
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    held = Notice.objects.visible_to(request.user).filter(clinic=request.clinic)
    seen = get_object_or_404(held.select_related("kept_by"), pk=pk)
    answer = matching.of(seen, same.clinics_of(request.user, P.TRACE_SEE), knowledge.current())
    today = timezone.localdate()
    audit.record(
        by=request.user,
        what="safety.notice_read",
        subject=seen,
        clinic=request.clinic,
        detail={"lots": [each.lot.pk for each in answer.found]},
    )
    page = {
        "notice": seen,
        "answer": answer,
        "rows": [(each, SURE[each.sure], HOW.get(each.how), each.lot.state(today)) for each in answer.found],
        "things": [
            (each.thing, SURE[each.sure], HOW.get(each.how), each.thing.state(today))
            for each in answer.things
        ],
        "whole": _whole(answer.found, request),
        "recalls": {row.lot_id: row for row in seen.recalls.all()},
        "form": OpenForm(initial={"reason": str(seen), "notice": seen.pk}),
        "may_recall": may(request, P.RECALL_WRITE),
    }
    return render(request, "safety/notice.html", page)


def _whole(found: Iterable[matching.Found], request: HttpRequest) -> list[Product]:
    """The products of this clinic of which all lots may be meant, and some are not called back yet."""
    meant = [
        each.lot for each in found if each.how == "all_lots" and each.lot.product.clinic == request.clinic
    ]
    return list({lot.product_id: lot.product for lot in meant if not lot.recalled_at}.values())
