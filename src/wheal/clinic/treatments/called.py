"""What a signed session calls what it used and who did it: as they were called when it was signed.

A product that gets another name, or a colleague who does, changes no record that was signed before. Records from before
these names were kept with them read what was kept on the day of the upgrade (`CalledThen`), and say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.treatments.models import CalledThen, MixComponent, Session


@dataclass(frozen=True, slots=True)
class Then:
    """As on the day of the upgrade. `lots`: product, number, expiry by id; `people`: names by id."""

    lots: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    kept_at: datetime | None = None


@cache
def _then() -> Then:
    """Read once, when the first such session is shown: nothing is ever added to it."""
    then, kept_at = Then(), None
    for row in CalledThen.objects.all():
        if row.lot_id and row.expires:
            then.lots[str(row.lot_id)] = [row.name, row.number, row.expires.isoformat()]
        else:
            then.people[str(row.user_id)] = row.name
        kept_at = row.kept_at
    return Then(then.lots, then.people, kept_at)


def _lots(session: Session) -> dict[str, list[str]]:
    if session.names is not None:
        return session.names.get("lots", {})  # type: ignore[no-any-return]
    return _then().lots if session.is_signed else {}


def _people(session: Session) -> dict[str, str]:
    if session.names is not None:
        return session.names.get("people", {})  # type: ignore[no-any-return]
    return _then().people if session.is_signed else {}


def kept_on(session: Session) -> date | None:
    """The day on which the names were kept that this session is shown with, where it was not that of its signature."""
    if not session.is_signed or session.names is not None:
        return None
    kept_at = _then().kept_at
    return timezone.localdate(kept_at) if kept_at else None


def as_signed(session: Session, drawn: Iterable[MixComponent]) -> None:
    """Lots and products of these rows are called what was kept. Rows to be read, never to be saved."""
    lots = _lots(session)
    for row in drawn:
        if (said := lots.get(str(row.lot_id))) is not None:
            row.lot.product.name, row.lot.number, expires = said
            row.lot.expires = date.fromisoformat(expires)


def name_of(session: Session, user: User) -> str:
    """As it was signed."""
    return _people(session).get(str(user.pk)) or user.shown_name


def born_as_signed(session: Session, patient: Patient) -> date | None:
    """The day of birth that the signature was judged with, where today's is another and the patient is not forgotten.
    Reads the signed case."""
    said = ((session.document or {}).get("patient") or {}).get("birth_date")
    then = date.fromisoformat(said) if said else patient.birth_date
    return None if patient.is_forgotten or then == patient.birth_date else then


def both_names(session: Session, user: User) -> str:
    """As it was signed, with the one of today where that is another."""
    then, now = name_of(session, user), user.shown_name
    return then if then == now else _("%(then)s (today %(now)s)") % {"then": then, "now": now}
