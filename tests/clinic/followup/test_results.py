"""Results of a clinic: everybody counted, the lost shown, few people kept back, tape flagged, no cause named."""

from __future__ import annotations

import re
from datetime import date

import pytest

from clinic.treatments.conftest import as_
from wheal.clinic.followup import actions, results
from wheal.clinic.followup.actions import Place
from wheal.clinic.followup.results import Asked
from wheal.clinic.treatments.models import Protocol
from wheal.knowledge.following import Asked as Call

ALWAYS = Asked(date(1990, 1, 1), date(2999, 1, 1))


@pytest.fixture
def dozen(treated, measured):
    """Twelve measured 120 days after their only session, at changing weights; three lost; one not measured before."""
    for number in range(12):
        kg = 70 + number % 3 - 1
        patient = treated(300, name=f"M{number}", kg="70")
        measured(patient, 301, ultrasound="20")
        measured(patient, 180, ultrasound=f"{16 + number % 4 * 0.5}", weight=f"{kg}")
    for number in range(3):
        measured(treated(300, name=f"L{number}"), 301, ultrasound="20")
    treated(300, name="Bare")


def group(clinic, known):
    return results.groups(clinic, ALWAYS, known)[0]


def line(clinic, known, after: str = "120 d"):
    return next(it for it in group(clinic, known).measured[0].lines if it.asked.after == after)


def test_everybody_who_started_is_counted(clinic, dozen, known):
    found = line(clinic, known)
    assert (found.started, found.measured, found.lost, found.no_before, found.weighed) == (16, 12, 3, 1, 12)
    assert found.conclusion == "lower"
    assert found.change.value == pytest.approx(-3.25)
    assert found.everybody.value == pytest.approx(-3.25 * 12 / 16)
    assert found.everybody.of == 16


def test_the_page_shows_the_lost_and_says_nothing_of_causes(dozen, alice, django_assert_max_num_queries):
    reader = as_(alice)
    reader.get("/follow-up/results/")
    with django_assert_max_num_queries(16):
        page = reader.get("/follow-up/results/").content.decode()
    assert "12 of 16 measured" in page
    assert "lost: 3" in page
    assert "Lower than before the first session, on average" in page
    assert "There was no comparison group" in page
    assert not re.search(r"effective|works\b|reduced|thanks to|because", page)


def test_no_result_from_fewer_than_ten_and_never_from_fewer_than_five(
    clinic, treated, measured, known, settings
):
    for number in range(6):
        patient = treated(300, name=f"F{number}")
        measured(patient, 301, ultrasound="20")
        measured(patient, 180, ultrasound="15", weight="70")
    assert line(clinic, known).conclusion == "too_few"
    assert line(clinic, known).change is None
    settings.LEAST_RESULTS = 6
    assert line(clinic, known).change is not None
    settings.LEAST_RESULTS = 1
    assert results.least() == 5


def test_by_tape_alone_is_flagged_and_thickness_beside_it_lifts_the_flag(
    clinic, treated, measured, known, alice
):
    patient = treated(300, area="abdomen", substance="phosphatidylcholine_deoxycholate")
    place = Place("abdomen", "", "navel")
    measured(patient, 300, place, tape="90")
    assert group(clinic, known).by_tape_alone
    assert "Measured by tape alone" in as_(alice).get("/follow-up/results/").content.decode()
    measured(patient, 300, place, ultrasound="30")
    assert not group(clinic, known).by_tape_alone


def test_improved_on_both_scales_stands_beside_placebo(clinic, treated, measured, known, alice):
    for number in range(12):
        patient, after = treated(300, name=f"S{number}"), "2" if number < 9 else "3"
        measured(patient, 300, submental_clinician="3", submental_patient="3")
        measured(patient, 216, submental_clinician=after, submental_patient="2")
    found = group(clinic, known).compared
    assert [one.code for one in found] == [
        "refine1_one_grade", "refine2_one_grade", "refine1_two_grades", "refine2_two_grades",
    ]  # fmt: skip
    first = found[0]
    assert (first.response.improved, first.response.of, first.beside) == (9, 12, "more")
    assert found[2].beside == "overlaps"
    page = as_(alice).get("/follow-up/results/").content.decode()
    assert "9 of 12" in page
    assert "18.6% (14% to 24%, n = 250)" in page
    assert "no comparison of like with like" in page


def test_another_substance_or_area_is_not_compared(clinic, treated, measured, known):
    patient = treated(300, substance="phosphatidylcholine_deoxycholate")
    measured(patient, 300, submental_clinician="3", submental_patient="3")
    assert group(clinic, known).compared == ()


def test_courses_outside_the_days_asked_for_are_left_out(clinic, dozen, known):
    assert results.groups(clinic, Asked(date(1990, 1, 1), date(1991, 1, 1)), known) == []
    assert results.groups(clinic, Asked(ALWAYS.since, ALWAYS.until, "abdomen"), known) == []


def test_a_new_course_ends_the_older_one_and_is_told(clinic, treated, measured, known):
    patient = treated(700, name="Twice")
    measured(patient, 700, ultrasound="20")
    treated(100, patient=patient)
    year = line(clinic, known, "24 mo")
    assert (year.started, year.treated_again) == (2, 1)


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("sam", 200), ("ada", 200), ("bob", 403), ("dora", 403)]
)
def test_results_are_for_those_who_answer_for_them(request, clinic, who, status):
    assert as_(request.getfixturevalue(who)).get("/follow-up/results/").status_code == status


def test_the_results_as_a_table_and_in_french(dozen, alice):
    reader = as_(alice)
    lines = reader.get("/follow-up/results.csv").content.decode().splitlines()
    assert any(",120 d,16,0,12,1,0,3,12,-3.25," in one for one in lines)
    reader.post("/i18n/setlang/", {"language": "fr"})
    page = reader.get("/follow-up/results/").content.decode()
    assert "Plus bas qu’avant la première séance, en moyenne" in page
    assert "−3,3" in page or "−3,2" in page


def test_courses_are_grouped_by_the_protocol_of_their_first_mix(clinic, treated, measured, known, alice):
    protocol = Protocol.objects.create(clinic=clinic, name="Chin 8 mL", version=1, written_by=alice)
    of_a_protocol, without = treated(300, name="Recipe", protocol=protocol), treated(300, name="Free")
    for patient in (of_a_protocol, without):
        measured(patient, 300, ultrasound="20")
    assert {(one.name, one.started) for one in results.groups(clinic, ALWAYS, known)} == {
        ("Chin 8 mL", 1),
        ("", 1),
    }
    calls = [Call("9 d", "clinic", True)]
    actions.write_schedule(clinic=clinic, protocol="Chin 8 mL", asked=calls, reason="x", by=alice)
    found = {one.name: one for one in results.groups(clinic, ALWAYS, known)}
    assert [line.asked for line in found["Chin 8 mL"].measured[0].lines] == calls
    assert len(found[""].measured[0].lines) == 8
