"""A clinic's own recipes, and mixes made from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wheal import knowledge, ledger, mixing
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments.actions.drafts import DraftRefused
from wheal.clinic.treatments.actions.mixing import LotRefused, add_component, add_mix
from wheal.clinic.treatments.models import Mix, Protocol, ProtocolLine, Session, Suspicion


@dataclass(frozen=True, slots=True)
class NewLine:
    substance: str
    strength: Decimal
    strength_unit: str
    volume_ml: Decimal
    also: list[list[str]] | None = None  # what else the product holds


@transaction.atomic
def write_protocol(
    *, clinic: Clinic, name: str, lines: Sequence[NewLine], by: User, note: str = ""
) -> Protocol:
    """A recipe of this name, or its next version; the version before is retired and stays readable."""
    name = name.strip()
    if not name or not lines:
        raise DraftRefused(_("A protocol needs a name and at least one line."))
    same = Protocol.objects.filter(clinic=clinic, name=name)
    last = same.aggregate(last=Max("version"))["last"] or 0
    same.filter(retired_at=None).update(retired_at=timezone.now())
    made = Protocol.objects.create(
        clinic=clinic, name=name, version=last + 1, note=note.strip(), written_by=by
    )
    for line in lines:
        ProtocolLine.objects.create(
            protocol=made,
            substance=line.substance,
            strength=line.strength,
            strength_unit=line.strength_unit,
            also=line.also or None,
            volume_ml=line.volume_ml,
        )
    audit.record(
        by=by,
        what="treatments.protocol_written",
        subject=made,
        clinic=clinic,
        detail={"version": made.version, "lines": len(lines)},
        fixes=[Protocol.objects.filter(pk=made.pk), ProtocolLine.objects.filter(protocol=made)],
    )
    return made


@transaction.atomic
def retire_protocol(*, protocol: Protocol, by: User) -> None:
    if protocol.retired_at is None:
        protocol.retired_at = timezone.now()
        protocol.save(update_fields=["retired_at"])
        audit.record(by=by, what="treatments.protocol_retired", subject=protocol, clinic=protocol.clinic)


@transaction.atomic
def mix_from_protocol(
    *, session: Session, protocol: Protocol, by: User, volume_ml: Decimal | None = None
) -> Mix:
    """Draw a whole recipe, scaled to `volume_ml`, each part from the usable lot that expires first.

    Raises LotRefused, and draws nothing at all, where one of its parts has no usable lot.
    """
    lines = list(protocol.lines.all())
    volumes = [line.volume_ml for line in lines]
    try:
        parts = mixing.scaled(volumes, volume_ml) if volume_ml else volumes
    except ValueError as too_little:
        raise DraftRefused(_("So little cannot be drawn of every part of this protocol.")) from too_little
    mix = add_mix(session=session, by=by)
    mix.protocol, mix.prepared_by, mix.preparer = protocol, "chairside", by
    mix.prepared_at = timezone.now()
    mix.save(update_fields=["protocol", "prepared_by", "preparer", "prepared_at"])
    lots = {line.pk: _by_expiry(line, session) for line in lines}
    stock.hold(lot.pk for held in lots.values() for lot in held)
    for line, part in zip(lines, parts, strict=True):
        for lot, container, volume in _picked(line, lots[line.pk], part):
            add_component(mix=mix, lot=lot, container=container, volume_ml=volume, by=by)
    mix.refresh_from_db()
    return mix


def _by_expiry(line: ProtocolLine, session: Session) -> list[Lot]:
    """Those that may be used, the first to expire first; what an open alarm suspects comes last. A product that holds
    something else is another.
    """
    usable = Lot.objects.filter(product__clinic=session.clinic_id).usable(
        timezone.localdate(timezone=ZoneInfo(session.clinic.time_zone))
    )
    same = usable.filter(
        product__substance=line.substance,
        product__strength=line.strength,
        product__strength_unit=line.strength_unit,
        product__also=line.also or [],
    )
    held = Suspicion.objects.filter(clinic=session.clinic_id, kind=Suspicion.Kind.LOT)
    suspected = {*held.values_list("named", flat=True)}
    lots = same.select_related("product").order_by("expires", "pk")
    return sorted(lots, key=lambda lot: lot.pk in suspected)


def _picked(
    line: ProtocolLine, lots: list[Lot], volume_ml: Decimal
) -> Iterator[tuple[Lot, Container | None, Decimal]]:
    """From an open container that holds it all; else new ones, of the lot that expires first as far as it goes."""
    if (opened := _standing_open(lots, volume_ml)) is not None:
        yield opened.lot, opened, volume_ml
        return
    for lot in lots:
        unopened = Lot.objects.values_list("unopened", flat=True).get(pk=lot.pk)
        taken = min(volume_ml, unopened * lot.product.container_ml)
        if taken > 0:
            yield lot, None, taken
            volume_ml -= taken
    if volume_ml > 0:
        raise LotRefused(_not_enough(line, volume_ml))


def _not_enough(line: ProtocolLine, lacking: Decimal) -> str:
    words = _("There is no usable lot of %(substance)s for %(lacking)s mL.")
    known, language = knowledge.current(), (get_language() or "en")[:2]
    asked = " + ".join(f"{known.name(code, language)} {strength}" for code, strength in line.contents)
    return words % {"substance": asked, "lacking": f"{lacking.normalize():f}"}


def _standing_open(lots: list[Lot], volume_ml: Decimal) -> Container | None:
    """A multi-dose container that is open, not too long, and holds enough."""
    now, enough = timezone.now(), ledger.microlitres(volume_ml)
    opened = Container.objects.filter(
        lot__in=lots, emptied_at=None, left_ul__gte=enough, lot__product__container_kind="multi_dose"
    )
    order = [lot.pk for lot in lots]
    rows = sorted(
        opened.select_related("lot__product").order_by("opened_at"), key=lambda row: order.index(row.lot_id)
    )
    return next((row for row in rows if not stock.is_past_use(row, now)), None)
