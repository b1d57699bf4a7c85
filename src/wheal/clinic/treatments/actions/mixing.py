"""What is drawn into a syringe, from which lots, by whom and when."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.people.models import User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Container, Lot
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
    saved(by=by, what="mix_removed", session=session, mix=mix.pk)
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

    Raises LotRefused where the lot is expired or blocked, the container does not hold so much, or a single-dose
    container has served another session.
    """
    session = open_draft(mix.session)
    lot = Lot.objects.select_related("product").get(pk=lot.pk, product__clinic=session.clinic)
    _refuse_unusable(lot, volume_ml)
    if container is not None:
        _refuse_shared(container, lot, session)
        _refuse_more_than_it_holds(container, lot, volume_ml)
        drawn = [_draw(mix, lot, container, volume_ml)]
    else:
        drawn = [
            _draw(mix, lot, _opened(lot, by, opened_at), part)
            for part in _parts(volume_ml, lot.product.container_ml)
        ]
    _touch(mix)
    saved(by=by, what="lot_drawn", session=session, mix=mix.pk, lot=lot.pk, volume_ml=str(volume_ml))
    return drawn[0]


def _parts(volume_ml: Decimal, holds: Decimal) -> list[Decimal]:
    """What each of the containers gives: full ones, and the rest from the last."""
    full, rest = divmod(volume_ml, holds)
    if full + bool(rest) > MOST_CONTAINERS:
        raise LotRefused(
            _("That would be more than %(most)s containers of this lot.") % {"most": MOST_CONTAINERS}
        )
    return [holds] * int(full) + ([rest] if rest else [])


def _draw(mix: Mix, lot: Lot, container: Container, volume_ml: Decimal) -> MixComponent:
    product = lot.product
    return MixComponent.objects.create(
        mix=mix,
        lot=lot,
        container=container,
        substance=product.substance,
        strength=product.strength,
        strength_unit=product.strength_unit,
        volume_ml=volume_ml,
    )


def _opened(lot: Lot, by: User, at: datetime | None) -> Container:
    try:
        return stock.open_container(lot=lot, by=by, at=at)
    except stock.StockRefused as refused:
        raise LotRefused(_("Lot %(number)s may not be opened.") % {"number": lot.number}) from refused


def _refuse_unusable(lot: Lot, volume_ml: Decimal) -> None:
    if lot.expires < timezone.localdate():
        raise LotRefused(_("Lot %(number)s is past its expiry date.") % {"number": lot.number})
    if lot.as_lot().recalled:
        raise LotRefused(_("Lot %(number)s is blocked. Do not use it.") % {"number": lot.number})
    if volume_ml <= 0:
        raise LotRefused(_("Give the volume drawn, in mL."))


def _refuse_shared(container: Container, lot: Lot, session: Session) -> None:
    """A single-dose container serves one patient and one session."""
    if container.lot_id != lot.pk:
        raise LotRefused(_("This container is of another lot."))
    if lot.product.container_kind != "single_dose":
        return
    if MixComponent.objects.filter(container=container).exclude(mix__session=session).exists():
        raise LotRefused(_("This single-dose container was used for another session. Open a new one."))


def _refuse_more_than_it_holds(container: Container, lot: Lot, volume_ml: Decimal) -> None:
    holds = lot.product.container_ml
    drawn = container.drawn.aggregate(total=Sum("volume_ml"))["total"] or Decimal(0)
    if drawn + volume_ml > holds:
        raise LotRefused(
            _(
                "This container holds %(holds)s mL and %(left)s mL are left in it. Draw the rest from another one."
            )
            % {"holds": f"{holds.normalize():f}", "left": f"{(holds - drawn).normalize():f}"}
        )


@transaction.atomic
def remove_component(*, component: MixComponent, by: User) -> None:
    mix = component.mix
    session = open_draft(mix.session)
    saved(by=by, what="lot_put_back", session=session, mix=mix.pk, lot=component.lot_id)
    component.delete()
    _touch(mix)


def _touch(mix: Mix) -> None:
    mix.draft_version += 1
    mix.save(update_fields=["draft_version"])
