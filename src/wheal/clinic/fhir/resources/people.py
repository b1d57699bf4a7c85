"""The clinic, its rooms, and who works there."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from wheal.clinic.equipment.models import Kind as ThingKind
from wheal.clinic.equipment.models import Thing
from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling, numbers
from wheal.clinic.people.models import ROLE_NAMES, Clinic, Credential, Membership, Role, User
from wheal.clinic.people.permissions import P
from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import (
    Json,
    held,
    identifier,
    name,
    period,
    reference,
    resource,
    telecom,
    with_meta,
)

TOKEN_ID = {"_id": Parameter("token", ("id",))}


def naming(what: str, clinic: object) -> str:
    """Numbers that one clinic gives: named by the site's address where it has one, for every site has a clinic 1."""
    name = canonical.naming(what, clinic)
    address = settings.PUBLIC_ADDRESS
    return name.replace(canonical.BASE, f"{address.rstrip('/')}/fhir", 1) if address else name


def practitioner_reference(user: User | None) -> Json | None:
    """None for the account of a program with a token: it is nobody."""
    return reference("Practitioner", user.pk, user.shown_name) if user and not is_a_program(user) else None


def author_reference(user: User | None) -> Json | None:
    """Where a program may stand as well as a person."""
    return program_reference(user.shown_name) if user and is_a_program(user) else practitioner_reference(user)


def program_reference(called: str) -> Json:
    """By its name: no resource of its own is told of it."""
    return {"type": "Device", "display": called}


def is_a_program(user: User) -> bool:
    """Nobody logs in as such an account, so of people nothing is asked."""
    return not user.is_active and getattr(user, "service_token", None) is not None


def organization_reference(clinic: Clinic) -> Json:
    return reference("Organization", clinic.pk, clinic.name)


def place_reference(clinic: Clinic) -> Json:
    return reference("Location", f"clinic-{clinic.pk}", clinic.name)


def _clinics(clinic: Clinic) -> QuerySet[Clinic]:
    return Clinic.objects.filter(pk=clinic.pk)


def _address(clinic: Clinic) -> Json:
    lines = [line for line in clinic.address.splitlines() if line.strip()]
    return held(use="work", line=lines, country=clinic.jurisdiction)


def _organization(row: Clinic, _telling: Telling) -> Iterator[Json]:
    told = resource(
        "Organization", row.pk,
        identifier=[identifier(naming("clinics", "all"), str(row.pk))], active=True,
        type=[terms.hl7("organization-type", "prov", "Healthcare Provider")], name=row.name,
        telecom=telecom("phone", row.phone), address=[_address(row)],
    )  # fmt: skip
    yield with_meta(told, None)


def _clinic_as_location(row: Clinic, _telling: Telling) -> Iterator[Json]:
    told = resource(
        "Location", f"clinic-{row.pk}", status="active", name=row.name, mode="instance",
        telecom=telecom("phone", row.phone), address=_address(row),
        physicalType=terms.hl7("location-physical-type", "si", "Site"),
        managingOrganization=organization_reference(row),
    )  # fmt: skip
    yield with_meta(told, None)


def _rooms(clinic: Clinic) -> QuerySet[Thing]:
    return Thing.objects.filter(clinic=clinic, kind=ThingKind.ROOM).select_related("clinic")


def _room(row: Thing, _telling: Telling) -> Iterator[Json]:
    status = "inactive" if row.retired_at else "suspended" if row.blocked_at else "active"
    told = resource(
        "Location", f"room-{row.pk}", status=status, name=str(row), mode="instance",
        physicalType=terms.hl7("location-physical-type", "ro", "Room"),
        managingOrganization=organization_reference(row.clinic), partOf=place_reference(row.clinic),
    )  # fmt: skip
    yield with_meta(told, row.changed_at)


def _staff(clinic: Clinic) -> QuerySet[User]:
    """Whoever works or worked there."""
    members = Membership.objects.filter(clinic=clinic)
    return User.objects.filter(pk__in=members.values("user")).prefetch_related(
        Prefetch("credentials", queryset=Credential.objects.order_by("pk")),
        Prefetch("memberships", queryset=members, to_attr="held_here"),
    )


