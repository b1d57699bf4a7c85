"""A web as rows: for a spreadsheet, and for a patient's page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from wheal.clinic.safety.models import Reach
from wheal.tracing import Lot, MixTraced, SessionTraced, Web

_NOTHING = ["", "", 0, "0", "0"]  # a visit in which nothing was drawn
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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


def of_web(found: Web) -> str:
    """A line for each mix that carried the lot. A cell that a spreadsheet would calculate begins with an apostrophe."""
    out = io.StringIO()
    out.write("\ufeff")  # without it some spreadsheets take accents for something else
    lines = csv.writer(out)
    lines.writerow(
        [_("Patient"), _("Patient id"), _("Clinic"), _("Session"), _("Date"), _("Signed"), _("Practitioner"), _("Mix"),
         _("Areas"), _("Points"), _("Drawn (mL)"), _("Injected (mL)")]
    )  # fmt: skip
    for one in found.patients:
        for session in one.sessions:
            who = [safe(one.person), one.id, safe(session.clinic), session.id, session.day.isoformat(),
                   "1" if session.signed else "0", safe(session.practitioner)]  # fmt: skip
            lines.writerows([*who, *rest] for rest in [_mixed(mix) for mix in session.mixes] or [_NOTHING])
    return out.getvalue()


def of_recall(people: Iterable[Reach]) -> str:
    """A line for each person, with every try in the last cell."""
    out = io.StringIO()
    out.write("\ufeff")
    lines = csv.writer(out)
    lines.writerow(
        [_("Patient"), _("Patient id"), _("Telephone"), _("E-mail"), _("Language"), _("Injected"), _("Status"),
         _("Told at"), _("Tries")]
    )  # fmt: skip
    for one in people:
        who = one.patient
        tries = "; ".join(
            f"{each.made_at.isoformat(timespec='minutes')} {each.status} {each.note}".strip()
            for each in one.attempts.all()
        )
        told = one.settled_at.isoformat(timespec="minutes") if one.settled_at else ""
        lines.writerow(
            [safe(str(who)), who.pk, safe(who.phone), safe(who.email), who.language, int(one.was_injected),
             one.status, told, safe(tries)]
        )  # fmt: skip
    return out.getvalue()


def as_download(found: Web, name: str) -> HttpResponse:
    answer = HttpResponse(of_web(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _mixed(mix: MixTraced) -> list[object]:
    areas = " ".join(dict.fromkeys(each.area for each in mix.passes))
    return [mix.label, areas, mix.points, _digits(mix.drawn_ml), _digits(mix.injected_ml)]


def safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _digits(volume: Decimal) -> str:
    return f"{volume:.3f}"
