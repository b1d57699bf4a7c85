"""The demo is made by the real actions, so that whatever they refuse is refused there too."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from wheal.clinic import demo
from wheal.clinic.audit.models import Event
from wheal.clinic.followup.models import Measure
from wheal.clinic.treatments.models import Amendment, Session


@pytest.mark.django_db
def test_the_demo_has_a_past_a_refusal_an_amendment_and_a_day():
    demo.build()
    signed = Session.objects.filter(signed_at__isnull=False)
    assert signed.count() == 34  # ten of them people treated once, and two courses of six
    assert set(signed.values_list("decision", flat=True)) == {"go", "refer"}
    assert set(signed.values_list("clinic__jurisdiction", flat=True)) == {"US", "FR"}
    assert Event.objects.filter(what="treatments.sign_off_refused").count() == 1
    assert Amendment.objects.count() == 1
    assert Session.objects.filter(signed_at=None).count() >= 10
    _every_session_comes_out_as_it_was_signed()
    assert _graded("Flora") == (3, 1, 1)  # kept her weight and her result
    assert _graded("Dolores") == (3, 1, 2)  # gained, and it came back


def _every_session_comes_out_as_it_was_signed() -> None:
    out = StringIO()
    call_command("rejudge", "--all", stdout=out)
    assert out.getvalue().endswith("34 of 34 sessions come out as they were signed\n")


def _graded(given_names: str) -> tuple[int, int, int]:
    """The clinician's first, best and last grade, by the physician alone."""
    rows = Measure.objects.filter(instrument="submental_clinician", patient__given_names=given_names)
    assert set(rows.values_list("recorded_by__username", flat=True)) == {"alice"}
    grades = [int(row.value) for row in rows.order_by("on")]
    return grades[0], min(grades), grades[-1]
