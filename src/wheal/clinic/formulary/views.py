"""The knowledge, shown: substances, rules, countries and the ledger of evidence. Nothing is written here."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from wheal import formulary, knowledge
from wheal.clinic.formulary import shelf
from wheal.clinic.people.permissions import Permission, permission_required
from wheal.formulary import Partner
from wheal.knowledge import Knowledge
from wheal.knowledge.countries import Duty, DutyKind, Jurisdiction, RoleLaw
from wheal.knowledge.records import Substance
from wheal.quantities import Quantity
from wheal.telling import SEVERITIES, Line, Teller

VERDICTS = ("contradicted", "partly", "no_evidence", "supported")


def _teller() -> Teller:
    language = (get_language() or "en").partition("-")[0]
    return Teller(language, timezone.localdate(), knowledge.current())


@permission_required(Permission.STOCK_SEE)
@require_safe
def substances(request: HttpRequest) -> HttpResponse:
    """Found by any of its names; a search from the field brings the list alone."""
    teller = _teller()
    words, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    held = shelf.rows(request.clinic.jurisdiction, teller.language, teller.on, teller.known)
    page = {
        "rows": shelf.matching(held, words, kind),
        "words": words,
        "kind": kind,
        "kinds": sorted({row.kind for row in held}),
        "country": request.clinic.jurisdiction,
        "purposes": teller.known.vocabulary.purposes,
    }
    return render(request, "formulary/_rows.html" if request.htmx else "formulary/list.html", page)


@permission_required(Permission.STOCK_SEE)
@require_safe
def substance(request: HttpRequest, name: str) -> HttpResponse:
    teller = _teller()
    if name not in teller.known.substances:
        raise Http404
    return render(request, "formulary/substance.html", _substance(name, request.clinic.jurisdiction, teller))


def _substance(name: str, here: str, teller: Teller) -> dict[str, object]:
    known = teller.known
    held = known.substances[name]
    limits = formulary.limits_of(name, country=here, on=teller.on, known=known)
    harms = formulary.harms_of(name, known)
    partners = list(formulary.mixing_of(name, known))
    named = [one for one in partners if not one.by_any]
    lines = {
        asked: teller.rules((rule for rule in held.rules if rule.question is asked), name)
        for asked in (True, False)
    }
    return {
        "name": name,
        "held": held,
        "country": here,
        "strengths": [Quantity.parse(strength) for strength in held.strengths],
        "evidence": teller.evidence(name),
        "purposes_held": set(held.evidence),
        "substances_held": known.substances,
        "uses": [shelf.use(name, purpose, here, teller.on, known) for purpose in known.vocabulary.purposes],
        "standings": [teller.standing(name, country) for country in _countries(here, known)],
        "limits": teller.limits(limits, name),
        "is_bound": any(text.holds for group in limits for text in group.texts),
        "is_borrowed": any(text.borrowed for group in limits for text in group.texts),
        "no_limit": teller.no_limit(name),
        "rules": [line for line in lines[False] if not line.jurisdictions],
        "questions": lines[True],
        "mixing": teller.mixing((one for one in named if not one.pair.question), name),
        "mixing_questions": teller.mixing((one for one in named if one.pair.question), name),
        "with_anything": _with_anything(partners),
        "zones": formulary.zones_of(name, known),
        "ph": teller.measured(name, held.ph),
        "osmolality": teller.measured(name, held.osmolality, "mOsm/kg"),
        "holds": teller.holds(name),
        "what_sources": formulary.in_rank(_sources_of_what_it_is(held), known),
        "notes": teller.notes(formulary.notes_of(name, known)),
        "harms": [teller.harm(code, harm) for code, harm in harms],
        "harm_sources": formulary.in_rank({it for _, harm in harms for it in harm.sources}, known),
        "cited": [(source, known.sources[source]) for source in formulary.cited(name, known)],
    }


def _with_anything(partners: list[Partner]) -> list[str]:
    """Substances that have a rule on sharing a syringe with whatever it is."""
    return sorted({code for one in partners if one.by_any for code in one.others})


def _sources_of_what_it_is(held: Substance) -> set[str]:
    printed = (*held.ph, *held.osmolality, *held.holds)
    return {*held.sources, *(source for one in printed for source in one.sources)}


def _countries(here: str, known: Knowledge) -> list[str]:
    """This clinic's first."""
    return sorted(known.jurisdictions, key=lambda code: (code != here, code))


