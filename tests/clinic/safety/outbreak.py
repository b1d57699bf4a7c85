"""Several people treated from one lot, made through the real actions: the ground for an alarm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import people
import ready
from wheal import knowledge
from wheal.clinic.equipment.models import Thing
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety.models import Reaction
from wheal.clinic.safety.reactions import actions
from wheal.clinic.safety.reactions.actions import NewReaction
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Mix, Session


def treated(
    clinic: Clinic, by: User, lot: Lot, count: int, *, first: int = 0, things: Sequence[Thing] = (),
    mixes: Sequence[Lot] = (),
) -> list[Session]:  # fmt: skip
    """`count` people, each with a signed session from this lot. `mixes`: of each of these a syringe besides."""
    made = []
    for number in range(first, first + count):
        patient = people.patient(
            clinic, by, family_name=f"Case{number:02}", birth_date=date(1980, 1, 1 + number)
        )
        people.completed_history(patient, by)
        session = ready.planned(patient, by)
        ready.agree(session, by)
        for at, each in enumerate((lot, *mixes)):
            ready.drawn(session, ready.mixed(session, each, by), by, 20, first=20 * at)
        ready.checked(session, by)
        for thing in things:
            treatments.name_thing(session=session, thing=thing, by=by)
        reason = "No other lot was there."  # asked for once the watch suspects the lot
        made.append(treatments.sign_off(session=session, by=by, known=knowledge.current(), reason=reason))
    return made


def injected(ml: str, some: Iterable[Mix], by: User) -> None:
    """What an amendment says that was really injected of each."""
    for mix in some:
        treatments.amend_volume(mix=mix, injected_ml=Decimal(ml), reason="The syringe was dropped", by=by)


def fell_ill(
    session: Session, by: User | None, *, kind: str = "suspected_infection", ago: int = 0, tied: bool = True
) -> Reaction:
    """`ago`: days since the onset. `tied`: to the session."""
    onset = session.clinic.day_of() - timedelta(days=ago)
    new = NewReaction(kind=kind, onset=onset, sessions=[session] * tied)
    return actions.record(patient=session.patient, new=new, by=by, known=knowledge.current())
