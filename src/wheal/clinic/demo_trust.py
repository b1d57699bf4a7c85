"""Access of the demo: a record that was opened in an emergency three days ago, and a program with a token."""

from __future__ import annotations

from wheal.clinic.breakglass import actions as breakglass
from wheal.clinic.demo_sessions import Room, clock_at
from wheal.clinic.people import token_actions
from wheal.clinic.people.models import User
from wheal.clinic.people.tokens import Scope


def demo_trust(us: Room, fr: Room) -> None:
    _opened_elsewhere(us, fr)
    _laboratory(us)


def _opened_elsewhere(us: Room, fr: Room) -> None:
    """Grace was taken ill on a journey; nobody at her clinic has looked at it yet."""
    grace = us.patient("Testwell", "Grace")
    with clock_at(us.moment(-3, 6, 40)):
        opening = breakglass.open_record(
            patient=grace, cause="elsewhere",
            reason="On holiday here, swollen face and hives. Asks which product was injected last month.",
            came_from=fr.made.clinic, role="physician", by=fr.physician,
        )  # fmt: skip
        breakglass.note_reading(opening=opening, by=fr.physician)


def _laboratory(us: Room) -> None:
    """The token itself is shown to nobody."""
    by = User.objects.filter(memberships__clinic=us.made.clinic, memberships__administers=True).earliest("pk")
    scopes = [Scope.PATIENTS_READ, Scope.RECORDS_READ]
    with clock_at(us.moment(-40, 11, 0)):
        token_actions.make(clinic=us.made.clinic, name="Invented laboratory", scopes=scopes, days=365, by=by)
