"""All that writes about alarms: what the watch saw, what is done about it, and the conclusion that ends it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from wheal.clinic.audit import actions as audit
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety import actions as recalls
from wheal.clinic.safety.reactions.models import COUNTED_FROM, Reaction
from wheal.clinic.safety.watching import exposures, naming
from wheal.clinic.safety.watching.cases import met_since
from wheal.clinic.safety.watching.looking import Seen, look
from wheal.clinic.safety.watching.models import NOTED, Alarm, Sighting, Step
from wheal.clinic.stock import actions as stock
from wheal.clinic.treatments import actions as treatments
from wheal.surveillance import LOOK_BACK, Exposure

LEVELS = ("watch", "alarm")
RECENT = timedelta(days=LOOK_BACK)
"""What the watch would have said longer ago opens nothing anew."""


class AlarmRefused(Exception):
    """Carries `reason`, a code that the page puts into words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def judge(reaction: Reaction) -> Sighting | None:
    """On every new reaction: what it makes stand out, kept where it is new."""
    exposures.fill(reaction.clinic)
    found = look(reaction.clinic, reaction.clinic.day_of(), only=reaction)
    kept = [_keep(reaction.clinic, seen) for seen in found]
    return next(filter(None, kept), None)


def look_again(clinic: Clinic) -> list[Sighting]:
    """Every night, for what was signed or corrected since. What stood out long ago opens nothing anew."""
    exposures.fill(clinic)
    today = clinic.day_of()
    recent = [seen for seen in look(clinic, today) if seen.notice.day > today - RECENT]
    return [kept for seen in recent if (kept := _keep(clinic, seen))]


def nightly() -> dict[str, object]:
    """Every clinic in turn. Says how many, and what was seen anew."""
    found = {clinic.pk: look_again(clinic) for clinic in Clinic.objects.order_by("pk")}
    seen = [sighting for each in found.values() for sighting in each]
    return {
        "clinics": len(found),
        "seen": len(seen),
        "alarms": sum(one.level == Alarm.Level.ALARM for one in seen),
    }


@transaction.atomic
def _keep(clinic: Clinic, seen: Seen) -> Sighting | None:
    """Nothing is kept twice: a case more, a higher level or another first suspect is new, and nothing else is."""
    Clinic.objects.select_for_update().get(pk=clinic.pk)  # two looks at a time would open two alarms
    cases = [case.pk for case in seen.cases]
    alarm = _alarm_of(clinic, cases)
    if alarm and alarm.closed_at and set(cases) <= _cases_of(alarm):
        return None
    if alarm is None or alarm.closed_at:
        alarm = Alarm.objects.create(clinic=clinic, level=seen.notice.level, opened_at=timezone.now())
    elif not _is_new(alarm, seen, cases):
        return None
    made = Sighting.objects.create(
        alarm=alarm,
        level=seen.notice.level,
        day=seen.notice.day,
        said_at=timezone.now(),
        after=seen.after,
        cases=cases,
        suspects=_suspects(clinic, seen),
    )
    tell_where_one_mixes(alarm, made)
    if LEVELS.index(seen.notice.level) > LEVELS.index(alarm.level):
        alarm.level = seen.notice.level
        alarm.save(update_fields=["level"])
    detail = {"level": made.level, "cases": len(cases)}
    audit.record(
        by=None, what="safety.shared_cause_seen", subject=alarm, clinic=clinic, detail=detail,
        fixes=[Sighting.objects.filter(pk=made.pk)],
    )  # fmt: skip
    return made


def tell_where_one_mixes(alarm: Alarm, sighting: Sighting) -> None:
    """Every lot and thing that is suspected stands marked there until somebody concludes."""
    suspects = [(str(one["kind"]), str(one["id"])) for one in sighting.suspects]
    things = [one for one in suspects if naming.is_thing(one)]
    lots = [one for one in suspects if one[0] in naming.LOTS and one not in things]
    treatments.suspect(
        clinic=alarm.clinic,
        alarm=alarm.pk,
        since=alarm.opened_at,
        lots=map(naming.id_of, lots),
        things=map(naming.id_of, things),
    )


