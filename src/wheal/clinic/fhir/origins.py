"""Pages of other sites that may read answers of FHIR: those of programs that are registered here, and no others; and
what the token of a program opens, its own pages alone.

What they send carries a token, never the cookie of somebody who is logged in here: credentials are not allowed along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from wheal.clinic.fhir.models import Program

TAKEN: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE",
    "Access-Control-Allow-Headers": "accept, authorization, content-type, if-none-exist, if-none-match, prefer",
    "Access-Control-Max-Age": "600",
}
SHOWN: Final = (
    "Content-Location, ETag, Expires, Last-Modified, Location, Retry-After, WWW-Authenticate, X-Progress"
)


def let_in(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        origin = request.headers.get("Origin", "")
        if not origin or not request.path.startswith("/fhir"):
            return get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            is_known = _is_theirs(origin, Program.objects.all())
            response = HttpResponse(status=204, headers=TAKEN if is_known else {})
        else:
            response = get_response(request)
            is_known = _is_theirs(origin, _who_may_read(request))
        patch_vary_headers(response, ["Origin"])
        if is_known:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = SHOWN
        return response

    return answer


def _who_may_read(request: HttpRequest) -> QuerySet[Program]:
    """What nobody was let in for (a refusal, the door for tokens, what is open to all), any of them."""
    caller = getattr(request, "fhir_caller", None)
    return Program.objects.all() if caller is None else Program.objects.filter(pk=caller.program_id)


def _is_theirs(origin: str, programs: QuerySet[Program]) -> bool:
    """Whether an app among them that may still ask is sent back to a page of that origin."""
    named = programs.filter(ended_at=None, kind=Program.Kind.APP, application__redirect_uris__contains=origin)
    for addresses in named.values_list("application__redirect_uris", flat=True):
        if any(_origin(each) == origin for each in addresses.split()):
            return True
    return False


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
