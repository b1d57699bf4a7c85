"""The consent at home: the choices, the text in plain words, and the signature when the time to think is over."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from wheal import consent as wording
from wheal import knowledge
from wheal.clinic import printing
from wheal.clinic.patients.links import for_patient, token
from wheal.clinic.patients.models import Link
from wheal.clinic.patients.own_pages import language, shown
from wheal.clinic.portal import actions, texts
from wheal.clinic.portal.models import HandedText
from wheal.clinic.portal.wording import REASONS
from wheal.clinic.signatures import DRAW_OR_CONFIRM, strokes
from wheal.clinic.treatments import consents, papers
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.chart import standing as session_as_it_stands
from wheal.clinic.treatments.models import Consent, Session


def _handed(link: Link, pk: int) -> HandedText:
    """Of this patient; one that a newer replaced is not found."""
    found = next((each for each in texts.open_ones(link.patient) if each.pk == pk), None)
    if found is None:
        raise Http404
    return found


@for_patient("pages")
@require_safe
def read(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    """A text that was signed in the meantime leads to what was signed."""
    done = HandedText.objects.filter(session__patient=link.patient, consent__isnull=False, pk=pk).first()
    if done:
        return redirect("portal:consent", token(link), done.consent_id)
    handed = _handed(link, pk)
    actions.note_reading(handed=handed, link=link)
    return _page(request, link, handed)


def _page(
    request: HttpRequest, link: Link, handed: HandedText, *, refused: str = "", status: int = 200
) -> HttpResponse:
    """No text while the plan is being changed: what is half written is nobody's to read."""
    known, spoken = knowledge.current(), language(link)
    standing = texts.standing(handed, known)
    text = "" if standing.why_not == "plan_changed" else texts.text_of(handed, spoken, known)
    page = {
        "handed": handed,
        "standing": standing,
        "language": spoken,
        "blocks": wording.blocks(text),
        "digest": texts.digest(text),
        "refused": refused,
    }
    return shown(request, link, "portal/text.html", page, status=status)


@for_patient("pages")
@require_safe
def choices(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    """What is planned beside what else could be done, doing nothing among it."""
    handed, known, spoken = _handed(link, pk), knowledge.current(), language(link)
    session = handed.session
    terms = consents.terms_of(session.plan)
    is_whole = not wording.missing(terms)
    rows = wording.ways_told(terms, session.clinic.jurisdiction, spoken, known) if is_whole else []
    heads = rows[0] if rows else []
    blocks = [("head", heads), *(("row", list(zip(heads, row, strict=True))) for row in rows[1:])]
    page = {"handed": handed, "blocks": blocks if rows else [], "language": spoken}
    return shown(request, link, "portal/choices.html", page)


@for_patient("pages")
@require_POST
def sign(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    handed = get_object_or_404(
        HandedText.objects.filter(session__patient=link.patient).select_related(
            "session__plan__patient", "session__clinic", "session__practitioner"
        ),
        pk=pk,
    )
    drawn = strokes(request.POST.get("signature", ""))
    if not drawn and not request.POST.get("signature_typed_only"):
        return _page(request, link, handed, refused=str(DRAW_OR_CONFIRM), status=422)
    try:
        consent = actions.sign(
            handed=handed,
            link=link,
            language=language(link),
            text_digest=request.POST.get("digest", ""),
            signed_name=request.POST.get("signed_name", ""),
            signature=drawn,
            known=knowledge.current(),
        )
    except actions.PortalRefused as refused:
        return _refused(request, link, handed, refused)
    return redirect("portal:consent", token(link), consent.pk)


def _refused(
    request: HttpRequest, link: Link, handed: HandedText, refused: actions.PortalRefused
) -> HttpResponse:
    words = refused.about[0] if refused.reason == "refused" else str(REASONS[refused.reason])
    if refused.reason == "signed_already":
        return shown(request, link, "portal/refused.html", {"refused": words}, status=409)
    return _page(request, link, handed, refused=words, status=422)


def _consent(link: Link, pk: int) -> Consent:
    mine = Consent.objects.filter(plan__patient=link.patient)
    return get_object_or_404(
        mine.select_related("plan", "witnessed_by", "link__made_by", "withdrawal"), pk=pk
    )


@for_patient("pages")
@require_safe
def signed(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    consent = _consent(link, pk)
    page = {
        "consent": consent,
        "withdrawal": getattr(consent, "withdrawal", None),
        "blocks": wording.blocks(consent.text),
        "may_withdraw": _visit_of(consent) is not None,
    }
    return shown(request, link, "portal/consent.html", page)


def _visit_of(consent: Consent) -> Session | None:
    return Session.objects.filter(plan=consent.plan_id).order_by("-id").first()


@for_patient("pages")
@require_safe
def signed_pdf(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    consent = _consent(link, pk)
    visit = _visit_of(consent)
    if visit is None:
        raise Http404
    made = papers.consent_pdf(read_chart(session_as_it_stands(visit.pk), to_judge=False), consent)
    return printing.answer(made, f"consent-{consent.pk}")


@for_patient("pages")
@require_POST
def withdraw(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    """At any time and without a reason. What was injected stays recorded."""
    consent = _consent(link, pk)
    visit = _visit_of(consent)
    if visit is not None:
        visit.patient, visit.clinic = link.patient, link.patient.clinic
        actions.withdraw_consent(
            session=visit, consent=consent, reason=request.POST.get("reason", ""), link=link
        )
    return redirect("portal:consent", token(link), pk)
