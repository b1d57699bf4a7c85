"""A web as rows: for a spreadsheet, and for a patient's page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from wheal.clinic.safety.models import Reach
from wheal.tracing import Lot, MixTraced, SessionTraced, Web

_NOTHING = ["", "", 0, "0", "0", "0"]  # a visit in which nothing was drawn


@dataclass(frozen=True, slots=True)
class LotReceived:
    lot: Lot
    sessions: tuple[SessionTraced, ...]


def by_lot(found: Web) -> list[LotReceived]:
    """Of one patient: each lot with the sessions in which it was given."""
    sessions = [session for one in found.patients for session in one.sessions]
    return [
        LotReceived(lot, tuple(s for s in sessions if any(lot.id in mix.lots for mix in s.mixes)))
        for lot in found.lots
    ]


def of_web(found: Web) -> Iterator[list[object]]:
    """A line for each mix that carried the lot, below the names of the columns."""
    yield [
        _("Patient"), _("Patient id"), _("Clinic"), _("Session"), _("Date"), _("Signed"), _("Practitioner"), _("Mix"),
        _("Areas"), _("Points"), _("Drawn (mL)"), _("Injected (mL)"), _("By an amendment"),
    ]  # fmt: skip
    for one in found.patients:
        for session in one.sessions:
            who = [one.person, one.id, session.clinic, session.id, session.day.isoformat(),
                   "1" if session.signed else "0", session.practitioner]  # fmt: skip
            yield from ([*who, *rest] for rest in [_mixed(mix) for mix in session.mixes] or [_NOTHING])


def of_recall(people: Iterable[Reach]) -> Iterator[list[object]]:
    """A line for each person, with every try in the last cell."""
    yield [
        _("Patient"), _("Patient id"), _("Telephone"), _("E-mail"), _("Language"), _("Injected"), _("Status"),
        _("Told at"), _("Tries"),
    ]  # fmt: skip
    for one in people:
        who = one.patient
        tries = "; ".join(
            f"{each.made_at.isoformat(timespec='minutes')} {each.status} {each.note}".strip()
            for each in one.attempts.all()
        )
        told = one.settled_at.isoformat(timespec="minutes") if one.state == "told" else ""
        yield [
            who, who.pk, who.phone, who.email, who.language, int(one.was_injected), one.status, told, tries,
        ]  # fmt: skip


def _mixed(mix: MixTraced) -> list[object]:
    areas = " ".join(dict.fromkeys(each.area for each in mix.passes))
    volumes = [_digits(mix.drawn_ml), _digits(mix.injected_ml)]
    return [mix.label, areas, mix.points, *volumes, "1" if mix.corrected else "0"]


def _digits(volume: Decimal) -> str:
    return f"{volume:.3f}"
