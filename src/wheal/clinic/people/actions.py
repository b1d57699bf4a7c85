"""What changes clinics and the people who work in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.rows import Rows
from wheal.clinic.people.models import Clinic, Credential, Membership, Role, User

TEMPORARY_FOR = timedelta(days=7)  # a password that an administrator gave
EMERGENCY_NUMBER = ("emergency_number", "emergency_number_confirmed_at", "emergency_number_confirmed_by")


class PeopleRefused(Exception):
    """Carries `reason`, a code that the page puts into words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class NewPerson:
    username: str
    password: str
    first_name: str
    last_name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class NewClinic:
    name: str
    jurisdiction: str
    time_zone: str
    language: str
    address: str = ""
    phone: str = ""


@transaction.atomic
def set_up(*, clinic: NewClinic, administrator: NewPerson, treats: bool = False) -> User:
    """The first clinic of an empty site and its first administrator. Refused where there is one already."""
    if Clinic.objects.exists():
        raise PeopleRefused("already_set_up")
    made = found_with(clinic=clinic, administrator=administrator, treats=treats)
    return User.objects.get(memberships__clinic=made)


@transaction.atomic
def found_with(*, clinic: NewClinic, administrator: NewPerson, treats: bool = False) -> Clinic:
    """A clinic with a new account as its first administrator; `by` is nobody, for nobody was there yet.

    Who also treats patients there is its physician too, with the same account.
    """
    made = _found(clinic=clinic, by=None)
    role = Role.PHYSICIAN if treats else Role.ADMINISTRATOR
    admit(clinic=made, person=administrator, role=role, administers=True, by=None)
    return made


@transaction.atomic
def found_another(*, clinic: NewClinic, by: User, role: str = Role.ADMINISTRATOR) -> Clinic:
    """One more clinic; who founds it is its first administrator, whatever else they do there."""
    made = _found(clinic=clinic, by=by)
    _join(user=by, clinic=made, role=role, administers=True, by=by)
    return made


def _found(*, clinic: NewClinic, by: User | None) -> Clinic:
    made = Clinic.objects.create(
        name=clinic.name,
        jurisdiction=clinic.jurisdiction,
        time_zone=clinic.time_zone,
        language=clinic.language,
        address=clinic.address,
        phone=clinic.phone,
    )
    audit.record(by=by, what="people.clinic_founded", subject=made, clinic=made)
    return made


@transaction.atomic
def change_clinic(*, clinic: Clinic, by: User) -> None:
    """Another country has another number to call: the one that was confirmed goes."""
    if Clinic.objects.filter(pk=clinic.pk).exclude(jurisdiction=clinic.jurisdiction).exists():
        _set_emergency_number(clinic, "", None)
    clinic.save()
    detail = {"jurisdiction": clinic.jurisdiction, "time_zone": clinic.time_zone}
    audit.record(by=by, what="people.clinic_changed", subject=clinic, clinic=clinic, detail=detail)


@transaction.atomic
def confirm_emergency_number(*, clinic: Clinic, number: str, by: User) -> None:
    """What the pages of this clinic tell to call in an emergency; "" takes it back, and they say that none is set."""
    was = clinic.emergency_number
    _set_emergency_number(clinic, number, by if number else None)
    clinic.save(update_fields=EMERGENCY_NUMBER)
    audit.record(
        by=by,
        what="people.emergency_number_confirmed" if number else "people.emergency_number_taken_back",
        subject=clinic,
        clinic=clinic,
        detail={"was": was, "number": number},
    )


def _set_emergency_number(clinic: Clinic, number: str, by: User | None) -> None:
    clinic.emergency_number, clinic.emergency_number_confirmed_by = number, by
    clinic.emergency_number_confirmed_at = timezone.now() if by else None


@transaction.atomic
def admit(
    *,
    clinic: Clinic,
    person: NewPerson,
    role: str,
    by: User | None,
    administers: bool = False,
    temporary: bool = False,
) -> User:
    """A new account with a role in a clinic. A temporary password must be changed at the first log-in, and ends."""
    if User.objects.filter(username__iexact=person.username).exists():
        raise PeopleRefused("username_taken")
    user = User.objects.create_user(
        username=person.username,
        password=person.password,
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
        password_is_temporary=temporary,
        password_ends_at=timezone.now() + TEMPORARY_FOR if temporary else None,
    )
    _join(user=user, clinic=clinic, role=role, administers=administers, by=by)
    return user


@transaction.atomic
def join(*, user: User, clinic: Clinic, role: str, by: User, administers: bool = False) -> Membership:
    """Somebody who has an account works in one more clinic."""
    if Membership.objects.filter(user=user, clinic=clinic, ended_at=None).exists():
        raise PeopleRefused("already_member")
    return _join(user=user, clinic=clinic, role=role, administers=administers, by=by)


