"""The watch over one clinic: its sessions and reactions told to `wheal.surveillance` in the order they became known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Count

from wheal import knowledge
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.models import COUNTED_FROM, Reaction
from wheal.clinic.safety.watching.models import Alarm, Exposed
from wheal.clinic.stock.models import Product
from wheal.clinic.treatments.injected import not_injected
from wheal.clinic.treatments.models import Session
from wheal.events import expected, flags
from wheal.knowledge import Knowledge
from wheal.surveillance import (
    BY_SHARING,
    COMMON,
    MAY_BEGIN_SO,
    Exposure,
    Notice,
    Reported,
    Treated,
    Watch,
    is_late,
)

IN_USE = timedelta(days=365)
"""How long ago a thing may have become a source."""
HISTORY = 2 * IN_USE
"""That year, the longest look-back before it, and the rest for how many such reactions the clinic has anyway."""

_ROW = "day", "patient_id", "met"
_READ = (
    "clinic_id",
    "patient_id",
    "reported_on",
    "onset",
    "kind",
    "recorded_kind",
    "flags",
    "warnings",
    "signs",
)
_BY_SHARING = tuple(f"{kind}:" for kind in BY_SHARING)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch said, the reaction after which it said it, and the first reaction of each patient it names."""

    notice: Notice
    after: Reaction
    cases: tuple[Reaction, ...]


def look(clinic: Clinic, on: date, only: Reaction | None = None) -> list[Seen]:
    """Everything that the watch would have said up to today, as the record stands now, or of one reaction only. Six
    reads, each through one index; three more where redness and the like was recorded, one for what labels let expect.

    Told are the sessions of the last year, and before it those of people who fell ill; of the others then, how many.
    """
    reactions, known = _watched(clinic, on), knowledge.current()
    if only:  # what else became known on its day is known when it is judged, whenever it began
        reactions.sort(key=lambda one: (one.reported_on, one.pk == only.pk))
    lately = on - (IN_USE if only else HISTORY)  # what met those who fell ill before can explain nothing new
    ill = {reaction.patient_id for reaction in reactions}
    asking = {reaction.patient_id for reaction in reactions if reaction.counted_from > lately}
    watch, found, at = _prepared(clinic, reactions), [], 0
    begin, year = (on - HISTORY).toordinal(), (on - IN_USE).toordinal()
    before = _before(clinic, begin, year, ill)
    watch.counted(str(clinic.pk), _stayed_well(clinic, begin, year, before))
    sessions = _sessions(before + _since(clinic, year, on), asking, year)
    by_name = {str(reaction.pk): reaction for reaction in reactions}
    for reaction in reactions:
        while at < len(sessions) and sessions[at].day <= reaction.reported_on:
            watch.treated(sessions[at])
            at += 1
        if only and reaction.pk != only.pk:
            watch.known(_told(reaction, known))
        elif said := watch.reported(_told(reaction, known)):
            found.append(Seen(said, reaction, tuple(by_name[name] for name in said.reports)))
    return found


def _watched(clinic: Clinic, on: date) -> list[Reaction]:
    """Without what is frequent after a sound injection, unless a red flag came with it or it began late."""
    rows = Reaction.objects.standing().filter(clinic=clinic, reported_on__range=(on - HISTORY, on))
    heard = rows.exclude(kind__in=COMMON - MAY_BEGIN_SO, flags=[])
    held = list(heard.order_by("reported_on", COUNTED_FROM, "pk").only(*_READ))
    early = {one.patient_id for one in held if _may_be_nothing(one)}
    days = _days_of(early) if early else {}
    return [
        one
        for one in held
        if not _may_be_nothing(one) or is_late(one.counted_from.toordinal(), days.get(one.patient_id, ()))
    ]


def _may_be_nothing(reaction: Reaction) -> bool:
    return reaction.kind in COMMON and not reaction.flags


def _days_of(patients: set[int]) -> dict[int, list[int]]:
    """Of their signed sessions in which something was injected."""
    signed = Session.objects.filter(patient__in=patients).order_by()
    theirs = set(signed.values_list("pk", flat=True)) - not_injected(signed).sessions
    found: dict[int, list[int]] = defaultdict(list)
    for patient, day in Exposed.objects.filter(pk__in=theirs).values_list("patient_id", "day"):
        found[patient].append(day)
    return found


def _told(reaction: Reaction, known: Knowledge) -> Reported:
    """Somebody who corrected the kind has looked: then that kind alone counts, and no longer what was told with it."""
    also: tuple[str, ...] = ()
    if reaction.flags and reaction.kind == reaction.recorded_kind:
        also = flags.kinds_with(reaction.kind, warnings=reaction.warnings, signs=reaction.signs, known=known)
    return Reported(
        reaction.reported_on, str(reaction.patient_id), reaction.counted_from, reaction.kind, also, str(reaction.pk)
    )  # fmt: skip


