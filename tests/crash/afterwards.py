"""What the database holds after the last kill: `python -m crash.afterwards` prints it as JSON.

Signed sessions are read back whole: the digest is computed again from the rows, the audit row is looked for.
"""

from __future__ import annotations

import json

import django

django.setup()

from django.db import connection  # noqa: E402

from wheal.bodymap import unpack_points  # noqa: E402
from wheal.clinic.audit.models import Event  # noqa: E402
from wheal.clinic.patients.models import History  # noqa: E402
from wheal.clinic.treatments import record  # noqa: E402
from wheal.clinic.treatments.chart import read_chart, readable  # noqa: E402
from wheal.clinic.treatments.models import Pass, Session  # noqa: E402


def sound() -> str:
    if connection.vendor == "postgresql":  # holds its keys by itself, and was not killed
        connection.check_constraints()
        return "ok"
    with connection.cursor() as cursor:
        broken = cursor.execute("PRAGMA foreign_key_check").fetchall()
        return f"{broken}" if broken else str(cursor.execute("PRAGMA integrity_check").fetchone()[0])


def half_signed(row: Session) -> list[str]:
    """What is not whole about a signed session."""
    signed = Session.objects.select_related("consent", "clinic").get(pk=row.pk)
    events = Event.objects.filter(what="treatments.session_signed", subject_id=str(row.pk))
    told = [event.detail["record"] for event in events]
    lacking = {
        "digest": not record.is_as_signed(read_chart(row), signed),
        "audit": told != [row.record_digest],
        "judgement": not row.judgement or not row.document or not row.given,
        "consent": row.consent_id is None or row.history_id is None,
        "points": not row.passes.filter(count__gt=0).exists(),
    }
    return [f"session {row.pk}: {name}" for name, is_lacking in lacking.items() if is_lacking]


def unsigned_with_audit() -> list[str]:
    signed = {str(pk) for pk in Session.objects.filter(signed_at__isnull=False).values_list("pk", flat=True)}
    told = Event.objects.filter(what="treatments.session_signed").values_list("subject_id", flat=True)
    return [f"session {pk}: audit of a signature that is not there" for pk in told if pk not in signed]


def versions_told_otherwise() -> list[str]:
    """Each save and its audit row are one: as many rows as versions."""
    rows = [(History, "patients.history_saved", 1), (Pass, "treatments.points_saved", 0)]
    wrong = []
    for model, what, begun in rows:
        for row in model.objects.filter(draft_version__gt=0):
            events = Event.objects.filter(what=what)
            told = (
                events.filter(subject_id=str(row.pk), subject_kind="patients.history")
                if model is History
                else events.filter(detail__pass=row.pk)
            )
            is_draft = model is Pass or row.completed_at is None
            if is_draft and told.count() + begun != row.draft_version:
                wrong.append(f"{what} {row.pk}: version {row.draft_version}, {told.count()} audit rows")
    return wrong


def found() -> dict[str, object]:
    signed = readable(Session.objects.filter(signed_at__isnull=False))
    return {
        "integrity": sound(),
        "signed": [row.pk for row in signed],
        "half_signed": [fault for row in signed for fault in half_signed(row)] + unsigned_with_audit(),
        "untold": versions_told_otherwise(),
        "weight": {row.pk: f"{row.weight_kg}" for row in Session.objects.filter(weight_kg__isnull=False)},
        "points": {row.pk: str(unpack_points(row.points)[0][0]) for row in Pass.objects.filter(count__gt=0)},
        "history": {
            row.patient_id: row.answers.get("weight", "") for row in History.objects.filter(completed_at=None)
        },
    }


if __name__ == "__main__":
    print(json.dumps(found()))
