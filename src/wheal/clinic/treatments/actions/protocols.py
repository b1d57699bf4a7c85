"""A clinic's own recipes, and mixes made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wheal import knowledge, mixing
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments.actions.drafts import DraftRefused
from wheal.clinic.treatments.actions.mixing import LotRefused, add_component, add_mix
from wheal.clinic.treatments.models import Mix, Protocol, ProtocolLine, Session


@dataclass(frozen=True, slots=True)
class NewLine:
    substance: str
    strength: Decimal
    strength_unit: str
    volume_ml: Decimal


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
    for line, part in zip(lines, parts, strict=True):
        lot = _first_to_expire(line, session)
        add_component(mix=mix, lot=lot, container=_standing_open(lot, part), volume_ml=part, by=by)
    mix.refresh_from_db()
    return mix


def _first_to_expire(line: ProtocolLine, session: Session) -> Lot:
    usable = Lot.objects.filter(product__clinic=session.clinic_id).usable(timezone.localdate())
    same = usable.filter(
        product__substance=line.substance,
        product__strength=line.strength,
        product__strength_unit=line.strength_unit,
    )
    lot = same.select_related("product").order_by("expires", "pk").first()
    if lot is None:
        name = knowledge.current().name(line.substance, _language())
        raise LotRefused(
            _("There is no usable lot of %(substance)s %(strength)s.")
            % {"substance": name, "strength": line.concentration}
        )
    return lot


def _language() -> str:
    return (get_language() or "en")[:2]


def _standing_open(lot: Lot, volume_ml: Decimal) -> Container | None:
    """A multi-dose container that is open, not too long, and holds enough."""
    if lot.product.container_kind != "multi_dose":
        return None
    longest = timedelta(days=float(knowledge.current().handling.multi_dose_days))
    opened = lot.containers.filter(emptied_at=None, opened_at__gte=timezone.now() - longest)
    for container in opened.annotate(drawn_ml=Sum("drawn__volume_ml")):
        if lot.product.container_ml - (container.drawn_ml or 0) >= volume_ml:
            return container
    return None
