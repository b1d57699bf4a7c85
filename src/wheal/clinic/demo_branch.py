"""The small branch of the first clinic: what it was lent, what broke on the way, and a parcel that is under way."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from wheal.clinic.demo_log_ins import PASSWORD
from wheal.clinic.demo_sessions import clock_at
from wheal.clinic.people import actions as people
from wheal.clinic.people.models import Clinic, Role, User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot

DAY: Final = timedelta(days=1)
SALEM: Final = people.NewClinic(
    name="Demo Clinic — Salem (fictional)",
    jurisdiction="US",
    time_zone="America/Los_Angeles",
    language="en",
    address="2 Nowhere Street\nSalem, OR",
    phone="+1 503 555 0200",
)


def demo_branch(sender: Clinic, lots: dict[str, Lot], *, by: User) -> None:
    """`lots`: the usable one of each substance."""
    now = timezone.now()
    with clock_at(now - 60 * DAY):
        keeper = people.NewPerson("hana", PASSWORD, "Hana", "Fabled", "en")
        salem = people.found_with(clinic=SALEM, administrator=keeper)
        hana = User.objects.get(username=keeper.username)
        officer = people.NewPerson("selma", PASSWORD, "Selma", "Storied", "en")
        people.admit(clinic=salem, person=officer, role=Role.SAFETY_OFFICER, by=hana)
        people.confirm_emergency_number(clinic=salem, number="911", by=hana)
    lent = [(lots["lidocaine"], 6), (lots["sodium_chloride_0_9"], 4)]
    with clock_at(now - 3 * DAY):
        parcel = stock.send(
            sender=sender, receiver=salem, lots=lent, note="Salem ran out; until its own delivery.", by=by
        )
    first, second = parcel.lines.order_by("pk")
    found = {
        first.pk: stock.Arrived(5, "One vial was broken in the parcel."),
        second.pk: stock.Arrived(4),
    }
    with clock_at(now - 2 * DAY):
        stock.arrive(transfer=parcel, found=found, by=hana)
    with clock_at(now - DAY):
        stock.send(sender=sender, receiver=salem, lots=[(lots["procaine"], 2)], note="For Thursday.", by=by)
