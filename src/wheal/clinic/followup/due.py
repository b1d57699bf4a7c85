"""Who is to be asked: due, overdue or soon, and whoever noticed something and was not called back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic.followup import courses
from wheal.clinic.followup.courses import Treated
from wheal.clinic.followup.models import Contact
from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.names import fold
from wheal.clinic.people.models import Clinic
from wheal.follow_up import Call
from wheal.knowledge import Knowledge

SOON = timedelta(days=14)
STATES: dict[str, Promise] = {
    "noticed": _("Noticed something"),
    "overdue": _("Overdue"),
    "due": _("Due"),
    "coming": _("In the next 14 days"),
}
_RANK = {state: place for place, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. Empty: everything that is due or overdue, and whoever noticed something."""

    name: str = ""
    state: str = ""
    by: str = ""
    area: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    patient: Patient
    treated: Treated
    call: Call | None
    state: str
    noticed: Contact | None

    @property
    def tries(self) -> int:
        """In vain, since this call opened."""
        opens = self.call.opens if self.call else self.treated.course.last
        return sum(
            one.outcome == Contact.Outcome.NOT_REACHED and one.on >= opens for one in self.treated.tries
        )


@dataclass(frozen=True, slots=True)
class Board:
    """Every row that is asked for, and what may be chosen from."""

    rows: tuple[Row, ...]
    counts: dict[str, int]  # by state, before a state was chosen
    areas: tuple[str, ...]
    protocols: tuple[str, ...]


def board(clinic: Clinic, asked: Asked, known: Knowledge) -> Board:
    today = clinic.day_of()
    stood = [(one, *_state(one, today)) for one in courses.of_clinic(clinic, known)]
    open_ones = [(one, state, noticed) for one, state, noticed in stood if state]
    people = Patient.objects.in_bulk({one.patient for one, _state, _noticed in open_ones})
    rows = [
        Row(people[one.patient], one, one.now, state, noticed)
        for one, state, noticed in open_ones
        if not people[one.patient].is_forgotten
    ]
    fitting = [row for row in rows if _fits(row, asked)]
    counts = {state: sum(row.state == state for row in fitting) for state in STATES}
    shown = [
        row for row in fitting if row.state == asked.state or (not asked.state and row.state != "coming")
    ]
    return Board(
        tuple(sorted(shown, key=_order)), counts, tuple(sorted({row.treated.area for row in rows})),
        tuple(sorted({row.treated.protocol for row in rows if row.treated.protocol})),
    )  # fmt: skip


def _state(one: Treated, today: date) -> tuple[str, Contact | None]:
    if noticed := not_called_back(one.tries):
        return "noticed", noticed
    call = one.now
    if call is None:
        return "", None
    if call.state == "coming" and call.due > today + SOON:
        return "", None
    return call.state, None


def not_called_back(contacts: Sequence[Contact]) -> Contact | None:
    """The last answer from a phone that says something was noticed, where nobody here has reached them since."""
    for one in reversed(contacts):
        if one.recorded_by_id and one.outcome == Contact.Outcome.ANSWERED:
            return None
        if one.noticed and one.link_id:
            return one
    return None


def _fits(row: Row, asked: Asked) -> bool:
    return (
        all(word in row.patient.search_name for word in fold(asked.name).split())
        and asked.by in ("", row.call.by if row.call else "clinic")
        and asked.area in ("", row.treated.area)
        and asked.protocol in ("", row.treated.protocol)
    )


def _order(row: Row) -> tuple[int, date, str]:
    return _RANK[row.state], row.call.due if row.call else row.treated.course.last, row.patient.search_name
