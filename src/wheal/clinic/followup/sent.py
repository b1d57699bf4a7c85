"""What came by a link already: the same page sent twice is kept once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from wheal.clinic.followup.models import Contact, Measure
from wheal.clinic.patients.models import Link


def is_measured(link: Link, on: date, instrument: str, value: Decimal, area: str) -> bool:
    """Whether it is the last that this link sent that day. What concerns the whole person carries no area."""
    here = Measure.objects.filter(link=link, instrument=instrument, area__in=("", area), on=on)
    last = here.last()
    return last is not None and last.value == value


def is_said(link: Link, on: date, area: str, noticed: bool | None, note: str) -> bool:
    """Whether it is the last that was heard that day; nobody of the clinic has noted a call since."""
    last = Contact.objects.filter(patient=link.patient_id, area=area, on=on).last()
    return last is not None and last.link_id == link.pk and (last.noticed, last.note) == (noticed, note)