def _join(*, user: User, clinic: Clinic, role: str, administers: bool, by: User | None) -> Membership:
    membership = Membership.objects.create(
        user=user, clinic=clinic, role=role, administers=_does_administer(role, administers)
    )
    detail = {"role": role, "administers": membership.administers}
    audit.record(
        by=by, what="people.member_admitted", subject=user, clinic=clinic, detail=detail,
        fixes=[Rows(User, "pk", user.pk)],
    )  # fmt: skip
    return membership


def _does_administer(role: str, also: bool) -> bool:
    return also or role == Role.ADMINISTRATOR


@transaction.atomic
def change_member(
    *,
    membership: Membership,
    first_name: str,
    last_name: str,
    role: str,
    by: User,
    administers: bool = False,
) -> None:
    """Name and role. The last who administers a clinic goes on doing so."""
    administers = _does_administer(role, administers)
    if not administers:
        _keep_an_administrator(membership)
    user = membership.user
    was = {
        "role": membership.role,
        "administers": membership.administers,
        "name_changed": (user.first_name, user.last_name) != (first_name, last_name),
    }
    user.first_name, user.last_name = first_name, last_name
    user.save(update_fields=["first_name", "last_name", "changed_at"])
    membership.role, membership.administers = role, administers
    membership.save(update_fields=["role", "administers", "changed_at"])
    audit.record(
        by=by,
        what="people.member_changed",
        subject=user,
        clinic=membership.clinic,
        detail={"was": was, "role": role, "administers": administers},
        fixes=[Rows(User, "pk", user.pk)],
    )


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> None:
    """A leaver: sees nothing of this clinic any more; what they did and signed stays theirs."""
    _keep_an_administrator(membership)
    membership.ended_at, membership.ended_by = timezone.now(), by
    membership.save(update_fields=["ended_at", "ended_by", "changed_at"])
    audit.record(by=by, what="people.membership_ended", subject=membership.user, clinic=membership.clinic)


def _keep_an_administrator(membership: Membership) -> None:
    others = Membership.objects.filter(clinic=membership.clinic, administers=True, ended_at=None)
    if membership.administers and not others.exclude(pk=membership.pk).exists():
        raise PeopleRefused("last_administrator")


def administers_all(by: User, user: User) -> None:
    """Every clinic of the person: how somebody logs in is of all of them. Raises PeopleRefused."""
    administered = by.memberships.filter(administers=True, ended_at=None).values("clinic")
    if user.memberships.filter(ended_at=None).exclude(clinic__in=administered).exists():
        raise PeopleRefused("works_elsewhere")


@transaction.atomic
def give_temporary_password(*, user: User, clinic: Clinic, password: str, by: User) -> None:
    """Refused for oneself, whose old one is asked for, and where the person also works in a clinic that `by` does not
    administer."""
    if user == by:
        raise PeopleRefused("own_password")
    administers_all(by, user)
    user.set_password(password)
    user.password_is_temporary, user.password_ends_at = True, timezone.now() + TEMPORARY_FOR
    user.save(update_fields=["password", "password_is_temporary", "password_ends_at"])
    audit.record(by=by, what="people.password_given", subject=user, clinic=clinic)


@transaction.atomic
def record_credential(
    *, user: User, clinic: Clinic, kind: str, number: str, valid_until: date | None, by: User
) -> Credential:
    credential = Credential.objects.create(
        user=user, kind=kind, number=number, valid_until=valid_until, recorded_by=by
    )
    until = valid_until.isoformat() if valid_until else None
    detail = {"kind": kind, "user": user.pk, "valid_until": until}
    audit.record(by=by, what="people.credential_recorded", subject=credential, clinic=clinic, detail=detail)
    return credential


@transaction.atomic
def withdraw_credential(*, credential: Credential, clinic: Clinic, by: User) -> None:
    """It no longer counts, from now on; it stays visible."""
    credential.withdrawn_at, credential.withdrawn_by = timezone.now(), by
    credential.save(update_fields=["withdrawn_at", "withdrawn_by"])
    detail = {"kind": credential.kind, "user": credential.user_id}
    audit.record(by=by, what="people.credential_withdrawn", subject=credential, clinic=clinic, detail=detail)


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])
    record_about(user=user, by=user, what="people.language_chosen")


@transaction.atomic
def record_about(
    *,
    user: User,
    by: User | None,
    what: str,
    refused: bool = False,
    detail: dict[str, object] | None = None,
) -> None:
    """What concerns a person and no clinic stands in the audit of each clinic where they work."""
    clinics = Clinic.objects.filter(memberships__user=user, memberships__ended_at=None)
    for clinic in list(clinics) or [None]:
        audit.record(by=by, what=what, subject=user, clinic=clinic, refused=refused, detail=detail)
