"""What the page of a course shows, put together once for the screen and for print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from wheal import screening
from wheal.clinic.followup import courses
from wheal.clinic.followup.courses import Treated
from wheal.clinic.followup.curves import Curve, curve
from wheal.clinic.followup.models import Measure
from wheal.clinic.followup.results import fits
from wheal.clinic.followup.series import Series, Weighing, of_course, weighings
from wheal.clinic.patients.answers import patient_facts
from wheal.clinic.patients.models import Patient
from wheal.frequencies import interval_of_100
from wheal.knowledge import Knowledge
from wheal.knowledge.following import Trial


@dataclass(frozen=True, slots=True)
class Drawn:
    series: Series
    curve: Curve | None  # None where one figure alone was taken


@dataclass(frozen=True, slots=True)
class Untreated:
    """What a trial saw with placebo: of 100 people, with its interval; None where it is not told how many were left."""

    code: str
    trial: Trial
    least: Decimal | None
    most: Decimal | None


@dataclass(frozen=True, slots=True)
class CoursePage:
    treated: Treated
    drawn: tuple[Drawn, ...]
    untreated: tuple[Untreated, ...]
    by_tape_alone: bool


@dataclass(frozen=True, slots=True)
class WeightRow:
    weighing: Weighing
    bmi: Decimal | None


def of_patient(patient: Patient, known: Knowledge, language: str) -> dict[str, object]:
    """Ten queries, whatever was measured."""
    every = list(patient.measures.select_related("recorded_by", "replaces").order_by("on", "pk"))
    replaced = {one.replaces_id for one in every if one.replaces_id}
    standing = [one for one in every if one.pk not in replaced and one.value is not None]
    weights, facts = weighings(patient, standing), _facts(patient)
    found = courses.of_patient(patient, known)
    return {
        "patient": patient,
        "age": screening.age(patient.birth_date, patient.clinic.day_of()),
        "courses": [_course(one, standing, weights, known, language) for one in found],
        "weights": [WeightRow(one, _bmi(facts, one.kg)) for one in weights],
        "height_cm": facts and facts.height_cm,
        "corrected": [one for one in every if one.replaces_id],
        "taken_back": list(
            patient.follow_up.filter(takes_back__isnull=False).select_related("takes_back", "recorded_by")
        ),
    }


def _facts(patient: Patient) -> screening.Patient | None:
    """As the last completed history tells."""
    history = patient.histories.completed().first()
    return patient_facts(history) if history else None


def _bmi(facts: screening.Patient | None, kg: Decimal) -> Decimal | None:
    """In kg/m², to a tenth; None where the height is not known."""
    found = screening.body_mass_index(replace(facts, weight_kg=kg)) if facts else None
    return None if found is None else round(found, 1)


def _course(
    one: Treated, standing: Sequence[Measure], weights: Sequence[Weighing], known: Knowledge, language: str
) -> CoursePage:
    made = of_course(one, standing, weights, known)
    days = [visit.day for visit in one.course.visits]
    drawn = [Drawn(it, curve(it, days, weights, language) if len(it.rows) > 1 else None) for it in made]
    kinds = {it.instrument.kind for it in made}
    return CoursePage(
        one, tuple(drawn), _untreated(one, known), "girth" in kinds and "thickness" not in kinds
    )


def _untreated(one: Treated, known: Knowledge) -> tuple[Untreated, ...]:
    held = sorted(known.trials.items(), key=lambda pair: pair[1].order)
    return tuple(Untreated(code, trial, *_of_100(trial)) for code, trial in held if fits(trial, one))


def _of_100(trial: Trial) -> tuple[Decimal | None, Decimal | None]:
    if trial.of_responders:
        return None, None
    return interval_of_100(trial.placebo.of_100, trial.placebo.of)


def places_of(patient: Patient, area: str) -> dict[str, object]:
    """The places and ways that were written down for this area before, the newest first; and the last figures."""
    rows = list(patient.measures.standing().filter(area=area).order_by("-on", "-pk"))
    return {
        "sites": list(dict.fromkeys(one.site for one in rows if one.site)),
        "hows": list(dict.fromkeys(one.how for one in rows if one.how)),
        "newest": rows[0] if rows else None,
        "last": list({one.place: one for one in reversed(rows)}.values()),
    }
