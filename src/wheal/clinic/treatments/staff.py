"""Who works at a clinic, as what, and what each holds: one query."""

from __future__ import annotations

from dataclasses import dataclass, field

from wheal.clinic.people.models import Membership, Role
from wheal.clinic.prepared import Prepared
from wheal.credentials import Credential, Practitioner

INJECTING = (Role.PHYSICIAN, Role.NURSE)
# what the law calls those who work here; who is not named is a layperson to it
_CALLED = {Role.PHYSICIAN: "physician", Role.NURSE: "nurse", Role.ASSISTANT: "assistant"}
NOBODY = Practitioner(role="layperson", credentials=())


@dataclass(frozen=True, slots=True)
class Member:
    pk: int
    name: str
    role: str
    credentials: list[Credential] = field(default_factory=list)

    def as_practitioner(self) -> Practitioner:
        return Practitioner(
            role=_CALLED.get(Role(self.role), "layperson"), credentials=tuple(self.credentials)
        )


@dataclass(frozen=True, slots=True)
class Staff:
    """Those who work here now, by name. Who has left is nobody to the law of this clinic."""

    members: dict[int, Member]

    def practitioner(self, pk: int | None) -> Practitioner:
        held = self.members.get(pk) if pk is not None else None
        return held.as_practitioner() if held else NOBODY

    def role(self, pk: int) -> str:
        return self.members[pk].role if pk in self.members else ""

    def choices(self, roles: tuple[str, ...] | None = None) -> list[tuple[int, str]]:
        return [(row.pk, row.name) for row in self.members.values() if roles is None or row.role in roles]


_COLUMNS = (
    "user_id", "role", "user__first_name", "user__last_name", "user__username",
    "user__credentials__kind", "user__credentials__valid_until", "user__credentials__withdrawn_at",
)  # fmt: skip


_MEMBERS = Prepared(
    lambda clinic: (
        Membership.objects.filter(clinic=clinic, ended_at=None)
        .order_by("user__last_name", "user__first_name", "user_id", "user__credentials__id")
        .values_list(*_COLUMNS)
    )
)


def staff_of(clinic_id: int) -> Staff:
    members: dict[int, Member] = {}
    for pk, role, first, last, username, kind, until, withdrawn in _MEMBERS(clinic_id):
        member = members.setdefault(pk, Member(pk, f"{first} {last}".strip() or username, role))
        if kind is not None and withdrawn is None:
            member.credentials.append(Credential(kind=kind, valid_until=until))
    return Staff(members)
