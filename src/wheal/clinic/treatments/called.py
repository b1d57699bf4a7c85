"""What a signed session calls what it used and who did it: as they were called when it was signed.

A product that gets another name, or a colleague who does, changes no record that was signed before. Records from before
these names were kept with them read the names of today.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.treatments.models import MixComponent, Session


def as_signed(session: Session, drawn: Iterable[MixComponent]) -> None:
    """Lots and products of these rows are called what the signature fixed. Rows to be read, never to be saved."""
    lots = (session.names or {}).get("lots", {})
    for row in drawn:
        if (said := lots.get(str(row.lot_id))) is not None:
            row.lot.product.name, row.lot.number, expires = said
            row.lot.expires = date.fromisoformat(expires)


def name_of(session: Session, user: User) -> str:
    """As it was signed."""
    return (session.names or {}).get("people", {}).get(str(user.pk)) or user.shown_name


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
