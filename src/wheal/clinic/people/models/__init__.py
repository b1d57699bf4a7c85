"""Clinics, the people who work in them, what each of them may do, and what opens the site beside a log-in."""

from wheal.clinic.people.models.doors import Invitation, LogIn
from wheal.clinic.people.models.members import (
    ROLE_NAMES,
    Clinic,
    Credential,
    DeviceKey,
    Membership,
    Role,
    User,
    role_words,
)
from wheal.clinic.people.models.tokens import RefusedFrom, ServiceToken

__all__ = [
    "ROLE_NAMES",
    "Clinic",
    "Credential",
    "DeviceKey",
    "Invitation",
    "LogIn",
    "Membership",
    "RefusedFrom",
    "Role",
    "ServiceToken",
    "User",
    "role_words",
]
