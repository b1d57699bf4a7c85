"""Which room, device, needles, water and disinfectant serve a session."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.equipment import actions as equipment
from wheal.clinic.equipment.models import Care, Kind, Thing
from wheal.clinic.people.models import User
from wheal.clinic.treatments.actions.drafts import DraftRefused, open_draft, saved
from wheal.clinic.treatments.models import Session, Suspicion, ThingUsed
from wheal.clinic.treatments.things import UNUSABLE, last_used


@transaction.atomic
def name_thing(*, session: Session, thing: Thing, by: User) -> ThingUsed:
    """A session is in one room; it may use several of everything else. Raises DraftRefused where it may not be used."""
    session = open_draft(session)
    thing = Thing.objects.get(pk=thing.pk, clinic=session.clinic_id)
    if (why := UNUSABLE.get(thing.state(timezone.localdate()))) is not None or thing.retired_at:
        raise DraftRefused(f"{thing}: {why or _('Out of use')}")
    if thing.kind == Kind.ROOM:
        ThingUsed.objects.filter(session=session, thing__kind=Kind.ROOM).exclude(thing=thing).delete()
    cleaning = equipment.last_cleaning(thing)
    used, made = ThingUsed.objects.get_or_create(
        session=session, thing=thing, defaults={"cleaning": cleaning, "chosen_by": by}
    )
    if made:
        saved(by=by, what="thing_named", session=session, thing=thing.pk, cleaning=cleaning and cleaning.pk)
    return used


@transaction.atomic
def unname_thing(*, used: ThingUsed, by: User) -> None:
    session = open_draft(used.session)
    saved(by=by, what="thing_unnamed", session=session, thing=used.thing_id)
    used.delete()


@transaction.atomic
def as_last_time(*, session: Session, by: User) -> list[ThingUsed]:
    """Name all that served last time and may still be used. What is under suspicion is named by hand, if at all."""
    today, session = timezone.localdate(), open_draft(session)
    suspected = Suspicion.objects.filter(clinic=session.clinic_id, kind=Suspicion.Kind.THING)
    held = {*suspected.values_list("named", flat=True)}
    usable = [
        one
        for one in last_used(session)
        if one.state(today) not in UNUSABLE and not one.retired_at and one.pk not in held
    ]
    return [name_thing(session=session, thing=thing, by=by) for thing in usable]


@transaction.atomic
def cleaned_now(*, used: ThingUsed, by: User) -> Care:
    """The device was cleaned just now, with the water and disinfectant of the time before."""
    session, before = open_draft(used.session), equipment.last_cleaning(used.thing)
    try:
        cleaning = equipment.clean(
            thing=used.thing,
            by=by,
            water_point=before.water_point if before else None,
            disinfectant=before.disinfectant if before else None,
        )
    except equipment.ThingRefused as refused:
        raise DraftRefused(refused.reason) from refused
    used.cleaning = cleaning
    used.save(update_fields=["cleaning"])
    saved(by=by, what="thing_cleaned", session=session, thing=used.thing_id, cleaning=cleaning.pk)
    return cleaning