@permission_required(Permission.STOCK_SEE)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The screening rules for everybody, whatever is injected, and the clocks of every mix."""
    teller = _teller()
    held = teller.known.screening.values()
    lines = teller.rules(rule for rule in held if not rule.question)
    page = {
        "groups": [
            (severity, [line for line in lines if line.severity == severity]) for severity in SEVERITIES
        ],
        "questions": teller.rules(rule for rule in held if rule.question),
        "handling": teller.known.handling,
        "count": len(held),
    }
    return render(request, "formulary/rules.html", page)


@permission_required(Permission.STOCK_SEE)
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """Techniques, needles, intervals, preparation: what sources say of doing it, and where they disagree."""
    teller = _teller()
    techniques = sorted(teller.known.techniques.items(), key=lambda item: item[1].order)
    page = {
        "techniques": techniques,
        "notes": teller.notes(formulary.notes_of_all(teller.known)),
        "substances_held": teller.known.substances,
    }
    return render(request, "formulary/practice.html", page)


@permission_required(Permission.STOCK_SEE)
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Each claim that patients are told, with what the evidence says of it."""
    known = knowledge.current()
    held = known.claims
    wanted = request.GET.get("verdict", "")
    claims = [(name, held[name]) for verdict in VERDICTS for name in held if held[name].verdict == verdict]
    page = {
        "claims": [(name, claim) for name, claim in claims if wanted in ("", claim.verdict)],
        "counts": [(verdict, sum(claim.verdict == verdict for _, claim in claims)) for verdict in VERDICTS],
        "wanted": wanted,
        "with_instead": {name for name in held if known.has_text(f"claim.{name}.instead")},
    }
    return render(request, "formulary/evidence.html", page)


@permission_required(Permission.STOCK_SEE)
@require_safe
def country(request: HttpRequest, code: str) -> HttpResponse:
    teller = _teller()
    law = teller.known.jurisdictions.get(code)
    if law is None:
        raise Http404
    page = {
        "code": code,
        "law": law,
        "codes": _countries(request.clinic.jurisdiction, teller.known),
        "roles": _roles(code, law, teller),
        "reflection": teller.text_if_held(f"law.{code}.reflection"),
        "mixing": _held(code, law, "mixing", teller),
        "duties": _duties(code, law, teller),
        "bans": teller.rules(law.rules),
        "own_bans": _own_bans(code, teller),
        "substances_held": teller.known.substances,
        "refused": [it for it in _standings(code, teller) if it[1].sign == "stop"],
    }
    return render(request, "formulary/country.html", page)


def _roles(code: str, law: Jurisdiction, teller: Teller) -> list[dict[str, object]]:
    """Roles of which the same is said are said together."""
    alike: dict[tuple[RoleLaw, str], list[str]] = {}
    for role, held in law.roles.items():
        said = teller.known.text(f"law.{code}.{role}", teller.language)
        alike.setdefault((held, _without_subject(said)), []).append(role)
    return [
        {
            "roles": roles,
            "law": held,
            "sign": held.severity or ("clear" if held.may else "stop"),
            "text": said,
        }
        for (held, said), roles in alike.items()
    ]


def _without_subject(said: str) -> str:
    """What is said of a role, where the role already stands beside it."""
    rest = said.removeprefix("{about}").lstrip("\u00a0: ")
    return rest[:1].upper() + rest[1:]


def _held(code: str, law: Jurisdiction, kind: DutyKind, teller: Teller) -> list[tuple[Duty, str]]:
    return [
        (duty, teller.known.text(f"law.{code}.duty.{duty.id}", teller.language))
        for duty in law.duties_of(kind)
    ]


def _duties(code: str, law: Jurisdiction, teller: Teller) -> list[dict[str, object]]:
    """By subject, in a settled order; a subject of which nothing is held says so. Mixing has a place of its own."""
    return [
        {
            "subject": teller.known.text(f"word.duty.{kind}", teller.language),
            "held": _held(code, law, kind, teller),
        }
        for kind in get_args(DutyKind)
        if kind != "mixing"
    ]


def _own_bans(code: str, teller: Teller) -> list[Line]:
    """What the files of single substances forbid in this country; what is alike is said once, of all of them."""
    alike: dict[Line, list[str]] = {}
    for name, held in teller.known.substances.items():
        for line in teller.rules((rule for rule in held.rules if code in rule.jurisdictions), name):
            alike.setdefault(line, []).append(name)
    return [replace(line, with_substances=tuple(names)) for line, names in alike.items()]


def _standings(code: str, teller: Teller) -> list[tuple[str, object]]:
    held = teller.known.substances.items()
    return [(name, teller.standing(name, code)) for name, it in held if code in it.status]
