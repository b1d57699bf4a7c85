"""All that writes: measures and their corrections, contacts, a clinic's own schedule. Nothing is changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.followup import sent
from wheal.clinic.followup.models import Contact, Measure, OwnSchedule
from wheal.clinic.followup.series import WEIGHT
from wheal.clinic.followup.weights import last_known
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import Clinic, User
from wheal.knowledge import Knowledge
from wheal.knowledge.following import Asked
from wheal.outcomes.asking import REFUSED, Doubt, doubt


@dataclass(frozen=True, slots=True)
class Figure:
    """`is_sure`: it was asked again, and is right. `is_converted`: it was told in another unit."""

    instrument: str
    value: Decimal
    is_sure: bool = False
    is_converted: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    area: str = ""
    side: str = ""
    site: str = ""


class MeasureRefused(Exception):
    """Carries `doubts` by instrument, or `reason`.

    to_come, too_old, nothing_measured, replaced_already, not_allowed, no_course.
    """

    def __init__(
        self, reason: str = "", doubts: dict[str, Doubt] | None = None, last: Decimal | None = None
    ) -> None:
        """`last`: the weight that a doubted one is far from."""
        super().__init__(reason or str(doubts))
        self.reason, self.doubts, self.last = reason, doubts or {}, last


@transaction.atomic
def measure(
    *, patient: Patient, place: Place, on: date, figures: Sequence[Figure], known: Knowledge, how: str = "",
    by: User | None = None, link: Link | None = None,
) -> list[Measure]:  # fmt: skip
    """Everything that was measured at one place on one day. What concerns the whole person carries no place.

    Raises MeasureRefused; then nothing is kept.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    _refuse(patient, on, figures)
    _ask_again(patient, place, figures, on, known)
    made = [
        Measure.objects.create(
            patient=patient, instrument=one.instrument, value=one.value, on=on, how=_how(how, one, known),
            is_sure=one.is_sure, recorded_by=by, link=link, **_where(one.instrument, place, known),
        )
        for one in figures
    ]  # fmt: skip
    _note("measure_recorded", made, patient, by, link, instruments=[one.instrument for one in figures])
    return made


def _how(how: str, one: Figure, known: Knowledge) -> str:
    """Device and position belong to what is measured with a device: not to a grade, nor to a weight."""
    return "" if known.instruments[one.instrument].kind in ("scale", "weight") else how


def _refuse(patient: Patient, on: date, figures: Sequence[Figure]) -> None:
    if not figures:
        raise MeasureRefused("nothing_measured")
    if on > patient.clinic.day_of():
        raise MeasureRefused("to_come")
    if on < patient.birth_date:
        raise MeasureRefused("too_old")


def _where(instrument: str, place: Place, known: Knowledge) -> dict[str, str]:
    if known.instruments[instrument].is_of_the_body:
        return {"area": "", "side": "", "site": ""}
    return {"area": place.area, "side": place.side, "site": place.site}


def _ask_again(
    patient: Patient,
    place: Place,
    figures: Sequence[Figure],
    on: date,
    known: Knowledge,
    instead: int | None = None,
) -> None:
    """`instead`: of the row that is corrected, with which it is not compared."""
    lasts = {one.instrument: _last(patient, place, one.instrument, on, known, instead) for one in figures}
    found = {one.instrument: _doubt(one, lasts[one.instrument], known) for one in figures}
    doubts = {code: it for code, it in found.items() if it is not None}
    if doubts:
        raise MeasureRefused(doubts=doubts, last=lasts.get(WEIGHT) if doubts.get(WEIGHT) == "jump" else None)


def _doubt(one: Figure, last: Decimal | None, known: Knowledge) -> Doubt | None:
    instrument = known.instruments[one.instrument]
    found = doubt(instrument, one.value, last, is_converted=one.is_converted)
    return None if one.is_sure and found not in REFUSED else found


def _last(
    patient: Patient, place: Place, instrument: str, on: date, known: Knowledge, instead: int | None
) -> Decimal | None:
    """Of a weight, wherever it was taken; else at the same place."""
    if instrument == WEIGHT:
        return last_known(patient, on, but=instead)
    rows = Measure.objects.standing().exclude(pk=instead)
    standing = rows.filter(patient=patient, instrument=instrument, on__lte=on)
    last = standing.filter(**_where(instrument, place, known)).last()
    return last.value if last else None


