"""The rows of the record as `wheal.tracing` reads them: three queries, however many people were treated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from wheal import tracing
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models import Lot, Product
from wheal.clinic.treatments.models import Mix, MixComponent, Pass, Session, ThingUsed


def of_lots(lots: Iterable[Lot], *, clinics: Iterable[Clinic] | None = None) -> tracing.Web:
    """Everything that carried these lots, drafts included: what was drawn up may have been given."""
    held = list(lots)
    return _web(held, _within(MixComponent.objects.filter(lot__in=held), clinics))


def of_patient(patient: Patient, *, clinics: Iterable[Clinic] | None = None) -> tracing.Web:
    rows = _within(MixComponent.objects.filter(mix__session__patient=patient), clinics)
    return _web(None, rows, things=_things_of(ThingUsed.objects.filter(session__patient=patient)))


def of_mix(mix: Mix) -> tracing.Web:
    return _web(None, MixComponent.objects.filter(mix=mix))


def of_thing(thing: Thing) -> tracing.Web:
    """Every session that named it, or a device or room last cleaned with it: all that was given there."""
    met = Q(thing=thing) | Q(cleaning__water_point=thing) | Q(cleaning__disinfectant=thing)
    used = ThingUsed.objects.filter(met, session__cancelled_at=None)
    sessions = Session.objects.filter(pk__in=used.values("session")).select_related(
        "patient", "practitioner", "clinic"
    )
    rows = MixComponent.objects.filter(mix__session__in=used.values("session"))
    visits = [_visit(row) for row in sessions.order_by("patient__search_name", "patient", "pk")]
    return _web(None, rows, visits=visits, things=_things_of(used))


def _things_of(used: QuerySet[ThingUsed]) -> dict[int, list[tracing.Thing]]:
    """By session, with the water and disinfectant of the cleaning."""
    found: dict[int, list[tracing.Thing]] = defaultdict(list)
    for row in used.select_related("thing", "cleaning__water_point", "cleaning__disinfectant"):
        by_cleaning = [row.cleaning.water_point, row.cleaning.disinfectant] if row.cleaning else []
        for thing in filter(None, [row.thing, *by_cleaning]):
            told = tracing.Thing(thing.pk, thing.kind, thing.name, thing.number)
            if told not in found[row.session_id]:
                found[row.session_id].append(told)
    return found


def of_practitioner(user: User, *, clinics: Iterable[Clinic], since: date, until: date) -> tracing.Web:
    """Every session of theirs in these days, and all that was given in it."""
    return _of_sessions(Session.objects.filter(practitioner=user), clinics, since, until)


def of_product(product: Product, *, clinics: Iterable[Clinic], since: date, until: date) -> tracing.Web:
    """Every session in which any lot of it was drawn up in these days."""
    drawn = MixComponent.objects.filter(lot__product=product)
    sessions = Session.objects.filter(pk__in=drawn.values("mix__session"))
    return _of_sessions(sessions, clinics, since, until, rows=drawn)


def _of_sessions(
    sessions: QuerySet[Session],
    clinics: Iterable[Clinic],
    since: date,
    until: date,
    rows: QuerySet[MixComponent] | None = None,
) -> tracing.Web:
    """`rows`: what is told of what was drawn; all of it where nothing is said."""
    met = sessions.filter(clinic__in=list(clinics), cancelled_at=None).annotate(
        was=Coalesce("inject_at", "signed_at", "planned_for")
    )
    begun = Q(signed_at__isnull=False) | Q(pk__in=Mix.objects.values("session"))
    met = met.filter(begun, was__date__gte=since, was__date__lte=until)
    shown = met.select_related("patient", "practitioner", "clinic")
    visits = [_visit(row) for row in shown.order_by("patient__search_name", "patient", "pk")]
    held = MixComponent.objects.all() if rows is None else rows
    return _web(
        None,
        held.filter(mix__session__in=met.values("pk")),
        visits=visits,
        things=_things_of(ThingUsed.objects.filter(session__in=met.values("pk"))),
    )


def _visit(session: Session) -> tracing.Visit:
    return tracing.Visit(
        session=session.pk,
        day=_day(session),
        signed=session.is_signed,
        practitioner=session.practitioner.shown_name if session.practitioner else "",
        patient=session.patient_id,
        person=str(session.patient),
        clinic=session.clinic.name,
    )


def _day(session: Session) -> date:
    return timezone.localdate(session.inject_at or session.signed_at or session.planned_for)


def lots_asked(asked: tracing.LotAsked) -> QuerySet[Lot]:
    """By number as it is printed, letter case aside; by GTIN with or without leading zeros."""
    found = Lot.objects.filter(number__iexact=asked.number).select_related("product").order_by("id")
    if not asked.gtin:
        return found
    products = Product.objects.all().with_gtin(asked.gtin.zfill(14))
    return found.filter(product__in=products)


def _within(rows: QuerySet[MixComponent], clinics: Iterable[Clinic] | None) -> QuerySet[MixComponent]:
    return rows if clinics is None else rows.filter(mix__session__clinic__in=list(clinics))


def _web(
    lots: list[Lot] | None,
    rows: QuerySet[MixComponent],
    *,
    visits: Iterable[tracing.Visit] = (),
    things: Mapping[int, list[tracing.Thing]] | None = None,
) -> tracing.Web:
    shown = rows.select_related(
        "mix__session__patient", "mix__session__practitioner", "mix__session__clinic", "lot__product"
    )
    found = list(shown.order_by("mix__session__patient__search_name", "mix__session__patient_id", "id"))
    mixes = {row.mix_id for row in found}
    mixed = dict(
        MixComponent.objects.filter(mix__in=mixes)
        .values_list("mix")
        .annotate(whole=Sum("volume_ml"))
        .order_by()
    )
    held = lots if lots is not None else list({row.lot_id: row.lot for row in found}.values())
    passes = Pass.objects.filter(mix__in=mixes).order_by("order", "id").defer("points", "outline")
    return tracing.web(
        [_lot(lot) for lot in held],
        [_drawn(row) for row in found],
        mixed,
        map(_injected, passes),
        visits,
        things or {},
    )


def _lot(lot: Lot) -> tracing.Lot:
    return tracing.Lot(
        id=lot.pk,
        gtin=lot.product.gtin,
        number=lot.number,
        product=lot.product.name,
        substance=lot.product.substance,
        expires=lot.expires,
        state=lot.state(timezone.localdate()),
    )


def _drawn(row: MixComponent) -> tracing.Drawn:
    session = row.mix.session
    return tracing.Drawn(
        lot=row.lot_id,
        container=row.container_id,
        volume_ml=row.volume_ml,
        mix=row.mix_id,
        label=row.mix.label,
        session=session.pk,
        day=_day(session),
        signed=session.is_signed,
        practitioner=session.practitioner.shown_name if session.practitioner else "",
        patient=session.patient_id,
        person=str(session.patient),
        clinic=session.clinic.name,
    )


def _injected(row: Pass) -> tracing.Injected:
    return tracing.Injected(
        id=row.pk,
        mix=row.mix_id,
        area=row.area,
        technique=row.technique,
        points=row.count,
        volume_ml=row.total_ml or Decimal(0),
    )
