"""Pages for one patient, without an account: a signed link that ends, and the birth date as a second factor.

    link = link_actions.give(patient=patient, purpose="report", by=user)
    address(link, request)                     # what the QR code or the message carries

    @for_patient("report")
    def report(request, link): …               # only behind the right birth date; link.patient is whose page it is

A link is for one person and one purpose. What it carries is signed and names nobody. The right birth date opens it in
this browser for half an hour of rest, four hours at most; five wrong ones shut it for an hour, fifteen for good, to
whoever has not shown the right one: others cannot close the pages of the person whose they are. A new purpose is a
line in `PURPOSES`, with the view that it leads to and the pages that it opens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Final, Literal

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac

from wheal.clinic import walls
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import link_misuse
from wheal.clinic.patients.models import Link
from wheal.clinic.people.tokens import asked_from
from wheal.surveillance import EXTENDED

Refused = Literal["unreadable", "ended", "expired", "locked", "too_many"]
SIGNER: Final = signing.Signer(sep=".", salt="wheal.patients.links")
_ENCRYPTED_ONLY: Final = "__Secure-" if settings.HTTPS else ""  # browsers then take them over no other line
COOKIE: Final = f"{_ENCRYPTED_ONLY}wheal-patient"
LANGUAGE_COOKIE: Final = f"{_ENCRYPTED_ONLY}wheal-patient-language"
REST: Final = 30 * 60  # seconds without a page after which the birth date is asked again
LONGEST: Final = 4 * 3600  # seconds after which it is asked again in any case
FOLDER: Final = "/p/"
TRIES, TRIES_IN_ALL = 5, 15
MOST_UNREADABLE: Final = 20  # made-up links from one address in a minute: more are not even looked at
STATUS: Final[dict[Refused, int]] = {
    "unreadable": 404, "ended": 410, "expired": 410, "locked": 429, "too_many": 429,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Purpose:
    """`view`: where the right birth date leads; `lasts`: from the day on which it was given; `opens`: pages of other
    purposes, beside its own."""

    view: str
    lasts: timedelta
    opens: frozenset[str] = frozenset()


PURPOSES: Final[dict[str, Purpose]] = {
    # whatever a session leads to shows within these days
    "report": Purpose("report:write", timedelta(days=EXTENDED)),
    "follow_up": Purpose("followup:own", timedelta(days=60), opens=frozenset({"report"})),
    "pages": Purpose("portal:home", timedelta(days=60), opens=frozenset({"report", "follow_up"})),
}


class LinkRefused(Exception):
    """Carries `reason`, and the link where it could be read."""

    def __init__(self, reason: Refused, link: Link | None = None) -> None:
        super().__init__(reason)
        self.reason, self.link = reason, link


def token(link: Link) -> str:
    return SIGNER.sign(f"{link.pk}-{link.nonce}")


def address(link: Link, request: HttpRequest) -> str:
    """Under the address by which patients reach this site, or the one by which it was reached now."""
    path = reverse("links:door", args=[token(link)])
    return f"{settings.PUBLIC_ADDRESS}{path}" if settings.PUBLIC_ADDRESS else request.build_absolute_uri(path)


def read(text: str, request: HttpRequest) -> Link:
    """The link as it stands. Raises LinkRefused."""
    try:
        pk, _dash, nonce = SIGNER.unsign(text).partition("-")
    except signing.BadSignature as problem:
        raise LinkRefused("too_many" if _too_many(request) else "unreadable") from problem
    with walls.every_clinic():  # whose it is stands in it
        link = Link.objects.select_related("patient__clinic").filter(pk=pk, nonce=nonce).first()
    if link is None:
        raise LinkRefused("ended")
    walls.show([link.patient.clinic_id])
    reason = why_closed(link)
    if reason and not (_is_shut_by_tries(link) and is_open(request, link)):
        raise LinkRefused(reason, link)
    return link


def why_closed(link: Link) -> Refused | None:
    """To whoever has not shown the right birth date yet."""
    if link.ended_at:
        return "ended"
    if link.expires_at <= timezone.now():
        return "expired"
    if not _is_shut_by_tries(link):
        return None
    return "ended" if link.failures >= TRIES_IN_ALL else "locked"


def _is_shut_by_tries(link: Link) -> bool:
    """For an hour, or until it ends: nobody ended it, and its days are not over."""
    now = timezone.now()
    is_live = link.ended_at is None and link.expires_at > now
    return is_live and link.locked_until is not None and link.locked_until > now


def _too_many(request: HttpRequest) -> bool:
    """Counted where the process keeps it: enough to make guessing hopeless and the audit readable."""
    key = f"unreadable-links:{asked_from(request)}"
    cache.add(key, 0, timeout=60)
    return cache.incr(key) > MOST_UNREADABLE


def open_in_browser(response: HttpResponse, link: Link, *, since: int | None = None) -> HttpResponse:
    """This browser has shown the right birth date (at `since`, else now): it need not again until half an hour of rest,
    and for four hours at most."""
    begun = _now() if since is None else since
    response.set_signed_cookie(
        COOKIE, f"{link.pk}-{link.nonce}-{begun}", salt=COOKIE, max_age=REST, path=FOLDER, httponly=True,
        samesite="Lax", secure=settings.HTTPS,
    )  # fmt: skip
    return response


def open_since(request: HttpRequest, link: Link) -> int | None:
    """When this browser showed the right birth date, in milliseconds; None where it must show it (again)."""
    begun = _shown(request, link)
    return None if not begun or _was_closed(request, link) or _now() - begun >= LONGEST * 1000 else begun


def _shown(request: HttpRequest, link: Link) -> int | None:
    """What the cookie of this browser says, where it is ours and of this link."""
    held = request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=REST)
    whose, _dash, begun = held.rpartition("-")
    return (
        int(begun) if begun.isdecimal() and constant_time_compare(whose, f"{link.pk}-{link.nonce}") else None
    )


def _was_closed(request: HttpRequest, link: Link) -> bool:
    """The cookie is from before the patient closed the pages, and was not the one that closing took away."""
    begun = _shown(request, link)
    return begun is not None and link.left_at is not None and begun <= _milliseconds(link.left_at)


def _now() -> int:
    return _milliseconds(timezone.now())


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def is_open(request: HttpRequest, link: Link) -> bool:
    return open_since(request, link) is not None


def close_in_browser(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path=FOLDER, samesite="Lax")
    return response


def secret_of(link: Link) -> bytes:
    """Opens what this phone keeps unsaved; as long as the link does."""
    return salted_hmac("wheal.patients.links.kept", f"{link.pk}-{link.nonce}", algorithm="sha256").digest()


def for_patient(purpose: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Guards a page of a patient: of a link that opens such pages, opened in this browser."""

    def wear(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, text: str, **named: object) -> HttpResponse:
            try:
                link = read(text, request)
                if purpose != link.purpose and purpose not in PURPOSES[link.purpose].opens:
                    raise LinkRefused("unreadable", link)
            except LinkRefused as refused:
                return refused_page(request, refused)
            speak(request, link)
            since = open_since(request, link)
            if since is None:
                return _ask_again(request, link)
            try:
                answer = view(request, link, **named)
            except Http404:
                link_misuse.note(request, link, "not_theirs")
                raise
            return open_in_browser(answer, link, since=since)

        guarded.permission = f"link:{purpose}"  # type: ignore[attr-defined]
        return guarded

    return wear


