"""What every answer says to the browser: nothing inline, nothing fetched from elsewhere, nothing kept."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'"
)


# the camera's barcode reader is WebAssembly, compiled by the browser from a file of this site
WITH_CAMERA = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")

# the page that decrypts a health link: it sends no form, and text from outside becomes no markup but by its one reader
READING = POLICY.replace("form-action 'self'", "form-action 'none'") + (
    "; require-trusted-types-for 'script'; trusted-types narrative"
)


def with_camera(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page that can scan with the camera."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        response = view(request, *args, **named)
        response.headers["Content-Security-Policy"] = WITH_CAMERA
        return response

    return answer


def content_security_policy(get_response: Answer) -> Answer:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response

    return answer


def queries_are_text(get_response: Answer) -> Answer:
    """A query with NUL, which PostgreSQL takes in no text, is refused before it is asked; the record as FHIR refuses by
    the name of the parameter. Other control characters stay: scanners type them between the parts of a code."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/fhir/") and "%00" in request.META["QUERY_STRING"]:
            raise BadRequest("NUL in a query")
        return get_response(request)

    return answer
