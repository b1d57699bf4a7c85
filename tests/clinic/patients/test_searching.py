"""One field finds a person by whatever is known of them."""

import re
from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

import people
from wheal.clinic.patients import actions, searching
from wheal.clinic.patients.models import Patient, SearchWord
from wheal.clinic.patients.names import differs, fold, phone_digits, take_date, words

pytestmark = pytest.mark.both_engines
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (COSTS off) "}


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Zoë  D'Été-Müller", "zoe d ete muller"),
        ("ŒUVRARD", "oeuvrard"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("Straße", "strasse"),
        ("  ", ""),
    ],
)
def test_names_are_folded(typed, folded) -> None:
    assert fold(typed) == folded


def test_a_name_with_a_sign_is_found_by_its_parts_and_whole() -> None:
    assert words("D’Été Jean-Pierre") == {"d", "ete", "dete", "jean", "pierre", "jeanpierre"}


@given(st.text())
def test_folding_twice_changes_nothing_more(text) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "month_first", "found"),
    [
        ("02/05/1984", False, date(1984, 5, 2)),
        ("02/05/1984", True, date(1984, 2, 5)),
        ("5/2/1984", True, date(1984, 5, 2)),
        ("25/12/1984", True, date(1984, 12, 25)),
        ("12/25/1984", False, date(1984, 12, 25)),
        ("1984-05-02", True, date(1984, 5, 2)),
        ("2.5.84", False, date(1984, 5, 2)),
        ("2 5 1984", False, date(1984, 5, 2)),
        ("02051984", False, date(1984, 5, 2)),
        ("19840502", False, date(1984, 5, 2)),
        ("31/02/1984", False, None),
        ("10001", False, None),
        ("0639980001", False, None),
        ("1/2", False, None),
    ],
)
def test_birth_dates_are_read_in_every_usual_form(typed, month_first, found) -> None:
    assert take_date(typed, month_first=month_first)[0] == found


def test_a_telephone_number_is_the_same_with_and_without_its_country() -> None:
    assert phone_digits("+33 6 39 98 00 01") == phone_digits("06.39.98.00.01")


@pytest.fixture
def registered(clinic, alice):
    def one(family_name, given_names, born=date(1970, 1, 1), phone=""):
        return people.patient(
            clinic, alice, family_name=family_name, given_names=given_names, birth_date=born, phone=phone
        )

    return {
        "maria": one("Rivera", "María José", date(1984, 5, 2), "+1 503 555 0101"),
        "mario": one("Rivera", "Mario"),
        "zoe": one("D'Été-Müller", "Zoë"),
        "goff": one("Le Goff", "Anne"),
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("riv", ["maria", "mario"]),
        ("RIVERA maria", ["maria"]),
        ("mar riv", ["maria", "mario"]),
        ("jose", ["maria"]),
        ("ete", ["zoe"]),
        ("dete", ["zoe"]),
        ("muller zoe", ["zoe"]),
        ("goff", ["goff"]),
        ("05/02/1984", ["maria"]),
        ("riv 1984-05-02", ["maria"]),
        ("goff 05/02/1984", []),
        ("+1 (503) 555-0101", ["maria"]),
        ("ivera", []),
        ("%", []),
        ("", []),
    ],
)
def test_a_person_is_found(clinic, registered, typed, found) -> None:
    assert {one.pk for one in searching.find(clinic, typed)} == {registered[name].pk for name in found}


def test_a_person_is_found_by_number(clinic, registered) -> None:
    number = registered["zoe"].number
    assert searching.find(clinic, number) == [registered["zoe"]]
    assert len(searching.find(clinic, number[:4])) == 4


def test_after_a_correction_the_old_name_finds_nobody(clinic, registered, alice) -> None:
    new = actions.Demographics("Sanchez", "María", date(1984, 5, 2), "female", "en")
    actions.correct(patient=registered["maria"], person=new, by=alice)
    assert searching.find(clinic, "sanchez") == [registered["maria"]]
    assert searching.find(clinic, "rivera") == [registered["mario"]]


def test_nobody_of_another_clinic_is_found(french_clinic, registered) -> None:
    for typed in ("rivera", "02/05/1984", registered["maria"].number, "+1 (503) 555-0101"):
        assert searching.find(french_clinic, typed) == []