def _ask_again(request: HttpRequest, link: Link) -> HttpResponse:
    """A page that saves itself is told so, and keeps what was entered; a piece of a page takes the page to the door.
    Else what is sent without the birth date is audited, and so is a cookie from before the pages were closed."""
    text = token(link)
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({}, status=401)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("links:door", args=[text])})
    if request.method == "POST" or _was_closed(request, link):
        link_misuse.note(request, link, "not_open")
    return redirect("links:door", text)


def speak(request: HttpRequest, link: Link) -> None:
    """In the patient's language, unless another was chosen on this device; by the clinic's clock."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    language = chosen if chosen in dict(settings.LANGUAGES) else link.patient.language
    translation.activate(language)
    request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
    request.patient_link = link  # type: ignore[attr-defined]
    timezone.activate(link.patient.clinic.time_zone)


def refused_page(request: HttpRequest, refused: LinkRefused) -> HttpResponse:
    """Says what to do instead; who tried what is audited, save the many that are made up."""
    link = refused.link
    if refused.reason != "too_many":
        audit.record(
            by=None, what="patients.link_refused", refused=True, subject=link, detail={"reason": refused.reason},
            clinic=link.patient.clinic if link else None, patient=link.patient if link else None,
        )  # fmt: skip
    if link:
        speak(request, link)
    page = {"reason": refused.reason, "clinic": link.patient.clinic if link else None}
    return render(request, "patients/links/refused.html", page, status=STATUS[refused.reason])
