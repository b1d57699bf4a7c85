"""The web of a lot, a patient, a thing: a handful of queries, however many people were treated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from wheal import tracing
from wheal.barcodes import identities
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.prepared import Prepared
from wheal.clinic.safety import corrected, rows, whom
from wheal.clinic.safety.reactions.places import day_of
from wheal.clinic.stock.models import Lot, Product, numbered, spellings
from wheal.clinic.treatments.models import Mix, MixComponent, Session, ThingUsed


def of_lots(lots: Iterable[Lot], *, clinics: Collection[Clinic] | None = None) -> tracing.Web:
    """Everything that carried these lots, drafts included: what was drawn up may have been given."""
    held = [lot for lot in lots if clinics is None or lot.product.clinic in clinics]  # drawn from there alone
    if len(held) == 1:
        return _put_together(held, corrected.of_lot(held[0].pk))
    return _put_together(held, corrected.of_lots([lot.pk for lot in held]))


def of_patient(patient: Patient, *, clinics: Iterable[Clinic] | None = None) -> tracing.Web:
    things = _things_of(_THINGS_OF_PATIENT(patient.pk))
    if clinics is None:
        return _put_together(None, corrected.of_patient(patient.pk), things=things)
    drawn = _within(MixComponent.objects.filter(mix__session__patient=patient), clinics)
    return _web(drawn, things=things)


def of_mix(mix: Mix) -> tracing.Web:
    return _web(MixComponent.objects.filter(mix=mix))


def of_thing(thing: Thing) -> tracing.Web:
    """Every session that named it, or a device or room last cleaned with it: all that was given there."""
    used = ThingUsed.objects.filter(whom.used(thing.pk), session__cancelled_at=None)
    sessions = Session.objects.filter(pk__in=used.values("session")).select_related(
        "patient", "practitioner", "clinic"
    )
    drawn = MixComponent.objects.filter(mix__session__in=used.values("session"))
    visits = [_visit(row) for row in sessions.order_by("patient__search_name", "patient", "pk")]
    return _web(drawn, visits=visits, things=_things_of(_with_cleaning(used)))


def _with_cleaning(used: QuerySet[ThingUsed]) -> QuerySet[ThingUsed]:
    return used.select_related("thing", "cleaning__water_point", "cleaning__disinfectant")


_THINGS_OF_PATIENT = Prepared(lambda pk: _with_cleaning(ThingUsed.objects.filter(session__patient=pk)))


def _things_of(used: Iterable[ThingUsed]) -> dict[int, list[tracing.Thing]]:
    """By session, with the water and disinfectant of the cleaning."""
    found: dict[int, list[tracing.Thing]] = defaultdict(list)
    for row in used:
        by_cleaning = [row.cleaning.water_point, row.cleaning.disinfectant] if row.cleaning else []
        for thing in filter(None, [row.thing, *by_cleaning]):
            told = tracing.Thing(thing.pk, thing.kind, thing.name, thing.number)
            if told not in found[row.session_id]:
                found[row.session_id].append(told)
    return found


@dataclass(frozen=True, slots=True)
class Days:
    """Both included; an end that is not given is open."""

    since: date | None = None
    until: date | None = None

    @property
    def is_whole(self) -> bool:
        """Nothing lies outside."""
        return self.since is None and self.until is None

    def of(self, sessions: QuerySet[Session]) -> QuerySet[Session]:
        """Of sessions that bear `was`."""
        if self.since is not None:
            sessions = sessions.filter(was__date__gte=self.since)
        return sessions if self.until is None else sessions.filter(was__date__lte=self.until)


WHOLE: Final = Days()


def of_practitioner(user: User, *, clinics: Iterable[Clinic], days: Days = WHOLE) -> tracing.Web:
    """Every session of theirs in these days, and all that was given in it."""
    return _of_sessions(_by(user), clinics, days)


def of_product(product: Product, *, clinics: Iterable[Clinic], days: Days = WHOLE) -> tracing.Web:
    """Every session in which any lot of it was drawn up in these days, whichever clinic's row of it."""
    return _of_sessions(_with(product), clinics, days, drawn=_drawn_of(product))


def everybody(seen: User | Product, *, clinics: Iterable[Clinic]) -> int:
    """How many people the whole record names, whatever the days."""
    sessions = _with(seen) if isinstance(seen, Product) else _by(seen)
    met = whom.begun(sessions.filter(clinic__in=list(clinics)))
    return met.order_by().values("patient").distinct().count()


def _by(user: User) -> QuerySet[Session]:
    return Session.objects.filter(practitioner=user)