def _alarm_of(clinic: Clinic, cases: Iterable[int]) -> Alarm | None:
    """The open one that has any of these cases; else the newest closed one that has."""
    asked = set(cases)
    rows = Alarm.objects.filter(clinic=clinic).prefetch_related("sightings").order_by("-pk")
    sharing = [alarm for alarm in rows if asked & _cases_of(alarm)]
    return next((alarm for alarm in sharing if alarm.closed_at is None), sharing[0] if sharing else None)


def _cases_of(alarm: Alarm) -> set[int]:
    return {case for one in alarm.sightings.all() for case in one.cases}


def _is_new(alarm: Alarm, seen: Seen, cases: Iterable[int]) -> bool:
    rose = LEVELS.index(seen.notice.level) > LEVELS.index(alarm.level)
    said = [
        (one.level, tuple(one.suspects[0][key] for key in ("kind", "id"))) for one in alarm.sightings.all()
    ]
    first = (seen.notice.level, seen.notice.suspects[0].exposure)
    return rose or not set(cases) <= _cases_of(alarm) or first not in said


def _suspects(clinic: Clinic, seen: Seen) -> list[dict[str, object]]:
    """The watch's own evidence, each suspect with the name that it has today, as the clinic writes it: whoever reported
    may speak another language."""
    with translation.override(clinic.language), timezone.override(clinic.time_zone):
        named = naming.names([suspect.exposure for suspect in seen.notice.suspects], clinic)
    return [dict(one.as_json()) | {"name": named[one.exposure].label} for one in seen.notice.suspects]


@transaction.atomic
def quarantine(*, alarm: Alarm, exposure: Exposure, note: str, by: User) -> Step:
    """Sets the lot aside. Raises AlarmRefused: closed, not_a_lot."""
    lot = naming.names([exposure], alarm.clinic)[exposure].lot
    if lot is None or lot.product.clinic_id != alarm.clinic_id:
        raise AlarmRefused("not_a_lot")
    step = _step(alarm, Step.What.QUARANTINED, exposure, note, by)
    if not lot.is_blocked:
        stock.quarantine(lot=lot, reason=note or str(alarm.get_level_display()), by=by)
    return step


@transaction.atomic
def stop(*, alarm: Alarm, exposure: Exposure, note: str, by: User) -> Step:
    """Blocks the device, water, disinfectant, needles or room. Raises AlarmRefused: closed, not_a_thing."""
    thing = naming.names([exposure], alarm.clinic)[exposure].thing
    if thing is None or thing.clinic_id != alarm.clinic_id:
        raise AlarmRefused("not_a_thing")
    step = _step(alarm, Step.What.STOPPED, exposure, note, by)
    if thing.blocked_at is None:
        equipment.block(thing=thing, reason=note or str(alarm.get_level_display()), by=by)
    return step


@transaction.atomic
def call(*, alarm: Alarm, exposure: Exposure, note: str, by: User) -> Step:
    """Opens the list of everybody to call: of a lot its recall; of anything else, who met it in the look-back.

    Raises AlarmRefused: closed, not_a_lot, reason_missing, already_open.
    """
    named = naming.names([exposure], alarm.clinic)[exposure]
    onsets = Reaction.objects.filter(pk__in=_cases_of(alarm)).values_list(COUNTED_FROM, flat=True)
    try:
        if named.is_lot:
            return _recall(alarm, named, note, by)
        made = recalls.open_list(
            clinic=alarm.clinic,
            exposure=exposure,
            called=named.label,
            since=met_since(onsets),
            reason=note,
            by=by,
        )
    except recalls.RecallRefused as refused:
        raise AlarmRefused(refused.reason) from refused
    return _step(alarm, Step.What.LISTED, exposure, note, by, recall=made)


