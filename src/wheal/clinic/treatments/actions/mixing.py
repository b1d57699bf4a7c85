"""What is drawn into a syringe, from which lots, by whom and when."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wheal import ledger
from wheal.clinic.people.models import User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Container, Lot, Movement
from wheal.clinic.treatments.actions.drafts import DraftRefused, open_draft, same_version, saved
from wheal.clinic.treatments.models import Mix, MixComponent, Session

LABELS = "ABCDEFGH"
MOST_CONTAINERS = 20  # drawn in one go: more is a slip of the finger


class LotRefused(DraftRefused):
    """This lot or container may not be drawn from."""


@transaction.atomic
def add_mix(*, session: Session, by: User) -> Mix:
    session = open_draft(session)
    taken = set(session.mixes.values_list("label", flat=True))
    label = next((letter for letter in LABELS if letter not in taken), None)
    if label is None:
        raise DraftRefused(_("A session holds at most eight mixes."))
    mix = Mix.objects.create(session=session, label=label)
    saved(by=by, what="mix_added", session=session, mix=mix.pk)
    return mix


@transaction.atomic
def save_mix(
    *,
    mix: Mix,
    by: User,
    version: int | None = None,
    prepared_by: str = "",
    batch: str | None = None,
    prepared_at: datetime | None = None,
    preparer: User | None = None,
    checker: User | None = None,
) -> Mix:
    """Raises DraftRefused where one person is named as both who prepared and who checked."""
    session = open_draft(mix.session)
    mix = session.mixes.get(pk=mix.pk)
    same_version(mix, version)
    if preparer is not None and preparer == checker:
        raise DraftRefused(_("The second checker is someone other than the person who prepared the mix."))
    mix.prepared_by, mix.prepared_at, mix.preparer, mix.checker = prepared_by, prepared_at, preparer, checker
    mix.batch = batch
    mix.draft_version += 1
    mix.save()
    saved(by=by, what="mix_saved", session=session, mix=mix.pk, version=mix.draft_version)
    return mix


@transaction.atomic
def throw_away(*, mix: Mix, volume_ml: Decimal | None, by: User) -> None:
    """What was measured and thrown away of a mix. None: not said; signing then counts the rest."""
    session = open_draft(mix.session)
    mix = session.mixes.get(pk=mix.pk)
    mix.thrown_ml = volume_ml
    mix.draft_version += 1
    mix.save(update_fields=["thrown_ml", "draft_version"])
    saved(
        by=by,
        what="rest_thrown_away",
        session=session,
        mix=mix.pk,
        volume_ml=None if volume_ml is None else str(volume_ml),
    )


@transaction.atomic
def remove_mix(*, mix: Mix, by: User) -> None:
    session = open_draft(mix.session)
    if mix.passes.exists():
        raise DraftRefused(
            _("Mix %(label)s is used by a pass. Remove that pass first.") % {"label": mix.label}
        )
    returned = [_put_back(row, by) for row in mix.components.select_related("movement__container")]
    saved(by=by, what="mix_removed", session=session, fixes=_rows(returned), mix=mix.pk)
    mix.delete()


@transaction.atomic
def add_component(
    *,
    mix: Mix,
    lot: Lot,
    volume_ml: Decimal,
    by: User,
    container: Container | None = None,
    opened_at: datetime | None = None,
) -> MixComponent:
    """Draw from a lot. Without `container` new ones are opened, now or at `opened_at`, as many as the volume needs:
    each is a component of its own, and the first is returned.

    Raises LotRefused where the lot is expired, blocked or used up, the container is empty, has been open too long or
    does not hold so much, or what is for one patient has served another session.
    """
    session = open_draft(mix.session)
    lot = Lot.objects.select_related("product").get(pk=lot.pk, product__clinic=session.clinic)
    if volume_ml <= 0:
        raise LotRefused(_("Give the volume drawn, in mL."))
    _microlitres(volume_ml)
    try:
        drawn = _drawn(mix, lot, volume_ml, container, by, opened_at)
    except stock.StockRefused as refused:
        raise LotRefused(refused.words) from refused
    _touch(mix)
    saved(
        by=by,
        what="lot_drawn",
        session=session,
        fixes=_rows([row.movement for row in drawn]),
        mix=mix.pk,
        lot=lot.pk,
        volume_ml=str(volume_ml),
    )
    return drawn[0]


def _drawn(
    mix: Mix, lot: Lot, volume_ml: Decimal, container: Container | None, by: User, opened_at: datetime | None
) -> list[MixComponent]:
    if container is not None:
        _refuse_shared(container, lot, mix.session)
        return [_draw(mix, lot, container, volume_ml, by)]
    parts = _parts(volume_ml, lot.product.container_ml)
    opened = [(stock.open_container(lot=lot, by=by, at=opened_at), part) for part in parts]
    return [_draw(mix, lot, container, part, by) for container, part in opened]


def _parts(volume_ml: Decimal, holds: Decimal) -> list[Decimal]:
    """What each of the containers gives: full ones, and the rest from the last."""
    full, rest = divmod(volume_ml, holds)
    if full + bool(rest) > MOST_CONTAINERS:
        raise LotRefused(
            _("That would be more than %(most)s containers of this lot.") % {"most": MOST_CONTAINERS}
        )
    return [holds] * int(full) + ([rest] if rest else [])


def _draw(mix: Mix, lot: Lot, container: Container, volume_ml: Decimal, by: User) -> MixComponent:
    product = lot.product
    moved = stock.draw(container=container, volume_ul=_microlitres(volume_ml), mix=mix.pk, by=by)
    return MixComponent.objects.create(
        mix=mix,
        lot=lot,
        container=container,
        substance=product.substance,
        strength=product.strength,
        strength_unit=product.strength_unit,
        also=product.also or None,
        volume_ml=volume_ml,
        movement=moved,
    )


def _microlitres(volume_ml: Decimal) -> int:
    try:
        return ledger.microlitres(volume_ml)
    except ValueError as finer:
        raise LotRefused(_("No volume is finer than a microlitre, 0.001 mL.")) from finer


def _refuse_shared(container: Container, lot: Lot, session: Session) -> None:
    """What is for one patient serves one session."""
    if container.lot_id != lot.pk:
        raise stock.StockRefused("other_lot")
    if not lot.product.is_for_one_patient:
        return
    if MixComponent.objects.filter(container=container).exclude(mix__session=session).exists():
        raise LotRefused(_("This single-dose container was used for another session. Open a new one."))


@transaction.atomic
def remove_component(*, component: MixComponent, by: User) -> None:
    """It was not drawn: what was in it is in its container again."""
    mix = component.mix
    session = open_draft(mix.session)
    component = MixComponent.objects.select_related("movement__container").filter(pk=component.pk).first()
    if component is None:  # taken out by another tap
        return
    returned = [_put_back(component, by)]
    saved(
        by=by,
        what="lot_put_back",
        session=session,
        fixes=_rows(returned),
        mix=mix.pk,
        lot=component.lot_id,
    )
    component.delete()
    _touch(mix)


def _put_back(component: MixComponent, by: User) -> Movement:
    return stock.put_back(movement=component.movement, by=by)


def _rows(movements: list[Movement]) -> list[QuerySet[Movement]]:
    return [Movement.objects.filter(pk__in=[row.pk for row in movements])] if movements else []


def _touch(mix: Mix) -> None:
    mix.draft_version += 1
    mix.save(update_fields=["draft_version"])
