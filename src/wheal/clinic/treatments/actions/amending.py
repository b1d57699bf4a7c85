"""Corrections beside a signed session: in words, and those that the books of the stock follow."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wheal import ledger
from wheal.clinic.people.models import User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Container, Lot, Movement
from wheal.clinic.treatments import books
from wheal.clinic.treatments.actions.drafts import DraftRefused, saved
from wheal.clinic.treatments.chart import locked
from wheal.clinic.treatments.models import Amendment, Mix, MixComponent, Session


@transaction.atomic
def amend(*, session: Session, corrects: str, was: str, should_be: str, reason: str, by: User) -> Amendment:
    """Put a correction beside a signed session. The session itself stays as it was signed.

    Raises DraftRefused where the session is not signed, one of the four is empty, or it is a lot: words alone would put
    nobody on the list of a recall.
    """
    _signed(session)
    if corrects == "lot":
        raise DraftRefused(
            _("Give the lot under “Another lot was used”: in words alone it is not found in a recall.")
        )
    if not all(text.strip() for text in (corrects, was, should_be, reason)):
        raise DraftRefused(_("Say what is corrected, what was written, what it should be, and why."))
    written = Amendment(
        session=session, corrects=corrects, was=was.strip(), should_be=should_be.strip(), reason=reason
    )
    return _written(written, by, [])


@transaction.atomic
def amend_lot(*, component: MixComponent, lot: Lot, reason: str, by: User) -> Amendment:
    """What was drawn came from another lot, of this product or another of the clinic; the books of both follow.

    Raises DraftRefused where nothing of that lot can have been opened, or it is of another clinic.
    """
    session = _signed(component.mix.session)
    held = Lot.objects.filter(product__clinic=session.clinic_id, pk=lot.pk).select_related("product").first()
    container = came_from(component)
    if held is None or container is None or held.pk == container.lot_id:
        raise DraftRefused(_("Choose another lot of this clinic."))
    _refuse_without(reason)
    try:
        really, moved = stock.use_other_lot(
            mix=component.mix_id, container=container, lot=held, by=by, note=reason.strip()
        )
    except stock.StockRefused as refused:
        raise DraftRefused(refused.words) from refused
    was, should_be = _called(container.lot, held)
    written = Amendment(
        session=session, corrects="lot", was=was, should_be=should_be, reason=reason,
        component=component, lot=held, container=really,
    )  # fmt: skip
    return _written(written, by, moved)


def _called(was: Lot, really: Lot) -> tuple[str, str]:
    """By their numbers; with the product where it is another."""
    same = was.product_id == really.product_id
    return (was.number, really.number) if same else (str(was), str(really))


def came_from(component: MixComponent) -> Container | None:
    """The container that it really came from, by the last amendment."""
    last = Amendment.objects.filter(
        component__mix=component.mix_id, component__container=component.container_id, lot__isnull=False
    ).last()
    return last.container if last else component.container


@transaction.atomic
def amend_volume(*, mix: Mix, injected_ml: Decimal, reason: str, by: User) -> Amendment:
    """Another volume of a mix was injected than its points say; the books follow.

    Raises DraftRefused where the mix did not hold so much.
    """
    session = _signed(mix.session)
    _refuse_without(reason)
    was = sum(row.volume_ul for row in stock.standing(mix.pk, (Movement.Kind.INJECTED,)))
    try:
        moved = stock.inject_otherwise(
            mix=mix.pk,
            drawn=books.came([mix.pk])[mix.pk],
            injected_ul=ledger.microlitres(injected_ml),
            by=by,
            note=reason.strip(),
        )
    except stock.StockRefused as refused:
        raise DraftRefused(refused.words) from refused
    words = _("%(volume)s mL injected of mix %(label)s")
    written = Amendment(
        session=session, corrects="volume", reason=reason, mix=mix, injected_ml=injected_ml,
        was=words % {"volume": f"{ledger.millilitres(was).normalize():f}", "label": mix.label},
        should_be=words % {"volume": f"{injected_ml.normalize():f}", "label": mix.label},
    )  # fmt: skip
    return _written(written, by, moved)


def _signed(session: Session) -> Session:
    """One amendment at a time."""
    fresh = locked(session.pk)
    if not fresh.is_signed:
        raise DraftRefused(_("This session is not signed yet: correct it directly."))
    return fresh


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise DraftRefused(_("Say what is corrected, what was written, what it should be, and why."))


def _written(amendment: Amendment, by: User, moved: list[Movement]) -> Amendment:
    amendment.reason, amendment.made_by = amendment.reason.strip(), by
    amendment.save(force_insert=True)
    fixes: list[QuerySet] = [Amendment.objects.filter(pk=amendment.pk)]
    if moved:
        fixes.append(Movement.objects.filter(pk__in=[row.pk for row in moved]))
        fixes.append(Container.objects.filter(pk__in={row.container_id for row in moved if row.container_id}))
    saved(
        by=by,
        what="session_amended",
        session=amendment.session,
        fixes=fixes,
        corrects=amendment.corrects,
        amendment=amendment.pk,
    )
    return amendment
