"""A prepared query gives what its queryset gives, for whichever keys."""

from __future__ import annotations

import pytest

import people
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.prepared import Prepared

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
    assert Prepared(lambda pk: Patient.objects.filter(pk=pk))(patient.pk + 1) == []


def test_a_row_changed_in_between_is_read_as_it_is_now(patient: Patient) -> None:
    rows = Prepared(lambda pk: Patient.objects.filter(pk=pk))
    assert rows(patient.pk)[0].family_name == "Rivera"
    Patient.objects.update(family_name="Other")
    assert rows(patient.pk)[0].family_name == "Other"
