"""Who comes when. Absences are of nobody and are not told."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from wheal.clinic.appointments.models import Appointment, State
from wheal.clinic.appointments.models import Kind as AppointmentKind
from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling, numbers
from wheal.clinic.fhir.resources import outside
from wheal.clinic.fhir.resources.patients import STATUS, by_patient, of_patient
from wheal.clinic.fhir.resources.people import place_reference, practitioner_reference
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.people.permissions import P
from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import Json, instant, reference, resource, with_meta

STATES = {
    State.BOOKED: "booked", State.ARRIVED: "arrived", State.DONE: "fulfilled", State.NO_SHOW: "noshow",
    State.CANCELLED: "cancelled",
}  # fmt: skip
KINDS_OF = canonical.system("appointment-kinds")


def _appointments(clinic: Clinic) -> QuerySet[Appointment]:
    rows = Appointment.objects.filter(clinic=clinic, patient__isnull=False)
    rows = rows.select_related("clinic", "patient", "practitioner", "helper", "room", "device")
    return outside.known_outside(rows, "Appointment").order_by()


def appointment(row: Appointment, _telling: Telling) -> Iterator[Json]:
    actors = [of_patient(row.patient), *_people(row.practitioner, row.helper)]
    actors.append(
        reference("Location", f"room-{row.room_id}", str(row.room))
        if row.room
        else place_reference(row.clinic)
    )
    if row.device:
        actors.append(reference("Device", row.device_id, str(row.device)))
    told = resource(
        "Appointment", row.pk, identifier=[each] if (each := outside.told(row)) else [],
        status=STATES[State(row.state)],
        appointmentType=terms.plain("appointment-kinds", canonical.as_id(row.kind),
            str(AppointmentKind(row.kind).label)),
        start=instant(row.starts_at), end=instant(row.ends_at),
        minutesDuration=int((row.ends_at - row.starts_at).total_seconds() // 60), created=instant(row.booked_at),
        comment=row.note, participant=[{"actor": each, "status": "accepted"} for each in actors],
    )  # fmt: skip
    yield with_meta(told, row.changed_at)


def _people(*users: User | None) -> list[Json]:
    return [told for told in map(practitioner_reference, users) if told]


KINDS = (
    Kind(
        "Appointment", P.BOOK,
        (Source(_appointments, appointment, patient="patient", date="starts_at", updated=("changed_at",), narrow={
            "identifier": outside.narrow("Appointment"),
            "practitioner": lambda values: Q(practitioner__in=numbers(values)) | Q(helper__in=numbers(values)),
        }),),
        by_patient("participant.actor") | STATUS | {
            "identifier": Parameter("token", ("identifier",)),
            "date": Parameter("date", ("start",)), "appointment-type": Parameter("token", ("appointmentType",)),
            "practitioner": Parameter("reference", ("participant.actor",), ("Practitioner",)),
            "location": Parameter("reference", ("participant.actor",), ("Location",)),
            "actor": Parameter("reference", ("participant.actor",), ("Patient", "Practitioner", "Location", "Device")),
        }, writes=("create",), write_permission=P.BOOK, patient_path="participant.actor",
    ),
)  # fmt: skip
