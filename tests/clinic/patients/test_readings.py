"""What shows something of a patient leaves an event that names them."""

from __future__ import annotations

from django.test import Client

import people
from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import Role


def test_a_piece_of_a_page_that_was_just_opened_leaves_no_second_event(db, client: Client) -> None:
    clinic = people.clinic()
    alice = people.person("Alice", Role.PHYSICIAN, clinic)
    patient = people.patient(clinic, alice)
    client.force_login(alice)
    piece = f"/quotes/patient/{patient.pk}/"
    readings = Event.objects.filter(patient_id=patient.pk, what="patients.record_opened").order_by("pk")

    def fetch() -> list[str]:
        before = readings.count()
        assert client.get(piece, headers={"HX-Request": "true"}).status_code == 200
        return [each.detail["part"] for each in readings[before:]]

    assert fetch() == ["quotes:of-patient"]  # asked for by itself: nothing has told of it
    assert fetch() == []
    client.get(piece)  # not as a piece: somebody looks at it
    assert readings.count() == 2
    client.get(f"/patients/{patient.pk}/")
    assert fetch() == []
    bob = people.person("Bob", Role.NURSE, clinic)
    client.force_login(bob)
    assert fetch() == ["quotes:of-patient"]  # what Alice opened tells nothing of Bob
    charlie = people.person("Charlie", Role.PHYSICIAN, people.clinic("Elsewhere"))
    client.force_login(charlie)
    assert client.get(f"/quotes/patient/{patient.pk}/").status_code == 404
    assert readings.filter(by=charlie).count() == 0


def test_a_form_that_is_refused_shows_the_record_and_says_so(db, client: Client) -> None:
    clinic = people.clinic()
    alice = people.person("Alice", Role.PHYSICIAN, clinic)
    patient = people.patient(clinic, alice)
    client.force_login(alice)
    assert client.post(f"/patients/{patient.pk}/edit/", {"family_name": ""}).status_code == 422
    opened = Event.objects.get(patient_id=patient.pk, what="patients.record_opened")
    assert (opened.by, opened.detail) == (alice, {"part": "patients:edit"})
