"""What a patient keeps: every signed session with its products, lots and volumes, as PDF and as codes to scan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import segno
from django.db.models import Prefetch
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wheal import passport
from wheal.clinic.patients.models import Patient
from wheal.clinic.treatments import called, grounds
from wheal.clinic.treatments.models import Amendment, Mix, MixComponent, Pass, Session
from wheal.clinic.treatments.papers import Json, pdf
from wheal.knowledge import Knowledge
from wheal.knowledge.wording import amount
from wheal.passport import Given, Person, Treated, Visit
from wheal.quantities import Quantity

THOUSANDTH = Decimal("0.001")


def visits_of(patient: Patient, *, signed: bool = True) -> tuple[Visit, ...]:
    """Of every signed session, the newest first; or of those begun and not signed. Few queries, however many."""
    components = MixComponent.objects.select_related("lot__product")
    mixes = Mix.objects.prefetch_related(Prefetch("components", queryset=components))
    passes = Pass.objects.filter(count__gt=0).prefetch_related(Prefetch("mix", queryset=mixes))
    begun = Session.objects.filter(patient=patient, cancelled_at=None, passes__count__gt=0).distinct()
    rows = (
        (
            Session.objects.filter(patient=patient, signed_at__isnull=False)
            if signed
            else begun.filter(signed_at=None)
        )
        .select_related("practitioner", "clinic")
        .defer("judgement", "document")
        .prefetch_related(
            Prefetch("passes", queryset=passes),
            Prefetch("amendments", queryset=Amendment.objects.order_by("id")),
        )
        .order_by("-inject_at", "-id")
    )
    return tuple(_visit(session) for session in rows)


def _visit(session: Session) -> Visit:
    for row in session.passes.all():
        called.as_signed(session, row.mix.components.all())
    return Visit(
        on=session.clinic.day_of(session.inject_at or session.planned_for),
        country=session.clinic.jurisdiction,
        practitioner=called.name_of(session, session.practitioner),
        treated=tuple(_treated(row) for row in session.passes.all()),
        corrections=tuple(
            f"{row.corrects_words}: {row.was} → {row.should_be}" for row in session.amendments.all()
        ),
        names_of=called.kept_on(session),
    )


def _treated(row: Pass) -> Treated:
    """Containers of one lot count together; each lot's share of the mix is its share of what was injected. Of a product
    with several substances each is told, in the same volume."""
    components = list(row.mix.components.all())
    drawn: dict[tuple[int, str], Decimal] = {}
    for each in components:
        key = (each.lot_id, str(each.contents))
        drawn[key] = drawn.get(key, Decimal(0)) + each.volume_ml
    whole = sum(drawn.values())
    firsts = {(each.lot_id, str(each.contents)): each for each in reversed(components)}
    given = (
        Given(
            product=firsts[key].lot.product.name,
            substance=substance,
            strength=str(strength),
            lot=firsts[key].lot.number,
            expires=firsts[key].lot.expires,
            volume_ml=(row.total_ml * volume / whole).quantize(THOUSANDTH),
        )
        for key, volume in drawn.items()
        for substance, strength in firsts[key].contents
    )
    side = row.side if row.side in grounds.SIDES else ""
    return Treated(row.area, row.count, row.total_ml.quantize(THOUSANDTH), tuple(given), side or "")


def passport_pdf(patient: Patient, visits: Sequence[Visit], known: Knowledge, language: str) -> bytes:
    """In the patient's language. The codes on it carry the whole content, to be read without a connection."""
    with translation.override(language):
        return pdf("passport", _passport(patient, visits, known, language))


def _passport(patient: Patient, visits: Sequence[Visit], known: Knowledge, language: str) -> Json:
    clinic = patient.clinic
    person = Person(str(patient), patient.birth_date, clinic.name, clinic.phone)
    codes = passport.parts(person, visits, names=_names(visits, known, language))
    return {
        "title": _("Treatment passport"),
        "language": language,
        "paper": "us-letter" if clinic.jurisdiction == "US" else "a4",
        "clinic": {"name": clinic.name, "address": clinic.address, "phone": clinic.phone},
        "footer": _("Printed %(when)s") % {"when": formats.date_format(timezone.localdate(), "DATE_FORMAT")},
        "words": {
            "keep": _(
                "Keep this passport for good and show it to every doctor. It says what was injected, from which lots, "
                "and whom to call if a product is called back."
            ),
            "columns": [_("Substance"), _("Product"), _("Lot"), _("Expires"), _("Injected")],
            "scan": _("To be scanned: the same content, readable without a connection."),
            "part": _("Part"),
            "corrected": _("Corrected afterwards"),
        },
        "people": [
            [_("Patient"), _("%(name)s · no. %(number)s") % {"name": patient, "number": patient.number}],
            [_("Born"), formats.date_format(patient.birth_date, "DATE_FORMAT")],
            [_("Sessions"), str(len(visits))],
        ],
        "visits": [_shown(visit, known, language) for visit in visits],
        "codes": [segno.make(text, error="m", micro=False).svg_inline(border=2) for text in codes],
    }


def _names(visits: Sequence[Visit], known: Knowledge, language: str) -> dict[str, str]:
    treated = [each for visit in visits for each in visit.treated]
    areas = {each.area: known.text(f"area.{each.area}", language) for each in treated}
    return areas | {
        given.substance: known.name(given.substance, language) for each in treated for given in each.given
    }


def _shown(visit: Visit, known: Knowledge, language: str) -> Json:
    return {
        "title": formats.date_format(visit.on, "DATE_FORMAT"),
        "practitioner": visit.practitioner,
        "treated": [
            {
                "area": _where(each, known, language),
                "total": f"{_points(each.points)} · {_ml(each.volume_ml, language)}",
                "rows": [_row(given, known, language) for given in each.given],
            }
            for each in visit.treated
        ],
        "corrections": list(visit.corrections),
        "names_of": _names_of(visit),
    }


def _names_of(visit: Visit) -> str:
    if visit.names_of is None:
        return ""
    day = formats.date_format(visit.names_of, "DATE_FORMAT")
    return _("Names of lots and people as of %(day)s, not of the day of signing.") % {"day": day}


def _where(treated: Treated, known: Knowledge, language: str) -> str:
    """Cheeks, left."""
    name = known.text(f"area.{treated.area}", language)
    return f"{name}, {grounds.SIDES[treated.side]}" if treated.side else name


def _points(number: int) -> str:
    return ngettext("%(count)s point", "%(count)s points", number) % {"count": number}


def _row(given: Given, known: Knowledge, language: str) -> list[str]:
    return [
        f"{known.name(given.substance, language)}, {amount(Quantity.parse(given.strength), language)}",
        given.product,
        given.lot,
        formats.date_format(given.expires, "SHORT_DATE_FORMAT"),
        _ml(given.volume_ml, language),
    ]


def _ml(volume: Decimal, language: str) -> str:
    return amount(Quantity.of(volume.quantize(Decimal("0.01")), "mL"), language)