def _prepared(clinic: Clinic, reactions: Iterable[Reaction]) -> Watch:
    """It is told whose reactions an alarm was about, and which of those were chance: see `background`."""
    watch = Watch(_promised(clinic, reactions))
    patient_of = {one.pk: str(one.patient_id) for one in reactions}
    alarms = Alarm.objects.filter(clinic=clinic, level=Alarm.Level.ALARM).order_by("pk")
    for found, cases in alarms.values_list("found", "sightings__cases"):
        patients = {patient_of[case] for case in cases or () if case in patient_of}
        (watch.by_chance if found == Alarm.Found.NONE else watch.explained)(patients)
    return watch


def _promised(clinic: Clinic, reactions: Iterable[Reaction]) -> dict[tuple[str, Exposure], float]:
    """What the labels of the clinic's products let expect; not asked where nobody had a reaction of such a kind."""
    known = knowledge.current()
    if not {one.kind for one in reactions} & expected.kinds_promised(known):
        return {}
    rows = Product.objects.filter(clinic=clinic).values_list("pk", "substance", "also")
    products = {
        ("product", str(pk)): (first, *(substance for substance, *_strength in also))
        for pk, first, also in rows
    }
    return expected.promised(products, known)


Row = tuple[int, int, str]
"""The day of a session, its patient and what they met."""


def _since(clinic: Clinic, year: int, on: date) -> list[Row]:
    rows = Exposed.objects.filter(clinic=clinic, day__range=(year, on.toordinal()))
    return list(rows.order_by("day", "session_id").values_list(*_ROW))


def _before(clinic: Clinic, begin: int, year: int, ill: set[int]) -> list[Row]:
    """Asked by session alone, or SQLite looks through all that the clinic did in these days."""
    theirs = list(Session.objects.filter(patient__in=ill).order_by().values_list("pk", flat=True))
    rows = Exposed.objects.filter(pk__in=theirs).order_by("day", "session_id").values_list("clinic_id", *_ROW)
    return [
        (day, patient, met) for where, day, patient, met in rows if where == clinic.pk and begin <= day < year
    ]


def _stayed_well(clinic: Clinic, begin: int, year: int, told: Iterable[Row]) -> dict[date, int]:
    """How many were treated on each day, but for those who are told one by one."""
    rows = Exposed.objects.filter(clinic=clinic, day__gte=begin, day__lt=year)
    by_day = dict(rows.order_by("day").values_list("day").annotate(many=Count("*")))
    by_day = Counter(by_day) - Counter(day for day, _patient, _met in told)
    return {date.fromordinal(day): many for day, many in by_day.items()}


def _sessions(rows: Sequence[Row], asking: set[int], year: int) -> list[Treated]:
    """Of each only what somebody has met about whom a cause is asked, for the rest can explain nothing.

    What nobody met of these is told once, so that the watch knows how many things of a kind are in use; twice where
    that hangs on two patients.
    """
    asked = {thing for _day, patient, met in rows if patient in asking for thing in met.split()}
    met_of = {met: _things(met, asked) for met in {met for _day, _patient, met in rows}}
    once = _told_once(rows, asked, year)
    return [
        Treated(date.fromordinal(day), str(patient), once.get(place, ()) + met_of[met])
        for place, (day, patient, met) in enumerate(rows)
    ]


def _told_once(rows: Sequence[Row], asked: set[str], since: int) -> dict[int, tuple[Exposure, ...]]:
    """By the place of its last session: what was in use and met nobody who fell ill."""
    last = {met: place for place, (day, _patient, met) in enumerate(rows) if day >= since}
    others: dict[str, int] = {}
    for met, place in last.items():
        for thing in met.split():
            if thing not in asked:
                others[thing] = max(place, others.get(thing, 0))
    found: dict[int, tuple[Exposure, ...]] = defaultdict(tuple)
    for thing, place in others.items():
        found[place] += (_exposure(thing),)
        if thing.startswith(_BY_SHARING) and (second := _another(rows, place, thing, since)) is not None:
            found[second] += (_exposure(thing),)
    return dict(found)


def _another(rows: Sequence[Row], place: int, thing: str, since: int) -> int | None:
    """The place of the last session before in which another patient met it."""
    whose = rows[place][1]
    before = range(place - 1, -1, -1)
    return next(
        (
            at
            for at in before
            if rows[at][0] >= since and rows[at][1] != whose and thing in rows[at][2].split()
        ),
        None,
    )


def _things(met: str, asked: set[str]) -> tuple[Exposure, ...]:
    return tuple(_exposure(thing) for thing in met.split() if thing in asked)


@lru_cache(maxsize=100_000)
def _exposure(thing: str) -> Exposure:
    kind, _, name = thing.partition(":")
    return kind, name
