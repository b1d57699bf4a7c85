"""What came last: who changed a thing, told to the other device; and the events of some days."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min, Model, QuerySet
from django.utils import formats, timezone

from wheal.clinic.audit.models import Event


def last_change(subject: Model | None) -> dict[str, str]:
    """`by` and `at` in words, of the last thing written about the subject, but for looking. {} where unknown."""
    if subject is None:
        return {}
    rows = Event.objects.filter(
        patient_id=subject.patient_id, subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)
    )
    event = rows.exclude(what__endswith=".record_opened").exclude(refused=True).select_related("by").first()
    if event is None or event.by is None:
        return {}
    at = timezone.localtime(event.at)
    moment = at.strftime("%H:%M")
    if at.date() != timezone.localdate():
        moment = formats.date_format(at, "SHORT_DATETIME_FORMAT")
    return {"by": event.by.shown_name, "at": moment}


def since(moment: datetime) -> QuerySet[Event]:
    """Of later than that. By their numbers, in whose order the index of a clinic holds its events: of years of them
    only these are read. One query, and that of whoever asks."""
    first = Event.objects.filter(at__gt=moment).order_by().aggregate(first=Min("pk"))["first"]
    return Event.objects.none() if first is None else Event.objects.filter(pk__gte=first, at__gt=moment)
