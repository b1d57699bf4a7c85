"""A prepared query gives what its queryset gives, for whichever keys; a prepared write leaves what a model would."""

from __future__ import annotations

from datetime import date

import pytest

import people
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.prepared import Prepared
from wheal.clinic.prepared_writes import PreparedInsert, PreparedUpdate

pytestmark = pytest.mark.both_engines


def of_clinic(clinic: int, other_than: int) -> object:
    return (
        Patient.objects.filter(clinic=clinic)
        .exclude(pk=other_than)
        .select_related("clinic")
        .defer("email")
        .order_by("pk")
    )


def test_rows_are_those_of_the_queryset_for_each_key(
    clinic: Clinic, french_clinic: Clinic, alice: User
) -> None:
    patients = [
        people.patient(of, alice, family_name=f"Rivera{place}")
        for place, of in enumerate([clinic, french_clinic] * 2)
    ]
    rows = Prepared(of_clinic)
    for one in patients:
        for of in (clinic.pk, french_clinic.pk):
            found, wanted = rows(of, one.pk), list(of_clinic(of, one.pk))
            assert found == wanted
            assert [vars(row).keys() for row in found] == [vars(row).keys() for row in wanted]
            assert [(row.clinic, row.birth_date, row.created_at) for row in found] == [
                (row.clinic, row.birth_date, row.created_at) for row in wanted
            ]


def test_values_and_json_are_read_as_ever(patient: Patient, history: History) -> None:
    rows = Prepared(lambda pk: History.objects.filter(patient=pk).values_list("answers", "completed_at"))
    assert [tuple(row) for row in rows(patient.pk)] == [(history.answers, history.completed_at)]


def test_nothing_is_found_for_a_key_that_nothing_has(patient: Patient) -> None:
    rows = Prepared(lambda pk: Patient.objects.filter(pk=pk))
    assert rows(patient.pk + 1) == rows(2**70) == []


def test_a_row_changed_in_between_is_read_as_it_is_now(patient: Patient) -> None:
    rows = Prepared(lambda pk: Patient.objects.filter(pk=pk))
    assert rows(patient.pk)[0].family_name == "Rivera"
    Patient.objects.update(family_name="Other")
    assert rows(patient.pk)[0].family_name == "Other"


def test_a_prepared_insert_writes_what_the_model_itself_would(history: History) -> None:
    names = ("patient", "answers", "started_by", "completed_at", "completed_by")
    told = {name: getattr(history, name) for name in names}
    own, prepared = History.objects.create(**told), History(**told)
    PreparedInsert(History)(prepared)
    assert prepared.pk > own.pk
    assert said(prepared) == said(own)
    PreparedInsert(History)(again := History(**told))
    assert again.pk > prepared.pk


def said(row: History) -> dict[str, object]:
    """As the database holds it, moments and the number apart."""
    held = History.objects.values().get(pk=row.pk)
    return {name: value for name, value in held.items() if name not in ("id", "started_at", "saved_at")}


def test_a_prepared_update_changes_its_fields_alone_and_raises_where_the_row_is_gone(
    patient: Patient,
) -> None:
    update = PreparedUpdate(Patient, "family_name", "birth_date")
    patient.family_name, patient.birth_date, patient.given_names = "Other", date(1970, 1, 2), "not kept"
    update(patient)
    held = Patient.objects.get(pk=patient.pk)
    assert (held.family_name, held.birth_date, held.given_names) == ("Other", date(1970, 1, 2), "Maria")
    patient.pk += 1
    with pytest.raises(Patient.DoesNotExist):
        update(patient)
