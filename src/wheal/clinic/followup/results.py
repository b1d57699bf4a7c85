"""The results of a clinic: every course that began in these days, by protocol and area, in each way it was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from wheal import outcomes
from wheal.clinic.followup import courses, schedules
from wheal.clinic.followup.courses import Treated
from wheal.clinic.followup.models import Measure
from wheal.clinic.followup.series import WEIGHT
from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments.models import Session
from wheal.knowledge import Knowledge
from wheal.knowledge.following import BesidePlacebo, Instrument, Trial
from wheal.outcomes import Followed, Line, Reading, Response

FEWEST = 5
"""No clinic may set the number lower: below it a result may point at somebody."""


def least() -> int:
    """From how many measured a result is shown: ten, unless WHEAL_LEAST_RESULTS says otherwise."""
    return max(FEWEST, settings.LEAST_RESULTS)


@dataclass(frozen=True, slots=True)
class Asked:
    since: date
    until: date
    area: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of measuring. `lines`: a line for each point at which something is measured."""

    code: str
    instrument: Instrument
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    code: str
    trial: Trial
    response: Response
    beside: BesidePlacebo | None


@dataclass(frozen=True, slots=True)
class Group:
    """`name`: of the protocol; "" none, then `substances` say what was planned."""

    name: str
    substances: tuple[str, ...]
    purpose: str
    area: str
    started: int
    measured: tuple[Measured, ...]
    compared: tuple[Compared, ...]

    @property
    def by_tape_alone(self) -> bool:
        kinds = {one.instrument.kind for one in self.measured}
        return "girth" in kinds and "thickness" not in kinds


Readings = dict[tuple[int, str, str], list[Reading]]
"""By patient, instrument and area."""


def groups(clinic: Clinic, asked: Asked, known: Knowledge) -> list[Group]:
    """The largest first. Six queries."""
    held: dict[tuple, list[Treated]] = defaultdict(list)
    for one in courses.of_clinic(clinic, known):
        if asked.since <= one.course.first <= asked.until and asked.area in ("", one.area):
            held[one.protocol, () if one.protocol else one.substances, one.purpose, one.area].append(one)
    measured, own = readings(clinic, known), schedules.of(clinic, known)
    made = [_group(key, found, measured, own, clinic.day_of(), known) for key, found in held.items()]
    return sorted(made, key=lambda group: (-group.started, group.name, group.area))


def readings(clinic: Clinic, known: Knowledge) -> Readings:
    found: Readings = defaultdict(list)
    rows = Measure.objects.standing().filter(patient__clinic=clinic).order_by("on", "pk")
    for patient, code, area, side, site, value, on in rows.values_list(
        "patient_id", "instrument", "area", "side", "site", "value", "on"
    ):
        found[patient, code, area].append(Reading(on, float(value), f"{side} {site}".strip()))
    weighed = Session.objects.filter(
        clinic=clinic, weight_kg__isnull=False, signed_at__isnull=False
    ).order_by()
    for patient, was, kg in weighed.timed().values_list("patient_id", "was", "weight_kg"):
        found[patient, WEIGHT, ""].append(Reading(clinic.day_of(was), float(kg)))
    return found


def _group(
    key: tuple,
    found: Sequence[Treated],
    readings: Readings,
    own: schedules.Schedules,
    today: date,
    known: Knowledge,
) -> Group:
    name, substances, purpose, area = key
    points = own.asked(name, purpose)
    codes = {code for _patient, code, of in readings if of == area}
    ordered = sorted(codes & set(known.instruments), key=lambda code: known.instruments[code].order)
    measured = []
    for code in ordered:
        instrument = known.instruments[code]
        people = [followed(one, code, readings, known) for one in found]
        if any(person.readings for person in people):
            is_scale = instrument.kind == "scale"
            lines = outcomes.table(people, points, today=today, least=least(), is_scale=is_scale)
            measured.append(Measured(code, instrument, tuple(lines)))
    compared = _compared(found, readings, today, known) if measured else ()
    return Group(
        name, substances or found[0].substances, purpose, area, len(found), tuple(measured), compared
    )


def followed(one: Treated, code: str, readings: Readings, known: Knowledge) -> Followed:
    held = readings.get((one.patient, code, one.area), ())
    weights = readings.get((one.patient, WEIGHT, ""), ())
    course = one.course
    return Followed(
        course.first, course.last, course.until, tuple(held), tuple(weights), known.instruments[code].compares
    )


def _compared(
    found: Sequence[Treated], readings: Readings, today: date, known: Knowledge
) -> tuple[Compared, ...]:
    """Trials of the same substance alone, in the same area; those of responders only are told elsewhere."""
    first = found[0]
    made = []
    for code, trial in sorted(known.trials.items(), key=lambda pair: pair[1].order):
        if trial.of_responders or not fits(trial, first):
            continue
        people = [tuple(followed(one, it, readings, known) for it in trial.instruments) for one in found]
        if any(person[0].readings for person in people):
            response, beside = outcomes.beside_placebo(trial, people, today=today, least=least())
            made.append(Compared(code, trial, response, beside))
    return tuple(made)


def fits(trial: Trial, one: Treated) -> bool:
    return one.area in trial.areas and set(one.substances) == set(trial.substances)
