"""What changes things: added, cared for, blocked, freed, taken out of use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wheal.clinic.audit import actions as audit
from wheal.clinic.equipment.models import Care, Thing
from wheal.clinic.people.models import Clinic, User


class ThingRefused(Exception):
    """Carries one sentence for the person who can mend it, and the field that it is about, where it is about one."""

    def __init__(self, reason: str | Promise, field: str | None = None) -> None:
        super().__init__(str(reason))
        self.reason, self.field = str(reason), field


@dataclass(frozen=True, slots=True)
class NewThing:
    kind: str
    name: str
    number: str = ""
    maker: str = ""
    expires: date | None = None
    gtin: str = ""
    clean_every: int | None = None


@transaction.atomic
def add_thing(*, clinic: Clinic, thing: NewThing, by: User) -> Thing:
    """What is blocked as the same lot, here or in another clinic, is blocked at once.

    Raises ThingRefused where one of this kind, name and number is there already.
    """
    same = Thing.objects.filter(clinic=clinic, kind=thing.kind, name=thing.name, number=thing.number)
    if same.exists():
        raise ThingRefused(_("This is in the list already."), "number" if thing.number else "name")
    made = Thing.objects.create(
        clinic=clinic,
        kind=thing.kind,
        name=thing.name,
        number=thing.number,
        maker=thing.maker,
        expires=thing.expires,
        gtin=thing.gtin,
        clean_every=thing.clean_every,
        added_by=by,
    )
    _note(made, "thing_added", by, kind=thing.kind)
    _block_alike(made, by)
    return made


@transaction.atomic
def clean(
    *,
    thing: Thing,
    by: User,
    at: datetime | None = None,
    water_point: Thing | None = None,
    disinfectant: Thing | None = None,
    note: str = "",
) -> Care:
    """Raises ThingRefused for a time to come, or for water or disinfectant that may not be used."""
    return _log(
        thing, Care.What.CLEANING, by, at, water_point=water_point, disinfectant=disinfectant, note=note
    )


@transaction.atomic
def maintain(
    *, thing: Thing, by: User, at: datetime | None = None, next_due: date | None = None, note: str = ""
) -> Care:
    """`next_due`: the day by which it must be done again, as its maker or the clinic asks."""
    written = _log(thing, Care.What.MAINTENANCE, by, at, note=note)
    thing.maintenance_due = next_due
    thing.save(update_fields=["maintenance_due"])
    return written


@transaction.atomic
def correct_thing(*, thing: Thing, to: NewThing, by: User) -> Thing:
    """What was typed wrongly; what it is stays. Where it is found to be the same lot as another, a block of one is
    one of both. Raises ThingRefused where another has this name and number."""
    same = Thing.objects.filter(clinic=thing.clinic, kind=thing.kind, name=to.name, number=to.number)
    if same.exclude(pk=thing.pk).exists():
        raise ThingRefused(_("This is in the list already."), "number" if to.number else "name")
    columns = ("name", "number", "maker", "expires", "gtin", "clean_every")
    changed = [name for name in columns if getattr(thing, name) != getattr(to, name)]
    for name in changed:
        setattr(thing, name, getattr(to, name))
    thing.save(update_fields=[*changed, "changed_at"])
    _note(thing, "thing_corrected", by, changed=changed)
    if {"gtin", "number"} & set(changed):
        _block_alike(thing, by)
    return thing


@transaction.atomic
def record_test(
    *,
    thing: Thing,
    passed: bool,
    note: str,
    by: User,
    at: datetime | None = None,
    next_due: date | None = None,
) -> Care:
    """Of a water point's water, of a device. One that did not pass is blocked at once, until somebody frees it."""
    if not passed and not note.strip():
        raise ThingRefused(_("Say what the test found."), "note")
    written = _log(thing, Care.What.TEST, by, at, note=note, passed=passed)
    thing.test_due = next_due
    thing.save(update_fields=["test_due"])
    if not passed and not thing.blocked_at:
        block(thing=thing, reason=_("Test not passed: %(note)s") % {"note": note.strip()}, by=by)
    return written


