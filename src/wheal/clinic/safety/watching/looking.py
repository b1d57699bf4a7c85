"""The watch over one clinic: its sessions and reactions told to `wheal.surveillance` in the order they became known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Q

from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.models import COUNTED_FROM, Reaction
from wheal.clinic.safety.watching.models import Exposed
from wheal.surveillance import ALIKE, BY_SHARING, COMMON, Exposure, Notice, Reported, Treated, Watch

IN_USE = timedelta(days=365)
"""How long ago a thing may have become a source."""
HISTORY = 2 * IN_USE
"""That year, the longest look-back before it, and the rest for how many such reactions the clinic has anyway."""

_BY_SHARING = tuple(f"{kind}:" for kind in BY_SHARING)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch said, the reaction after which it said it, and the first reaction of each patient it names."""

    notice: Notice
    after: Reaction
    cases: tuple[Reaction, ...]


def look(clinic: Clinic, on: date, only: Reaction | None = None) -> list[Seen]:
    """Everything that the watch would have said up to today, as the record stands now, or of one reaction only. Five
    reads."""
    reactions = list(_watched(clinic, on))
    lately = (
        on - IN_USE if only else on - HISTORY
    )  # what met those who fell ill before can explain nothing new
    ill = {reaction.patient_id for reaction in reactions}
    asking = {reaction.patient_id for reaction in reactions if reaction.counted_from > lately}
    watch, found, at = Watch(), [], 0
    watch.counted(str(clinic.pk), _stayed_well(clinic, on, ill))
    sessions = _sessions(clinic, on, ill, asking)
    for place, reaction in enumerate(reactions):
        while at < len(sessions) and sessions[at].day <= reaction.reported_on:
            watch.treated(sessions[at])
            at += 1
        if only and reaction.pk != only.pk:
            watch.known(_told(reaction))
        elif said := watch.reported(_told(reaction)):
            found.append(Seen(said, reaction, _cases(said, reaction, reactions[: place + 1])))
    return found


def _watched(clinic: Clinic, on: date) -> Iterable[Reaction]:
    rows = Reaction.objects.standing().filter(clinic=clinic, reported_on__range=(on - HISTORY, on))
    return rows.exclude(kind__in=COMMON).order_by("reported_on", COUNTED_FROM, "pk")


def _told(reaction: Reaction) -> Reported:
    return Reported(reaction.reported_on, str(reaction.patient_id), reaction.counted_from, reaction.kind)


def _cases(said: Notice, after: Reaction, reactions: Sequence[Reaction]) -> tuple[Reaction, ...]:
    """The reaction by which each patient came to be counted: the first of those that are counted together."""
    together = ALIKE if after.kind in ALIKE else (after.kind,)
    first: dict[str, Reaction] = {}
    for reaction in reactions:
        if reaction.kind in together:
            first.setdefault(str(reaction.patient_id), reaction)
    return tuple(first[patient] for patient in said.patients)


def _stayed_well(clinic: Clinic, on: date, ill: set[int]) -> Iterator[date]:
    """Before the last year, the days on which others were treated."""
    rows = Exposed.objects.filter(
        clinic=clinic, day__gte=(on - HISTORY).toordinal(), day__lt=(on - IN_USE).toordinal()
    )
    return map(date.fromordinal, rows.exclude(patient__in=ill).values_list("day", flat=True))


def _sessions(clinic: Clinic, on: date, ill: set[int], asking: set[int]) -> list[Treated]:
    """Of the last year, and before it of those who fell ill; of each only what somebody has met about whom a cause is
    asked, for the rest can explain nothing.

    What nobody met of these is told once, so that the watch knows how many things of a kind are in use; twice where
    that hangs on two patients.
    """
    year = (on - IN_USE).toordinal()
    lately = Q(day__gte=year) | Q(patient__in=ill, day__gte=(on - HISTORY).toordinal())
    rows = list(
        Exposed.objects.filter(lately, clinic=clinic, day__lte=on.toordinal())
        .order_by("day", "session_id")
        .values_list("day", "patient_id", "met")
    )
    asked = {thing for _day, patient, met in rows if patient in asking for thing in met.split()}
    met_of = {met: _things(met, asked) for met in {met for _day, _patient, met in rows}}
    once = _told_once(rows, asked, year)
    return [
        Treated(date.fromordinal(day), str(patient), once.get(place, ()) + met_of[met])
        for place, (day, patient, met) in enumerate(rows)
    ]


def _told_once(
    rows: Sequence[tuple[int, int, str]], asked: set[str], since: int
) -> dict[int, tuple[Exposure, ...]]:
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


def _another(rows: Sequence[tuple[int, int, str]], place: int, thing: str, since: int) -> int | None:
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
