"""A drawing that goes, with its pass or to make room for another, is kept with the session until it is put back.

The newest is put back first, on any device and after any time, until the session is signed.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wheal.clinic.people.models import User
from wheal.clinic.treatments.actions.drafts import DraftRefused, open_draft, saved
from wheal.clinic.treatments.models import Mix, Pass, Session

Kept = dict[str, object]
_PLAIN = ("area", "technique", "chart", "side", "ruler", "outline", "pattern", "count")
_DECIMAL = ("ruler_cm", "area_cm2", "spacing_cm", "nearest_cm", "depth_mm", "volume_ml", "total_ml")


def keep_drawing(row: Pass, session: Session) -> None:
    """Before its points go. `session`: as `open_draft` gives it."""
    if not row.count:
        return
    held: Kept = {name: getattr(row, name) for name in _PLAIN}
    held |= {name: None if (value := getattr(row, name)) is None else str(value) for name in _DECIMAL}
    held["points"] = b64encode(row.points).decode()
    held["measured_at"] = row.measured_at and row.measured_at.isoformat()
    about = {"pass": row.pk, "order": row.order, "label": row.mix.label, "at": timezone.now().isoformat()}
    session.taken_off = [*(session.taken_off or []), {**about, "drawing": held}]
    session.save(update_fields=["taken_off", "saved_at"])


@transaction.atomic
def put_back(*, session: Session, by: User) -> Pass:
    """The drawing that went last: into its pass where that is empty, else as a pass of its own.

    Raises DraftRefused where nothing was taken off.
    """
    session = open_draft(session)
    if not session.taken_off:
        raise DraftRefused(_("Nothing was taken off that could be put back."))
    *left, last = session.taken_off
    row = session.passes.filter(pk=last["pass"], count=0).first() or Pass(
        session=session, order=last["order"], mix=_mix(session, last["label"])
    )
    for name, value in _as_drawn(last["drawing"]).items():
        setattr(row, name, value)
    row.draft_version += 1
    row.save()
    session.taken_off = left
    session.save(update_fields=["taken_off", "saved_at"])
    saved(by=by, what="pass_put_back", session=session, count=row.count, **{"pass": row.pk})
    return row


def _mix(session: Session, label: str) -> Mix:
    return session.mixes.filter(label=label).first() or Mix.objects.create(session=session, label=label)


def _as_drawn(held: Kept) -> Kept:
    drawn: Kept = {name: held[name] for name in _PLAIN}
    drawn |= {name: None if held[name] is None else Decimal(str(held[name])) for name in _DECIMAL}
    drawn["points"] = b64decode(str(held["points"]))
    drawn["measured_at"] = held["measured_at"] and datetime.fromisoformat(str(held["measured_at"]))
    return drawn