def _recall(alarm: Alarm, named: naming.Named, note: str, by: User) -> Step:
    if named.lot is None or named.lot.product.clinic_id != alarm.clinic_id:
        raise AlarmRefused("not_a_lot")
    recall = recalls.open_recall(lot=named.lot, reason=note, by=by)
    return _step(alarm, Step.What.RECALLED, (named.kind, named.name), note, by, recall=recall)


@transaction.atomic
def sample(*, alarm: Alarm, exposure: Exposure, note: str, by: User) -> Step:
    """Taken of this suspect, or sent. Raises AlarmRefused: closed, sample_missing."""
    if not note.strip():
        raise AlarmRefused("sample_missing")
    return _step(alarm, Step.What.SAMPLED, exposure, note, by)


@transaction.atomic
def note(*, alarm: Alarm, what: str, note: str, by: User, exposure: Exposure = ("", "")) -> Step:
    """What was done elsewhere: people called, a sample and its result, an authority told.

    Raises AlarmRefused: closed, unknown_step, note_missing.
    """
    if what not in NOTED:
        raise AlarmRefused("unknown_step")
    if not note.strip():
        raise AlarmRefused("note_missing")
    return _step(alarm, what, exposure, note, by)


def _step(alarm: Alarm, what: str, exposure: Exposure, note: str, by: User, **more: object) -> Step:
    alarm = Alarm.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=alarm.pk)
    if alarm.closed_at:
        raise AlarmRefused("closed")
    kind, name = exposure
    made = Step.objects.create(
        alarm=alarm, what=what, kind=kind, name=name, note=note.strip(), done_by=by, **more
    )
    audit.record(
        by=by, what="safety.alarm_step_taken", subject=alarm, clinic=alarm.clinic,
        detail={"step": what, "kind": kind, "id": name}, fixes=[Step.objects.filter(pk=made.pk)],
    )  # fmt: skip
    return made


@transaction.atomic
def close(*, alarm: Alarm, found: str, conclusion: str, by: User, exposure: Exposure = ("", "")) -> Alarm:
    """Fixes the alarm. Confirmed is what a result says that was written down here, of that thing or of the whole alarm.

    Raises AlarmRefused: unknown_outcome, conclusion_missing, cause_missing, result_missing, nothing_done.
    """
    alarm = Alarm.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=alarm.pk)
    if alarm.closed_at:
        return alarm
    if found not in Alarm.Found.values:
        raise AlarmRefused("unknown_outcome")
    if not conclusion.strip():
        raise AlarmRefused("conclusion_missing")
    if found in (Alarm.Found.CONFIRMED, Alarm.Found.PROBABLE) and not exposure[0]:
        raise AlarmRefused("cause_missing")
    if found == Alarm.Found.CONFIRMED and not _results(alarm, exposure):
        raise AlarmRefused("result_missing")
    if alarm.level == Alarm.Level.ALARM and not alarm.steps.exists():
        raise AlarmRefused("nothing_done")
    alarm.closed_at, alarm.closed_by, alarm.found = timezone.now(), by, found
    alarm.conclusion, (alarm.cause_kind, alarm.cause_id) = conclusion.strip(), exposure
    alarm.save()
    treatments.clear(alarm=alarm.pk)
    audit.record(
        by=by, what="safety.alarm_closed", subject=alarm, clinic=alarm.clinic,
        detail={"found": found, "kind": exposure[0], "id": exposure[1]}, fixes=[Alarm.objects.filter(pk=alarm.pk)],
    )  # fmt: skip
    return alarm


def _results(alarm: Alarm, exposure: Exposure) -> bool:
    of_it = Q(kind=exposure[0], name=exposure[1]) | Q(kind="")
    return alarm.steps.filter(of_it, what=Step.What.RESULT).exists()
