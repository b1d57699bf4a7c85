"""The quote at home: accepted or refused once, by the patient it was given to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

import people
from clinic.portal.conftest import DRAWN, phone_of
from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.demo_quotes import quoted, state_prices
from wheal.clinic.demo_sessions import clock_at
from wheal.clinic.people import actions as staff
from wheal.clinic.people.models import Clinic
from wheal.clinic.portal import actions, texts
from wheal.clinic.quotes.models import Step


@pytest.fixture
def quote(planned, patient, alice, clinic):
    state_prices(clinic, by=alice)
    return quoted(patient, physician=alice, desk=alice, accepted=False)


def test_it_is_read_printed_and_accepted_once(phone, quote):
    assert "Your quote" in phone.go("home/").content.decode()
    assert "What other ways cost" in phone.go(f"quotes/{quote.pk}/").content.decode()
    assert phone.go(f"quotes/{quote.pk}/quote.pdf")["Content-Type"] == "application/pdf"
    fields = {"signed_name": "Maria Rivera", "signature": DRAWN}
    assert phone.send(f"quotes/{quote.pk}/accept/", **fields).status_code == 302
    step = Step.objects.get(quote=quote, what="accepted")
    assert (step.recorded_by, step.signed_name) == (None, "Maria Rivera")
    event = Event.objects.filter(what="portal.quote_answered").get()
    assert event.detail == {"link": phone.link.pk, "answer": "accepted", "number": str(quote)}
    again = phone.send(f"quotes/{quote.pk}/accept/", **fields)
    assert (again.status_code, Step.objects.count()) == (422, 1)
    assert Event.objects.first().refused
    assert verify().broken == ()


def test_refused_it_is_accepted_by_nobody(phone, quote):
    phone.send(f"quotes/{quote.pk}/refuse/", reason="Too dear for me")
    assert Step.objects.get(quote=quote).reason == "Too dear for me"
    assert (
        phone.send(f"quotes/{quote.pk}/accept/", signed_name="Maria Rivera", signature=DRAWN).status_code
        == 422
    )


def test_without_a_signature_it_is_not_accepted(phone, quote):
    assert phone.send(f"quotes/{quote.pk}/accept/", signed_name="Maria Rivera").status_code == 422
    assert phone.send(f"quotes/{quote.pk}/accept/", signed_name="", signature=DRAWN).status_code == 422
    assert Step.objects.count() == 0


def test_another_patient_s_quote_and_a_draft_are_not_found(quote, french, camille):
    other = phone_of(french.patient, camille)
    for page in (f"quotes/{quote.pk}/", f"quotes/{quote.pk}/quote.pdf"):
        assert other.go(page).status_code == 404
    assert (
        other.send(f"quotes/{quote.pk}/accept/", signed_name="Zoé Durand", signature=DRAWN).status_code == 404
    )
    tried = Event.objects.filter(what="patients.link_refused", refused=True, patient_id=french.patient_id)
    told = [row.detail for row in tried.order_by("pk")]
    assert [row["page"] for row in told] == ["portal:quote", "portal:quote-pdf", "portal:accept-quote"]
    assert {(row["reason"], row["number"]) for row in told} == {("not_theirs", quote.pk)}


def test_the_time_to_think_runs_from_the_quote_where_that_was_given_first(french, camille):
    clinic = french.clinic
    state_prices(clinic, by=camille)
    Clinic.objects.filter(pk=clinic.pk).update(address="1, rue du Pont")
    staff.record_credential(
        user=camille,
        clinic=clinic,
        kind="insurance",
        number="1",
        valid_until=people.in_two_years(),
        by=camille,
    )
    with clock_at(timezone.now() - timedelta(days=16)):
        quoted(french.patient, physician=camille, desk=camille, accepted=False)
    handed = actions.hand_over(session=french, by=camille, known=knowledge.current())
    handed = next(each for each in texts.open_ones(french.patient) if each.pk == handed.pk)
    assert texts.standing(handed, knowledge.current()).why_not == ""
