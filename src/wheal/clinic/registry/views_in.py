"""For programs: the door through which clinics of other servers send. Their signature is what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.tokens import too_many_refused
from wheal.clinic.registry import actions
from wheal.clinic.registry.benchmark import Told, packed
from wheal.measures.letters import NotForHere, NotGenuine, NotNow
from wheal.measures.store import Refused
from wheal.measures.submissions import NotWhole

STATUS = {NotGenuine: 401, Refused: 409, NotWhole: 422, RequestDataTooBig: 413}


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Every refusal says why, and is in the audit."""

    @csrf_exempt  # no cookie is asked for, so none can be abused
    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            return view(request, **named)
        except tuple(STATUS) as refused:
            if too_many_refused(request):
                return JsonResponse({"reason": "too many"}, status=429, headers={"Retry-After": "60"})
            status = next(code for kind, code in STATUS.items() if isinstance(refused, kind))
            detail = {"reason": str(refused)[:200], "status": status}
            audit.record(by=None, what="registry.not_taken", refused=True, detail=detail)
            told: dict[str, object] = {"reason": str(refused)}
            if isinstance(refused, actions.NotKnown):
                told["known"] = False
            if isinstance(refused, NotForHere | NotNow):
                told["why"] = refused.why
            if isinstance(refused, actions.NothingHeld):
                told["held"] = False
            return JsonResponse(told, status=status)

    return guarded


@answered
@require_http_methods(["POST"])
def letter(request: HttpRequest) -> HttpResponse:
    """200 with a receipt or what was asked; 202 with the parts that have not come yet."""
    told = actions.take_letter(letter=request.body, shown=_shown(request), here=request.get_host())
    if isinstance(told, Told):
        headers = {"Content-Encoding": "gzip", "ETag": f'"{told.tag}"'}
        return HttpResponse(packed(told), content_type="application/json", headers=headers)
    return JsonResponse(told, status=202 if "missing" in told else 200)


@answered
@require_http_methods(["PUT"])
def part(request: HttpRequest, digest: str) -> HttpResponse:
    actions.take_part(shown=_shown(request), digest=digest, body=request.body, here=request.get_host())
    return JsonResponse({"taken": digest})


def _shown(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "")
