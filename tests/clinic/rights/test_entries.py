"""Whatever was written about a patient keeps the record, and what is open is dealt with before anybody is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import Model
from django.utils import timezone

import people
from clinic.rights.test_rights import KNOWN, in_lyon, seen_last  # noqa: F401 (fixtures)
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.patients import link_actions
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Role
from wheal.clinic.portal import actions as portal
from wheal.clinic.portal.models import DataRequest
from wheal.clinic.rights import actions, entries, terms
from wheal.clinic.rights.unsettled import unsettled
from wheal.clinic.rights.whole import EDGES


def belonging(model: type[Model], found: set[type[Model]]) -> Iterator[type[Model]]:
    for relation in model._meta.related_objects:
        row = relation.related_model
        if relation.many_to_many or row in found or row._meta.app_label in EDGES:
            continue
        found.add(row)
        yield row
        yield from belonging(row, found)


def test_every_table_of_a_patient_is_an_entry_or_said_to_be_none():
    counted = {rows.model._meta.label_lower for rows, _patient, _moment in entries.ENTRIES}
    held = {row._meta.label_lower for row in belonging(Patient, {Patient})}
    assert counted & entries.NO_ENTRIES == set()
    assert held == counted | entries.NO_ENTRIES


def years_since(patient: Patient) -> int:
    today = patient.clinic.day_of()
    return today.year - terms.kept(patient, terms.term(patient.clinic, KNOWN), today).last_entry.year


@pytest.mark.parametrize(
    ("sends", "is_open"),
    [
        (lambda link: portal.ask(link=link, text="May I swim?"), ("questions",)),
        (
            lambda link: portal.send_own(link=link, answers={"pregnant": False}, version=None, known=KNOWN),
            ("answers",),
        ),
    ],
)
def test_what_is_sent_from_home_counts_and_is_open_until_somebody_dealt_with_it(
    in_lyon, charlie, sends, is_open  # noqa: F811
):  # fmt: skip
    link = link_actions.give(patient=in_lyon, purpose="pages", by=charlie)
    seen_last(in_lyon, 21)
    assert (years_since(in_lyon), unsettled(in_lyon)) == (21, ())
    sends(link)
    assert (years_since(in_lyon), unsettled(in_lyon)) == (0, is_open)
    with pytest.raises(actions.RightsRefused, match="kept"):
        actions.forget(patient=in_lyon, reason="asked by letter", known=KNOWN, by=charlie)


@pytest.mark.parametrize(("kind", "may"), [("copy", False), ("deletion", True)])
def test_a_request_keeps_no_record_and_is_answered_first_but_for_the_deletion_itself(
    client, in_lyon, charlie, kind, may  # noqa: F811
):  # fmt: skip
    seen_last(in_lyon, 21)
    client.force_login(charlie)
    client.post(f"/from-patients/{in_lyon.pk}/requests/", {"kind": kind})
    assert years_since(in_lyon) == 21
    page = client.get(f"/rights/patients/{in_lyon.pk}/").content.decode()
    assert ("Retirer l’identité" in page, "une demande sur les données" in page) == (may, not may)
    answer = client.post(f"/rights/patients/{in_lyon.pk}/forget/", {"reason": "asked by letter"})
    assert answer.status_code == (302 if may else 422)


def test_who_is_booked_is_not_forgotten(in_lyon, charlie):  # noqa: F811
    soon, long_ago = timezone.now() + timedelta(days=3), timezone.now() - timedelta(days=8000)
    row = Appointment.objects.create(
        clinic=in_lyon.clinic, patient=in_lyon, kind="consultation", booked_by=charlie, starts_at=soon,
        ends_at=soon + timedelta(minutes=20),
    )  # fmt: skip
    Appointment.objects.filter(pk=row.pk).update(changed_at=long_ago)
    seen_last(in_lyon, 21)
    with pytest.raises(actions.RightsRefused) as refused:
        actions.forget(patient=in_lyon, reason="asked by letter", known=KNOWN, by=charlie)
    assert (refused.value.reason, refused.value.about) == ("open", ("appointments",))


def test_a_session_that_nobody_signed_is_open(planned):
    assert unsettled(planned.patient) == ("visits",)


def test_a_deletion_is_done_when_it_was_done_and_whoever_answers_reads_the_rule_and_the_day(
    client, in_lyon, charlie, french_clinic  # noqa: F811
):  # fmt: skip
    seen_last(in_lyon, 5)
    client.force_login(people.person("Nadine", Role.NURSE, french_clinic))
    client.post(f"/from-patients/{in_lyon.pk}/requests/", {"kind": "deletion"})
    page = f"/from-patients/requests/{DataRequest.objects.get().pk}/"
    ground = client.get(f"/rights/patients/{in_lyon.pk}/ground/").content.decode()
    assert f"/rights/patients/{in_lyon.pk}/ground/" in client.get(page).content.decode()
    assert str(in_lyon.clinic.day_of().year + 15) in ground.split('class="said"')[1]
    answered = {"outcome": "done", "answer": "C’est effacé."}
    refused = client.post(f"{page}answer/", answered)
    assert (refused.status_code, "Rien n’a été retiré" in refused.content.decode()) == (422, True)
    seen_last(in_lyon, 21)
    actions.forget(patient=in_lyon, reason="asked by letter", known=KNOWN, by=charlie)
    assert client.post(f"{page}answer/", answered).status_code == 302
    assert DataRequest.objects.get().outcome == "done"


def test_where_no_term_is_known_whoever_answers_says_so(client, patient, bob):
    client.force_login(bob)
    ground = client.get(f"/rights/patients/{patient.pk}/ground/").content.decode()
    assert "We do not know yet which rule" in ground
