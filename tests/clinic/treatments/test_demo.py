"""The demo is made by the real actions, so that whatever they refuse is refused there too."""

from __future__ import annotations

import pytest

from wheal.clinic import demo
from wheal.clinic.audit.models import Event
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