def _practitioner(row: User, telling: Telling) -> Iterator[Json]:
    credentials = row.credentials.all()
    told = resource(
        "Practitioner", row.pk,
        identifier=[identifier(naming("people", telling.clinic.pk), str(row.pk))],
        active=row.is_active and any(each.ended_at is None for each in row.held_here),
        name=[name(row.last_name or row.username, row.first_name)],
        qualification=[_qualification(each, telling) for each in credentials if each.withdrawn_at is None],
    )  # fmt: skip
    since = [each.changed_at for each in row.held_here]
    since += [each.withdrawn_at or each.recorded_at for each in credentials]
    yield with_meta(told, max([row.changed_at, *since]))


def _qualification(row: Credential, telling: Telling) -> Json:
    number = [identifier(naming("credentials", telling.clinic.pk), row.number)] if row.number else []
    return held(
        identifier=number,
        code=terms.coded("credential_kinds", row.kind, telling.known, telling.language),
        period=period(None, row.valid_until),
    )


def _memberships(clinic: Clinic) -> QuerySet[Membership]:
    return Membership.objects.filter(clinic=clinic).select_related("user", "clinic")


def _role(row: Membership, telling: Telling) -> Iterator[Json]:
    told = resource(
        "PractitionerRole", row.pk, active=row.ended_at is None, period=period(None, row.ended_at),
        practitioner=practitioner_reference(row.user), organization=organization_reference(row.clinic),
        code=[_role_code(row.role)], location=[place_reference(row.clinic)],
    )  # fmt: skip
    yield with_meta(told, max(row.changed_at, row.user.changed_at))


def _role_code(role: str) -> Json:
    """Physicians and nurses have a code of the standard's own list; the others are the clinic's words."""
    standard = {Role.PHYSICIAN: ("doctor", "Doctor"), Role.NURSE: ("nurse", "Nurse")}
    told = terms.plain("membership_roles", canonical.as_id(role), str(ROLE_NAMES[Role(role)]))
    if role in standard:
        told["coding"] += terms.hl7("practitioner-role", *standard[Role(role)])["coding"]
    return told


EVERYBODY = "everybody"


def _groups(telling: Telling) -> Iterator[Json]:
    """The one group that there is: all who are treated. Its members are searched as Patient, page by page."""
    told = resource(
        "Group", EVERYBODY, active=True, type="person", actual=True, name=telling.clinic.name,
        quantity=telling.clinic.patients.count(), managingEntity=organization_reference(telling.clinic),
    )  # fmt: skip
    yield with_meta(told, None)


NAME = {"name": Parameter("string", ("name",)), "_lastUpdated": Parameter("date", ("meta.lastUpdated",))}
KINDS = (
    Kind(
        "Organization", P.DAY_SEE, (Source(_clinics, _organization),),
        TOKEN_ID | {"name": NAME["name"], "identifier": Parameter("token", ("identifier",))},
    ),
    Kind(
        "Group", P.PATIENT_FIND, (),
        TOKEN_ID | {
            "name": NAME["name"], "type": Parameter("token", ("type",)), "actual": Parameter("token", ("actual",)),
        },
        held=_groups, needs_everybody=True,
    ),
    Kind(
        "Location", P.DAY_SEE,
        (Source(_clinics, _clinic_as_location, prefix="clinic"), Source(_rooms, _room, prefix="room",
            updated=("changed_at",))),
        TOKEN_ID | NAME | {"status": Parameter("token", ("status",))},
    ),
    Kind(
        "Practitioner", P.DAY_SEE, (Source(_staff, _practitioner),),
        TOKEN_ID | NAME | {
            "identifier": Parameter("token", ("identifier",)), "active": Parameter("token", ("active",)),
            "family": Parameter("string", ("name.family",)), "given": Parameter("string", ("name.given",)),
        },
    ),
    Kind(
        "PractitionerRole", P.DAY_SEE,
        (
            Source(
                _memberships, _role, updated=("changed_at", "user__changed_at"),
                narrow={"practitioner": lambda values: Q(user__in=numbers(values))},
            ),
        ),
        TOKEN_ID | {
            "_lastUpdated": NAME["_lastUpdated"], "active": Parameter("token", ("active",)),
            "role": Parameter("token", ("code",)),
            "practitioner": Parameter("reference", ("practitioner",), ("Practitioner",)),
            "organization": Parameter("reference", ("organization",), ("Organization",)),
            "location": Parameter("reference", ("location",), ("Location",)),
        },
    ),
)  # fmt: skip