@transaction.atomic
def correct(
    *,
    measure: Measure,
    value: Decimal | None,
    on: date,
    reason: str,
    by: User,
    known: Knowledge,
    is_sure: bool = False,
) -> Measure:
    """What it should have been; `value` None: it should not be there. The old row stays beside the new one."""
    Patient.objects.select_for_update().get(pk=measure.patient_id)
    if Measure.objects.filter(replaces=measure).exists() or measure.value is None:
        raise MeasureRefused("replaced_already")
    if value is not None:
        figure, place = (
            Figure(measure.instrument, value, is_sure),
            Place(measure.area, measure.side, measure.site),
        )
        _refuse(measure.patient, on, [figure])
        _ask_again(measure.patient, place, [figure], on, known, instead=measure.pk)
    made = Measure.objects.create(
        patient=measure.patient, instrument=measure.instrument, area=measure.area, side=measure.side, site=measure.site,
        how=measure.how, value=value, on=on, is_sure=is_sure, recorded_by=by, replaces=measure, reason=reason,
    )  # fmt: skip
    _note("measure_corrected", [made], measure.patient, by, None, replaces=measure.pk)
    return made


@dataclass(frozen=True, slots=True)
class NewContact:
    area: str
    outcome: str
    noticed: bool | None = None
    note: str = ""


@transaction.atomic
def contact(
    *, patient: Patient, new: NewContact, by: User | None = None, link: Link | None = None
) -> Contact:
    """Today: somebody was asked, tried in vain, or asks for no more."""
    made = Contact.objects.create(
        patient=patient, area=new.area, on=patient.clinic.day_of(), outcome=new.outcome, noticed=new.noticed,
        note=new.note, recorded_by=by, link=link,
    )  # fmt: skip
    _note("contact_recorded", [made], patient, by, link, outcome=new.outcome)
    return made


@transaction.atomic
def take_back(*, contact: Contact, reason: str, by: User) -> Contact:
    """It was noted by mistake, and counts nowhere. Raises MeasureRefused: replaced_already."""
    patient = Patient.objects.select_for_update().select_related("clinic").get(pk=contact.patient_id)
    if contact.takes_back_id or contact.taken_back_by.exists():
        raise MeasureRefused("replaced_already")
    made = Contact.objects.create(
        patient=patient, area=contact.area, on=patient.clinic.day_of(), outcome=Contact.Outcome.TAKEN_BACK, note=reason,
        recorded_by=by, takes_back=contact,
    )  # fmt: skip
    _note("contact_taken_back", [made], patient, by, None, takes_back=contact.pk)
    return made


@transaction.atomic
def answer(
    *, link: Link, contacts: Sequence[NewContact], figures: dict[str, Sequence[Figure]], known: Knowledge
) -> list[Contact]:
    """What a patient sends from a phone: an answer for each area, and what was measured or graded there ("": weight).

    Kept whether or not anybody waits for it; what the same link sends twice is kept once. Raises MeasureRefused; then
    nothing is kept: where nobody was ever treated there is nowhere to keep it (no_course).
    """
    patient = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=link.patient_id)
    today = patient.clinic.day_of()
    for area, given in figures.items():
        if any(known.instruments[one.instrument].by != "patient" for one in given):
            raise MeasureRefused("not_allowed")
        if new := [
            one for one in given if not sent.is_measured(link, today, one.instrument, one.value, area)
        ]:
            measure(patient=patient, place=Place(area), on=today, figures=new, known=known, link=link)
    if not contacts:
        raise MeasureRefused("no_course")
    unsent = [one for one in contacts if not sent.is_said(link, today, one.area, one.noticed, one.note)]
    return [contact(patient=patient, new=one, link=link) for one in unsent]


@transaction.atomic
def write_schedule(
    *, clinic: Clinic, protocol: str, asked: Sequence[Asked], reason: str, by: User
) -> OwnSchedule:
    """The newest holds; the older ones stay. An empty list takes the knowledge's schedule again."""
    kept = [[one.after, one.by, one.measures] for one in asked]
    made = OwnSchedule.objects.create(
        clinic=clinic, protocol=protocol, asked=kept, reason=reason, written_by=by
    )
    audit.record(
        by=by, what="followup.schedule_written", subject=made, clinic=clinic,
        detail={"protocol": protocol, "calls": len(kept)}, fixes=[OwnSchedule.objects.filter(pk=made.pk)],
    )  # fmt: skip
    return made


def _note(
    what: str,
    made: Sequence[Measure | Contact],
    patient: Patient,
    by: User | None,
    link: Link | None,
    **detail: object,
) -> None:
    rows = type(made[0]).objects.filter(pk__in=[one.pk for one in made])
    more = {"link": link.pk} if link else {}
    audit.record(
        by=by, what=f"followup.{what}", subject=made[0], clinic=patient.clinic, patient=patient,
        detail={**detail, **more}, fixes=[rows],
    )  # fmt: skip