def test_names_are_looked_up_through_an_index(clinic, alice, registered, django_assert_num_queries) -> None:
    if connection.vendor == "postgresql":  # a table of four rows is read whole, rightly
        _many_others(clinic, alice)
    with django_assert_num_queries(3) as captured:  # called riv, called mar, the others
        searching.find(clinic, "riv mar")
    for query, column in zip(captured.captured_queries, ("search_name", "search_name", "word"), strict=True):
        with connection.cursor() as cursor:
            cursor.execute(EXPLAIN[connection.vendor] + query["sql"])
            plan = " ".join(str(row) for row in cursor.fetchall()).replace("\\'", "'")
        assert "SCAN" not in plan
        assert "Seq Scan" not in plan
        if connection.vendor == "postgresql":  # by the letters, and not only by the clinic
            assert re.search(
                rf"Index Cond: \(\(clinic_id = \d+\) AND \(\(?{column}\)?\S* >= '(riv|mar)'", plan
            ), plan


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("mari", ["Marin Rose", "Marins Eve", "Rivera María José", "Rivera Mario"]),
        ("riv mar", ["Rivera María José", "Rivera Mario", "Marin Riva"]),
        ("mar riv", ["Marin Riva", "Rivera María José", "Rivera Mario"]),
        ("mar mari", ["Marimba Marisol", "Rivera María José", "Rivera Mario"]),
    ],
)
def test_whoever_is_called_so_comes_before_who_is_named_so(clinic, alice, registered, typed, names) -> None:
    others = {"mari": [("Marins", "Eve"), ("Marin", "Rose")], "mar mari": [("Marimba", "Marisol")]}
    for family_name, given_names in others.get(typed, [("Marin", "Riva")]):
        people.patient(clinic, alice, family_name=family_name, given_names=given_names)
    found = [f"{one.family_name} {one.given_names}" for one in searching.find(clinic, typed)]
    assert found == names


def test_of_a_common_name_no_more_is_read_than_is_shown(clinic, alice, registered) -> None:
    """By the steps that SQLite takes, whichever word is written first."""
    _many_others(clinic, alice)
    for typed in ("common", "common ann", "ann common"):
        steps, found = _steps(clinic, typed)
        assert len(found) == searching.SHOWN
        assert steps <= 3000, typed


@pytest.mark.parametrize("typed", ["quin", "quin zoe", "zz"])
def test_a_rare_name_costs_no_more_where_the_clinic_has_many_others(clinic, alice, registered, typed) -> None:
    """By the steps that SQLite takes; PostgreSQL's plan is looked at above."""
    people.patient(clinic, alice, family_name="Quinn", given_names="Zoe")
    few, found = _steps(clinic, typed)
    _many_others(clinic, alice)

    many, again = _steps(clinic, typed)

    assert again == found
    assert many <= few + 60


def _many_others(clinic, by) -> None:
    common = (
        {"family_name": f"Common{n}", "given_names": "Ann", "search_name": f"common{n} ann"}
        for n in range(900)
    )
    rows = [Patient(clinic=clinic, number=f"N{n}", birth_date=date(1970, 1, 1), sex="female", created_by=by, **one)
            for n, one in enumerate(common)]  # fmt: skip
    held = Patient.objects.bulk_create(rows)
    SearchWord.objects.bulk_create(SearchWord(patient=row, clinic=clinic, word="ann") for row in held)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE patients_patient; ANALYZE patients_searchword")


def _steps(clinic, typed) -> tuple[int, list[Patient]]:
    taken = [0]

    def count() -> None:
        taken[0] += 1

    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(count, 1)
    try:
        found = searching.find(clinic, typed)
    finally:
        if connection.vendor == "sqlite":
            connection.connection.set_progress_handler(None, 0)
    return taken[0], found


@pytest.mark.parametrize(
    ("table", "column"),
    [("patients_searchword", "word"), ("patients_patient", "number"), ("patients_patient", "search_name")],
)
def test_first_letters_are_compared_by_code_point_whatever_language_the_database_sorts_in(
    db, table, column
) -> None:
    if connection.vendor == "sqlite":
        asked = f"SELECT count(*) FROM sqlite_master WHERE name = '{table}' AND sql LIKE '%%COLLATE%%'"
        expected: object = 0
    else:
        asked = (
            "SELECT collation_name FROM information_schema.columns "
            f"WHERE table_name = '{table}' AND column_name = '{column}'"
        )
        expected = "C"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == (expected,)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("Zoe d'Ete-Muller", False), ("MULLER Zoë", False), ("Zoë Rose Müller", False),
        ("Anna Müller", True), ("Zoë", True), ("X", True), ("", True),
    ],
)  # fmt: skip
def test_a_typed_name_that_is_not_the_persons_is_noticed(typed, other) -> None:
    assert differs(typed, family_name="D'Été-Müller", given_names="Zoë Rose") is other
