"""The pictures themselves: only for those who may see the patient, each look written down, kept by no browser."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal.clinic import vault, vault_keys
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.photographs import actions, agreed, files
from wheal.clinic.photographs.access import is_written_down, photograph_or_404
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.photographs.views import not_shown
from wheal.photography import PURPOSES

log = logging.getLogger(__name__)
KINDS: Final[dict[str, tuple[Callable[[Photograph], bytes], str]]] = {
    "screen": (files.screen, "image/jpeg"),
    "thumb": (files.thumb, "image/jpeg"),
    "unframed": (files.unframed, "image/jpeg"),
    "outline": (files.outline, "image/png"),
}


@permission_required(P.CHART_READ)
@require_safe
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    photograph = photograph_or_404(request, pk)
    if kind not in KINDS:
        raise Http404
    if photograph.deleted_at is not None:
        return words(_("This photograph was deleted."), 410)
    if not agreed.stands("record", photograph.patient):
        return words(_("The consent for photographs does not stand: this one is not shown."), 403)
    if not is_written_down(request, photograph):
        actions.show(patient=photograph.patient, photographs=[photograph], where=kind, by=request.user)
    make, content_type = KINDS[kind]
    return read(f"photograph {photograph.pk}", lambda: make(photograph), content_type)


def words(text: str, status: int) -> HttpResponse:
    """Where a picture would stand."""
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


def read(what: str, make: Callable[[], bytes], content_type: str) -> HttpResponse:
    """The picture, or in words that its file is missing or damaged; the log names it as `what`."""
    try:
        return picture(make(), content_type)
    except (vault.NotKept, vault.Damaged, vault_keys.KeyMissing) as problem:
        log.error("%s: %s %s", what, type(problem).__name__, problem)
        return words(
            _("The file of this photograph is missing or damaged. It has to be restored from the backup."),
            500,
        )


def picture(content: bytes, content_type: str) -> HttpResponse:
    """Nothing but a picture, whatever its bytes might be taken for."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Cache-Control": "no-store, private",
            "Content-Disposition": f'inline; filename="photograph.{content_type.partition("/")[2]}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@permission_required(P.PHOTOGRAPH_GIVE_OUT)
@require_POST
def give_out(request: HttpRequest, pk: int) -> HttpResponse:
    """A copy that leaves the record, for one purpose that the patient agreed to."""
    photograph = photograph_or_404(request, pk)
    purpose = request.POST.get("purpose", "")
    if purpose not in PURPOSES:
        raise Http404

    def copy() -> bytes:
        return actions.give_out(photograph=photograph, purpose=purpose, by=request.user)

    try:
        answer = read(f"photograph {photograph.pk}", copy, "image/jpeg")
    except actions.PhotographRefused as refused:
        raise Http404 from refused
    except actions.NotAgreed:
        return not_shown(request, photograph.patient)
    if answer.status_code == 200:
        answer.headers["Content-Disposition"] = f'attachment; filename="photograph-{photograph.taken_on}.jpg"'
    return answer