def _drawn_of(product: Product) -> QuerySet[MixComponent]:
    """Of the row and of every other of the same code: each clinic has its own."""
    alike = Product.objects.all().same_as(product).values("pk")
    return MixComponent.objects.filter(
        lot__product__in=Product.objects.filter(Q(pk=product.pk) | Q(pk__in=alike))
    )


def _with(product: Product) -> QuerySet[Session]:
    return Session.objects.filter(pk__in=_drawn_of(product).values("mix__session"))


def _of_sessions(
    sessions: QuerySet[Session],
    clinics: Iterable[Clinic],
    days: Days,
    drawn: QuerySet[MixComponent] | None = None,
) -> tracing.Web:
    """`drawn`: what is told of what was drawn; all of it where nothing is said."""
    met = days.of(whom.begun(sessions.filter(clinic__in=list(clinics))))
    shown = met.select_related("patient", "practitioner", "clinic")
    visits = [_visit(row) for row in shown.order_by("patient__search_name", "patient", "pk")]
    held = MixComponent.objects.all() if drawn is None else drawn
    return _web(
        held.filter(mix__session__in=met.values("pk")),
        visits=visits,
        things=_things_of(_with_cleaning(ThingUsed.objects.filter(session__in=met.values("pk")))),
    )


def _visit(session: Session) -> tracing.Visit:
    return tracing.Visit(
        session=session.pk,
        day=day_of(session),
        signed=session.is_signed,
        practitioner=session.practitioner.shown_name if session.practitioner else "",
        patient=session.patient_id,
        person=str(session.patient),
        clinic=session.clinic.name,
    )


def lots_asked(asked: tracing.LotAsked) -> QuerySet[Lot]:
    """However the number is spelt; by GTIN, or by the national number of a product that has none."""
    found = Lot.objects.filter(numbered(asked.number)).select_related("product").order_by("id")
    return found.filter(product__in=Product.objects.all().of_codes(asked.gtin)) if asked.gtin else found


def lots_here(asked: tracing.LotAsked, clinic: Clinic) -> QuerySet[Lot]:
    """In this clinic and however the number is spelt; under any product where the one that was scanned has none."""
    held = Lot.objects.filter(numbered(asked.number), product__clinic=clinic)
    found = held.select_related("product").order_by("id")
    of_code = found.filter(product__in=Product.objects.all().of_codes(asked.gtin)) if asked.gtin else found
    return of_code if of_code.exists() else found


def things_here(asked: tracing.LotAsked, clinic: Clinic) -> list[Thing]:
    """Needles, disinfectants and devices of this number; of the GTIN that was scanned where one of them bears it."""
    found = clinic.things.filter(numbered(asked.number)).exclude(number="").order_by("pk")
    return list(found.of_code(asked.gtin, asked.number)) or list(found)


def is_thing_asked(thing: Thing, asked: tracing.LotAsked) -> bool:
    """As of a lot: to the letter, case aside, and of the box that was scanned."""
    is_code = not asked.gtin or asked.gtin in spellings(thing.gtin)
    return is_code and thing.number.upper() == asked.number.upper()


def is_asked(lot: Lot, asked: tracing.LotAsked) -> bool:
    """To the letter, case aside, and of the product that was scanned."""
    here = identities(lot.product.gtin, lot.product.national_code)[0]
    return lot.number.upper() == asked.number.upper() and (not asked.gtin or asked.gtin in here)


def of_lot_asked(asked: tracing.LotAsked) -> tracing.Web | None:
    """Everywhere; None where no such lot is held. A number alone is looked up in the same query."""
    if not asked.gtin:
        found = _put_together(None, corrected.of_number(asked.number))
        return found if found.lots else None
    lots = list(lots_asked(asked))
    return of_lots(lots) if lots else None


def _within(drawn: QuerySet[MixComponent], clinics: Iterable[Clinic] | None) -> QuerySet[MixComponent]:
    return drawn if clinics is None else drawn.filter(mix__session__clinic__in=list(clinics))


def _web(
    drawn: QuerySet[MixComponent],
    *,
    visits: Iterable[tracing.Visit] = (),
    things: Mapping[int, list[tracing.Thing]] | None = None,
) -> tracing.Web:
    return _put_together(None, corrected.of_drawn(drawn), visits=visits, things=things)


def _put_together(
    lots: list[Lot] | None,
    found: rows.Found,
    *,
    visits: Iterable[tracing.Visit] = (),
    things: Mapping[int, list[tracing.Thing]] | None = None,
) -> tracing.Web:
    """`lots` None: those that were drawn from."""
    told = found.lots.values() if lots is None else map(corrected.told, lots)
    return tracing.web(
        told, found.drawn, found.mixed, found.injected, visits, things or {},
        given_ul=found.given, parts_ul=found.parts,
    )  # fmt: skip
