"""The cases of an alarm as an epidemiologist lists them: who fell ill when, and what each had met before."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wheal import screening
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.models import Recall
from wheal.clinic.safety.reactions.models import Reaction
from wheal.clinic.safety.watching import naming
from wheal.clinic.safety.watching.models import Alarm, Exposed, Sighting
from wheal.surveillance import APART, EXTENDED, Exposure

BEFORE = timedelta(days=EXTENDED)
"""What somebody met earlier than this before an onset is not counted."""


@dataclass(frozen=True, slots=True)
class Case:
    """`number` is the one on the curve, in the list and in the web. `met`: how often each thing, in the look-back."""

    number: int
    reaction: Reaction
    days: tuple[date, ...]  # of the sessions
    met: Mapping[Exposure, int]

    @property
    def age(self) -> int:
        return screening.age(self.reaction.patient.birth_date, self.reaction.counted_from)

    @property
    def days_to_onset(self) -> int | None:
        """None where there was no session, or nobody has told the first day."""
        onset = self.reaction.onset
        return (onset - self.days[-1]).days if self.days and onset else None


@dataclass(frozen=True, slots=True)
class Suspect:
    """As the watch last told it, with what can be done about it now."""

    named: naming.Named
    told: Mapping[str, object]  # cases, exposed, expected, score, p: as they were told
    cannot_be_told_apart: bool  # from the first
    listed: int | None  # the list of whom to call, where one is open

    @property
    def exposure(self) -> Exposure:
        return self.named.kind, self.named.name

    @property
    def key(self) -> str:
        return f"{self.named.kind}:{self.named.name}"

    @property
    def column(self) -> str:
        """A stable name that every program takes for a column."""
        words = re.sub(r"[^a-z0-9]+", "_", str(self.told["name"]).casefold()).strip("_")
        return re.sub(r"[^a-z0-9]+", "_", f"{self.named.kind}_{self.named.name}_{words}".casefold()).strip(
            "_"
        )


@dataclass(frozen=True, slots=True)
class Cluster:
    alarm: Alarm
    last: Sighting
    cases: list[Case]
    suspects: list[Suspect]

    @property
    def met_since(self) -> date:
        return met_since(case.reaction.counted_from for case in self.cases)

    @property
    def alike(self) -> list[Suspect]:
        """More than one where the record cannot tell them apart."""
        found = [one for one in self.suspects if one.cannot_be_told_apart]
        return found if len(found) > 1 else []


def met_since(onsets: Iterable[date]) -> date:
    """The first day on which something may have made one of the cases ill."""
    return min(onsets) - BEFORE


def cluster(alarm: Alarm) -> Cluster:
    """Everything that the page, the pictures and the export show. A few reads, however many the cases."""
    sightings = list(alarm.sightings.all())
    last = sightings[-1]
    numbers = list(dict.fromkeys(case for one in sightings for case in one.cases))
    rows = Reaction.objects.filter(pk__in=numbers).select_related("patient")
    held = sorted(rows, key=lambda reaction: (reaction.counted_from, reaction.pk))
    met = _met(held)
    cases = [
        _case(number, reaction, met[reaction.patient_id]) for number, reaction in enumerate(held, start=1)
    ]
    return Cluster(alarm, last, cases, _suspects(alarm, last.suspects))


def _met(reactions: Sequence[Reaction]) -> dict[int, list[tuple[date, str]]]:
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    rows = Exposed.objects.filter(patient__in={reaction.patient_id for reaction in reactions}).order_by("day")
    for patient, day, met in rows.values_list("patient_id", "day", "met"):
        found[patient].append((date.fromordinal(day), met))
    return found


def _case(number: int, reaction: Reaction, visits: Iterable[tuple[date, str]]) -> Case:
    onset = reaction.counted_from
    counted = [(day, met) for day, met in visits if onset - BEFORE <= day <= onset]
    times = Counter(thing for _day, met in counted for thing in set(met.split()))
    split = {tuple(thing.split(":", 1)): count for thing, count in times.items()}
    return Case(number, reaction, tuple(day for day, _met_then in counted), split)


def as_likely(told: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The first of the suspects, and every one that the record cannot tell apart from it: none of them is left out."""
    best = float(str(told[0]["score"])) if told else 0.0
    return [row for row in told if best - float(str(row["score"])) < APART]


def _suspects(alarm: Alarm, told: Sequence[Mapping[str, object]]) -> list[Suspect]:
    keys = [(str(row["kind"]), str(row["id"])) for row in told]
    named, lists = naming.names(keys, alarm.clinic), _lists(alarm.clinic)
    likely = as_likely(told)
    return [
        Suspect(named[key], row, row in likely, lists.get(_listed_as(named[key])))
        for key, row in zip(keys, told, strict=True)
    ]


def _lists(clinic: Clinic) -> dict[Exposure, int]:
    rows = (
        Recall.objects.filter(clinic=clinic, is_drill=False)
        .under_way()
        .values_list("lot", "kind", "name", "pk")
    )
    return {("lot", str(lot)) if lot else (kind, name): pk for lot, kind, name, pk in rows}


def _listed_as(named: naming.Named) -> Exposure:
    """A lot is called back as one, whatever it was used as."""
    return ("lot", named.name) if named.is_lot else (named.kind, named.name)
