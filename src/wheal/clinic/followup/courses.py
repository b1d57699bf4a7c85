"""The courses of a clinic's patients, read from what was signed: five queries, however many patients there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from wheal.clinic.followup import schedules
from wheal.clinic.followup.models import Contact, Measure, MeasureQuerySet
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments.models import Mix, Session, SessionQuerySet
from wheal.follow_up import Call, Course, Visit, calls, courses_of, open_call
from wheal.knowledge import Knowledge

LAST = (Contact.Outcome.NO_MORE, Contact.Outcome.ENDED)
"""After these nobody asks any more."""
OVER = ("done", "missed")


@dataclass(frozen=True, slots=True)
class Treated:
    """One course of one patient, with its calls. `protocol`: of its first mix that had one; "" none."""

    patient: int
    purpose: str
    area: str
    protocol: str
    substances: tuple[str, ...]
    practitioner: int | None
    course: Course
    calls: tuple[Call, ...]
    tries: tuple[Contact, ...]  # contacts about this area since the course began
    wants_no_more: bool

    @property
    def now(self) -> Call | None:
        """What is open now, or comes next."""
        return None if self.wants_no_more else open_call(self.calls)

    @property
    def calls_over(self) -> list[Call]:
        """Answered, or asked for no more."""
        return [call for call in self.calls if call.state in OVER]

    @property
    def calls_ahead(self) -> list[Call]:
        return [call for call in self.calls if call.state not in OVER]

    @property
    def heard(self) -> int:
        return sum(call.state == "done" for call in self.calls)


def of_clinic(clinic: Clinic, known: Knowledge, *, without: Collection[int] = ()) -> list[Treated]:
    """`without`: sessions in which nothing was injected after all."""
    sessions = Session.objects.filter(clinic=clinic).exclude(pk__in=without)
    contacts = Contact.objects.filter(patient__clinic=clinic)
    return _read(sessions, clinic, contacts, Measure.objects.filter(patient__clinic=clinic), known)


def of_patient(patient: Patient, known: Knowledge) -> list[Treated]:
    """The newest course first."""
    found = _read(
        patient.sessions.all(), patient.clinic, patient.follow_up.all(), patient.measures.all(), known
    )
    return sorted(found, key=lambda one: one.course.first, reverse=True)


def _read(
    sessions: SessionQuerySet, clinic: Clinic, contacts: Iterable[Contact], measures: MeasureQuerySet,
    known: Knowledge,
) -> list[Treated]:  # fmt: skip
    signed = sessions.filter(signed_at__isnull=False, plan__isnull=False).order_by()
    columns = (
        "pk",
        "patient_id",
        "was",
        "plan__purpose",
        "plan__area",
        "plan__substances",
        "practitioner_id",
    )
    rows = {row[0]: row for row in signed.timed().values_list(*columns)}
    protocols = _protocols(signed)
    visits: dict[int, list[Visit]] = defaultdict(list)
    for pk, patient, was, purpose, area, *_rest in rows.values():
        visits[patient].append(Visit(clinic.day_of(was), (purpose, area), pk))
    asked, heard, tried = schedules.of(clinic, known), _measured(measures), _contacts(contacts)
    today = clinic.day_of()
    made = []
    for patient, held in visits.items():
        for course in courses_of(held):
            first = rows[course.visits[0].key]
            made.append(
                _treated(patient, course, first, _protocol(course, protocols), asked, heard, tried, today)
            )
    return made


def _treated(
    patient: int, course: Course, first: tuple, protocol: str, asked: schedules.Schedules,
    heard: dict[tuple[int, str], set[date]], tried: dict[tuple[int, str], list[Contact]], today: date,
) -> Treated:  # fmt: skip
    _pk, _patient, _at, purpose, area, substances, practitioner = first
    contacts = [one for one in tried[patient, area] if one.on >= course.first]
    days = heard[patient, area] | {one.on for one in contacts if one.outcome == Contact.Outcome.ANSWERED}
    days |= {visit.day for visit in course.visits}
    made = calls(course, asked.asked(protocol, purpose), days, today)
    no_more = any(one.outcome in LAST for one in contacts)
    return Treated(
        patient, purpose, area, protocol, tuple(substances or ()), practitioner, course, tuple(made), tuple(contacts),
        no_more,
    )  # fmt: skip


def _protocols(signed: SessionQuerySet) -> dict[int, str]:
    named = Mix.objects.filter(session__in=signed, protocol__isnull=False).order_by("-pk")
    return dict(named.values_list("session_id", "protocol__name"))


def _protocol(course: Course, protocols: dict[int, str]) -> str:
    return next((protocols[visit.key] for visit in course.visits if visit.key in protocols), "")


def _measured(measures: MeasureQuerySet) -> dict[tuple[int, str], set[date]]:
    found: dict[tuple[int, str], set[date]] = defaultdict(set)
    for patient, area, day in measures.standing().exclude(area="").values_list("patient_id", "area", "on"):
        found[patient, area].add(day)
    return found


def _contacts(contacts: Iterable[Contact]) -> dict[tuple[int, str], list[Contact]]:
    """Those that stand."""
    rows = list(contacts)
    gone = {one.takes_back_id for one in rows if one.takes_back_id}
    found: dict[tuple[int, str], list[Contact]] = defaultdict(list)
    for one in rows:
        if one.pk not in gone and not one.takes_back_id:
            found[one.patient_id, one.area].append(one)
    return found
