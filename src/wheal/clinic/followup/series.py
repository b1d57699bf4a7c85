"""What was measured of one patient, as curves: one for each way of measuring and each place, with the weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wheal import outcomes
from wheal.clinic.followup.courses import Treated
from wheal.clinic.followup.models import Measure
from wheal.clinic.patients.models import Patient
from wheal.clinic.treatments.models import Session
from wheal.knowledge import Knowledge
from wheal.knowledge.following import Instrument
from wheal.outcomes import Followed, Reading, Regain
from wheal.outcomes.person import weighed_on

WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Weighing:
    """`measure`: the row of the follow-up; None: weighed at a session. `is_told`: said by the patient, from home."""

    day: date
    kg: Decimal
    measure: int | None = None
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One measure with all that stands beside it."""

    measure: Measure
    day: int  # since the first session; below 0 before it
    change: Decimal | None  # against the one before the first session
    kg: Decimal | None
    kg_change: Decimal | None


@dataclass(frozen=True, slots=True)
class Series:
    code: str
    instrument: Instrument
    side: str
    site: str
    how: str  # of the last measure
    rows: tuple[TableRow, ...]
    followed: Followed
    before: Reading | None
    regain: Regain | None


def weighings(patient: Patient, measures: Iterable[Measure]) -> list[Weighing]:
    """Of the sessions and of the follow-up. Of one day what was weighed here goes before what the patient told, and the
    follow-up before the session."""
    clinic = patient.clinic
    rows = Session.objects.filter(patient=patient, weight_kg__isnull=False, cancelled_at=None)
    at_sessions = rows.timed().order_by("was").values_list("was", "weight_kg")
    followed = [
        Weighing(one.on, one.value, one.pk, is_told=one.recorded_by_id is None)
        for one in measures
        if one.instrument == WEIGHT
    ]
    held = {one.day: one for one in followed if one.is_told}
    held |= {clinic.day_of(was): Weighing(clinic.day_of(was), kg) for was, kg in at_sessions}
    held |= {one.day: one for one in followed if not one.is_told}
    return [held[day] for day in sorted(held)]


def weighed(patient: Patient) -> list[Weighing]:
    return weighings(patient, patient.measures.standing().filter(instrument=WEIGHT))


@dataclass(frozen=True, slots=True)
class OnADay:
    """The weight that counts for a day: of that day, else of the nearest one, so many days apart."""

    day: date
    kg: Decimal | None
    on: date | None

    @property
    def days_apart(self) -> int:
        return abs((self.day - self.on).days) if self.on else 0


def on_the_days(held: Sequence[Weighing], days: Sequence[date]) -> list[OnADay]:
    nearest = [min(held, key=lambda each: abs((each.day - day).days), default=None) for day in days]
    return [OnADay(day, it and it.kg, it and it.day) for day, it in zip(days, nearest, strict=True)]


def of_course(
    one: Treated, measures: Sequence[Measure], weights: Sequence[Weighing], known: Knowledge
) -> list[Series]:
    """The preferred ways first. Measures since sixty days before the first session, up to the next course."""
    begin, end = one.course.first - outcomes.BEFORE, one.course.until
    held = [it for it in measures if it.area == one.area and it.on >= begin and (end is None or it.on < end)]
    places = sorted({it.place for it in held}, key=lambda place: (known.instruments[place[0]].order, place))
    kilos = tuple(Reading(it.day, float(it.kg)) for it in weights)
    return [_series(one, place, [it for it in held if it.place == place], kilos, known) for place in places]


def _series(
    one: Treated,
    place: tuple[str, str, str, str],
    held: Sequence[Measure],
    kilos: tuple[Reading, ...],
    known: Knowledge,
) -> Series:
    code, _area, side, site = place
    instrument = known.instruments[code]
    readings = tuple(Reading(it.on, float(it.value)) for it in held)
    course = one.course
    followed = Followed(course.first, course.last, course.until, readings, kilos, instrument.compares)
    before = None if instrument.compares else outcomes.before(followed)
    regain = None if instrument.compares or instrument.kind == "scale" else outcomes.regain(followed)
    rows = tuple(_row(it, course.first, before, kilos) for it in held)
    return Series(code, instrument, side, site, held[-1].how, rows, followed, before, regain)


def _row(measure: Measure, first: date, before: Reading | None, kilos: tuple[Reading, ...]) -> TableRow:
    weighed = weighed_on(kilos, measure.on)
    start = weighed_on(kilos, before.day if before else first)
    kg = None if weighed is None else Decimal(str(weighed.value))
    change = None if before is None or measure.on <= first else measure.value - Decimal(str(before.value))
    kg_change = None if kg is None or start is None or measure.on <= first else kg - Decimal(str(start.value))
    return TableRow(measure, (measure.on - first).days, change, kg, kg_change)