@transaction.atomic
def take_back(*, entry: Care, reason: str, by: User) -> Care:
    """An entry was wrong: it stays, and no longer counts."""
    if not reason.strip():
        raise ThingRefused(_("A reason is needed."), "reason")
    if entry.what == Care.What.TAKEN_BACK or Care.objects.filter(takes_back=entry).exists():
        raise ThingRefused(_("This entry was taken back already."))
    return _log(entry.thing, Care.What.TAKEN_BACK, by, None, takes_back=entry, note=reason)


def _log(thing: Thing, what: str, by: User, at: datetime | None, note: str = "", **named: object) -> Care:
    now = timezone.now()
    if at and at > now:
        raise ThingRefused(_("This time lies in the future."))
    for field in ("water_point", "disinfectant"):
        _refuse_unusable(named.get(field), thing, field)
    written = Care.objects.create(
        thing=thing, what=what, done_at=at or now, done_by=by, note=note.strip(), **named
    )
    _note(thing, f"{what}_logged", by, fixes=[Care.objects.filter(pk=written.pk)], entry=written.pk)
    return written


def _refuse_unusable(used: object, thing: Thing, field: str) -> None:
    if used is None:
        return
    fresh = Thing.objects.get(pk=used.pk, clinic=thing.clinic_id)
    if fresh.state(timezone.localdate()) in ("blocked", "retired", "expired"):
        raise ThingRefused(_("%(name)s may not be used.") % {"name": fresh}, field)


@transaction.atomic
def block(*, thing: Thing, reason: str, by: User) -> None:
    """Nothing is signed with it until somebody frees it, also in sessions that are being drawn now."""
    if not reason.strip():
        raise ThingRefused(_("A reason is needed."), "reason")
    thing.blocked_at, thing.blocked_by, thing.block_reason = timezone.now(), by, reason.strip()
    thing.save(update_fields=["blocked_at", "blocked_by", "block_reason", "changed_at"])
    _note(thing, "thing_blocked", by)


def _block_alike(thing: Thing, by: User) -> None:
    """Inside the caller's transaction."""
    others = Thing.objects.same_as(thing).exclude(pk=thing.pk).select_related("clinic").order_by("pk")
    if thing.blocked_at:
        for other in others.filter(blocked_at=None):
            block(thing=other, reason=_as_there(thing, other), by=by)
    elif blocked := others.exclude(blocked_at=None).first():
        block(thing=thing, reason=_as_there(blocked, thing), by=by)


def _as_there(blocked: Thing, thing: Thing) -> str:
    if blocked.clinic_id == thing.clinic_id:
        return blocked.block_reason
    return _("As in %(clinic)s: %(reason)s") % {
        "clinic": blocked.clinic.name, "reason": blocked.block_reason,
    }  # fmt: skip


@transaction.atomic
def free(*, thing: Thing, reason: str, by: User) -> None:
    """Why is kept where the reason of the block stood. Raises ThingRefused while people are called because of it."""
    if not reason.strip():
        raise ThingRefused(_("A reason is needed."), "reason")
    if thing.is_being_called_back:
        raise ThingRefused(_("People who met it are still being called. Close that list first."))
    thing.blocked_at, thing.blocked_by, thing.block_reason = None, None, reason.strip()
    thing.save(update_fields=["blocked_at", "blocked_by", "block_reason", "changed_at"])
    _note(thing, "thing_freed", by)


@transaction.atomic
def retire(*, thing: Thing, by: User) -> None:
    """Used up, sold or broken: no longer offered. What it was used for stays in the record."""
    if thing.retired_at is None:
        thing.retired_at = timezone.now()
        thing.save(update_fields=["retired_at", "changed_at"])
        _note(thing, "thing_retired", by)


@transaction.atomic
def take_up_again(*, thing: Thing, by: User) -> None:
    if thing.retired_at is not None:
        thing.retired_at = None
        thing.save(update_fields=["retired_at", "changed_at"])
        _note(thing, "thing_taken_up_again", by)


def last_cleaning(thing: Thing) -> Care | None:
    """The latest that was not taken back."""
    if not thing.is_cared_for:
        return None
    return thing.log.filter(what=Care.What.CLEANING, taken_back_by=None).first()


def _note(thing: Thing, what: str, by: User, fixes: Iterable[QuerySet[Care]] = (), **detail: object) -> None:
    audit.record(
        by=by,
        what=f"equipment.{what}",
        subject=thing,
        clinic=thing.clinic,
        detail={"thing": str(thing), **detail},
        fixes=fixes,
    )
